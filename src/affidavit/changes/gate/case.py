"""What requirements are held against: the policy's input, and what stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from affidavit.base.text import shortened, visible
from affidavit.changes.gate.model import Status
from affidavit.policy.input import PolicyInput
from affidavit.policy.model import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable

SENTENCE = 300
"""Characters of a sentence that is told."""
LISTED = 10
"""Names that are told of one requirement."""


class Reports(msgspec.Struct, frozen=True, kw_only=True):
    """Reports of tests on the head or its tree; `state` is None where that could not be read."""

    state: Literal["passed", "failed", "none"] | None
    reports: int = 0


class Current(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the head is still what would be merged."""

    status: Status
    found: str


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One change before the gate.

    `problems` are why what it is judged by cannot be relied on. `decision` is the policy's, None
    where there is no policy; `no_policy` then says why. `said` are approvals that do not count,
    each with the reason. `unattributed` are commits by an agent that name no agent, model or
    session, None where claims could not be read. `where` says of
    requirements where their evidence was looked for. `threshold` is the lowest severity of a
    finding that may not be open. `complete` is whether the base says that it names every check that
    has to succeed, `owned` whether it names code owners at all. `unheard` are answers that do not
    count, each with the reason; `unlifted` are such waivers. `anew` is whether its first parents
    lead to a beginning of its own, and not to the base.
    """

    input: PolicyInput
    problems: tuple[str, ...] = ()
    decision: Decision | None
    no_policy: str = ""
    said: tuple[str, ...] = ()
    current: Current
    tests: Reports
    unattributed: tuple[str, ...] | None
    threshold: str = "high"
    complete: bool = False
    owned: bool = True
    unheard: tuple[str, ...] = ()
    unlifted: tuple[str, ...] = ()
    anew: bool = False
    where: dict[str, str] = {}

    def place(self, id_: str) -> str:
        """Where the evidence of a requirement was looked for."""
        return self.where.get(id_, "git")


def named(names: Iterable[str], longest: int = 100) -> str:
    """The first of `names`, as they may be shown, each with at most so many characters."""
    every = list(names)
    told = ", ".join(visible(shortened(one, longest)) for one in every[:LISTED])
    more = len(every) - LISTED
    return f"{told} and {more:,} more" if more > 0 else told


def counted(count: int, noun: str) -> str:
    """So many of what `noun` says, in words: ``1 file``, ``2 files``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
