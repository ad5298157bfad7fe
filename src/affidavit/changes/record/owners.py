"""Code owners as GitHub reads them: patterns over paths, of which the last that matches counts.

The patterns are those of ``.gitignore`` without ``!``, ``[ ]`` and an escaped ``#``, and ``docs/*``
reaches no deeper than its own folder (GitHub's documentation, "About code owners").
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import re2

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where the file may lie: the first that is there counts."""
LARGEST = 3_000_000
"""Bytes of a file that a forge loads."""
MOST_RULES = 2_000
"""Lines with a pattern; of a file with more nothing is said."""
LONGEST = 500
"""Characters of a pattern."""
MOST_PATTERNS = 200_000
"""Characters of all patterns: with more, matching could need too much memory."""
_PATTERN = re.compile(r"((?:\\.|[^\s\\])+)(.*)", re.DOTALL)
_OWNER = re.compile(r"@[\w.-]{1,100}(?:\[bot\])?|@[\w.-]{1,100}/[\w.-]{1,100}|[^\s@]+@[^\s@]+")
_TOKEN = re.compile(r"\\(.)|(\*+)|(\?)|([^\\*?]+)", re.DOTALL)
_REMEMBERED = 4_096


class Rule(NamedTuple):
    """A line: its number from 1, its pattern and its owners as typed."""

    line: int
    pattern: str
    owners: tuple[str, ...]


class TooManyRulesError(ValueError):
    """A file has more than `MOST_RULES`, or longer ones than `MOST_PATTERNS`."""


class OwnerRules:
    """The rules of one file. `odd` are the numbers of lines that are not understood.

    Raises:
        TooManyRulesError: They are too many to be matched.
    """

    def __init__(self, text: str) -> None:
        found: list[Rule] = []
        odd: list[int] = []
        size = 0
        for number, line in _lines(text):
            rule = _rule(number, line)
            found += [rule] if rule else []
            odd += [] if rule else [number]
            size += len(rule.pattern) if rule else 0
            if len(found) > MOST_RULES or size > MOST_PATTERNS:
                raise TooManyRulesError
        self.rules = tuple(found)
        self.odd = tuple(odd)
        # re2: a pattern may come from anybody, and must not be able to hang.
        self._matches = [re2.compile(_expression(one.pattern) or "").fullmatch for one in found]
        self.of = lru_cache(maxsize=_REMEMBERED)(self._of)

    def _of(self, path: str) -> Rule | None:
        """The rule of `path`, the last that matches it."""
        numbers = range(len(self.rules) - 1, -1, -1)
        return next((self.rules[one] for one in numbers if self._matches[one](path)), None)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are neither empty nor a comment, with their numbers."""
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        plain = line.strip()
        if plain and not plain.startswith("#"):
            yield number, plain


def _rule(number: int, line: str) -> Rule | None:
    """What a line says; None where it is not understood, and a forge passes it over."""
    found = _PATTERN.match(line)
    if found is None:
        return None
    pattern, owners = found[1], tuple(_owners(found[2]))
    if len(pattern) > LONGEST or _expression(pattern) is None:
        return None
    if not all(_OWNER.fullmatch(one) for one in owners):
        return None
    return Rule(number, pattern, owners)


def _owners(text: str) -> Iterator[str]:
    for one in text.split():
        if one.startswith("#"):
            return
        yield one


def _expression(pattern: str) -> str | None:
    """What `pattern` matches of whole paths; None where it is none."""
    if pattern.startswith(("!", "\\#")) or "[" in pattern or "]" in pattern:
        return None
    inside = pattern.removesuffix("/")
    parts = inside.removeprefix("/").split("/")
    if "" in parts:
        return None
    begin = "" if "/" in inside else "(?:.*/)?"
    return f"(?s:{begin}{_path(parts)}{_end(pattern, parts, anchored=not begin)})"


def _path(parts: Sequence[str]) -> str:
    """The folders and the name, joined."""
    last = len(parts) - 1
    found = []
    for number, part in enumerate(parts):
        if part == "**":
            found.append(".+" if number == last else "(?:.*/)?")
        else:
            found.append(_name(part) + ("" if number == last else "/"))
    return "".join(found)


def _name(part: str) -> str:
    return "".join(_meaning(*found.groups()) for found in _TOKEN.finditer(part))


def _meaning(escaped: str | None, stars: str | None, one: str | None, text: str | None) -> str:
    if stars:
        return "[^/]*"
    return "[^/]" if one else re.escape(escaped or text or "")


def _end(pattern: str, parts: Sequence[str], *, anchored: bool) -> str:
    """What may follow: what is in a folder of that name, unless ``*`` stands for its files."""
    if pattern.endswith("/"):
        return "/.+"
    if parts[-1] == "**" or (parts[-1] == "*" and anchored):
        return ""
    return "(?:/.+)?"
