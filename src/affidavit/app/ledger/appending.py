"""Appending what a file brings, by whoever keeps the ledger at the moment."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from affidavit.app.ledger.blobs import LARGEST_BLOB, Blobs, kept
from affidavit.app.ledger.home import WAIT
from affidavit.app.ledger.kept import by, keeping
from affidavit.app.ledger.lines import facts_of
from affidavit.app.ledger.locking import WAITING
from affidavit.app.progress import QUIET
from affidavit.app.serve.client import Client, reached
from affidavit.base.errors import EntryError, LedgerBusyError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.keeper import Acknowledged
    from affidavit.app.reading import Progress
    from affidavit.ledger.entry import Fact

_TURN = 0.2
"""Seconds that the lock is waited for before a server is looked for again."""


def appended(
    place: Home, file: BinaryIO, blobs: Sequence[Path], *, progress: Progress = QUIET
) -> Acknowledged:
    """The receipts of the facts of `file`, with the content they name in the files `blobs`.

    They are sent to the server that keeps the ledger for this account, where one runs.

    Raises:
        EntryError: A line cannot be recorded; nothing of the file was.
        AffidavitError: See docs/errors/.
    """
    facts, contents = facts_of(file), _contents(blobs)
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        if (done := _sent(place, facts, contents)) is not None:
            return done
        # Who holds the lock may be a server that is about to listen.
        with suppress(LedgerBusyError):
            return _appended(place, facts, contents, wait=_TURN)
        progress.step(WAITING)
    return _appended(place, facts, contents, wait=_TURN)


def appended_at(socket: Path, file: BinaryIO, blobs: Sequence[Path]) -> Acknowledged:
    """The same through the server that listens at `socket`, whoever runs it.

    Raises:
        EntryError: A line cannot be recorded; nothing of the file was.
        AffidavitError: See docs/errors/.
    """
    with Client(socket) as client:
        return client.append(facts_of(file), _contents(blobs))


def origin_of(done: Acknowledged) -> str:
    """The name of the log that took facts in, as its checkpoint says it."""
    return done.checkpoint.partition("\n")[0]


def _sent(place: Home, facts: Sequence[Fact], contents: Sequence[bytes]) -> Acknowledged | None:
    client = reached(place, os.environ)
    if client is None:
        return None
    with client:
        return client.append(facts, contents)


def _appended(
    place: Home, facts: Sequence[Fact], contents: Sequence[bytes], *, wait: float
) -> Acknowledged:
    blobs = kept(contents)
    with keeping(place, wait=wait) as keeper:
        known = Blobs(blobs, keeper.log)
        return keeper.append(map(known.checked, facts), by("cli"), blobs)


def _contents(files: Iterable[Path]) -> list[bytes]:
    found = []
    for path in files:
        try:
            if path.stat().st_size > LARGEST_BLOB:
                raise EntryError(f"{path}: a blob has at most {LARGEST_BLOB:,} bytes")
            found.append(path.read_bytes())
        except OSError as error:
            raise UnreadableError(f"{path}: {error.strerror}") from error
    return found
