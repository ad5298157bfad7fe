"""A result recorded: read, made into a fact, and taken into a ledger by whoever keeps it."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.ledger.home import WAIT
from affidavit.app.ledger.kept import by, keeping, vault
from affidavit.app.ledger.view import viewing
from affidavit.app.serve.client import Client, reached
from affidavit.base.errors import LedgerBusyError
from affidavit.ledger.entry import Fact
from affidavit.ledger.kinds import check_body

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.keeper import Receipt
    from affidavit.app.results.draft import Draft

CHANNEL = "record"
_TURN = 0.2
"""Seconds that the lock is waited for before a server is looked for again."""


class Place(NamedTuple):
    """Where a fact goes: a ledger of this account, or the server of another that listens there."""

    ledger: Home | None
    socket: Path | None


class Recorded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fact, and its entry, which is None where it was only shown."""

    fact: Fact
    index: int | None = None
    digest: str | None = None
    commits_to: dict[str, str] | None = None
    """What commitments will be to, by their place, where the fact was only shown."""


def shown(draft: Draft) -> Recorded:
    """The fact as it would be recorded.

    Raises:
        EntryError: It could not be.
    """
    fact = draft.shown()
    check_body(fact)
    return Recorded(fact=fact, commits_to=draft.named())


def as_line(draft: Draft) -> str:
    """The fact as one line of JSON, to be signed where no keeper is at hand.

    There is no vault either, so what names somebody is left out, as `Draft.withheld` does it.

    Raises:
        EntryError: The fact could not be recorded.
    """
    fact = draft.withheld()
    check_body(fact)
    kept = {name: getattr(fact, name) for name in ("kind", "stream", "actor", "subject", "body")}
    return msgspec.json.encode(kept).decode()


def recorded(draft: Draft, place: Place) -> Recorded:
    """Record the fact; it is on the disk and under a signed checkpoint when this returns.

    The values that it commits to are kept in the ledger's vault before. Over a socket of another
    account there is no vault, and they are left out.

    Raises:
        EntryError: The fact cannot be recorded.
        AffidavitError: The ledger or its vault cannot be written to; see docs/errors/.
    """
    check_body(draft.shown())
    if place.ledger is None:
        if place.socket is None:
            raise AssertionError("a place is a ledger or a socket")
        fact = draft.withheld()
        with Client(place.socket) as client:
            receipt = client.append([fact]).receipts[0]
    else:
        fact = _sealed(draft, place.ledger)
        receipt = _appended(place.ledger, fact)
    return Recorded(fact=fact, index=receipt.index, digest=receipt.digest)


def _sealed(draft: Draft, place: Home) -> Fact:
    with viewing(place) as view:
        origin = view.origin
    with vault(place, origin) as found:
        return draft.sealed(found)


def _appended(place: Home, fact: Fact) -> Receipt:
    """Through the server that keeps the ledger for this account where one runs, else by us."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        client = reached(place, os.environ)
        if client is not None:
            with client:
                return client.append([fact]).receipts[0]
        # Who holds the lock may be a server that is about to listen.
        with suppress(LedgerBusyError):
            return _kept(place, fact)
    return _kept(place, fact)


def _kept(place: Home, fact: Fact) -> Receipt:
    with keeping(place, wait=_TURN) as keeper:
        return keeper.append([fact], by(CHANNEL)).receipts[0]
