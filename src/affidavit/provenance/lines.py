"""Signals that are whole lines of a message: footers, session links, labels, merged branches."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.text import decode
from affidavit.provenance.catalogue import Found, Kind, Rule, either, expression

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from affidavit.provenance.catalogue import Catalogue

_FENCE = re.compile(rb"^ {0,3}(```|~~~)", re.MULTILINE)
_LONGEST = 2_000
"""How much of a line is matched, in bytes: what tools and people write is shorter."""

MOST_BYTES = 262_144
"""How much of one message is tried, in bytes of different lines, to bound what matching costs."""

_MEMORY = 5_000
"""How many lines are remembered before the memory is emptied, to bound it."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line that a rule matched, without the blanks after it, and the match."""

    rule: Rule
    text: bytes
    found: Found


class Lines:
    """Finds the lines that a rule matches: at column 0, and not inside a fenced block of code.

    `pattern` is what a message must match to hold any.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        kinds = (Kind.TEXT, Kind.LABEL, Kind.BRANCH, Kind.TRAILER)
        rules = [rule for rule in catalogue.of(*kinds) if rule.anywhere or rule.keys == ()]
        self._rules = tuple((expression(_line(rule)), rule) for rule in rules)
        self.pattern = f"^(?:{either(_line(rule) for rule in rules)})[ \\t\\r]*$"
        self._any = expression(self.pattern)
        self._known: dict[tuple[bytes, bool], tuple[Line, ...]] = {}

    def of(self, message: bytes, read: Container[str]) -> Iterator[Line | None]:
        """The different lines of `message` that a rule matches, the first such rule for each.

        `read` holds, `squeezed`, the lines that were already read as trailers: they are left out.
        The last one is ``None`` where `MOST_BYTES` were tried and there may be more.
        """
        tried: set[tuple[bytes, bool]] = set()
        left = MOST_BYTES
        for text, subject in self._unfenced(message):
            if (text, subject) in tried:
                continue
            if left < 0:
                yield None
                return
            tried.add((text, subject))
            left -= min(len(text), _LONGEST)
            if squeezed(decode(text)) not in read:
                yield from self._matched(text, subject=subject)

    def _unfenced(self, message: bytes) -> Iterator[tuple[bytes, bool]]:
        """The lines outside fenced code that may match, and whether each is the subject."""
        code: list[tuple[int, int]] | None = None
        for match in self._any.finditer(message):
            start = match.start()
            code = _fenced(message) if code is None else code
            if not _inside(code, start):
                subject = start < _LONGEST and not message[:start].strip(b"\n")
                yield message[start : match.end()].rstrip(b" \t\r\n"), subject

    def _matched(self, text: bytes, *, subject: bool) -> tuple[Line, ...]:
        """The line by the first rule for it. Footers repeat, so what was found is remembered."""
        if len(text) > _LONGEST:
            return self._first(text, subject=subject)
        lines = self._known.get((text, subject))
        if lines is None:
            if len(self._known) >= _MEMORY:
                self._known.clear()
            lines = self._known[text, subject] = self._first(text, subject=subject)
        return lines

    def _first(self, text: bytes, *, subject: bool) -> tuple[Line, ...]:
        for pattern, rule in self._rules:
            if (subject or not rule.subject) and (found := pattern.fullmatch(text[:_LONGEST])):
                return (Line(rule, text, found),)
        return ()


def squeezed(text: str) -> str:
    """`text` without blanks and case: how a line is told to be a trailer that was read."""
    return "".join(text.lower().split())


def _line(rule: Rule) -> str:
    """The pattern of the whole line that `rule` looks for."""
    if rule.kind is not Kind.TRAILER:
        return rule.pattern
    return rf"(?:{'|'.join(rule.keys)})[ \t]*:[ \t]*(?:{rule.pattern})"


def _fenced(message: bytes) -> list[tuple[int, int]]:
    """The spans of fenced code in `message`. A fence that is never closed fences nothing."""
    spans: list[tuple[int, int]] = []
    opened: re.Match[bytes] | None = None
    for mark in _FENCE.finditer(message):
        if opened is None:
            opened = mark
        elif mark[1] == opened[1]:
            spans.append((opened.start(), mark.end()))
            opened = None
    return spans


def _inside(spans: list[tuple[int, int]], offset: int) -> bool:
    before = bisect_right(spans, (offset, offset)) - 1
    return before >= 0 and offset < spans[before][1]
