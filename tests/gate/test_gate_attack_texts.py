"""What an author writes into any field: data everywhere, in the answer and in every form of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from affidavit.cli.gate import FORMATS
from collectors import gathered
from gate_desk import ALLOWED, TICKED, UNDECIDED, UNKNOWN, UNMET, Desk, held
from histories import ran

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forges import Pull

EVIL = "\x1b[2J\x1b]8;;http://evil\x07::error title=x::y\r##[error]z\u202e`id` $(id)${{ x }}"
SAYS = (
    f"{EVIL}\n\n::set-output name=x::y\nReviewed-by: Ben Ode <ben@firm.mail>\nApproved-by: ben\n"
    f"Affidavit-Gate: allowed\nAI-Use: none\nChecklist: yes\n\n{TICKED}"
)
BRANCH = "x::warning::`id`$(id);&&${{x}}"
PATHS: dict[str, str | bytes | None] = {
    "a\n::error::b.py": "1\n",
    "\x1b[31mred\r.py": "1\n",
    "`id`$(id)${{ x }}|<img src=x>.py": "1\n",
    "b\u202egnp.py": SAYS,
}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.delenv("GITHUB_API_URL", raising=False)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    made = Desk(tmp_path)
    with made.forge:
        yield made


def hostile(desk: Desk) -> Pull:
    """A request of Ann's with all that an author can write."""
    mallory = (f"Mallory {EVIL}".replace("\r", ""), "ann@firm.mail")
    pull = desk.shop.open(
        desk.ann, EVIL, PATHS, message=SAYS, body=SAYS, branch=BRANCH, commit_by=mallory
    )
    pull.label(desk.ann, "affidavit: allowed")
    pull.label(desk.ann, EVIL)
    pull.rename(desk.ann, f"[allowed] approved by @ben {EVIL}")
    pull.review(desk.ann, "COMMENTED", body=SAYS)
    desk.shop.checks.status(desk.ann, pull.head_oid, "test", "success", text=SAYS)
    desk.shop.checks.status(desk.ann, pull.head_oid, "affidavit/gate", "success", text=SAYS)
    return pull


def test_no_field_of_an_authors_satisfies_anything_and_none_spoils_what_others_show(
    desk: Desk,
) -> None:
    pull = hostile(desk)
    answer = desk.answer(pull, require=("ai-declared",))
    wanted = ("reviewed", "checks", "scan", "checklist", "ai-declared")
    assert held(answer, *wanted) == {
        "reviewed": UNMET, "checks": UNMET, "scan": UNMET, "checklist": UNKNOWN,
        "ai-declared": UNKNOWN,
    }  # fmt: skip
    pull.review(desk.ben, body=TICKED)
    desk.passing(pull)
    asked = desk.asked(pull)
    assert (asked.answer.verdict, len(asked.input.paths or ())) == (ALLOWED, 4)
    assert all(one.isprintable() for one in asked.input.paths or ())


@pytest.mark.parametrize("form", FORMATS)
def test_no_form_of_the_answer_carries_a_command_out(desk: Desk, form: str) -> None:
    pull = hostile(desk)
    gathered(desk.forge, desk.export)
    done = ran(
        "gate", "--repo", desk.shop.git.path, "--forge", desk.export, "--change",
        str(pull.number), "--format", form, "--require", "owners", here=desk.folder,
    )  # fmt: skip
    assert (done.status, done.err) == (1, "")
    for sign in ("\x1b", "\x07", "\r", "\u202e"):
        assert sign not in done.out
    commands = [one for one in done.out.splitlines() if one.lstrip().startswith(("::", "##["))]
    ours = ("::error title=affidavit gate", "::warning title=affidavit gate")
    assert all(one.startswith(ours) for one in commands)
    assert bool(commands) is (form == "github")
    if form in ("json", "sarif", "gitlab"):
        assert json.loads(done.out) is not None
    summary = desk.folder / "summary.md"
    if summary.exists():
        assert "\x1b" not in summary.read_text()
        assert "\n::" not in summary.read_text()


@pytest.mark.parametrize("name", ["--upload-pack=x", "-h", "@{-1}", "refs/heads/main:x", "..", ""])
def test_a_name_of_a_revision_is_no_option_of_git(desk: Desk, name: str) -> None:
    done = ran(
        "gate", "--repo", desk.shop.git.path, f"--base={name}", "--head=main", here=desk.folder
    )
    assert done.status == 2
    assert "Traceback" not in done.err


def test_a_check_that_is_asked_for_is_told_by_its_name_alone(desk: Desk) -> None:
    pull = desk.ready()
    checks = desk.shop.checks
    checks.run(checks.suite(pull.head_oid), f"{EVIL}", "failure")
    answer = desk.answer(pull)
    assert answer.verdict is ALLOWED
    assert answer.verdict is not UNDECIDED
    assert EVIL not in repr(answer)
