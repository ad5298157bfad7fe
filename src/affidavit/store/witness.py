"""What a witness remembers: of each log the last checkpoint it cosigned, and what it refused."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from affidavit.base.errors import DamagedError
from affidavit.ledger.tree import HASH_SIZE
from affidavit.ledger.witness import Answer, Record
from affidavit.store.connection import connected, told, transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_TABLES = (
    """
    CREATE TABLE records (
        origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE TABLE refused (origin TEXT NOT NULL, status INTEGER NOT NULL, request BLOB NOT NULL)",
)
_RECORD = "SELECT size, root FROM records WHERE origin = ?"
_KEEP = "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)"
_NOTE = "SELECT note FROM records WHERE origin = ?"
_REFUSED = "SELECT count(*) FROM refused"
_REFUSE = "INSERT INTO refused VALUES (?, ?, ?)"
MOST_REFUSED = 1_000
"""Refused requests that are kept: each was signed by its log and may show that it misbehaved."""


def created(path: Path) -> None:
    """Make the memory of a new witness at `path`.

    Raises:
        StoreError: The disk does not let us.
    """
    with closing(connected(path, make=True)) as connection, told(path), transaction(connection):
        for statement in _TABLES:
            connection.execute(statement)


class Memory:
    """The memory of a witness; each call opens it, so that threads need not share a connection."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def advance(
        self, origin: str, decide: Callable[[Record], tuple[Record, bytes] | Answer]
    ) -> Answer | None:
        """Store the record and note that `decide` makes of the last one, or answer why not.

        Reading, deciding and storing are one transaction: two requests at once cannot take the
        record back. When this returns, the record is on the disk.

        Raises:
            AffidavitError: The memory cannot be read or written.
        """
        with (
            closing(connected(self._path)) as connection,
            told(self._path),
            transaction(connection) as run,
        ):
            found = run.execute(_RECORD, (origin,)).fetchone()
            decided = decide(_record(found) if found else Record())
            if isinstance(decided, Answer):
                return decided
            record, note = decided
            run.execute(_KEEP, (origin, record.size, record.root, note))
        return None

    def note(self, origin: str) -> bytes | None:
        """The last cosigned checkpoint of the log named `origin`."""
        with closing(connected(self._path)) as connection, told(self._path):
            found = connection.execute(_NOTE, (origin,)).fetchone()
        return bytes(found[0]) if found else None

    def keep_refused(self, origin: str, status: int, request: bytes) -> None:
        """Keep a request that its log signed and that was refused, as long as there are few."""
        with (
            closing(connected(self._path)) as connection,
            told(self._path),
            transaction(connection) as run,
        ):
            if run.execute(_REFUSED).fetchone()[0] < MOST_REFUSED:
                run.execute(_REFUSE, (origin, status, request))


def _record(row: tuple[object, ...]) -> Record:
    size, root = row
    if not isinstance(size, int) or not isinstance(root, bytes) or len(root) != HASH_SIZE:
        raise DamagedError("the witness's memory holds no record where one was")
    return Record(size, root)
