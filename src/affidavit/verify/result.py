"""What verifying comes to: one status, every problem, and how far each statement reaches."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from affidavit.verify.named import About

if TYPE_CHECKING:
    from affidavit.verify.gap import Gap
    from affidavit.verify.named import Asked

MOST_PROBLEMS = 1000
"""Problems that are kept in full; the totals count them all."""
MOST_NOTICES = 100
"""Notices that are kept."""
MOST_RANGES = 1000
"""Ranges of unread entries that are kept; the last of them covers all that follow."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = int((datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH).total_seconds())


class Status(StrEnum):
    """The answer in one word. Only `VERIFIED` lets anything rest on the log."""

    VERIFIED = "verified"
    FAILED = "failed"
    """At least one problem was found."""
    SELF_ASSERTED = "self-asserted"
    """No key came from outside: the log was held against the key that it brought itself."""
    EMPTY = "empty"
    """There is no entry to verify."""
    INCOMPLETE = "incomplete"
    """What was checked held, but not everything could be checked; `Result.reasons` says what."""

    @property
    def exit_status(self) -> int:
        """0 verified, 1 failed, 3 cannot decide."""
        return {Status.VERIFIED: 0, Status.FAILED: 1}.get(self, 3)


class Code(StrEnum):
    """What kind of problem it is."""

    LAYOUT = "layout"
    DAMAGED = "damaged"
    ENTRY_MISSING = "entry-missing"
    ENTRY_MISPLACED = "entry-misplaced"
    ENTRY_MALFORMED = "entry-malformed"
    ENTRY_WITHOUT_CHECKPOINT = "entry-without-checkpoint"
    ENTRY_AFTER_END = "entry-after-end"
    BUNDLE_MALFORMED = "bundle-malformed"
    BUNDLE_DIFFERS = "bundle-differs"
    STREAM_SEQUENCE = "stream-sequence"
    STREAM_PREVIOUS = "stream-previous"
    BLOB_MISSING = "blob-missing"
    BLOB_DIFFERS = "blob-differs"
    BLOB_SIZE = "blob-size"
    TILE_MISSING = "tile-missing"
    TILE_DIFFERS = "tile-differs"
    TILE_BEYOND = "tile-beyond"
    CHECKPOINT_MISSING = "checkpoint-missing"
    CHECKPOINT_MALFORMED = "checkpoint-malformed"
    CHECKPOINT_MISFILED = "checkpoint-misfiled"
    CHECKPOINT_WITHOUT_ENTRIES = "checkpoint-without-entries"
    ROOT_DIFFERS = "root-differs"
    ORIGIN_DIFFERS = "origin-differs"
    SIGNATURE_MISSING = "signature-missing"
    SIGNATURE_BAD = "signature-bad"
    COSIGNATURE_BAD = "cosignature-bad"
    COSIGNATURE_WITHOUT_CHECKPOINT = "cosignature-without-checkpoint"
    ROTATION_MALFORMED = "rotation-malformed"
    CUT_OFF = "cut-off"
    FORKED = "forked"
    DERIVED_DIFFERS = "derived-differs"
    NOT_INCLUDED = "not-included"
    STAMP_BAD = "stamp-bad"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it must be.

    `place` says where: a file, a table, a checkpoint. `index` is that of an entry, `size` that of a
    checkpoint; either is None where the problem has none.
    """

    code: Code
    text: str
    place: str
    index: int | None = None
    size: int | None = None


class Notice(NamedTuple):
    """Something to know that makes nothing wrong."""

    code: str
    text: str


class RangeKind(StrEnum):
    """How strongly a range of entries is held."""

    WITNESSED = "witnessed"
    SIGNED = "signed"
    PENDING = "pending"
    NOT_CHECKED = "not-checked"


class Range(NamedTuple):
    """The entries ``[start, end)`` and what holds them."""

    kind: RangeKind
    start: int
    end: int
    text: str


class Witnessed(NamedTuple):
    """A checkpoint that witnesses saw: its size, and when, in seconds since 1970 UTC.

    Of several witnesses that time counts by which enough had seen it; 0 says that none was stated.
    """

    size: int
    time: int


def span(start: int, end: int) -> str:
    """The entries ``[start, end)``, at least one, in words: the first, the last, how many."""
    if end - start == 1:
        return f"entry {start:,}"
    return f"entries {start:,} to {end - 1:,} ({end - start:,})"


def counted(number: int) -> str:
    """So many entries, in words."""
    return f"{number:,} entr{'y' if number == 1 else 'ies'}"


def add_range(ranges: list[tuple[int, int]], start: int, end: int) -> None:
    """Add the entries ``[start, end)``, which come after those of `ranges`."""
    if ranges and (ranges[-1][1] >= start or len(ranges) >= MOST_RANGES):
        ranges[-1] = ranges[-1][0], max(end, ranges[-1][1])
    else:
        ranges.append((start, end))


def moment(time: int) -> str:
    """`time`, seconds since 1970 UTC, as ``2026-01-31T12:00:00Z``; the calendar's bounds apply."""
    shown = _EPOCH + timedelta(seconds=min(max(time, 0), _LATEST))
    return shown.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class Findings:
    """The problems and notices as they come in: all are counted, the first are kept."""

    problems: list[Problem] = field(default_factory=list)
    totals: Counter[Code] = field(default_factory=Counter)
    notices: list[Notice] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Take one problem in."""
        self.totals[problem.code] += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def notice(self, code: str, text: str) -> None:
        """Take one notice in."""
        if len(self.notices) < MOST_NOTICES:
            self.notices.append(Notice(code, text))

    def join(self, others: Findings) -> None:
        """Take in what was found elsewhere, after what is here."""
        self.totals.update(others.totals)
        self.problems += others.problems[: MOST_PROBLEMS - len(self.problems)]
        self.notices += others.notices[: MOST_NOTICES - len(self.notices)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What verifying a log, a proof or a checkpoint came to.

    `problems` are the first `MOST_PROBLEMS` and `totals` the number of each code among all.
    `reasons` say why the status is not verified where nothing is wrong, and `skipped` what was not
    looked at. `size` and `root` are of the newest checkpoint that holds, or None without one.
    An end cut off at or after `complete_to` entries could not have been noticed; of a single proof
    or checkpoint it is 0, and `entries` what the checkpoint states. `gap` is the longest time in
    which too few witnesses saw the log, None where none is asked for, or the period has no end.
    `about` is what was learned beside this, and `asked` what was asked, where a caller says it.
    """

    status: Status
    problems: tuple[Problem, ...] = ()
    totals: tuple[tuple[Code, int], ...] = ()
    ranges: tuple[Range, ...] = ()
    notices: tuple[Notice, ...] = ()
    reasons: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    origin: str | None = None
    entries: int = 0
    size: int | None = None
    root: bytes | None = None
    witnessed: tuple[Witnessed, ...] = ()
    complete_to: int = 0
    gap: Gap | None = None
    about: About = field(default_factory=About)
    asked: Asked | None = None

    @property
    def last_witnessed(self) -> Witnessed | None:
        """The largest checkpoint that the witnesses asked for saw."""
        return max(self.witnessed, default=None)
