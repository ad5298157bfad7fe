"""Where in the text of a TOML file an entry, or a text within it, stands."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from itertools import pairwise

_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}|"
    r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'|#[^\n]*",
    re.DOTALL,
)
"""Strings and comments; what is in them is no header of a table."""
_HEADER = re.compile(
    r"""^[ \t]*\[\[[ \t]*(["']?)(person|agent|bot)\1[ \t]*\]\]""", re.MULTILINE | re.ASCII
)
_FIELD = re.compile(
    r"""(?:^|[{,])[ \t]*(["']?)(name|addresses|accounts|keys|roles|owner)\1[ \t]*=""",
    re.MULTILINE | re.ASCII,
)


class Places:
    """The lines of a file's entries, from 1; worked out of the text, as parsers do not tell them.

    The text was understood by a parser before. Entries that are not written under headers of their
    own have the line on which their first text of that value stands, or else the first line.
    """

    def __init__(self, text: str) -> None:
        self._breaks = [found.start() for found in re.finditer("\n", text)]
        tokens = list(_TOKEN.finditer(text))
        self._texts: dict[str, list[int]] = {}
        for one in tokens:
            if one[0][0] != "#":
                self._texts.setdefault(_value(one[0]), []).append(one.start())
        self._tables: dict[str, list[tuple[int, int]]] = {}
        spans = [(one.start(), one.end()) for one in tokens]
        self._fields: dict[str, list[int]] = {}
        for one in _FIELD.finditer(text):
            if not _within(one.start(2), spans):
                self._fields.setdefault(one[2], []).append(one.start(2))
        heads = [one for one in _HEADER.finditer(text) if not _within(one.start(2), spans)]
        ends = [*(one.start() for one in heads), len(text)]
        for one, (_, end) in zip(heads, pairwise(ends), strict=True):
            self._tables.setdefault(one[2], []).append((one.start(2), end))

    def line(
        self, table: str, index: int, said: tuple[str, str] | None = None, *, count: int
    ) -> int:
        """The line of the `index`-th of `count` entries of `table`, or of what is `said` there.

        That is a field and a text of its value.
        """
        spans = self._tables.get(table, [])
        start, end = spans[index] if len(spans) == count else (0, 1 << 62)
        if said is None:
            return self._line(start)
        field, text = said
        at = _first(self._fields.get(field, []), start, end)
        found = _first(self._texts.get(text, []), start if at is None else at, end)
        return self._line(start if found is None else found)

    def _line(self, at: int) -> int:
        return bisect_right(self._breaks, at) + 1


def _first(offsets: list[int], start: int, end: int) -> int | None:
    """The first of `offsets`, which are in order, from `start` on and before `end`."""
    index = bisect_left(offsets, start)
    return offsets[index] if index < len(offsets) and offsets[index] < end else None


def _within(at: int, spans: list[tuple[int, int]]) -> bool:
    """Whether `at` lies inside one of `spans`, which are in order; a name in quotes is its own."""
    index = bisect_right(spans, (at, 1 << 62)) - 1
    return index >= 0 and spans[index][0] < at - 1 and at < spans[index][1]


def _value(token: str) -> str:
    if token[0] == '"' and "\\" not in token and not token.startswith('"""'):
        return token[1:-1]
    try:
        return str(tomllib.loads(f"x = {token}")["x"])
    except ValueError:
        return ""
