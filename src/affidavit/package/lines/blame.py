"""A file told line by line, as ``git blame`` does."""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.base.text import decode, shortened, visible
from affidavit.package.lines.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.audit.lines.blame import BlamedLanding, BlamedLines, BlameReport

WIDEST = 34
"""Characters of whose a line is."""
REVIEW = 22
"""Characters of how it was reviewed."""
LONGEST = 2_000
"""Characters of a line; a longer one ends in an ellipsis."""
_ANSI = {"ai": "33", "human": "32", "automation": "36", "undetermined": "35"}
_SHORT = {"no-signal": ".", "undetermined": "?"}


class _Row(NamedTuple):
    """What stands before a line."""

    commit: str
    who: str
    review: str
    line_class: str


def json(report: BlameReport) -> bytes:
    """``affidavit/blame@1``, indented, with a line feed at the end."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def lines(report: BlameReport, text: Sequence[bytes], *, coloured: bool) -> Iterator[str]:
    """The lines; none of the file's own control characters gets through."""
    yield from (visible(f"# {report.at[:12]} is {one.told}") for one in shipped(report.asked))
    landings = {one.commit: one for one in report.landings}
    rows = list(map(_row, report.lines, repeat(landings)))
    wide = min(max((len(one.who) for one in rows), default=0), WIDEST)
    judged = min(max((len(one.review) for one in rows), default=0), REVIEW)
    digits = len(str(len(text)))
    each = chain.from_iterable(
        repeat(row, one.lines) for row, one in zip(rows, report.lines, strict=True)
    )
    for number, (row, body) in enumerate(zip(each, text, strict=False), 1):
        who = shortened(row.who, wide).ljust(wide)
        review = shortened(row.review, judged).ljust(judged)
        told = f"{row.commit[:10]} {who} {review} {number:>{digits}})"
        code = _ANSI.get(row.line_class) if coloured else None
        shown = f"\x1b[{code}m{told}\x1b[0m" if code else told
        yield f"{shown} {_text(body)}"


def _text(line: bytes) -> str:
    """A line with its tabs, without other control characters, cut where it is long."""
    # No character is of more bytes than four.
    text = shortened(decode(line.rstrip(b"\r")[: 4 * LONGEST + 4]), LONGEST)
    return "\t".join(map(visible, text.split("\t")))


def _row(one: BlamedLines, landings: dict[str, BlamedLanding]) -> _Row:
    hands = ", ".join(f"{hand.agent}{f' {hand.model}' if hand.model else ''}" for hand in one.hands)
    word = _SHORT.get(one.line_class, one.line_class)
    return _Row(
        one.commit, f"{word} {hands}".strip(), _review(landings[one.landing]), one.line_class
    )


def _review(landing: BlamedLanding) -> str:
    if landing.review is None:
        return ""
    return " ".join((landing.review.grade, *landing.review.by[:1]))
