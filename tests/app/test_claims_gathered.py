"""Which lines of a landing a record can attest, by their class and ground alone."""

from __future__ import annotations

import pytest

from affidavit.app.claims_written.brought import Placed
from affidavit.app.claims_written.gathering import BY_COMMIT, LEFT, PERSONS, SEVERAL, gathered
from affidavit.app.lines.held import Piece
from affidavit.changes.lines.model import Ground, Hand, LineClass, Made
from affidavit.provenance.gitai_log import Span
from affidavit.provenance.records.model import Attests, LineClaim

CLAUDE, CODEX = Hand("claude-code", "opus", "x"), Hand("codex")


def lines(line_class: LineClass, ground: Ground, *hands: Hand) -> Placed:
    """Three lines from the fifth of a file on."""
    return Placed(b"a.py", 4, Piece(3, Made(line_class, ground, hands), 0, "1" * 40, b"b.py", 7))


def claim(attests: Attests = Attests.AI, **whose: str) -> LineClaim:
    return LineClaim(path="a.py", attests=attests, spans=(Span(5, 7),), **whose)  # type: ignore[arg-type]


OPUS = claim(agent="claude-code", model="opus", session="x")


@pytest.mark.parametrize(
    ("placed", "attested"),
    [
        (lines(LineClass.AI, Ground.NOTE, CLAUDE), (OPUS,)),
        (lines(LineClass.AI, Ground.NOTE, CLAUDE, CODEX), (OPUS, claim(agent="codex"))),
        (lines(LineClass.AI, Ground.NOTE, Hand("unspecified")), (claim(),)),
        (lines(LineClass.AI, Ground.NOTE), (claim(),)),
        (lines(LineClass.HUMAN, Ground.NOTE), (claim(Attests.HUMAN),)),
    ],
)
def test_what_a_record_attests_of_lines_is_written(
    placed: Placed, attested: tuple[LineClaim, ...]
) -> None:
    found = gathered([placed], persons=None, from_commits=False)
    assert (found.attested, found.by_commit, found.left) == (attested, (), {})


@pytest.mark.parametrize(
    ("placed", "why"),
    [
        (lines(LineClass.AI, Ground.COMMIT, CLAUDE, CODEX), SEVERAL),
        (lines(LineClass.HUMAN, Ground.COMMIT), PERSONS),
        (lines(LineClass.UNDETERMINED, Ground.UNSPLIT, CLAUDE), LEFT[LineClass.UNDETERMINED]),
        (lines(LineClass.UNDETERMINED, Ground.CONTRADICTED), LEFT[LineClass.UNDETERMINED]),
        (lines(LineClass.NO_SIGNAL, Ground.NOTHING), LEFT[LineClass.NO_SIGNAL]),
        (lines(LineClass.AUTOMATION, Ground.COMMIT), LEFT[LineClass.AUTOMATION]),
    ],
)
def test_what_nothing_attests_is_counted_even_where_commits_count(placed: Placed, why: str) -> None:
    found = gathered([placed], persons=None, from_commits=True)
    assert (found.attested, found.by_commit, found.sentences()) == ((), (), (f"{why}: 3",))


def test_what_a_commit_claims_stands_apart_where_it_is_asked_for() -> None:
    placed = [lines(LineClass.AI, Ground.COMMIT, CLAUDE)]
    without = gathered(placed, persons=None, from_commits=False)
    assert (without.attested, without.by_commit, without.left) == ((), (), {BY_COMMIT: 3})
    found = gathered(placed, persons=None, from_commits=True)
    assert (found.attested, found.by_commit, found.left) == ((), (OPUS,), {})


@pytest.mark.parametrize("line_class", list(LineClass))
@pytest.mark.parametrize("ground", list(Ground))
@pytest.mark.parametrize("from_commits", [True, False])
def test_no_line_is_lost_in_silence(
    line_class: LineClass, ground: Ground, *, from_commits: bool
) -> None:
    placed = [lines(line_class, ground, CLAUDE)]
    found = gathered(placed, persons=None, from_commits=from_commits)
    assert len(found.attested) + len(found.by_commit) + len(found.left) == 1
