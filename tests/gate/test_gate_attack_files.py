"""What a change brings to be judged by, and files that hide others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gate_desk import (
    ALLOWED,
    DEFAULT_POLICY,
    MET,
    REFUSED,
    TICKED,
    UNDECIDED,
    UNKNOWN,
    UNMET,
    Desk,
    held,
)
from gates import ALL, CONFIG, found, statuses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STRANGER = """
[[person]]
name = "Sue Else"
addresses = ["sue@else.mail"]
accounts = ["127.0.0.1:sue"]
roles = ["reviewer"]
"""
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    with made.forge:
        yield made


@pytest.mark.parametrize("at_base", [False, True])
def test_a_reviewer_counts_who_stands_in_the_base(tmp_path: Path, *, at_base: bool) -> None:
    more = CONFIG + STRANGER
    desk = Desk(tmp_path, {"affidavit.toml": more} if at_base else {})
    with desk.forge:
        sue = desk.forge.account("sue", "Sue Else", "sue@else.mail")
        files = {"cart.py": "1\n"} if at_base else {"affidavit.toml": more}
        pull = desk.passing(desk.opened(files))
        pull.review(sue, body=TICKED)
        answer = desk.answer(pull)
    assert statuses(answer)["reviewed"] is (MET if at_base else UNMET)
    assert (answer.verdict is ALLOWED) is at_base


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("CODEOWNERS", "* @ann\n"),
        (".github/CODEOWNERS", "/pay/ @ben\n"),
        ("affidavit.toml", CONFIG.replace('"Cleo Park"]', '"Cleo Park", "Ben Ode"]')),
    ],
)
def test_owners_and_teams_are_those_of_the_base(desk: Desk, path: str, content: str) -> None:
    pull = desk.ready({"pay/card.py": "1\n", path: content})
    answer = desk.answer(pull, require=("owners",))
    assert held(answer, "owners", "gate-files") == {"owners": UNMET, "gate-files": UNMET}
    pull.review(desk.cleo, body=TICKED)
    assert desk.answer(pull, require=("owners",)).verdict is ALLOWED


def test_a_workflow_of_the_head_takes_two_persons_whatever_its_checks_say(desk: Desk) -> None:
    pull = desk.ready({".github/workflows/ci.yml": "on: pull_request\njobs: {test: {}}\n"})
    assert held(desk.answer(pull), "checks", "gate-files") == {"checks": MET, "gate-files": UNMET}
    pull.review(desk.cleo, body=TICKED)
    assert desk.answer(pull).verdict is ALLOWED


def test_links_in_the_base_decide_nothing(desk: Desk) -> None:
    for path, drop in (
        ("affidavit/allowed_signers", "affidavit/allowed_signers"),
        ("affidavit/policy/all.rego", "affidavit/policy/all.rego"),
        ("affidavit/policy/policy.toml", "affidavit/policy/policy.toml"),
        ("affidavit", "affidavit"),
        ("CODEOWNERS", "CODEOWNERS"),
    ):
        base = desk.odd({path: ("120000", "/etc/passwd")}, on=desk.base, drop=(drop,))
        head = desk.odd({"a.py": ("100644", "1\n")}, on=base)
        answer = desk.answer(base=base, head=head)
        told = held(answer, "base", "policy")
        assert UNKNOWN in told.values(), path
        assert answer.policy.allowed is (told["policy"] is MET)


@pytest.mark.parametrize("path", ["affidavit.toml", "affidavit/policy/all.rego", "CODEOWNERS"])
def test_a_head_that_makes_a_link_of_what_it_is_judged_by_takes_two(desk: Desk, path: str) -> None:
    head = desk.odd({path: ("120000", "../../own")}, on=desk.base, drop=(path,))
    pull = desk.opened_at(head)
    answer = desk.answer(pull)
    assert held(answer, "gate-files", "base") == {"gate-files": UNMET, "base": MET}
    pull.review(desk.cleo, body=TICKED)
    assert desk.answer(pull).verdict is ALLOWED


def test_one_file_among_five_thousand_is_seen(desk: Desk) -> None:
    many: dict[str, str | bytes | None] = {f"gen/{n:04}.py": "x = 1\n" for n in range(5_000)}
    plain = desk.ready(many)
    asked = desk.asked(plain)
    assert (asked.answer.verdict, asked.input.change.files) == (ALLOWED, 5_000)
    assert (len(asked.input.paths or ()) < 5_000, asked.input.paths_cut) == (True, True)
    hidden = desk.ready({**many, ".github/workflows/z.yml": "x\n"})
    answer = desk.answer(hidden)
    assert (answer.change.files, answer.touched) == (5_001, ("workflow",))
    assert held(answer, "gate-files") == {"gate-files": UNMET}


def test_a_file_of_fifty_megabytes_is_compared_or_nothing_is_decided(tmp_path: Path) -> None:
    desk = Desk(tmp_path, DEFAULT_POLICY)
    with desk.forge:
        plain = desk.asked(desk.ready({"gen.py": (b"x" * 99_999 + b"\n") * 500}))
        huge = desk.answer(desk.ready({"gen.py": b"x = 1\n" * 8_738_134}))
    assert (plain.answer.verdict, plain.input.change.added) == (ALLOWED, 500)
    assert held(huge, "history", "gate-files") == {"history": UNKNOWN, "gate-files": UNKNOWN}


@pytest.mark.parametrize("path", ["lib", "model.bin"])
def test_a_submodule_or_a_pointer_brings_what_nobody_sees_and_takes_a_second(
    tmp_path: Path, path: str
) -> None:
    desk = Desk(tmp_path, {**DEFAULT_POLICY, "model.bin": POINTER.format("0" * 64)})
    entry: tuple[str, str | bytes] = ("160000", "1" * 40)
    if path == "model.bin":
        entry = ("100644", POINTER.format("1" * 64))
    with desk.forge:
        plain = desk.opened_at(desk.odd({"a.py": ("100644", "1\n")}, on=desk.base))
        assert desk.answer(plain).verdict is ALLOWED
        pull = desk.opened_at(desk.odd({path: entry}, on=desk.base))
        answer = desk.answer(pull)
        assert (answer.verdict, "owners.second" in found(answer, "policy")) == (REFUSED, True)
        pull.review(desk.cleo, body=TICKED)
        assert desk.answer(pull).verdict is ALLOWED


@pytest.mark.parametrize(
    "first",
    [
        "version https://git-lfs.github.com/spec/v1", "version https://hawser.github.com/spec/v1",
        "version http://git-media.io/v/2", "\nversion https://git-lfs.github.com/spec/v1",
        "\u00a0 version https://git-lfs.github.com/spec/v1", "# git-media",
    ],
)  # fmt: skip
def test_a_pointer_is_one_in_every_form_that_git_lfs_follows(desk: Desk, first: str) -> None:
    pointer = f"{first}\noid sha256:{'1' * 64}\nsize 12345\n"
    head = desk.odd(
        {"model.bin": ("100644", pointer), "notes.md": ("100644", "About git-lfs\n")},
        on=desk.base,
    )
    classes = desk.asked(base=desk.base, head=head).input.classes
    assert classes is not None
    assert classes["lfs_pointer"].paths == ("model.bin",)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"policy.toml": "version = 1\n"}, "policy.toml"),
        ({"policy.toml": None, "all.rego": ALL}, "policy.toml"),
        ({"all.rego": None}, "no file of Rego"),
        ({"all.rego": "package firm\n\nallow if again\n\nagain if allow\n"}, "recurs"),
        ({"all.rego": "package firm\n\nallow := data.other.x\n"}, ""),
        ({"all.rego": "package firm\n\nallow := true\n\nallow := false\n"}, ""),
        ({"all.rego": "package firm\n\nallow := 1 / 0\n"}, ""),
        ({"all.rego": 'package firm\n\nallow := http.send({"url": "http://a"})\n'}, ""),
        ({"all.rego": 'package firm\n\nallow := "true"\n'}, ""),
    ],
)
def test_a_policy_that_is_empty_or_fails_denies(
    tmp_path: Path, files: dict[str, str | None], why: str
) -> None:
    desk = Desk(tmp_path, {f"affidavit/policy/{name}": one for name, one in files.items()})
    with desk.forge:
        answer = desk.answer(desk.ready())
    assert held(answer, "reviewed") == {"reviewed": MET}
    assert statuses(answer)["policy"] is not MET
    assert why in found(answer, "policy")


def test_splitting_a_change_gains_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, DEFAULT_POLICY)
    parts = [{f"src/auth/part{n}.py": "x = 1\n" * 30} for n in range(3)]
    with desk.forge:
        whole = desk.answer(desk.ready({k: v for one in parts for k, v in one.items()}))
        split = [desk.answer(desk.ready(dict(one))) for one in parts]
        commits = desk.opened(dict(parts[0]))
        for one in parts[1:]:
            commits.commit(desk.ann, "More", one)
        commits.review(desk.ben, body=TICKED)
        told = desk.answer(desk.passing(commits))
        sound = desk.ready({"src/cart.py": "x = 1\n"})
        plain = desk.answer(sound)
    assert {one.score.points for one in (whole, *split, told, plain)} == {plain.score.points}
    assert [one.policy.tier for one in (whole, *split, told)] == ["critical"] * 5
    assert {one.verdict for one in (whole, *split, told)} == {REFUSED}
    assert plain.verdict is ALLOWED


def test_a_label_of_emergency_by_somebody_without_the_authority_lifts_nothing(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path, DEFAULT_POLICY)
    with desk.forge:
        pull = desk.ready({"src/auth/login.py": "x = 1\n"})
        pull.label(desk.ann, "emergency")
        refused = desk.answer(pull)
        pull.unlabel(desk.ben, "emergency")
        pull.label(desk.ben, "emergency")
        assert desk.answer(pull).verdict is ALLOWED
        pull.unlabel(desk.ann, "emergency")
        pull.label(desk.ann, "emergency")
        assert desk.answer(pull).verdict is REFUSED
    assert (refused.verdict, refused.policy.tier) == (REFUSED, "critical")


def test_a_clone_without_the_head_ends_without_a_leave(desk: Desk) -> None:
    pull = desk.ready()
    assert UNDECIDED.exit_status == 3
    git = desk.shop.git
    tree = git.get(pull.head_oid).tree
    (git.path / "objects" / tree[:2] / tree[2:]).unlink()
    answer = desk.answer(pull)
    assert held(answer, "history") == {"history": UNKNOWN}
