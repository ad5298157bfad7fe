"""Notes that cannot be read: whoever pushes one stops no audit, and lets nothing through."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger import noting
from affidavit.app.ledger.noting import REF, Readable, readable_lines
from affidavit.changes.gated import GateState
from affidavit.changes.model import Grade
from affidavit.sources.git.notes import NOTE_BYTES
from sworn_desk import Sworn, state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.audit.model import Report

ELSEWHERE, LACKING = "cd" * 20, "ab" * 20


@pytest.fixture
def sworn(tmp_path: Path) -> Iterator[Sworn]:
    made = Sworn(tmp_path)
    with made.firm.forge:
        yield made


def git(sworn: Sworn, *words: str, stdin: bytes = b"") -> str:
    command = ["git", "-C", str(sworn.firm.shop.git.path), *words]
    return subprocess.run(command, input=stdin, capture_output=True, check=True).stdout.decode()


def noted(sworn: Sworn, blob: str, on: str) -> None:
    """Let the ref of notes hold one note, which may not be there."""
    tree = git(sworn, "mktree", "--missing", stdin=f"100644 blob {blob}\t{on}\n".encode())
    who = ("-c", "user.name=x", "-c", "user.email=x@firm.mail")
    commit = git(sworn, *who, "commit-tree", tree.strip(), "-m", "Notes")
    git(sworn, "update-ref", REF, commit.strip())


def large(sworn: Sworn) -> str:
    return git(sworn, "hash-object", "-w", "--stdin", stdin=b"x\n" * (NOTE_BYTES // 2 + 1)).strip()


def merged(sworn: Sworn, how: str) -> tuple[Report, str]:
    """A request that the gate allowed and that was merged, beside notes that cannot be read."""
    pull = sworn.firm.opened()
    sworn.decide(pull)
    landed = pull.merge(sworn.firm.ben, "squash")
    match how:
        case "a blob":
            git(sworn, "update-ref", REF, git(sworn, "hash-object", "-w", "--stdin").strip())
        case "lacking":
            noted(sworn, LACKING, pull.head_oid)
        case "large":
            noted(sworn, large(sworn), pull.head_oid)
        case _:
            noted(sworn, large(sworn), ELSEWHERE)
    return sworn.report(), landed


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("a blob", GateState.UNKNOWN),
        ("lacking", GateState.UNKNOWN),
        ("large", GateState.UNKNOWN),
        ("large, elsewhere", GateState.ALLOWED),
    ],
)
def test_an_audit_tells_of_notes_that_cannot_be_read_and_trusts_nothing_beside_them(
    sworn: Sworn, how: str, expected: GateState
) -> None:
    report, landed = merged(sworn, how)
    landing = next(one for one in report.landings if one.commit == landed)
    [limit] = [one for one in report.limits if one.id == "statements-unread"]
    assert (state(landing), landing.review.grade) == (expected, Grade.R2)
    assert (limit.gap, all(REF in one for one in limit.items)) == (True, True)


def test_what_can_be_read_is_read_beside_what_cannot(sworn: Sworn) -> None:
    path = sworn.firm.shop.git.path
    small = git(sworn, "hash-object", "-w", "--stdin", stdin=b"one\ntwo\n").strip()
    tree = f"100644 blob {large(sworn)}\t{ELSEWHERE}\n100644 blob {small}\t{sworn.enrolled}\n"
    made = git(sworn, "mktree", stdin=tree.encode()).strip()
    who = ("-c", "user.name=x", "-c", "user.email=x@firm.mail")
    git(sworn, "update-ref", REF, git(sworn, *who, "commit-tree", made, "-m", "x").strip())
    why = f"a note on {ELSEWHERE} in {REF} cannot be read"
    lines = {sworn.enrolled: [b"one", b"two"]}
    assert readable_lines(path) == Readable(lines, {ELSEWHERE: why}, ())


def test_of_more_notes_than_are_read_any_may_be_lost(
    sworn: Sworn, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = git(sworn, "hash-object", "-w", "--stdin", stdin=b"one\ntwo\n").strip()
    noted(sworn, small, sworn.enrolled)
    monkeypatch.setattr(noting, "MOST_LINES", 1)
    found = readable_lines(sworn.firm.shop.git.path)
    assert found == Readable({}, {}, (f"{REF} has more than 1 lines or 268,435,456 bytes",))


def test_a_repository_without_notes_has_none_that_cannot_be_read(sworn: Sworn) -> None:
    assert readable_lines(sworn.firm.shop.git.path) == Readable({}, {}, ())
