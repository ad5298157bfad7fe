"""Requests of many clients that become durable together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.ledger.blobs import Blobs, kept
from affidavit.app.serve.wire import Recorded, Refused, facts_of, frame, refused, request_of
from affidavit.base.errors import AffidavitError, DamagedError

if TYPE_CHECKING:
    from affidavit.app.ledger.keeper import Gathering, Keeper, Receipt
    from affidavit.app.serve.wire import Request
    from affidavit.ledger.entry import RecordedBy


class Transaction:
    """One transaction. What cannot be recorded fails its own request and no other."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._gathering: Gathering | None = None
        self._outcomes: list[Refused | tuple[int, tuple[Receipt, ...]]] = []

    @property
    def entries(self) -> int:
        """How many entries it has so far."""
        return self._gathering.entries if self._gathering else 0

    def add(self, payload: bytes, by: RecordedBy) -> None:
        """Take in a request, or refuse it.

        Raises:
            FormatError: It is none.
        """
        request = request_of(payload)
        if isinstance(request, Refused):
            self._outcomes.append(request)
            return
        try:
            receipts = self._receipts(request, by)
        except AffidavitError as error:
            self._outcomes.append(refused(request.number, error))
        else:
            self._outcomes.append((request.number, receipts))

    def _receipts(self, request: Request, by: RecordedBy) -> tuple[Receipt, ...]:
        if self._gathering is None:
            self._gathering = self._keeper.gathering()
        blobs = kept(request.blobs)
        known = Blobs({**self._gathering.blobs, **blobs}, self._keeper.log)
        return self._gathering.add(map(known.checked, facts_of(request)), by, blobs=blobs)

    def committed(self) -> tuple[list[bytes], DamagedError | None]:
        """Make it durable; the answers, one for each request that was added, in their order.

        A ledger that is damaged is told of apart: nothing may be appended to it any more.
        """
        damage = None
        note = b""
        try:
            if self._gathering is not None:
                note = self._gathering.commit()
        except AffidavitError as error:
            damage = error if isinstance(error, DamagedError) else None
            return [frame(self._failed(each, error)) for each in self._outcomes], damage
        checkpoint = note.decode()
        return [
            frame(each if isinstance(each, Refused) else Recorded(*each, checkpoint))
            for each in self._outcomes
        ], None

    @staticmethod
    def _failed(
        outcome: Refused | tuple[int, tuple[Receipt, ...]], error: AffidavitError
    ) -> Refused:
        return outcome if isinstance(outcome, Refused) else refused(outcome[0], error)
