"""How much of the code ran in tests: lines and branches, counted whatever a file states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.sources.results.reading import Difference

if TYPE_CHECKING:
    from affidavit.sources.results.reading import Source, Stated

MOST_LINES = 2_000_000
"""Lines and branches of code that are kept while a file is read."""
MOST_FILES = 200_000
"""Files of code."""


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Lines and branches of code, and how many of them ran. Each counts once."""

    files: int
    lines: int
    lines_covered: int
    branches: int
    branches_covered: int
    differences: tuple[Difference, ...]
    differing: int


class Lines:
    """What ran, by files. The same line may be told of more than once: it ran if one says so."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lines: dict[str, dict[int, bool]] = {}
        self._branches: dict[str, dict[object, tuple[int, int]]] = {}
        self._kept = 0

    def add_file(self, name: str, *, line: int) -> None:
        """There is a file of that name; it may have no lines."""
        self._lines.setdefault(name, {})
        if len(self._lines) > MOST_FILES:
            raise self._source.broken(line, f"more than {MOST_FILES:,} files of code")

    def add_line(self, file: str, number: int, *, ran: bool, line: int) -> None:
        """A line of code, told of on that line of the report."""
        found = self._lines.setdefault(file, {})
        if number not in found:
            self._keep(line)
        found[number] = found.get(number, False) or ran

    def add_branches(self, file: str, key: object, ran: tuple[int, int], *, line: int) -> None:
        """Branches that are told of together: how many of them ran, and how many there are."""
        found = self._branches.setdefault(file, {})
        if key not in found:
            self._keep(line)
        before = found.get(key, (0, 0))
        found[key] = (max(ran[0], before[0]), max(ran[1], before[1]))

    def counts(self) -> dict[str, int]:
        """How many there are of each."""
        branches = [one for each in self._branches.values() for one in each.values()]
        return {
            "lines": sum(map(len, self._lines.values())),
            "lines_covered": sum(sum(each.values()) for each in self._lines.values()),
            "branches": sum(there for _, there in branches),
            "branches_covered": sum(ran for ran, _ in branches),
        }

    def read(self, stated: Stated) -> Coverage:
        """All that was counted, with what a file stated otherwise."""
        return Coverage(
            files=len(self._lines),
            differences=tuple(stated.differences),
            differing=stated.differing,
            **self.counts(),
        )

    def _keep(self, line: int) -> None:
        self._kept += 1
        if self._kept > MOST_LINES:
            raise self._source.broken(line, f"more than {MOST_LINES:,} lines and branches of code")
