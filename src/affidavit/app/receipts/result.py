"""What verifying a receipt comes to: each check, and one status that follows from them."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from affidavit.app.receipts.predicate import Asserted
from affidavit.verify.result import Status


class State(StrEnum):
    """What one check came to. Only `HELD` lets anything rest on it."""

    HELD = "held"
    FAILED = "failed"
    NOT_CHECKED = "not checked"


class Check(msgspec.Struct, frozen=True):
    """One check by name, and why it came out so.

    `asked` is False for what only counts when the caller asks for it, and did not.
    """

    name: str
    state: State
    text: str
    asked: bool = True


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """All checks of a receipt, and what it says; None where its statement cannot be read.

    `keyless` says that for one of the signatures no key came from outside.
    """

    checks: tuple[Check, ...]
    commit: str | None
    tree: str | None
    asserted: Asserted | None
    keyless: bool = False

    @property
    def status(self) -> Status:
        """Verified where all that was asked held, and the keys for it came from outside.

        Self-asserted is what rests on keys that the receipt or its log names itself.
        """
        if any(one.state is State.FAILED for one in self.checks):
            return Status.FAILED
        left = {one.name for one in self.checks if one.asked and one.state is State.NOT_CHECKED}
        if self.keyless:
            return Status.SELF_ASSERTED
        return Status.INCOMPLETE if left else Status.VERIFIED
