"""Requirements of the merge gate, the score beside them, and what they come to together."""

from __future__ import annotations

from enum import StrEnum

import msgspec

ALWAYS = ("base", "history", "current", "gate-files", "policy")
"""Requirements that are asked of every change, whatever a configuration says."""
DEFAULT = ("reviewed", "checks", "scan", "checklist")
"""Those that are asked for where no configuration names others."""
OPTIONAL = (
    *("reviewed", "proven-approval", "checks", "tests", "scan", "checklist", "ai-declared"),
    *("attribution", "owners", "up-to-date", "no-conflicts", "policy", "gate-files"),
)
"""Those that a configuration or a caller can ask for; `threshold` is asked for by a number."""


class Status(StrEnum):
    """What can be said of a requirement. Unknown is never met."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is asked for: what was required, what was found and where, what to do.

    `how` is empty where it is met.
    """

    id: str
    status: Status
    required: str
    found: str
    where: str
    how: str = ""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the score: its points, of how many, and why."""

    id: str
    points: int
    most: int
    why: str


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How much evidence there is, 0 to 100. It lifts no requirement."""

    points: int
    parts: tuple[Part, ...]


class Verdict(StrEnum):
    """What the gate says. Only the first lets a change through."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    UNDECIDED = "undecided"

    @property
    def exit_status(self) -> int:
        """0 allowed, 1 refused, 3 cannot decide."""
        return {"allowed": 0, "refused": 1, "undecided": 3}[self.value]


def verdict(requirements: tuple[Requirement, ...]) -> Verdict:
    """Refused where one is not met, else undecided where one is unknown or none was asked for."""
    found = {one.status for one in requirements}
    if Status.UNMET in found:
        return Verdict.REFUSED
    return Verdict.ALLOWED if found == {Status.MET} else Verdict.UNDECIDED
