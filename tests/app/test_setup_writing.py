"""Writing a set-up into a work tree and taking it back: nothing of others is touched."""

from __future__ import annotations

import json
import os
from datetime import date
from typing import TYPE_CHECKING

import pytest

from affidavit.app.setup.applying import Undone, applied, undone
from affidavit.app.setup.model import Plan, State, Wanted
from affidavit.app.setup.planning import planned
from affidavit.app.setup.record import PLACE
from affidavit.base.errors import InputError, OutputError, UnreadableError, UsageError
from affidavit.base.text import decode
from gitrepo import Repo, git

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = date(2026, 11, 21)
DIGEST = "sha256:" + "ab" * 32


@pytest.fixture
def tree(repo: Repo) -> Path:
    """The work tree of a repository with a commit."""
    repo.commit("Begin")
    return repo.path


def plan(tree: Path, **wanted: object) -> Plan:
    given: dict[str, object] = {"ci": "github", **wanted}
    return planned(Wanted(repository=tree, **given), DAY)  # type: ignore[arg-type]


def everything(tree: Path) -> dict[str, bytes]:
    """Every file of the tree but git's, and every folder."""
    found = (one for one in tree.rglob("*") if ".git" not in one.relative_to(tree).parts)
    return {
        one.relative_to(tree).as_posix(): one.read_bytes() if one.is_file() else b"folder"
        for one in found
    }


def states(found: Plan) -> dict[str, State]:
    return {one.file.path: one.state for one in found.steps if one.state is not State.NEW}


def test_what_was_written_is_what_was_shown_and_is_taken_back_whole(tree: Path) -> None:
    (tree / "mine").write_text("mine")
    before = everything(tree)
    shown = plan(tree, hooks=True)
    assert applied(shown) == tuple(one.path for one in shown.new)
    after = {path: data for path, data in everything(tree).items() if data != b"folder"}
    del after["mine"], after[PLACE]
    assert after == {one.path: one.text.encode() for one in shown.new}
    assert (tree / ".githooks/pre-push").stat().st_mode & 0o111 == 0o111
    assert git("config", "core.hooksPath", cwd=tree).strip() == b".githooks"
    done = undone(tree)
    assert (len(done.removed), done.kept, done.gone, done.hooks) == (len(shown.new), (), (), True)
    assert everything(tree) == before


def test_a_second_set_up_has_nothing_to_do(tree: Path) -> None:
    applied(plan(tree))
    again = plan(tree)
    assert (again.empty, again.left, set(states(again).values())) == (True, (), {State.SAME})


def test_a_set_up_that_adds_something_is_taken_back_with_the_first(tree: Path) -> None:
    before = everything(tree)
    applied(plan(tree, ci=None))
    applied(plan(tree))
    assert undone(tree).kept == ()
    assert everything(tree) == before


def test_what_an_earlier_set_up_wrote_is_replaced_and_dated_documents_stay(tree: Path) -> None:
    applied(plan(tree, hooks=True, owner="Ada"))
    wanted = Wanted(repository=tree, ci="github", source="https://example.com/a.whl", digest=DIGEST)
    later = planned(wanted, date(2027, 1, 2))
    older = {path for path, state in states(later).items() if state is State.OLDER}
    names = ("gate", "rejudge", "audit")
    assert older == {f".github/workflows/affidavit-{name}.yml" for name in names}
    applied(later)
    assert "#sha256=$DIGEST" in (tree / ".github/workflows/affidavit-gate.yml").read_text()
    assert "| In force from | 2026-11-21 |" in (tree / "docs/security/exception-log.md").read_text()
    assert undone(tree).kept == ()
    assert everything(tree) == {}


def test_what_is_there_stays_as_it_is_and_is_not_taken_back(tree: Path) -> None:
    (tree / "affidavit.toml").write_text("# mine\n")
    found = plan(tree)
    assert (states(found), found.left) == (
        {"affidavit.toml": State.DIFFERS},
        ("affidavit.toml",),
    )
    applied(found)
    assert (tree / "affidavit.toml").read_text() == "# mine\n"
    undone(tree)
    assert everything(tree) == {"affidavit.toml": b"# mine\n"}


def test_a_file_that_was_changed_since_is_named_and_stays_until_it_is_as_it_was(
    tree: Path,
) -> None:
    applied(plan(tree, ci=None))
    log = tree / "docs/security/exception-log.md"
    written = log.read_text()
    log.write_text(f"{written}| 2026 |\n")
    (tree / "affidavit/signers.toml").unlink()
    done = undone(tree)
    assert (done.kept, done.gone) == (
        ("docs/security/exception-log.md",),
        ("affidavit/signers.toml",),
    )
    log.write_text(written)
    assert undone(tree) == Undone(
        removed=("docs/security/exception-log.md",), kept=(), gone=(), hooks=False, done=True
    )
    assert everything(tree) == {}


def test_a_policy_that_is_there_is_not_mixed_with_ours(tree: Path) -> None:
    (tree / "affidavit/policy").mkdir(parents=True)
    (tree / "affidavit/policy/mine.rego").write_text("package mine\n")
    found = plan(tree)
    policy = {path: state for path, state in states(found).items() if "policy/" in path}
    assert policy
    assert set(policy.values()) == {State.DIFFERS}
    applied(found)
    assert [one.name for one in (tree / "affidavit/policy").iterdir()] == ["mine.rego"]


@pytest.mark.parametrize(
    ("there", "path"),
    [
        ("CODEOWNERS", ".github/CODEOWNERS"),
        (".github/PULL_REQUEST_TEMPLATE.md", ".github/pull_request_template.md"),
        ("docs/pull_request_template.md", ".github/pull_request_template.md"),
    ],
)
def test_a_file_that_does_the_same_elsewhere_is_left_alone(
    tree: Path, there: str, path: str
) -> None:
    (tree / there).parent.mkdir(exist_ok=True)
    (tree / there).write_text("mine\n")
    found = plan(tree)
    assert (states(found), found.left) == ({path: State.DIFFERS}, (there,))


@pytest.mark.parametrize(
    ("link", "refused"),
    [
        ("affidavit.toml", "affidavit.toml"),
        (".github", ".github/CODEOWNERS"),
        (".github/workflows", ".github/workflows/affidavit-gate.yml"),
        ("docs/security", "docs/security/exception-log.md"),
    ],
)
def test_nothing_is_written_through_a_symbolic_link(
    tree: Path, tmp_path: Path, link: str, refused: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tree / link).parent.mkdir(exist_ok=True)
    (tree / link).symlink_to(outside)
    found = plan(tree)
    assert states(found)[refused] is State.REFUSED
    applied(found)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_plain_file_is_left_and_never_waited_for(
    tree: Path, make: Callable[[Path], None]
) -> None:
    make(tree / "affidavit.toml")
    found = plan(tree)
    assert states(found) == {"affidavit.toml": State.REFUSED}
    (why,) = (one.found for one in found.steps if one.state is State.REFUSED)
    assert why == "affidavit.toml is no plain file"


def test_a_link_that_came_after_the_plan_is_not_followed(tree: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    found = plan(tree)
    (tree / ".github").symlink_to(outside)
    with pytest.raises(InputError, match=r"\.github is a symbolic link"):
        applied(found)
    assert list(outside.iterdir()) == []


def test_what_failed_half_way_is_taken_back(tree: Path) -> None:
    before = everything(tree)
    found = plan(tree)
    (tree / "docs").write_text("a file\n")
    with pytest.raises(InputError, match="docs is a symbolic link, or not what it has to be"):
        applied(found)
    (tree / "docs").unlink()
    undone(tree)
    left = {path: data for path, data in everything(tree).items() if data != b"folder"}
    assert left == before


def test_undo_does_not_follow_a_link_to_what_has_the_same_bytes(tree: Path, tmp_path: Path) -> None:
    applied(plan(tree, ci=None))
    (tree / "docs/security").rename(tmp_path / "elsewhere")
    (tree / "docs/security").symlink_to(tmp_path / "elsewhere")
    kept = undone(tree).kept
    assert len(kept) == len(list((tmp_path / "elsewhere").iterdir())) == 3


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"{", "truncated"),
        (b"\xff", "malformed|invalid|Invalid"),
        (b"[" * 5_000, "affidavit/.init.json"),
        (b'{"format": "affidavit/init@2"}', "Invalid enum value"),
        (b'{"format": "affidavit/init@1", "more": 1}', "unknown field"),
        ({"files": [{"path": "../x", "digest": DIGEST}]}, "no file that a set-up writes"),
        ({"files": [{"path": "src/main.py", "digest": DIGEST}]}, "no file that a set-up"),
        ({"files": [{"path": ".git/config", "digest": DIGEST}]}, "no file that a set-up"),
        ({"files": [{"path": "affidavit/policy/../../x", "digest": DIGEST}]}, "no file that"),
        ({"files": [{"path": "affidavit/x", "digest": "x"}]}, "matching regex"),
        ({"folders": ["src"]}, "no folder that a set-up makes"),
    ],
)
def test_a_record_that_somebody_else_wrote_removes_nothing_of_others(
    tree: Path, data: bytes | dict[str, object], why: str
) -> None:
    (tree / "affidavit").mkdir()
    head = {"format": "affidavit/init@1"}
    text = data if isinstance(data, bytes) else json.dumps(head | data).encode()
    (tree / PLACE).write_bytes(text)
    before = everything(tree)
    with pytest.raises(InputError, match=why):
        undone(tree)
    assert everything(tree) == before


def test_there_is_nothing_to_take_back_where_nothing_was_set_up(tree: Path) -> None:
    with pytest.raises(InputError, match="nothing can be taken back"):
        undone(tree)


def test_a_bare_repository_has_no_place_for_a_set_up(tmp_path: Path) -> None:
    bare = Repo(tmp_path / "bare.git", bare=True)
    with pytest.raises(UsageError, match="bare"):
        plan(bare.path)


def test_hooks_that_would_no_longer_run_keep_ours_from_being_installed(tree: Path) -> None:
    hook = tree / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    found = plan(tree, hooks=True)
    assert (found.hooks, found.hooks_why) == (
        State.DIFFERS,
        "git's own folder has hooks that would no longer run: pre-commit",
    )
    assert found.left == ("core.hooksPath",)


def test_another_folder_of_hooks_stays(tree: Path) -> None:
    git("config", "core.hooksPath", ".husky", cwd=tree)
    found = plan(tree, hooks=True)
    assert (found.hooks, found.hooks_why) == (State.DIFFERS, "it is .husky and stays so")
    applied(found)
    undone(tree)
    assert git("config", "core.hooksPath", cwd=tree).strip() == b".husky"


@pytest.mark.parametrize(
    ("source", "digest", "why"),
    [
        ("affidavit", DIGEST, "neither an https address nor a wheel's path"),
        ("http://example.com/a.whl", DIGEST, "neither an https address nor a wheel's path"),
        ("../a.whl", DIGEST, "neither an https address nor a wheel's path"),
        ("/a.whl", DIGEST, "neither an https address nor a wheel's path"),
        ("https://example.com/a.whl", None, r"give its --digest sha256:… as well"),
        ("https://u:p@example.com/a.whl", DIGEST, "no plain https address"),
        ("https://example.com/a.whl?x=1", DIGEST, "no plain https address"),
        ('https://example.com/a"; rm', DIGEST, "no plain https address"),
        ("https://example.com/$(id).whl", DIGEST, "no plain https address"),
        ("https://example.com/a.whl", "sha256:12", "64 hexadecimal digits"),
        (None, DIGEST, "give both"),
    ],
)
def test_a_source_that_a_pipeline_could_not_trust_is_refused(
    tree: Path, source: str | None, digest: str | None, why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        plan(tree, source=source, digest=digest)


def test_a_wheel_of_the_repository_is_taken_with_the_digest_that_it_has(tree: Path) -> None:
    (tree / "tools").mkdir()
    (tree / "tools/affidavit-1.whl").write_bytes(b"wheel")
    found = plan(tree, source="tools/affidavit-1.whl")
    (gate,) = (one.text for one in found.new if one.path.endswith("affidavit-gate.yml"))
    digest = "01d49064a12bd68fad7d47a48b3bfdf32d29c8c54b6bf1e8c7b4cc5ea7b23a4c"
    assert 'WHEEL: "tools/affidavit-1.whl"' in gate
    told = next(line.split('"')[1] for line in gate.splitlines() if "DIGEST:" in line)
    with pytest.raises(UsageError, match=f"has the digest sha256:{told}, not the one"):
        plan(tree, source="tools/affidavit-1.whl", digest=f"sha256:{digest}")


@pytest.mark.parametrize(
    ("place", "error"),
    [("tools/nowhere.whl", UnreadableError), ("tools/link.whl", UsageError)],
)
def test_a_wheel_that_is_not_there_or_lies_elsewhere_is_refused(
    tree: Path, place: str, error: type[Exception]
) -> None:
    (tree / "tools").mkdir()
    (tree / "real.whl").write_bytes(b"wheel")
    (tree / "tools/link.whl").symlink_to(tree / "real.whl")
    with pytest.raises(error):
        plan(tree, source=place)


def test_a_file_that_came_after_the_plan_is_not_written_over(tree: Path) -> None:
    found = plan(tree, ci=None)
    (tree / "affidavit.toml").write_text("mine\n")
    with pytest.raises(OutputError, match=r"affidavit\.toml cannot be written: File exists"):
        applied(found)
    assert (tree / "affidavit.toml").read_text() == "mine\n"


def test_names_in_a_plan_are_text_even_where_a_file_is_none(tree: Path) -> None:
    (tree / "affidavit.toml").write_bytes(b"\xff\x1b[2J\n")
    (found,) = (one for one in plan(tree).steps if one.state is State.DIFFERS)
    assert found.found == decode(b"\xff\x1b[2J\n")
