"""Coverage in the XML of Cobertura, which coverage.py, gcovr, Istanbul and others write, too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.sources.results.coverage import Lines
from affidavit.sources.results.markup import walk
from affidavit.sources.results.reading import Stated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from affidavit.sources.results.coverage import Coverage
    from affidavit.sources.results.reading import Source

_NUMBER = re.compile(r"-?[0-9]{1,15}")
_CONDITIONS = re.compile(r"[0-9.]{1,20}% ?\(([0-9]{1,9})/([0-9]{1,9})\)")
_STATED = {
    "lines-valid": "lines",
    "lines-covered": "lines_covered",
    "branches-valid": "branches",
    "branches-covered": "branches_covered",
}


def read_cobertura(source: Source) -> Coverage:
    """The coverage in `source`.

    Raises:
        InputError: It is not Cobertura's XML; the message names file and line.
    """
    reader = _Reader(source)
    walk(source, reader)
    return reader.read()


class _Reader:
    """Counts the lines of a file; those of methods stand among their classes' as well."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lines = Lines(source)
        self._depth = 0
        self._file: list[str] = []
        self._is_ours = False
        self._stated: dict[str, int] = {}
        self._line = 1

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth == 1:
            self._begin(name, attributes, line)
        elif name == "packages":
            self._is_ours = True
        elif name == "class":
            self._file.append(self._needed(attributes, "filename", line))
            self._lines.add_file(self._file[-1], line=line)
        elif name == "line" and self._file:
            self._add(attributes, line)

    def end(self, name: str) -> None:
        """The newest element ends."""
        self._depth -= 1
        if name == "class" and self._file:
            self._file.pop()

    def read(self) -> Coverage:
        """All that was counted."""
        if not self._is_ours:
            raise self._source.broken(self._line, "not Cobertura XML: it has no <packages>")
        counts, stated = self._lines.counts(), Stated()
        for name, claimed in self._stated.items():
            stated.compare(self._line, name, claimed, counts[_STATED[name]])
        return self._lines.read(stated)

    def _begin(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        if name != "coverage":
            raise self._source.broken(line, f"not Cobertura XML: it begins with <{name[:40]}>")
        self._line = line
        for each in _STATED:
            if attributes.get(each, "").strip():
                self._stated[each] = self._number(attributes, each, line)

    def _add(self, attributes: Mapping[str, str], line: int) -> None:
        file, number = self._file[-1], self._number(attributes, "number", line)
        self._lines.add_line(
            file, number, ran=self._number(attributes, "hits", line) > 0, line=line
        )
        if attributes.get("branch", "").lower() != "true" or "condition-coverage" not in attributes:
            return
        found = _CONDITIONS.fullmatch(attributes["condition-coverage"].strip())
        if found is None or int(found[1]) > int(found[2]):
            raise self._source.broken(line, "condition-coverage is not such as 50% (1/2)")
        self._lines.add_branches(file, number, (int(found[1]), int(found[2])), line=line)

    def _number(self, attributes: Mapping[str, str], name: str, line: int) -> int:
        text = self._needed(attributes, name, line).strip()
        if not _NUMBER.fullmatch(text):
            raise self._source.broken(line, f"{name} is not a number")
        return int(text)

    def _needed(self, attributes: Mapping[str, str], name: str, line: int) -> str:
        if name not in attributes:
            raise self._source.broken(line, f"{name} is missing")
        return attributes[name]
