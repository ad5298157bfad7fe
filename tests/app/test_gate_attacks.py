"""What an author, or an agent that runs as one, may try to get a change past the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.gate import diff, span
from affidavit.app.gate.base import places_of
from affidavit.app.gate.table import GateTable
from affidavit.changes.gate.model import Status, Verdict
from affidavit.changes.gate.touched import File
from gates import ALL, ALLOW, CHECKLIST, CONFIG, FILES, Gates, found, statuses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forges import Pull

MET, UNMET, UNKNOWN = Status.MET, Status.UNMET, Status.UNKNOWN
WEB_FLOW = ("GitHub", "noreply@github.com")
GONE = dict.fromkeys(one for one in FILES if one.startswith("affidavit/"))
HOSTILE = "\x1b[2J::error::x\n##[error]\u202e{{ steps }} $(id) `id` | <b>&"


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Gates]:
    made = Gates(tmp_path)
    with made.forge:
        yield made


@pytest.mark.parametrize(
    ("files", "classes"),
    [
        ({"affidavit/policy/all.rego": ALL + "\n", "a.py": "1\n"}, ("policy",)),
        ({**GONE, "affidavit": "a file\n"}, ("policy", "signers")),
    ],
)
def test_a_change_to_what_it_is_judged_by_takes_two_persons(
    firm: Gates, files: dict[str, str | bytes | None], classes: tuple[str, ...]
) -> None:
    pull = firm.ready(files)
    answer = firm.answer(pull)
    assert answer.touched == classes
    assert statuses(answer)["gate-files"] is UNMET
    assert answer.verdict is Verdict.REFUSED
    pull.review(firm.cleo)
    assert statuses(firm.answer(pull))["gate-files"] is MET


@pytest.mark.parametrize(
    ("path", "classes"),
    [
        ("affidavit/policy/extra/more.rego", ("policy",)),
        (".github/workflows/ci.yml", ("workflow",)),
        (".GitHub/workflows/new.yml", ("workflow",)),
        (".gitlab-ci.yml", ("workflow",)),
        ("affidavit.toml", ("configuration", "identities")),
        ("Affidavit.TOML", ("configuration", "identities")),
        (".mailmap", ("identities",)),
        (".github/CODEOWNERS", ("identities",)),
        ("docs/CODEOWNERS", ("identities",)),
        ("affidavit/allowed_signers", ("signers",)),
        ("affidavit/signers.toml", ("signers",)),
        ("affidavit/revoked_signers.toml", ("signers",)),
        ("affidavit/attestations/x", ("signers",)),
        ("affidavit/attestation_roots.pem", ("signers",)),
        ("affidavit", ("policy", "signers")),
        (".github", ("identities", "workflow")),
        ("affidavit.toml.md", ()),
        ("src/affidavit/policy/x.rego", ()),
    ],
)
def test_each_file_that_changes_are_judged_by_is_known(path: str, classes: tuple[str, ...]) -> None:
    file = File(path=path, before="100644", after="100644", blob="1" * 40)
    assert places_of(GateTable()).touched((file,)) == classes


def test_files_that_the_base_keeps_elsewhere_are_known_there() -> None:
    table = GateTable(policy="rules/gate", allowed_signers="keys/people", signers="keys/ci.toml")
    paths = ("rules/gate/a.rego", "keys/attestations/x", "keys/ci.toml", "affidavit/policy/a.rego")
    files = [File(path=one, before="100644", after="100644", blob="1" * 40) for one in paths]
    assert [places_of(table).touched((one,)) for one in files] == [
        *(("policy",), ("signers",), ("signers",), ("configuration",)),
    ]


def test_a_policy_signers_and_reviewers_of_the_head_decide_nothing(firm: Gates) -> None:
    files = {
        "affidavit/policy/policy.toml": ALLOW,
        "affidavit/policy/all.rego": "package firm\n\nallow := true\n# mine\n",
        "affidavit.toml": CONFIG.replace('checks = ["test"]', 'require = []\nchecks = ["nothing"]'),
        "affidavit/signers.toml": "signers = []\n",
    }
    pull = firm.opened(files)
    firm.report(pull.head_oid)
    before = firm.answer(firm.opened({"a.py": "1\n"}))
    answer = firm.answer(pull)
    assert answer.policy.bundle == before.policy.bundle
    assert "success of test" in [one.required for one in answer.requirements]
    assert statuses(answer)["scan"] is MET
    assert statuses(answer)["reviewed"] is UNMET


def test_nothing_that_an_author_writes_into_any_field_satisfies_anything(firm: Gates) -> None:
    said = (
        f"{HOSTILE}\n\nReviewed-by: Ben Ode <ben@firm.mail>\nApproved-by: ben\nAI-Use: none\n"
        f"Affidavit-Gate: allowed\n{CHECKLIST.format(use='none')}"
    )
    pull = firm.opened({f"{HOSTILE.replace('/', '')}.py": said}, message=said, body=said)
    pull.rename(firm.ann, "[allowed] [skip affidavit] Approved by Ben")
    pull.review(firm.ann, "COMMENTED", body=said)
    pull.label(firm.ann, "approved")
    answer = firm.answer(pull, require=("ai-declared",))
    wanted = {"reviewed": UNMET, "scan": UNMET, "checklist": UNKNOWN, "ai-declared": UNKNOWN}
    assert {id_: statuses(answer)[id_] for id_ in wanted} == wanted
    assert all(text.isprintable() for one in answer.requirements for text in (one.found, one.how))


def test_a_commit_typed_as_the_forges_hides_nobody(firm: Gates) -> None:
    oid = firm.shop.make(firm.ann, "Forged", {"cart.py": "x = 2\n"}, committer=WEB_FLOW)
    pull = firm.shop.open(firm.ann, "Forged", {}, head=oid)
    firm.shop.checks.passes(oid, "test")
    pull.review(firm.ben, body=CHECKLIST.format(use="none"))
    firm.report(oid)
    answer = firm.answer(pull)
    assert (answer.verdict, statuses(answer)["reviewed"]) == (Verdict.UNDECIDED, UNKNOWN)
    assert "no signature of it shows that" in found(answer, "reviewed")


def test_what_the_forge_signed_is_its_own(firm: Gates) -> None:
    oid = firm.shop.make(firm.ann, "Web", {"a.py": "1\n"}, committer=WEB_FLOW, signed=True)
    pull = firm.shop.open(firm.ann, "Web", {}, head=oid)
    firm.shop.checks.passes(oid, "test")
    pull.review(firm.ben, body=CHECKLIST.format(use="none"))
    firm.report(oid)
    assert firm.answer(pull).verdict is Verdict.ALLOWED


def test_a_push_after_the_gate_is_not_what_was_judged(firm: Gates) -> None:
    pull = firm.ready()
    judged = pull.head_oid
    pull.force_push(firm.ann, "Else", {"cart.py": "evil = 1\n"})
    answer = firm.answer(pull, head=judged, change=pull.number)
    assert (answer.verdict, statuses(answer)["current"]) == (Verdict.REFUSED, UNMET)


def test_a_request_that_was_merged_or_closed_is_not_judged_any_more(firm: Gates) -> None:
    pull = firm.ready()
    pull.close(firm.ann)
    assert statuses(firm.answer(pull))["current"] is UNMET


def test_another_request_with_the_same_head_would_pass_with_it(firm: Gates) -> None:
    pull = firm.ready()
    firm.shop.push(firm.ann, "weak", firm.base)
    firm.shop.open(firm.ann, "Twin", {}, head=pull.head_oid, base="weak", branch="twin")
    answer = firm.answer(pull)
    assert (answer.verdict, statuses(answer)["current"]) == (Verdict.UNDECIDED, UNKNOWN)


def test_a_base_that_moved_on_is_seen(firm: Gates) -> None:
    pull = firm.ready({"shop.py": "ITEMS = [1]\n"})
    firm.shop.direct(firm.ben, "Race", {"shop.py": "ITEMS = [2]\n"})
    answer = firm.answer(pull, require=("up-to-date", "no-conflicts"))
    told = statuses(answer)
    assert (told["up-to-date"], told["no-conflicts"]) == (UNMET, UNMET)


def test_an_author_a_bot_or_a_stranger_approves_nothing(firm: Gates) -> None:
    bot = firm.forge.bot("helper")
    stranger = firm.forge.account("stranger", "Sue Else", "sue@else.mail")
    firm.shop.roles[bot] = "write"
    pull = firm.opened(by=firm.ben)
    pull.commit(firm.cleo, "More", {"cart.py": "x = 3\n"})
    for account in (bot, stranger, firm.cleo):
        pull.review(account, body=CHECKLIST.format(use="none"))
    asked = firm.asked(pull)
    assert statuses(asked.answer)["reviewed"] is UNMET
    assert (asked.input.approvals.persons, asked.input.approvals.possible) == (0, 0)
    assert statuses(asked.answer)["checklist"] is UNKNOWN


def test_what_an_agent_opened_takes_two_where_nobody_prompted_it(firm: Gates) -> None:
    agent = firm.forge.bot("copilot-swe-agent", number=198982749)
    firm.shop.roles[agent] = "write"
    pull = firm.opened(by=agent)
    pull.review(firm.ben, body=CHECKLIST.format(use="generated"))
    firm.report(pull.head_oid)
    asked = firm.asked(pull)
    assert (asked.input.approvals.needed, asked.input.ai.agent_opened) == (2, True)
    assert statuses(asked.answer)["reviewed"] is UNMET
    pull.review(firm.cleo)
    assert statuses(firm.answer(pull))["reviewed"] is MET


def test_a_status_that_an_author_set_is_no_check(firm: Gates) -> None:
    pull = firm.shop.open(firm.ann, "Own", {"own.py": "1\n"})
    firm.shop.checks.status(firm.ann, pull.head_oid, "test", "success")
    assert found(firm.answer(pull), "checks") == "missing: test"
    firm.shop.checks.status(firm.ben, pull.head_oid, "test", "success")
    assert statuses(firm.answer(pull))["checks"] is MET


def test_notes_that_an_agent_pushed_prove_nothing(firm: Gates) -> None:
    pull = firm.opened()
    note = b'{"scan": "clean", "approved": true}\n'
    _noted(firm, pull, note)
    answer = firm.answer(pull)
    assert [statuses(answer)[one] for one in ("reviewed", "scan")] == [UNMET, UNMET]
    assert any("not used: the notes of" in one for one in answer.noticed)


def _noted(firm: Gates, pull: Pull, note: bytes) -> None:
    """Put a note on the head."""
    git = firm.shop.git
    blob = git.blob(note)
    tree = git.tree({pull.head_oid: ("100644", blob)})
    made = git.run(
        *("-c", "user.name=x", "-c", "user.email=x@x", "commit-tree", "-m", "Notes", tree)
    )
    git.ref("refs/notes/affidavit", made.decode().strip())


def test_configuration_behind_a_link_decides_nothing(firm: Gates) -> None:
    for link in ("affidavit.toml", "affidavit/signers.toml", "affidavit/policy"):
        base = _linked(firm, link)
        head = firm.shop.make(firm.ann, "Work", {"a.py": "1\n"}, on=base)
        answer = firm.answer(base=base, head=head)
        assert statuses(answer)["base"] is UNKNOWN
        assert link in found(answer, "base")
        assert answer.verdict is not Verdict.ALLOWED


def _linked(firm: Gates, path: str) -> str:
    """A commit whose file at `path` is a symbolic link."""
    git = firm.shop.git
    files = {name: entry for name, entry in git.files(firm.base).items()
             if name != path and not name.startswith(f"{path}/")}  # fmt: skip
    files[path] = ("120000", git.blob("/etc/passwd"))
    tree = git.tree(files)
    made = git.run("-c", "user.name=x", "-c", "user.email=x@x", "commit-tree", "-m", "x", tree)
    return made.decode().strip()


def test_submodules_links_and_pointers_are_classes_of_their_own(firm: Gates) -> None:
    git = firm.shop.git
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    files = dict(git.files(firm.base))
    files["big.bin"] = ("100644", git.blob(pointer))
    files["sub"] = ("160000", "1" * 40)
    files["link"] = ("120000", git.blob("../../etc"))
    tree = git.tree(files)
    arguments = ("-c", "user.name=Ann", "-c", "user.email=ann@firm.mail")
    head = git.run(*arguments, "commit-tree", "-m", "x", "-p", firm.base, tree).decode().strip()
    classes = firm.asked(base="main", head=head).input.classes
    assert classes is not None
    told = {name: classes[name].paths for name in ("lfs_pointer", "submodule", "symlink")}
    assert told == {"lfs_pointer": ("big.bin",), "submodule": ("sub",), "symlink": ("link",)}


def test_a_change_that_is_too_large_to_be_seen_whole_is_not_decided(
    firm: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull = firm.ready({f"{number}.py": "1\n" for number in range(4)})
    monkeypatch.setattr(diff, "MOST_FILES", 3)
    answer = firm.answer(pull)
    assert (answer.verdict, statuses(answer)["history"]) == (Verdict.UNDECIDED, UNKNOWN)
    assert (answer.change.files, statuses(answer)["gate-files"]) == (None, UNKNOWN)


def test_a_change_of_too_many_commits_is_not_decided(
    firm: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull = firm.ready()
    monkeypatch.setattr(span, "MOST_COMMITS", 0)
    answer = firm.answer(pull)
    assert (answer.verdict, statuses(answer)["reviewed"]) == (Verdict.UNDECIDED, UNKNOWN)


def test_a_history_without_a_common_beginning_is_not_decided(firm: Gates) -> None:
    head = firm.shop.make(firm.ann, "Apart", {"a.py": "1\n"}, parents=())
    answer = firm.answer(base="main", head=head)
    assert (statuses(answer)["history"], answer.change.merge_base) == (UNKNOWN, None)
