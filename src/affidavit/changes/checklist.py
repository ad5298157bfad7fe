"""The checkboxes of a text in Markdown, as a forge would show them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.text import shortened, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

READ = 1 << 20
"""Characters of a text that are looked at."""
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
"""What a forge does not show."""
_BOX = re.compile(r"[ \t]{0,20}(>[ \t]?)?(?:[-*+]|\d{1,9}[.)])[ \t]{1,4}\[([ xX])\][ \t]+(\S.*)")
_FENCE = re.compile(r"[ \t]{0,3}(```+|~~~+)")


class Task(NamedTuple):
    """A checkbox. `line` counts from 1; `quoted` is whether it repeats what somebody else wrote."""

    text: str
    checked: bool
    line: int
    quoted: bool


def tasks(text: str, longest: int) -> Iterator[Task]:
    """The checkboxes that are neither in code nor in comments, their words shortened."""
    for number, line in _shown(text[:READ]):
        box = _BOX.match(line)
        if box:
            words = visible(shortened(box[3].strip(), longest))
            yield Task(words, box[2] != " ", number, box[1] is not None)


def _shown(text: str) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, without comments and blocks of code."""
    plain = COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
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
