"""Whose a line is, and on what ground that is said."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class LineClass(StrEnum):
    """Whose a line is."""

    AI = "ai"
    """An agent is named as the author or co-author of what brought it, or a note attests it."""
    HUMAN = "human"
    """A tool that watched attests that a person typed it. Silence is never that."""
    AUTOMATION = "automation"
    """By automation that is no AI agent."""
    NO_SIGNAL = "no-signal"
    """Nothing says anything of it."""
    UNDETERMINED = "undetermined"
    """Something says that an agent took part, and not in which lines; or it cannot be looked at."""


class Ground(StrEnum):
    """On what ground a line is of its class."""

    COMMIT = "commit"
    """What is claimed of the commit that brought it."""
    NOTE = "note"
    """What a line-level note attests of this very line."""
    NOTHING = "nothing"
    """That nothing is claimed."""
    UNSPLIT = "unsplit"
    """It came in a squash that names an agent, whose commits are not here."""
    ASSISTED = "assisted"
    """An agent proposed something or helped, and where is not told."""
    UNATTESTED = "unattested"
    """The commit names an agent, and its line-level note does not attest this line."""
    SHARED = "shared"
    """A record attests that an agent and a person both had a hand in it."""
    CONTRADICTED = "contradicted"
    """Two records say different things of it."""
    CUT = "cut"
    """What brought it is not here: the history is cut off, or its commits are missing."""
    OLDER = "older"
    """It was there before the commits behind the landing, and was taken up again by it."""
    BINARY = "binary"
    """The commits behind it took the file for binary."""


class Hand(msgspec.Struct, frozen=True, gc=False, order=True):
    """An agent that is named; `session` is as its tool gave it."""

    agent: str
    model: str = ""
    session: str = ""


class Made(msgspec.Struct, frozen=True, gc=False):
    """Whose lines are: one answer that many lines share."""

    line_class: LineClass
    ground: Ground
    hands: tuple[Hand, ...] = ()
    """The agents named, each once, in order."""


SILENT = Made(LineClass.NO_SIGNAL, Ground.NOTHING)
BY_AUTOMATION = Made(LineClass.AUTOMATION, Ground.COMMIT)


def unknown(ground: Ground, hands: tuple[Hand, ...] = ()) -> Made:
    """Lines of which it cannot be said whose they are, because of `ground`."""
    return Made(LineClass.UNDETERMINED, ground, hands)
