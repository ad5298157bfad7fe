"""What stands in a request's text and in messages: checkboxes, and issues by number or address.

Only what is literally there is told. Nothing is made of words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.base.text import shortened, visible
from affidavit.changes.record.model import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 300
"""Characters kept of a line."""
MOST = 200
"""Checkboxes and issues kept of one change."""
READ = 1 << 20
"""Characters of a text that are looked at."""
_BOX = re.compile(r"[ \t]{0,20}(?:>[ \t]?)?(?:[-*+]|\d{1,9}[.)])[ \t]{1,4}\[([ xX])\][ \t]+(\S.*)")
_FENCE = re.compile(r"[ \t]{0,3}(```+|~~~+)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_NAMED = re.compile(
    r"(?P<url>https?://[^\s<>()\[\]\"'`]{1,200}?/(?:issues|work_items|browse)/[\w-]{1,40})"
    r"|(?<![\w/&#.-])(?P<number>(?:[\w.-]{1,60}/[\w.-]{1,60})?#[1-9][0-9]{0,9}|GH-[1-9][0-9]{0,9})"
    r"(?![\w-])",
    re.ASCII,
)
_KEY = re.compile(r"\A\s*[\[(]?(?P<key>[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,6})(?:[\])]:?|:)(?=\s|\Z)")
_REVERTS = re.compile(
    r"\b[Tt]his reverts commit (?P<commit>[0-9a-f]{7,64})\b"
    r"|^Reverts (?:[\w.-]{1,100}/[\w.-]{1,100})?(?P<number>#[1-9][0-9]{0,9})\b",
    re.ASCII | re.MULTILINE,
)


def boxes(text: str) -> tuple[Box, ...]:
    """The checkboxes that a forge would show of `text`: none in code or in comments."""
    found: list[Box] = []
    for number, line in _shown(text[:READ]):
        box = _BOX.match(line)
        if box and len(found) < MOST:
            words = visible(shortened(box[2].strip(), LONGEST))
            found.append(Box(text=words, checked=box[1] != " ", line=number))
    return tuple(found)


def _shown(text: str) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, without comments and blocks of code."""
    plain = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    fence = ""
    for number, line in enumerate(plain.split("\n"), 1):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip(" \t`~"):
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            yield number, line


def issues(text: str, *, title: bool = False) -> tuple[str, ...]:
    """The issues that `text` names, as typed, each once.

    Of a title also a key such as ``SHOP-12`` at its beginning, in brackets or before a colon.
    """
    plain = _COMMENT.sub("", text[:READ])
    key = _KEY.match(plain) if title else None
    found = [key["key"]] if key else []
    found += [one["url"] or one["number"] for one in _NAMED.finditer(plain)]
    return tuple(dict.fromkeys(found))[:MOST]


def reverted(text: str) -> tuple[str, ...]:
    """What `text` says to revert in the words of git or of a forge: commits, and requests as #12.

    As typed; nobody checked that the content is what it was before.
    """
    found = (one["commit"] or one["number"] for one in _REVERTS.finditer(text[:READ]))
    return tuple(dict.fromkeys(found))[:MOST]
