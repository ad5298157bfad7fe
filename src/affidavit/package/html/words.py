"""The report's words and numbers: foreign text made safe, counts and shares said exactly."""

from __future__ import annotations

from html import escape as _escape
from typing import TYPE_CHECKING

from affidavit.base.text import shortened, visible
from affidavit.changes.exceptional import UNAPPROVED
from affidavit.changes.model import Grade
from affidavit.provenance.model import Authorship

if TYPE_CHECKING:
    from affidavit.changes.model import Landing

GRADES = {
    Grade.R0: "none",
    Grade.R1: "PR only",
    Grade.R2: "merged by another person",
    Grade.R3: "approval recorded by the forge",
    Grade.R4: "approval signed by a proven hand",
}
"""What each grade of review evidence is called; R2 is no review and is never called one."""
NOT_APPROVED = "not approved (the forge's records)"
"""What R1 is called where the forge's records show that too few persons approved."""

AUTHORSHIPS = {
    Authorship.AI: "AI",
    Authorship.MIXED: "AI and others",
    Authorship.ASSISTED: "AI assisted",
    Authorship.AUTOMATION: "automation",
    Authorship.HUMAN: "human, attested",
    Authorship.NO_SIGNAL: "no signal",
}

LONG = 400
"""Characters of one foreign string that the page shows; the data files have all of it."""


def heading(landing: Landing) -> str:
    """What the grade of a landing is called."""
    grade = landing.review.grade
    known = grade is Grade.R1 and UNAPPROVED in landing.exceptions
    return NOT_APPROVED if known else GRADES[grade]


def shown(text: str, limit: int = LONG) -> str:
    """`text` on one line, without a character that could hide or reorder others, cut to `limit`.

    Text that is printable throughout, as nearly all is, needs no look at each character.
    """
    head = text if len(text) <= limit else text[: limit + 1]
    return shortened(head if head.isprintable() else visible(head), limit)


def escaped(text: str, limit: int = LONG) -> str:
    """`text` as `shown`, and made safe between tags and inside a quoted attribute."""
    return _escape(shown(text, limit))


def count(number: int) -> str:
    """`number` with commas between thousands."""
    return f"{number:,}"


def percent(numerator: int, denominator: int) -> str:
    """The share to the nearest tenth; never 0 % of something, and never 100 % of less than all.

    `denominator` is above 0 and not below `numerator`, as in `at_least`.
    """
    if numerator in {0, denominator}:
        return "100%" if numerator else "0%"
    tenths = (2000 * numerator + denominator) // (2 * denominator)
    if tenths == 0:
        return "under 0.1%"
    return "over 99.9%" if tenths == 1000 else f"{tenths // 10}.{tenths % 10}%"


def at_least(numerator: int, denominator: int) -> str:
    """The share to the tenth below, or to its first digit: a lower bound is not rounded up."""
    if numerator in {0, denominator}:
        return "100%" if numerator else "0%"
    digits, unit = 1, 1000
    while numerator * unit < denominator:
        digits, unit = digits + 1, unit * 10
    return f"{numerator * unit // denominator / (unit // 100):.{digits}f}%"


def plural(number: int, one: str, many: str = "") -> str:
    """`number` and its noun: ``1 landing``, ``2,000 landings``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def moment(time: str) -> str:
    """An RFC 3339 UTC time as people read it: ``2026-01-31 12:00:00 UTC``."""
    return time.replace("T", " ").replace("Z", " UTC")
