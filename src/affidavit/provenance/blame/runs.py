"""The lines of one file as runs: so many lines that one origin brought, from its line so and so.

A run is three numbers: the origin, the line of the origin's file with which it begins (counted from
0), and how many lines it has. Lines are never looked at; only where blocks of them were replaced.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.provenance.blame.change import Hunks

_CODE = "I"
"""Four bytes for each number: a file has less than four thousand million lines."""
_MOST = 1 << 32


class Runs:
    """The lines of one file, changed in place by what changes the file."""

    __slots__ = ("counts", "origins", "starts")

    def __init__(self) -> None:
        self.origins = array(_CODE)
        self.starts = array(_CODE)
        self.counts = array(_CODE)

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

    def splice(self, hunks: Hunks, origin: int) -> list[tuple[int, int]]:
        """Replace blocks of lines by lines of `origin`; the origin and count of what went.

        Raises:
            FormatError: A block does not fit the lines.
        """
        ends = list(accumulate(self.counts))
        _check(hunks, ends[-1] if ends else 0)
        gone: list[tuple[int, int]] = []
        # From the last to the first: what is above a block stays where it was.
        for start, end, new_start, new_end in reversed(hunks):
            first = bisect_right(ends, start)
            last = bisect_left(ends, end, first) if end > start else first
            self._replace((first, last), (start, end), (origin, new_start, new_end), ends, gone)
        return gone

    def _replace(
        self,
        runs: tuple[int, int],
        lines: tuple[int, int],
        new: tuple[int, int, int],
        ends: list[int],
        gone: list[tuple[int, int]],
    ) -> None:
        """Put `new` for `lines`, which begin in the first of `runs` and end in the last."""
        first, last = runs
        start, end = lines
        origins, starts, counts = self.origins, self.starts, self.counts
        put: list[tuple[int, int, int]] = []
        top = ends[first - 1] if first else 0
        if start > top:
            put.append((origins[first], starts[first], start - top))
        if new[2] > new[1]:
            put.append((new[0], new[1], new[2] - new[1]))
        stop = first
        if first < len(ends) and (end > start or start > top):
            stop = last + 1
            bottom = ends[last]
            if bottom > end:
                from_top = end - (ends[last - 1] if last else 0)
                put.append((origins[last], starts[last] + from_top, bottom - end))
        if end > start:
            self._count(runs, lines, ends, gone)
        origins[first:stop] = array(_CODE, [one[0] for one in put])
        starts[first:stop] = array(_CODE, [one[1] for one in put])
        counts[first:stop] = array(_CODE, [one[2] for one in put])
        if start > top:
            ends[first] = start

    def _count(
        self,
        runs: tuple[int, int],
        lines: tuple[int, int],
        ends: list[int],
        gone: list[tuple[int, int]],
    ) -> None:
        at = lines[0]
        for number in range(runs[0], runs[1] + 1):
            until = min(ends[number], lines[1])
            gone.append((self.origins[number], until - at))
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
