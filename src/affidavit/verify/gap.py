"""The longest time in which too few witnesses saw a log: that far back it could be written anew."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    Enough = Callable[[Collection[str]], bool]
    """Whether the witnesses of these names are as many as the policy asks for."""


class Sighting(NamedTuple):
    """That a witness cosigned a checkpoint of so many entries, seconds since 1970 UTC."""

    time: int
    size: int
    witness: str


class Gap(NamedTuple):
    """The times ``[start, end)``, seconds since 1970 UTC, in which too few witnesses saw the log.

    Whoever has the key could have written anew what was recorded within them until they ended, and
    the witnesses that the policy asks for would not know. `first` and `last` are as many entries as
    enough of them had seen at the start and at the end; `first` is None where that is the log's
    first entry, `last` where it is the end of the period. Without a `start` no witness ever stated
    a time.
    """

    start: int | None
    end: int
    first: int | None
    last: int | None

    def seconds(self) -> int:
        """How long it is; from 1970 on where nothing is known of its start."""
        return self.end - (self.start or 0)


class Period(NamedTuple):
    """Where a gap is looked for: one counts that reaches into ``[since, until)``, at full length.

    `opened` is when the first entry was recorded, as it says; all are seconds since 1970 UTC. None
    where nothing is known, or no bound is set.
    """

    opened: int | None
    since: int | None
    until: int

    def touches(self, gap: Gap) -> bool:
        """Whether some of the gap lies in the period."""
        begins = gap.start is None or gap.start < self.until
        return begins and (self.since is None or gap.end > self.since)


def largest_gap(sightings: Iterable[Sighting], enough: Enough, period: Period) -> Gap | None:
    """The longest time that reaches into `period` and in which too few witnesses saw the log.

    One begins where the log does, or enough witnesses had seen it, and ends at the first time by
    which enough of them saw it anew, and no less of it; after the last of these times the end of
    the period ends it. The first of equally long ones is returned; None where the period has none.
    """
    stated = sorted(each for each in sightings if each.time > 0)
    if not stated:
        return Gap(None, period.until, None, None)
    first = stated[0].time
    begin = first if period.opened is None else min(first, period.opened)
    points: list[tuple[int, int | None]] = [(begin, None), *_seen(stated, enough)]
    if points[-1][0] < period.until:
        points.append((period.until, None))
    gaps = [Gap(one[0], other[0], one[1], other[1]) for one, other in pairwise(points)]
    found = (each for each in gaps if each.seconds() and period.touches(each))
    return max(found, key=Gap.seconds, default=None)


def _seen(stated: Iterable[Sighting], enough: Enough) -> Iterator[tuple[int, int]]:
    """Each time by which enough witnesses saw the log since the time before, and how much of it.

    Who saw less than enough had seen before saw something old: that does not count.
    """
    since, reached = dict[str, int](), 0
    for time, some in groupby(stated, key=lambda one: one.time):
        for each in some:
            if each.size >= reached:
                since[each.witness] = max(each.size, since.get(each.witness, 0))
        if enough(since):
            reached = _reached(since, enough)
            since.clear()
            yield time, reached


def _reached(since: dict[str, int], enough: Enough) -> int:
    """The largest size that enough of the witnesses, who are enough, have seen or more."""
    sizes = sorted(set(since.values()), reverse=True)
    return next(
        size for size in sizes if enough([name for name, seen in since.items() if seen >= size])
    )
