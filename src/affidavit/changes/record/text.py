"""What stands in a request's text and in messages: checkboxes, and issues by number or address.

Only what is literally there is told. Nothing is made of words.
"""

from __future__ import annotations

import re
from itertools import islice

from affidavit.changes.checklist import COMMENT, READ, tasks
from affidavit.changes.record.model import Box

LONGEST = 300
"""Characters kept of a line."""
MOST = 200
"""Checkboxes and issues kept of one change."""
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
    found = islice(tasks(text, LONGEST), MOST)
    return tuple(Box(text=one.text, checked=one.checked, line=one.line) for one in found)


def issues(text: str, *, title: bool = False) -> tuple[str, ...]:
    """The issues that `text` names, as typed, each once.

    Of a title also a key such as ``SHOP-12`` at its beginning, in brackets or before a colon.
    """
    plain = COMMENT.sub("", text[:READ])
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
