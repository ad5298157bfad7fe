"""What classes and grounds are called, and shares said as the bounds that they are."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from affidavit.changes.lines.model import Ground, LineClass
from affidavit.package.html.words import at_least

if TYPE_CHECKING:
    from affidavit.audit.lines.model import Counts

CLASSES = MappingProxyType(
    {
        LineClass.AI: "AI",
        LineClass.HUMAN: "human, attested",
        LineClass.AUTOMATION: "automation",
        LineClass.NO_SIGNAL: "no signal",
        LineClass.UNDETERMINED: "undetermined",
    }
)
"""What each class is called; no signal is unknown and is never called human."""

MEANINGS = MappingProxyType(
    {
        LineClass.AI: "what brought the line names an agent as its author or co-author, or a"
        " line-level record attests it",
        LineClass.HUMAN: "a tool that watched attests that a person typed it",
        LineClass.AUTOMATION: "a bot that is no AI agent",
        LineClass.NO_SIGNAL: "unknown: nothing says that an agent wrote it, nothing that none did",
        LineClass.UNDETERMINED: "an agent took part, and in which lines is not told; or it cannot"
        " be looked at",
    }
)

GROUNDS = MappingProxyType(
    {
        Ground.COMMIT: "what is claimed of the commit that brought it",
        Ground.NOTE: "what a line-level record attests of this very line",
        Ground.NOTHING: "nothing is claimed",
        Ground.UNSPLIT: "it came in a squash that names an agent, whose commits are not here",
        Ground.ASSISTED: "an agent proposed something or helped, and where is not told",
        Ground.UNATTESTED: "its commit names an agent, and its record does not attest this line",
        Ground.SHARED: "a record attests that an agent and a person both had a hand in it",
        Ground.CONTRADICTED: "two records say different things of it",
        Ground.CUT: "what brought it is not here: the history is cut off, or commits are missing",
        Ground.OLDER: "it is older than the commits behind the landing that took it up again",
        Ground.BINARY: "the commits behind it took the file for binary",
    }
)
"""What each ground means of a line."""


def field(line_class: LineClass) -> str:
    """The field of `Counts` that counts lines of a class."""
    return line_class.value.replace("-", "_")


def of_class(counts: Counts, line_class: LineClass) -> int:
    """How many lines are of a class."""
    found: int = getattr(counts, field(line_class))
    return found


def class_name(text: str) -> str:
    """What the class of that value is called; a value that is not known is said as it is."""
    return CLASSES[LineClass(text)] if text in {*LineClass} else text


def ground_words(text: str) -> str:
    """What the ground of that value means."""
    return GROUNDS[Ground(text)] if text in {*Ground} else text


def at_most(numerator: int, denominator: int) -> str:
    """The share to the tenth above, or to the first digit that is not of all: never too low.

    `denominator` is above 0 and not below `numerator`.
    """
    if numerator in {0, denominator}:
        return "100%" if numerator else "0%"
    rest, digits, unit = denominator - numerator, 1, 1000
    while rest * unit < denominator:
        digits, unit = digits + 1, unit * 10
    return f"{(unit - rest * unit // denominator) / (unit // 100):.{digits}f}%"


def share(numerator: int, denominator: int) -> str:
    """The share of AI lines as a lower bound, or that there are no lines."""
    return at_least(numerator, denominator) if denominator else "no lines"


def bounds(counts: Counts) -> str:
    """The AI share as a range; one number where nothing is undetermined."""
    if not counts.lines:
        return "no lines"
    least = at_least(counts.ai, counts.lines)
    if not counts.undetermined:
        return f"at least {least}"
    return f"at least {least}, at most {at_most(counts.ai + counts.undetermined, counts.lines)}"
