"""What is answered about policies: tests, explanations, comparisons, decisions made again."""

from __future__ import annotations

from typing import Literal

import msgspec

from affidavit.ledger.decided import PolicyDecided
from affidavit.policy.model import Decision, Reason

Again = Literal["same", "differs", "unknown"]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a test ended; `why` is empty where it passed."""

    path: str
    name: str
    passed: bool
    why: str = ""


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """Every test of a bundle, and which of the ids of its rules a test names."""

    bundle: str
    tests: tuple[Outcome, ...]
    ids: tuple[str, ...]
    unnamed: tuple[str, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The tests that did not pass."""
        return tuple(one for one in self.tests if not one.passed)

    @property
    def exit_status(self) -> int:
        """1 where one failed, 3 where there is none."""
        if self.failed:
            return 1
        return 0 if self.tests else 3


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """A field of the input that a rule mentions, as it was; `value` is JSON."""

    field: str
    value: str
    known: bool


class Denied(msgspec.Struct, frozen=True, kw_only=True):
    """A reason, where its rules stand (``file:line``), and what they mention of the input."""

    reason: Reason
    rules: tuple[str, ...]
    reads: tuple[Read, ...]


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """A decision and what it rests on; `quiet` are ids of rules that did not deny."""

    decision: Decision
    denied: tuple[Denied, ...]
    unknown: tuple[str, ...]
    quiet: tuple[str, ...]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """An input about which two bundles decide otherwise; `name` is the caller's for it."""

    name: str
    before: Decision
    after: Decision


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """How many inputs were asked about, and where the decisions differ."""

    before: str
    after: str
    inputs: int
    differences: tuple[Difference, ...]


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded decision, and what making it again came to; `why` says what differs or lacks."""

    index: int
    commit: str
    at: str
    recorded: PolicyDecided
    again: Again
    why: str = ""


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """Every recorded decision of a period, in the order of the log.

    `unsure` is why the ledger does not count as verified, None where it does.
    """

    decisions: tuple[Replayed, ...]
    unsure: str | None = None

    @property
    def exit_status(self) -> int:
        """1 where one differs, 3 where one could not be made again, or there is none.

        Of a ledger that is not verified nothing good is known: 3.
        """
        states = {one.again for one in self.decisions}
        if "differs" in states:
            return 1
        return 0 if states == {"same"} and self.unsure is None else 3
