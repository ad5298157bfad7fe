"""One landing held against what it may have replaced, the strongest evidence first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.envelope.lifting import Landing, Lifted, attempted, said
from affidavit.app.recovery.model import REBASE, Outcome, Row
from affidavit.base.errors import DamagedError, FormatError, UsageError
from affidavit.changes.envelope.ladder import MOST_TOLD, Rung

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.app.recovery.orphans import Lost
    from affidavit.app.recovery.rebases import Rebases, Same
    from affidavit.base.errors import AffidavitError
    from affidavit.changes.envelope.ladder import Joined, Landed
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs

_OPEN = (
    Outcome.NOTHING,
    Outcome.NUMBER,
    Outcome.NO_NOTE,
    Outcome.ON_A_BRANCH,
    Outcome.UNPROVEN,
)
"""After these the next is tried; of several the last one here is told."""
_UNPROVEN = {
    Rung.AMBIGUOUS: (Outcome.AMBIGUOUS, None),
    Rung.NUMBER: (Outcome.NUMBER, "only its text names it"),
    Rung.PATCH: (Outcome.UNPROVEN, "content equal, position unproven"),
}
_UNREAD = "it cannot be read"
_SEVERAL = "it landed as several commits, and no patch of one of them is only this landing's"


class Trying:
    """Tries landings, one at a time."""

    def __init__(self, git: PrivateGit, refs: Refs, lost: Lost, rebases: Rebases) -> None:
        self._git, self._refs, self._lost, self._rebases = git, refs, lost, rebases

    def row(self, landed: Landed, joins: Sequence[Joined], same: Same | None) -> Row:
        """What became of `landed`; `joins` are to requests, then to commits with notes."""
        if landed.change.touched is None:
            why = "what it changes cannot be read, or is too much"
            return Row(landing=landed.commit, outcome=Outcome.UNREAD, why=why)
        if len(landed.parents) > 1:
            return Row(landing=landed.commit, outcome=Outcome.MERGE)
        best = Row(landing=landed.commit, outcome=Outcome.NOTHING)
        for join in joins:
            best = _better(best, self._squash(landed, join))
            if best.outcome not in _OPEN:
                return best
        return _better(best, self._rebase(landed, same)) if same else best

    def _squash(self, landed: Landed, join: Joined) -> Row:
        row = Row(
            landing=landed.commit,
            outcome=Outcome.NOTHING,
            rung=str(join.rung),
            change=join.key,
            head=join.head,
        )
        if join.rung in _UNPROVEN:
            outcome, why = _UNPROVEN[join.rung]
            return _as(row, outcome, why=why, among=join.among if join.key is None else ())
        if not join.carries or join.head is None:
            return Row(landing=landed.commit, outcome=Outcome.NOTHING)
        return self._proven(row, join)

    def _proven(self, row: Row, join: Joined) -> Row:
        if not self._lost.behind(join.head or ""):
            return _as(row, Outcome.NO_NOTE)
        if join.span != 1:
            return _as(row, Outcome.UNPROVEN, why=_SEVERAL)
        if join.key == join.head and join.head in self._lost.on_a_branch:
            return _as(row, Outcome.ON_A_BRANCH)
        wanted = Landing(commit=row.landing, head=join.head or "", rung=join.rung)
        return _carried(row, *attempted(self._git, self._refs, wanted))

    def _rebase(self, landed: Landed, same: Same) -> Row:
        row = Row(landing=landed.commit, outcome=Outcome.NOTHING, rung=REBASE)
        if same.unread:
            return _as(row, Outcome.UNREAD, why="its patch cannot be read, or is too much")
        if same.one is None:
            why = "another landing has the same patch" if same.again else None
            why = "not all commits with notes could be compared" if same.cut else why
            return _as(row, Outcome.AMBIGUOUS, among=same.commits[:MOST_TOLD], why=why)
        row = msgspec.structs.replace(row, change=same.one, head=same.one)
        if same.one in self._lost.on_a_branch:
            return _as(row, Outcome.ON_A_BRANCH)
        try:
            return _carried(row, self._rebases.carried(landed, same.one))
        except (UsageError, FormatError, DamagedError) as error:
            return _carried(row, Lifted(why=said(error.message), commits=1), error)


def _as(row: Row, outcome: Outcome, *, why: str | None = None, among: tuple[str, ...] = ()) -> Row:
    return msgspec.structs.replace(row, outcome=outcome, why=why, among=among)


def _carried(row: Row, done: Lifted, error: AffidavitError | None = None) -> Row:
    """`row` with what came of carrying notes to it."""
    return msgspec.structs.replace(
        row,
        outcome=_outcome(done, error),
        commits=done.commits,
        notes=done.notes,
        attested=done.attested,
        brought=done.brought,
        lines=done.lines,
        refused=done.refused,
        more_refused=done.more_refused,
        why=done.why,
        note=done.note,
    )


def _outcome(done: Lifted, error: AffidavitError | None) -> Outcome:
    if done.note is not None:
        return Outcome.RECOVERED
    unread = any(one.why == _UNREAD for one in done.refused)
    if unread or isinstance(error, DamagedError):
        return Outcome.UNREAD
    if error is not None or (done.refused and not done.notes):
        return Outcome.REFUSED
    return Outcome.NO_LINE if done.notes else Outcome.NO_NOTE


def _better(before: Row, now: Row) -> Row:
    """Which of both is told."""
    if now.outcome not in _OPEN:
        return now
    return max(before, now, key=lambda one: _OPEN.index(one.outcome))
