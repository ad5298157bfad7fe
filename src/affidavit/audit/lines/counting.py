"""Lines counted as they come, file by file and landing by landing."""

from __future__ import annotations

from collections import Counter, defaultdict
from operator import add, attrgetter
from typing import TYPE_CHECKING, TypeVar

from affidavit.audit.lines.languages import language
from affidavit.audit.lines.model import (
    Age,
    AgentLines,
    Counts,
    FileLines,
    GroundLines,
    GroupLines,
    MonthLines,
)
from affidavit.changes.lines.model import LineClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from affidavit.changes.lines.model import Made

UNOWNED = "(no owner)"
ROOT = "(root)"
_DAY = 86_400
_FIELDS = ("lines", "ai", "human", "automation", "no_signal", "undetermined", "labelled")
_AT = {one: _FIELDS.index(one.value.replace("-", "_")) for one in LineClass}
_LABELLED = _FIELDS.index("labelled")

C = TypeVar("C", bound=Counts)


class Count:
    """A count that grows; its numbers are in the order of the fields of `Counts`."""

    __slots__ = ("files", "numbers")

    def __init__(self, numbers: Iterable[int] | None = None) -> None:
        self.numbers = [0] * len(_FIELDS) if numbers is None else list(numbers)
        self.files = 0

    def add(self, line_class: LineClass, number: int, *, labelled: bool) -> None:
        """Count lines of a class; `labelled` is whether their landing's label names an agent."""
        numbers = self.numbers
        numbers[0] += number
        numbers[_AT[line_class]] += number
        if labelled:
            numbers[_LABELLED] += number

    def join(self, counts: Counts) -> None:
        """Count those of a file, too."""
        self.files += 1
        self.numbers = list(map(add, self.numbers, _numbers(counts)))

    def counts(self) -> Counts:
        """What was counted."""
        return Counts(**self.of)

    @property
    def of(self) -> dict[str, int]:
        """What was counted, by field."""
        return dict(zip(_FIELDS, self.numbers, strict=True))

    def group(self, name: str) -> GroupLines:
        """The same of a group of files."""
        return GroupLines(name=name, files=self.files, **self.of)

    def month(self, month: str, landings: int) -> MonthLines:
        """The same of what landed in a month."""
        return MonthLines(month=month, landings=landings, **self.of)


_numbers = attrgetter(*_FIELDS)


class Hands:
    """Lines by the agents named of them, and by the ground on which they are of their class."""

    def __init__(self) -> None:
        self._agents: Counter[tuple[str, str]] = Counter()
        self._unsure: Counter[tuple[str, str]] = Counter()
        self._grounds: Counter[tuple[str, str]] = Counter()

    def add(self, made: Made, number: int) -> None:
        """Count lines."""
        self._grounds[made.line_class, made.ground] += number
        into = self._agents if made.line_class is LineClass.AI else self._unsure
        for name in {(one.agent, one.model) for one in made.hands}:
            into[name] += number

    def agents(self) -> tuple[AgentLines, ...]:
        """By agent and model, the most lines first."""
        found = [
            AgentLines(
                agent=agent,
                model=model or None,
                lines=self._agents[agent, model],
                undetermined=self._unsure[agent, model],
            )
            for agent, model in self._agents.keys() | self._unsure.keys()
        ]
        return tuple(
            sorted(
                found, key=lambda one: (-one.lines, -one.undetermined, one.agent, one.model or "")
            )
        )

    def grounds(self) -> tuple[GroundLines, ...]:
        """By class and ground, the most lines first."""
        found = [
            GroundLines(line_class=line_class, ground=ground, lines=number)
            for (line_class, ground), number in self._grounds.items()
        ]
        return tuple(sorted(found, key=lambda one: (-one.lines, one.line_class, one.ground)))


class Ages:
    """How old lines are, by class."""

    def __init__(self, now: int | None) -> None:
        self._now = now
        self._days: dict[LineClass, Counter[int]] = defaultdict(Counter)

    def add(self, line_class: LineClass, number: int, time: int | None) -> None:
        """Count lines that landed at `time`, in seconds since 1970 UTC."""
        if time is not None and self._now is not None:
            self._days[line_class][max(self._now - time, 0) // _DAY] += number

    def ages(self) -> tuple[Age, ...]:
        """By class, in the order of the classes."""
        return tuple(_age(one, self._days[one]) for one in LineClass if self._days.get(one))


def _age(line_class: LineClass, days: Mapping[int, int]) -> Age:
    total = sum(days.values())
    tenth, median, most = (_quantile(days, total * part // 10) for part in (1, 5, 9))
    return Age(line_class=line_class, lines=total, tenth=tenth, median=median, nine_tenths=most)


def _quantile(days: Mapping[int, int], rank: int) -> int:
    """The age of the line of that rank, counted from 0, the youngest first."""
    seen = 0
    for day in sorted(days):
        seen += days[day]
        if seen > rank:
            return day
    return 0


def by_directory(files: Iterable[FileLines]) -> tuple[GroupLines, ...]:
    """Files by the folder in the root that they lie in."""
    return _grouped((one.path.partition("/")[0] if "/" in one.path else ROOT, one) for one in files)


def by_language(files: Iterable[FileLines]) -> tuple[GroupLines, ...]:
    """Files by language."""
    return _grouped((one.language, one) for one in files)


def by_owner(files: Iterable[FileLines]) -> tuple[GroupLines, ...]:
    """Files by code owner; a file of several owners counts for each."""
    return _grouped((owner, one) for one in files for owner in one.owners or (UNOWNED,))


def _grouped(pairs: Iterable[tuple[str, FileLines]]) -> tuple[GroupLines, ...]:
    groups: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for name, one in pairs:
        groups[name].append(_numbers(one))
    found = []
    for name, rows in groups.items():
        count = Count(map(sum, zip(*rows, strict=True)))
        count.files = len(rows)
        found.append(count.group(name))
    return tuple(sorted(found, key=lambda one: (-one.lines, one.name)))


def file_lines(path: str, count: Count, *, owners: tuple[str, ...], critical: bool) -> FileLines:
    """One file."""
    return FileLines(
        path=path, language=language(path), owners=owners, critical=critical, **count.of
    )
