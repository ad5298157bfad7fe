"""A connection to a ledger's database, and what its failures mean."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from affidavit.base.errors import DamagedError, LedgerBusyError, NotALedgerError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WAIT = 10.0
"""Seconds that another process may hold the database."""

_UNKNOWN = 0
"""A text is not UTF-8: Python says so without a code."""
_DAMAGED = {_UNKNOWN, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
"""Of `SQLITE_ERROR`: our statements are constant, so a table that they name must be missing."""
_NOTHING_BESIDE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
"""SQLite's own files cannot be made beside the database."""
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_KEEP = "keep the file, and restore a copy beside it"
_HINTS = {
    sqlite3.SQLITE_FULL: ("the disk is full", "make room; what was acknowledged is still there"),
    sqlite3.SQLITE_READONLY: ("it cannot be written", "look at the owner and mode of its folder"),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", "look at the owner and mode of its folder"),
    sqlite3.SQLITE_IOERR: ("the disk failed", "what was acknowledged before is still there"),
    sqlite3.SQLITE_PERM: ("it may not be opened", "look at the owner and mode of its folder"),
}


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite says of the database at `path` into an error of ours.

    Raises:
        DamagedError: The file is no database, or a page of it is broken.
        LedgerBusyError: Another process held it for `WAIT` seconds.
        StoreError: The disk is full, failing, or does not let us.
    """
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a mistake of ours
    except UnicodeDecodeError as error:
        # SQLite's words about a broken schema quote it.
        raise DamagedError(
            f"{path} is damaged: it holds a text that is not UTF-8", hint=_KEEP
        ) from error
    except sqlite3.DatabaseError as error:
        # A result code says the kind of failure in its lowest byte.
        code = getattr(error, "sqlite_errorcode", _UNKNOWN) & 0xFF
        if code in _DAMAGED:
            raise DamagedError(f"{path} is damaged: {error}", hint=_KEEP) from error
        if code in _BUSY:
            raise LedgerBusyError(
                f"{path} is held by another process", hint="try again when it is done"
            ) from error
        what, hint = _HINTS.get(code, (str(error), ""))
        raise StoreError(f"{path}: {what}", hint=hint) from error


def connected(path: Path, *, make: bool = False) -> sqlite3.Connection:
    """A connection that writes durably: a commit is on the disk when it returns.

    Raises:
        NotALedgerError: There is no file at `path`, and it is not to be made.
        DamagedError: A journal lies beside it.
        AffidavitError: See `told`.
    """
    if not make:
        _check_there(path)
    _check_beside(path)
    mode = "rwc" if make else "rw"
    with told(path):
        found = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=WAIT,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            found.execute("PRAGMA journal_mode = WAL")
            found.execute("PRAGMA synchronous = FULL")
            found.execute("PRAGMA fullfsync = ON")
            found.execute("PRAGMA recursive_triggers = ON")
            # A file of a stranger must not make us run what it defines.
            found.execute("PRAGMA trusted_schema = OFF")
        except (sqlite3.Error, UnicodeDecodeError):
            found.close()
            raise
    return found


def _check_there(path: Path) -> None:
    try:
        there = stat.S_ISREG(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        there = False
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error
    if not there:
        raise NotALedgerError(f"there is no ledger at {path.parent}", hint="affidavit ledger init")


def _check_beside(path: Path) -> None:
    """Refuse a rollback journal: SQLite would write its pages over the ledger's.

    And it would delete any file that the journal names as its super-journal. A ledger has a log of
    writes (WAL) instead. https://www.sqlite.org/fileformat2.html#the_rollback_journal
    """
    journal = f"{os.path.realpath(path)}-journal"
    if os.path.lexists(journal):
        raise DamagedError(
            f"a journal lies beside {path} that this program never makes: {journal}",
            hint="do not open the ledger with any program; find out who put the journal there",
        )


def reading(path: Path) -> sqlite3.Connection:
    """A connection that can only read.

    Raises:
        NotALedgerError: There is no file at `path`.
        DamagedError: A journal lies beside it.
        AffidavitError: See `told`.
    """
    _check_there(path)
    _check_beside(path)
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with told(path):
        try:
            return _reader(uri)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _NOTHING_BESIDE or _written_ahead(path):
                raise
        # Beside a log of writes, only the two are the ledger. Without one the file alone is, and
        # in a folder that cannot be written there is no other way to read it.
        return _reader(f"{uri}&immutable=1")


def _written_ahead(path: Path) -> bool:
    """Whether there are writes that are not in the database's file yet."""
    try:
        return os.lstat(f"{os.path.realpath(path)}-wal").st_size > 0
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _reader(uri: str) -> sqlite3.Connection:
    found = sqlite3.connect(
        uri, uri=True, timeout=WAIT, isolation_level=None, check_same_thread=False
    )
    try:
        found.execute("PRAGMA trusted_schema = OFF")
        found.execute("PRAGMA query_only = ON")
        found.execute("SELECT count(*) FROM sqlite_schema")
    except (sqlite3.Error, UnicodeDecodeError):
        found.close()
        raise
    return found


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All of the block or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
