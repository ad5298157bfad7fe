"""What landings brought, by whose it was, and how soon it went."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

from affidavit.audit.lines.counting import Count
from affidavit.audit.lines.model import Fate
from affidavit.base.period import rfc3339
from affidavit.changes.chain import DAY
from affidavit.changes.lines.model import LineClass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.lines.held import Lines
    from affidavit.audit.lines.model import MonthLines

DAYS = (30, 90, 365)
"""After how many days it is looked how many lines of a landing went."""
UNDATED = "undated"
_CLASSES = tuple(LineClass)
_NUMBER = {one: number for number, one in enumerate(_CLASSES)}
MIXED = len(_CLASSES)
"""In place of the number of a class where a landing's lines are not all of one."""
_ROW = 1 + len(DAYS)
"""Numbers that are kept of a class: how many lines came, and how many went by each of `DAYS`."""


class History:
    """What was counted on the way, by the number of a landing."""

    def __init__(self) -> None:
        self.added: list[int] = []
        """Lines that came."""
        self.gone: list[list[int]] = [[] for _ in DAYS]
        """For each of `DAYS` the lines that went so soon, and not sooner; of landings of one
        class."""
        self.classes = bytearray()
        """The number of the class of all lines of a landing, or `MIXED`."""
        self.brought: dict[str, dict[bytes, list[tuple[int, int]]]] = {}
        """The lines of mixed landings that came, by commit and path, until they are told apart."""
        self.went = array("I")
        """Those that went and are not told apart yet: origin, first, number, which of `DAYS`."""
        self.mixed: dict[int, list[int]] = {}
        """Those that were: for each class `_ROW` numbers."""
        self.months: dict[str, list[int]] = {}
        """By month how many landings, and the fields of `Count`."""
        self.skipped: list[str] = []
        """Landings whose renames were not looked for."""
        self.broken: list[str] = []
        """Landings and commits behind them of which files are missing."""


def told_apart(lines: Lines, first: int) -> None:
    """Tell by class what the landings from `first` on brought, and what went meanwhile."""
    history = lines.history
    months: dict[str, Count] = defaultdict(Count)
    landings: dict[str, int] = defaultdict(int)
    for number in range(first, len(lines.branch.landings)):
        commit = lines.branch.landings[number]
        time = lines.branch.times.get(commit)
        month = UNDATED if time is None else rfc3339(time)[:7]
        landings[month] += 1
        if commit in history.brought:
            _mix(lines, number, months[month])
            continue
        line_class = lines.made(commit).line_class
        history.classes[number] = _NUMBER[line_class]
        if added := history.added[number]:
            months[month].add(line_class, added, labelled=lines.labelled(number))
    for month, number in landings.items():
        row = history.months.setdefault(month, [0] * (1 + len(months[month].numbers)))
        new = (number, *months[month].numbers)
        history.months[month] = [a + b for a, b in zip(row, new, strict=True)]
    _part(lines)


def _mix(lines: Lines, landing: int, month: Count) -> None:
    """Tell the lines apart that a mixed landing brought."""
    history, commit = lines.history, lines.branch.landings[landing]
    history.classes[landing] = MIXED
    row = history.mixed[landing] = [0] * (_ROW * len(_CLASSES))
    labelled = lines.labelled(landing)
    for path, spans in history.brought[commit].items():
        for start, count in spans:
            for one in lines.of_landing(landing, path, start, count):
                month.add(one.made.line_class, one.length, labelled=labelled)
                row[_ROW * _NUMBER[one.made.line_class]] += one.length
    history.brought[commit] = {}


def _part(lines: Lines) -> None:
    """Tell the lines apart that went of mixed landings."""
    history, origins = lines.history, lines.replay.origins
    numbers = iter(history.went)
    for origin, start, count, days in zip(numbers, numbers, numbers, numbers, strict=True):
        landing, path = origins[origin]
        row = history.mixed.get(landing)
        if row is None:
            # What was not counted when it came is not counted when it goes.
            continue
        for one in lines.of_landing(landing, path, start, count):
            row[_ROW * _NUMBER[one.made.line_class] + 1 + days] += one.length
    del history.went[:]


def brought(history: History, landing: int) -> Iterator[tuple[LineClass, int]]:
    """How many lines of each class the landing of that number brought."""
    of = history.classes[landing]
    for number, line_class in enumerate(_CLASSES):
        if of == MIXED:
            yield line_class, history.mixed[landing][_ROW * number]
        elif of == number:
            yield line_class, history.added[landing]


def months(history: History) -> tuple[MonthLines, ...]:
    """What landed by month."""
    return tuple(
        Count(row[1:]).month(month, row[0]) for month, row in sorted(history.months.items())
    )


def fates(history: History, times: Sequence[int | None], now: int | None) -> Iterator[Fate]:
    """How soon lines went, by whose they were: of those that landed long enough before `now`."""
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    """Landings by class, and by how many of `DAYS` passed since."""
    for number, (time, of) in enumerate(zip(times, history.classes, strict=True)):
        if time is not None and now is not None:
            groups[of, bisect_right(_SECONDS, now - time)].append(number)
    sums = [[[0] * _ROW for _ in range(_ROW)] for _ in _CLASSES]
    columns = (history.added, *history.gone)
    for (of, passed), numbers in groups.items():
        if of != MIXED:
            sums[of][passed] = [sum(map(one.__getitem__, numbers)) for one in columns]
    for (of, passed), numbers in groups.items():
        if of == MIXED:
            every = map(sum, zip(*map(history.mixed.__getitem__, numbers), strict=True))
            for one in sums:
                one[passed] = [old + next(every) for old in one[passed]]
    for line_class, old in zip(_CLASSES, sums, strict=True):
        if any(map(any, old[1:])):
            yield from _fates(line_class, old)


_SECONDS = tuple(days * DAY for days in DAYS)


def _fates(line_class: LineClass, old: Sequence[Sequence[int]]) -> Iterator[Fate]:
    for at, days in enumerate(DAYS, 1):
        rows = old[at:]
        yield Fate(
            line_class=line_class,
            days=days,
            added=sum(one[0] for one in rows),
            gone=sum(sum(one[1 : at + 1]) for one in rows),
        )
