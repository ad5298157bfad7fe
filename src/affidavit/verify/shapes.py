"""Entries held against their format quickly: by the shape of one that was checked in full.

Most entries of a log are alike but for the values in them. When an entry has passed every check, a
pattern is made of its text in which each text value may be any text and each number any number. An
entry that the pattern matches whole, and that has no backslash and no control character, has the
same names and the same nesting: it is the same canonical JSON with other values, so whatever does
not depend on values holds for it too. What does depend on them (lengths, the form of the time, the
number and digest in the stream) is in the pattern or is handed out to be compared.

Matching takes time linear in the entry: no part of a pattern can give back what it took.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.ledger.tile import LARGEST_ENTRY
from affidavit.verify.entries import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Match = Callable[[str, int, int], re.Match[str] | None]

MOST_SHAPES = 24
"""Shapes that one reader learns; an entry may be tried against each."""
MOST_SEEN = 4096
"""Shapes seen once that are remembered."""
LONGEST_SHAPE = 4096
"""Characters of an entry, and of its shape, beyond which none is learned: compiling takes time."""
LONGEST_TOGETHER = 32_768
"""Characters of all shapes that one reader learns."""

_UNFIT = [bytes([each]) for each in (*range(0x20), ord("\\"))]
"""What no entry has that is for patterns: JSON writes a control character with a backslash."""

_PREVIOUS = '(?:"previous":"rfc6962:([^"]++)",)?+'
_TOKEN = re.compile(r'"([^"]*)"(:?)|(-?[0-9]+)|true|false|null|[{}\[\],]')
_TEXT = '"[^"]*+"'
_INTEGER = "(?:0|-?[1-9][0-9]{0,14}+)"
"""Shorter than 53 bits for certain; a larger one is read in full."""
_TIME = (
    '"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])'
    'T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9][.][0-9]{6}Z"'
)
_VALUES = {
    **{name: f'"[^"]{{1,{longest}}}+"' for name, longest in LONGEST.items()},
    "sequence": "(0|[1-9][0-9]{0,14}+)",
    "stream": f'"([^"]{{1,{LONGEST["stream"]}}}+)"',
    "time": _TIME,
    "version": "1",
}
"""How the values of the envelope are matched; the groups are what is handed out."""
_HANDED = ("blobs", "recorded_by")
"""Values of the envelope that are handed out whole: a list and an object."""


def text_of(entry: bytes) -> str:
    """The entry as text, or empty where it is not one for patterns."""
    try:
        unfit = len(entry) > LARGEST_ENTRY or any(each in entry for each in _UNFIT)
        return "" if unfit else entry.decode()
    except UnicodeDecodeError:
        return ""


def shape_of(text: str) -> str:
    """The pattern that matches whatever differs from `text`, a valid entry, in values alone.

    ``previous`` may be there or not: whether it must be is for the stream to say. The groups are
    ``blobs``, where the entry has them, ``previous``, ``recorded_by``, ``sequence``, ``stream``,
    and an empty one.
    """
    return "".join(_parts(text)) + "()"


def _parts(text: str) -> Iterator[str]:
    """The pieces of the pattern, one or two for each token of `text`."""
    depth, name = 0, ""
    for token in _TOKEN.finditer(text):
        word = token[0]
        if token[2] and depth == 1:
            yield _PREVIOUS if name <= "previous" < token[1] else ""
            name = token[1]
            yield re.escape(word) if name != "previous" else ""
        elif depth != 1 or name != "previous":
            handed = depth == 1 + (word in "]}") and name in _HANDED
            depth += (word in "{[") - (word in "}]")
            piece = _piece(token, name if depth == 1 else "")
            yield f"({piece}" if handed and word in "[{" else piece
            yield ")" if handed and word in "]}" else ""


def _piece(token: re.Match[str], name: str) -> str:
    """What a token other than a name of the envelope matches, as the value of `name` if any."""
    word = token[0]
    if token[2] or name == "kind" or word in "{}[],":
        return re.escape(word)
    default = _TEXT if word[0] == '"' else _INTEGER if token[3] else word
    return _VALUES.get(name, default)


class Shapes:
    """The shapes that one reader has learned, as one pattern that matches any of them.

    `match` takes a text and where an entry begins and ends in it. `groups` tells by the last group
    of a match which others hold what ties the entry to others: ``blobs``, where 0 stands for none,
    and four for ``previous`` (None where absent), ``recorded_by``, ``sequence`` and ``stream``.
    """

    def __init__(self) -> None:
        self.match: Match = re.compile("(?!)").fullmatch
        self.groups = dict[int, tuple[int, tuple[int, int, int, int]]]()
        self._seen = set[str]()
        self._shapes = list[str]()
        self._last = 0

    def learn(self, text: str) -> None:
        """Learn the shape of the entry `text`, which is valid, once it is seen a second time."""
        if not 0 < len(text) <= LONGEST_SHAPE or len(self._shapes) == MOST_SHAPES:
            return
        shape = shape_of(text)
        together = len(shape) + sum(map(len, self._shapes))
        if len(shape) > LONGEST_SHAPE or together > LONGEST_TOGETHER:
            return
        if shape not in self._seen:
            if len(self._seen) < MOST_SEEN:
                self._seen.add(shape)
        elif shape not in self._shapes:
            self._add(shape)

    def _add(self, shape: str) -> None:
        first, last = self._last + 1, self._last + re.compile(shape).groups
        ties = last - 4, last - 3, last - 2, last - 1
        self.groups[last] = first if first < ties[0] else 0, ties
        self._last = last
        self._shapes.append(shape)
        self.match = re.compile("|".join(self._shapes)).fullmatch
