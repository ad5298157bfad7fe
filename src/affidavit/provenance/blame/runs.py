"""The lines of one file as runs: so many lines that one origin brought, from its line so and so.

A run is three numbers: the origin, the line of the origin's file with which it begins (counted from
0), and how many lines it has. Lines are never looked at; only where blocks of them were replaced.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.provenance.blame.change import Hunks

_CODE = "I"
"""Four bytes for each number: a file has less than four thousand million lines."""
_MOST = 1 << 32
_MOST_SINCE = 100
"""Changes that are kept beside what was found out of runs; with more of them it is forgotten."""


Went = tuple[int, int, int]
"""Lines that went: their origin, which of its lines is the first of them, and how many."""

Change = tuple[Sequence[Went], "Hunks", int]
"""What went of a file, the blocks that replaced lines, and the origin of what came."""


class Runs:
    """The lines of one file, changed in place by what changes the file."""

    __slots__ = ("counts", "origins", "since", "starts", "told")

    def __init__(self, origins: bytes = b"", starts: bytes = b"", counts: bytes = b"") -> None:
        self.origins = array(_CODE, origins)
        self.starts = array(_CODE, starts)
        self.counts = array(_CODE, counts)
        self.told: object = None
        """What somebody found out of these runs and keeps here."""
        self.since: list[Change] = []
        """How they changed after that."""

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        """Each run from the top: its origin, the origin's first line, and how many lines."""
        return zip(self.origins, self.starts, self.counts, strict=True)

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def lines(self) -> int:
        """How many lines the file has."""
        return sum(self.counts)

    def copy(self) -> Runs:
        """The same runs, to be changed apart."""
        other = Runs()
        other.origins, other.starts, other.counts = (
            self.origins[:],
            self.starts[:],
            self.counts[:],
        )
        return other

    def append(self, origin: int, start: int, count: int) -> None:
        """Add a run below."""
        self.origins.append(origin)
        self.starts.append(start)
        self.counts.append(count)
        self._forget()

    def _forget(self) -> None:
        self.told = None
        self.since = []

    def splice(self, hunks: Hunks, origin: int) -> list[Went]:
        """Replace blocks of lines by lines of `origin`; what went.

        Raises:
            FormatError: A block does not fit the lines.
        """
        ends = list(accumulate(self.counts))
        _check(hunks, ends[-1] if ends else 0)
        gone: list[Went] = []
        if len(self.since) == _MOST_SINCE:
            self._forget()
        if self.told is not None:
            self.since.append((gone, hunks, origin))
        origins, starts, counts = self.origins, self.starts, self.counts
        # From the last to the first: what is above a block stays where it was.
        for start, end, new_start, new_end in reversed(hunks):
            first = stop = bisect_right(ends, start)
            top = ends[first - 1] if first else 0
            put: list[int] = []
            if start > top:
                put += origins[first], starts[first], start - top
            if new_end > new_start:
                put += origin, new_start, new_end - new_start
            if end > start:
                stop = self._taken((start, end), first, ends, gone)
            elif start > top:
                stop += 1
            bottom = ends[stop - 1] if stop else 0
            if stop > first and bottom > end:
                # Of the last run some lines stay below.
                over = counts[stop - 1] - (bottom - end)
                put += origins[stop - 1], starts[stop - 1] + over, bottom - end
            origins[first:stop] = array(_CODE, put[::3])
            starts[first:stop] = array(_CODE, put[1::3])
            counts[first:stop] = array(_CODE, put[2::3])
            if start > top:
                ends[first] = start
        return gone

    def _taken(self, lines: tuple[int, int], first: int, ends: list[int], gone: list[Went]) -> int:
        """Tell of `lines`, which begin in the run `first`, that they go; the run after them."""
        at, end = lines
        origins, starts, counts = self.origins, self.starts, self.counts
        while True:
            until = ends[first]
            begin = starts[first] + at - (until - counts[first])
            first += 1
            if until >= end:
                gone.append((origins[first - 1], begin, end - at))
                return first
            gone.append((origins[first - 1], begin, until - at))
            at = until


def _check(hunks: Hunks, lines: int) -> None:
    """That blocks follow each other, and leave as many lines between them as there were."""
    at = shift = 0
    for start, end, new_start, new_end in hunks:
        ordered = at <= start <= end and new_start <= new_end < _MOST
        if not ordered or new_start != start + shift:
            raise FormatError("git's blocks of lines do not follow each other")
        at, shift = end, new_end - end
    if at > lines:
        raise FormatError(f"git replaces lines up to {at:,} of a file that has {lines:,}")
