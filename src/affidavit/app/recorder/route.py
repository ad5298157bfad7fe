"""The way of a batch into the ledger: by whoever keeps it at the moment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from affidavit.app.ledger.blobs import Blobs
from affidavit.app.ledger.kept import by, keeping
from affidavit.app.recorder.forking import unforked
from affidavit.app.recorder.outcome import Recorded
from affidavit.app.serve.client import Client, reached
from affidavit.base.errors import AffidavitError, EntryError, FormatError, LedgerBusyError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.keeper import Acknowledged, Keeper
    from affidavit.app.recorder.outcome import Outcome
    from affidavit.ledger.entry import Fact

CHANNEL = "recorder"
_TURN = 0.2
"""Seconds that the lock is waited for before a server is looked for again."""
_ALONE = "line 1: "
"""What is said of a fact that was sent alone needs no line."""


class Route:
    """To the server at `socket`, else to the ledger at `place`. One thread uses it."""

    def __init__(self, place: Home | None, socket: Path | None) -> None:
        self._place = place
        self._socket = socket
        self._client: Client | None = None

    def send(self, facts: Sequence[Fact]) -> list[Outcome]:
        """What became of each of `facts`; a bad one fails alone.

        Raises:
            AffidavitError: Nobody took them, or it is not known: they can be sent again.
        """
        client = self._client or self._reached()
        if client is not None:
            return self._through(client, facts)
        with unforked:
            return _directly(self._here(), facts)

    def close(self) -> None:
        """End the connection, if there is one."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _here(self) -> Home:
        if self._place is None:
            raise AssertionError("a route has a socket or a place")
        return self._place

    def _reached(self) -> Client | None:
        if self._socket is not None:
            return Client(self._socket)
        return reached(self._here(), os.environ)

    def _through(self, client: Client, facts: Sequence[Fact]) -> list[Outcome]:
        self._client = client
        try:
            return _answers(client, facts)
        except AffidavitError:
            self.close()
            raise


def _answers(client: Client, facts: Sequence[Fact]) -> list[Outcome]:
    found = _asked(client, [facts])
    if isinstance(found[0], EntryError) and len(facts) > 1:
        found = _asked(client, [[fact] for fact in facts])
    return found


def _asked(client: Client, batches: Sequence[Sequence[Fact]]) -> list[Outcome]:
    numbers = [client.submit(facts) for facts in batches]
    found: list[Outcome] = []
    for number, facts in zip(numbers, batches, strict=True):
        answered, answer = client.collect()
        if answered != number:
            raise FormatError(f"the server answered {answered} when {number} was asked")
        if isinstance(answer, LedgerBusyError):
            raise answer
        found += _told(answer, len(facts))
    return found


def _told(answer: Acknowledged | Exception, count: int) -> list[Outcome]:
    if isinstance(answer, EntryError) and count == 1:
        return [EntryError(answer.message.removeprefix(_ALONE), hint=answer.hint)]
    if isinstance(answer, AffidavitError):
        return [answer] * count
    if isinstance(answer, Exception):
        raise answer
    if len(answer.receipts) != count:
        raise FormatError(f"{len(answer.receipts)} receipts came for {count} facts")
    return [Recorded(one, answer.checkpoint) for one in answer.receipts]


def _directly(place: Home, facts: Sequence[Fact]) -> list[Outcome]:
    """Append `facts` in this process, which is the keeper for as long as it takes."""
    try:
        with keeping(place, wait=_TURN) as keeper:
            found = _appended(keeper, facts)
            if isinstance(found[0], EntryError) and len(facts) > 1:
                found = [one for fact in facts for one in _appended(keeper, [fact])]
            return found
    except LedgerBusyError:
        raise
    except AffidavitError as error:
        return [error] * len(facts)


def _appended(keeper: Keeper, facts: Sequence[Fact]) -> list[Outcome]:
    known = Blobs({}, keeper.log)
    try:
        return _told(keeper.append(map(known.checked, facts), by(CHANNEL)), len(facts))
    except LedgerBusyError:
        raise
    except AffidavitError as error:
        return _told(error, len(facts))
