"""A signed statement taken into a ledger, by whoever keeps it at the moment."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from affidavit.app.ledger.blobs import kept
from affidavit.app.ledger.home import WAIT
from affidavit.app.ledger.kept import by, keeping
from affidavit.app.ledger.view import viewing
from affidavit.app.receipts.file import ReceiptFile
from affidavit.app.serve.client import reached
from affidavit.base.digest import sha256
from affidavit.base.errors import LedgerBusyError
from affidavit.ledger.dsse import MEDIA_TYPE
from affidavit.ledger.entry import Blob, Fact, Subject

if TYPE_CHECKING:
    from affidavit.app.ledger.home import Home
    from affidavit.app.receipts.commits import Named
    from affidavit.ledger.dsse import Envelope

KIND = "receipt.issued.v1"
CHANNEL = "receipt"
STREAM = "receipts"
_TURN = 0.2
"""Seconds that the lock is waited for before a server is looked for again."""


def issued(envelope: Envelope, named: Named, predicate_type: str) -> Fact:
    """The fact that `envelope`, whose first signature is its maker's, was issued for a commit."""
    data, pae = envelope.encode(), envelope.digest()
    signer = envelope.signatures[0].keyid
    return Fact(
        kind=KIND,
        stream=STREAM,
        actor=signer,
        id=f"receipt:{pae.removeprefix('sha256:')}",
        subject=Subject(commit=named.commit, tree=named.tree),
        blobs=(Blob(digest=sha256(data), media_type=MEDIA_TYPE, size=len(data)),),
        body={"pae": pae, "predicate_type": predicate_type, "signer": signer},
    )


def logged(place: Home, fact: Fact, envelope: Envelope) -> tuple[int, ReceiptFile]:
    """Record `fact`, and give the index of its entry with the receipt that proves it.

    Raises:
        EntryError: The fact cannot be recorded.
        AffidavitError: The ledger cannot be written to or read; see docs/errors/.
    """
    index = _appended(place, fact, envelope.encode())
    with viewing(place) as view:
        proof = view.proof(index).encode()
        return index, ReceiptFile(envelope=envelope, entry=view.row(index).data, proof=proof)


def _appended(place: Home, fact: Fact, content: bytes) -> int:
    """Through the server that keeps the ledger for this account where one runs, else by us."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        client = reached(place, os.environ)
        if client is not None:
            with client:
                return client.append([fact], [content]).receipts[0].index
        # Who holds the lock may be a server that is about to listen.
        with suppress(LedgerBusyError):
            return _kept(place, fact, content)
    return _kept(place, fact, content)


def _kept(place: Home, fact: Fact, content: bytes) -> int:
    with keeping(place, wait=_TURN) as keeper:
        return keeper.append([fact], by(CHANNEL), kept([content])).receipts[0].index
