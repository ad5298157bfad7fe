"""What becomes of a fact that was given to a recorder."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import msgspec

from affidavit.app.recorder.forking import Process
from affidavit.base.errors import AffidavitError, StoreError
from affidavit.base.text import visible
from affidavit.ledger.entry import Fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.app.ledger.keeper import Receipt

SHOWN = 5
"""Facts that an error names; it has all of them as `facts`."""


class Recorded(NamedTuple):
    """The fact is durable at `receipt`, under the signed `checkpoint`."""

    receipt: Receipt
    checkpoint: str


Outcome: TypeAlias = "Recorded | AffidavitError"


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A fact, and the values that it names by commitments which are still to be made.

    `values` are fields of the body and what is committed to; they are kept as those of `about`, a
    kind of subject and what it is known by.
    """

    fact: Fact
    values: tuple[tuple[str, str], ...] = ()
    about: tuple[str, str] = ("session", "")


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A draft on its way; `size` is about the bytes that it takes."""

    draft: Draft
    size: int
    outcome: Future[Recorded]


class Unrecorded(NamedTuple):
    """A fact that is not in the ledger, as far as is known, and why."""

    id: str
    kind: str
    error: AffidavitError


class NotRecordedError(StoreError):
    """Facts were not recorded; `facts` are those, the first thousands of `total`."""

    def __init__(self, facts: Sequence[Unrecorded], total: int) -> None:
        named = "; ".join(
            f"{one.kind} {one.id} ({visible(one.error.message)})" for one in facts[:SHOWN]
        )
        more = f"; and {total - SHOWN:,} more" if total > SHOWN else ""
        what = "a fact was" if total == 1 else f"{total:,} facts were"
        super().__init__(f"{what} not recorded: {named}{more}", hint=facts[0].error.hint)
        self.facts = tuple(facts)
        self.total = total


class Handle:
    """A fact that was given to a recorder; any thread of the process may ask about it."""

    def __init__(self, id_: str, outcome: Future[Recorded]) -> None:
        self.id = id_
        """The id of the fact, and of its entry."""
        self._process = Process()
        self._outcome = outcome

    @property
    def future(self) -> Future[Recorded]:
        """What becomes of it; it cannot be cancelled."""
        if not self._outcome.done():
            self._process.check()
        return self._outcome

    def done(self) -> bool:
        """Whether it is known what became of it."""
        return self._outcome.done()

    def receipt(self, timeout: float | None = None) -> Receipt:
        """Where the fact lies, once it is durable; waits at most `timeout` seconds for it.

        Raises:
            TimeoutError: It is still on its way.
            AffidavitError: It was not recorded.
        """
        return self.future.result(timeout).receipt

    def checkpoint(self, timeout: float | None = None) -> str:
        """The signed checkpoint that covers the entry: what to keep elsewhere; else as `receipt`.

        Raises:
            TimeoutError: It is still on its way.
            AffidavitError: It was not recorded.
        """
        return self.future.result(timeout).checkpoint
