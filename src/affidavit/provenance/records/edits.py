"""The edits of one session as its transcript tells them, gathered while it is read.

A tool first writes what it is about to do, and later what came of it. An edit counts once its
result says that it succeeded. What failed, what was refused and what has no result are counted and
left out.
"""

from __future__ import annotations

import io
from collections import Counter
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.provenance.records.documents import Counts, time_of
from affidavit.provenance.records.model import Attests, LineClaim, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.provenance.records.written import Runs

LARGEST = 64 << 20
"""Bytes of one transcript that are read; of a larger one nothing is."""
MOST_LINES = 1_000_000
"""Lines of one transcript that are read."""
LONGEST_LINE = 16 << 20
"""Bytes of one line of a transcript that are read."""
MOST_EDITS = 20_000
"""Edits of one transcript that are read."""
MOST_WRITTEN = 500_000
"""Lines that the edits of one transcript wrote, as far as they are kept."""

TOO_LARGE = f"it has more than {LARGEST:,} bytes, and was not read"


class Left(StrEnum):
    """What of a transcript was left out, as it is told."""

    FAILED = "edits that failed or were refused, left out"
    UNTOLD = "edits whose result is not told, left out"
    OUTSIDE = "files edited outside the folder of the session, left out"
    COMMAND = "commands that patch files beside other things, left out"
    MANY = f"edits after the first {MOST_EDITS:,}, left out"
    LONG = f"edits after the first {MOST_WRITTEN:,} lines written, left out"
    UNREAD = "lines that are not in the form, not read"
    AFTER = f"lines after the first {MOST_LINES:,}, not read"


class Who(NamedTuple):
    """Who made an edit."""

    agent: str
    model: str | None = None
    session: str | None = None


class Change(NamedTuple):
    """What an edit wrote to one file; `path` is ``None`` for one outside."""

    path: str | None
    runs: Runs
    attests: Attests = Attests.AI


class Transcript(msgspec.Struct, frozen=True, kw_only=True):
    """What a transcript states.

    The first record is of all of it, and has its problems; each other one is of one edit that
    succeeded, in the order in which they did. `left` counts what was left out.
    """

    records: tuple[Record, ...]
    left: dict[Left, int]


class Edits:
    """The edits of one transcript; `source` and `place` are those of its records."""

    def __init__(self, source: str, place: str) -> None:
        self._source, self._place = source, place
        self._open: dict[str, tuple[Who, tuple[Change, ...]]] = {}
        self._told: set[str] = set()
        self._made: list[Record] = []
        self._written = 0
        self._left: Counter[Left] = Counter()
        self.counts = Counts()
        """What else is wrong with the transcript."""

    def leave(self, what: Left, often: int = 1) -> None:
        """Count something that is left out."""
        self._left[what] += often

    def call(self, key: str, who: Who, changes: tuple[Change, ...]) -> None:
        """An edit that is about to be made; `key` is what its result will be told under."""
        if key in self._told or key in self._open:
            return
        if len(self._told) + len(self._open) >= MOST_EDITS:
            self.leave(Left.MANY)
            return
        self._open[key] = (who, changes)

    def calls(self, key: str) -> tuple[Who, tuple[Change, ...]] | None:
        """The edit under `key` that has no result yet."""
        return self._open.get(key)

    def failed(self, key: str) -> None:
        """The edit under `key` was not made."""
        if self._open.pop(key, None):
            self._told.add(key)
            self.leave(Left.FAILED)

    def succeeded(
        self,
        key: str,
        time: str | None,
        *,
        changes: tuple[Change, ...] | None = None,
        commit: str | None = None,
    ) -> None:
        """The edit under `key` was made.

        `changes` are these where the result tells them, and `commit` is the one, or the beginning
        of its id, that is said to have been made of the edit.
        """
        found = self._open.pop(key, None)
        if found:
            self._told.add(key)
            self._make(found[0], found[1] if changes is None else changes, time, commit)

    def _make(
        self, who: Who, changes: tuple[Change, ...], time: str | None, commit: str | None
    ) -> None:
        inside = [(each, each.path) for each in changes if each.path is not None]
        self.leave(Left.OUTSIDE, len(changes) - len(inside))
        written = sum(len(run) for change, _ in inside for run in change.runs)
        if self._written + written > MOST_WRITTEN:
            self.leave(Left.LONG)
            return
        self._written += written
        lines = tuple(
            LineClaim(
                path=path,
                attests=change.attests,
                agent=who.agent,
                model=who.model,
                session=who.session,
                texts=run,
            )
            for change, path in inside
            for run in change.runs
        )
        if lines:
            at = time_of(time, self.counts)
            stated = (("commit", commit),) if commit else ()
            record = Record(
                source=self._source, place=self._place, time=at, lines=lines, stated=stated
            )
            self._made.append(record)

    def transcript(self, began: str | None = None, *, base: str | None = None) -> Transcript:
        """All of it; edits that are still without a result have none.

        `began` is its own time, `base` the commit that the session began on.
        """
        self.leave(Left.UNTOLD, len(self._open))
        left = {what: self._left[what] for what in Left if self._left[what]}
        head = Record(
            source=self._source,
            place=self._place,
            time=time_of(began, self.counts),
            stated=(("base", base),) if base else (),
            problems=(
                *(f"{what}: {often:,}" for what, often in left.items()),
                *self.counts.sentences(),
            ),
        )
        return Transcript(records=(head, *self._made), left=left)


def lines(data: bytes, edits: Edits) -> Iterator[bytes]:
    """The lines of `data` with their line feeds, as far as bounds allow."""
    if len(data) > LARGEST:
        edits.counts.tell(TOO_LARGE)
        return
    found = iter(io.BytesIO(data))
    for line in islice(found, MOST_LINES):
        if len(line) > LONGEST_LINE:
            edits.leave(Left.UNREAD)
        else:
            yield line
    edits.leave(Left.AFTER, sum(1 for _ in found))
