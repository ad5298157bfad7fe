"""The file of a vault: an SQLite database whose deleted bytes are overwritten.

It is made to forget, where the ledger is made to remember: no trigger guards it; what is deleted is
overwritten with zeros (secure_delete); the journal of a transaction is emptied when it ends, and
made durable as empty (journal_mode TRUNCATE, synchronous FULL); and after a disposal the whole file
is written anew (VACUUM), for SQLite leaves copies of rows that it moved. Temporary data stay in
memory.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from affidavit.base.errors import (
    AffidavitError,
    DamagedError,
    LedgerBusyError,
    LedgerExistsError,
    NotALedgerError,
    StoreError,
)
from affidavit.base.text import visible
from affidavit.store.vault_key import sync_directory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMAT = "affidavit/vault@1"
Cell = str | bytes | int | None
"""What a column of a row can hold. No number with a fraction is ever stored."""

_OPENINGS = (
    "CREATE TABLE openings (number INTEGER PRIMARY KEY, subject TEXT NOT NULL,"
    " field TEXT NOT NULL, commitment BLOB NOT NULL UNIQUE, sealed BLOB NOT NULL)"
)
SCHEMA = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE subjects (id TEXT PRIMARY KEY, key BLOB) WITHOUT ROWID",
    "CREATE TABLE lookups (digest BLOB PRIMARY KEY, subject TEXT NOT NULL) WITHOUT ROWID",
    _OPENINGS,
    "CREATE TABLE disposed (commitment BLOB PRIMARY KEY) WITHOUT ROWID",
    "CREATE INDEX lookups_of_subject ON lookups (subject)",
    "CREATE INDEX openings_of_subject ON openings (subject, field)",
)
_SETTINGS = (
    ("secure_delete", "ON", 1),
    ("journal_mode", "TRUNCATE", "truncate"),
    ("synchronous", "FULL", None),
    ("temp_store", "MEMORY", None),
    ("cache_size", "-65536", None),  # KiB: commitments are spread over the whole of their index
    ("trusted_schema", "OFF", None),
)
"""What every connection sets, and what SQLite must answer."""
_FOUND = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
_META = "SELECT value FROM meta WHERE name = ?"
_SET = "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)"
_REWRITTEN = "DELETE FROM meta WHERE name = 'rewrite' AND value = ?"
_MAGIC = bytes.fromhex("d9d505f920a163d7")
"""How a rollback journal begins, and ends where it names a super-journal:
https://www.sqlite.org/fileformat2.html#the_rollback_journal"""
_ID_SIZE = 16
"""Bytes of a vault's id."""


class VaultFile:
    """An open vault file, whatever is in it; one thread uses it.

    `timeout` is how many seconds are waited for another process.
    """

    def __init__(self, path: Path, *, writable: bool = True, timeout: float = 5.0) -> None:
        self._path = path
        self.inside = False
        """Whether a transaction is open."""
        try:
            if not path.is_file():
                raise NotALedgerError(f"there is no vault at {path}")
            _check_journal(path)
            where = path.absolute().as_uri() + ("?mode=rw" if writable else "?mode=ro")
            self._db = sqlite3.connect(where, uri=True, timeout=timeout, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise _ours(path, error) from error
        try:
            self._set()
        except AffidavitError:
            self.close()
            raise

    def _set(self) -> None:
        for name, value, answer in _SETTINGS:
            answers = self.rows(f"PRAGMA {name} = {value}")
            if answer is not None and answers != [(answer,)]:
                raise StoreError(f"the vault {self._path}: SQLite does not set {name} to {value}")

    def check(self) -> None:
        """Raise NotALedgerError unless this is a vault of this version."""
        found = sorted(str(sql) for (sql,) in self.rows(_FOUND))
        if found != sorted(SCHEMA) or self.meta("format") != FORMAT:
            raise NotALedgerError(f"{self._path} is not a vault, or one of another version")

    def close(self) -> None:
        """Let go of the file; what is not committed is gone."""
        self._db.close()

    def rows(self, statement: str, *values: Cell) -> list[tuple[Cell, ...]]:
        """All rows that a statement which changes nothing answers.

        Raises:
            LedgerBusyError: Another process did not let go in time.
            StoreError: The file cannot be read, or is damaged.
            NotALedgerError: It is no database.
        """
        try:
            return self._db.execute(statement, values).fetchall()
        except (sqlite3.Error, UnicodeError) as error:
            raise _ours(self._path, error) from error

    def change(self, statement: str, *values: Cell) -> int:
        """How many rows a statement changed, in an open transaction.

        Raises:
            LedgerBusyError: Another process did not let go in time.
            StoreError: The file cannot be written, or the transaction has failed already.
        """
        if not self._db.in_transaction:
            raise StoreError(f"the vault {self._path}: the transaction was undone")
        try:
            return self._db.execute(statement, values).rowcount
        except (sqlite3.Error, UnicodeError) as error:
            raise _ours(self._path, error) from error

    def meta(self, name: str) -> str | None:
        """What the file says about itself under `name`."""
        return next((str(value) for (value,) in self.rows(_META, name)), None)

    def set_meta(self, name: str, value: str) -> None:
        """Say `value` under `name`, in an open transaction."""
        self.change(_SET, name, value)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes within, or none of them; durable when it ends. One inside another joins it.

        Raises:
            LedgerBusyError: Another process did not let go in time.
            StoreError: The file cannot be written.
        """
        if self.inside:
            yield
            return
        self.rows("BEGIN IMMEDIATE")
        self.inside = True
        try:
            yield
            self.change("COMMIT")
        finally:
            self.inside = False
            if self._db.in_transaction:
                self._db.rollback()

    def rewrite(self) -> None:
        """Write the file anew if a disposal asked for it, so that no copy of a moved row is left.

        Raises:
            LedgerBusyError: Another process reads the file. What was disposed of stays disposed
                of, and the next writer rewrites the file.
            StoreError: There is no room for the file twice.
        """
        due = self.meta("rewrite")
        if due is not None:
            self.rows("VACUUM")
            with self.transaction():
                self.change(_REWRITTEN, due)


def _check_journal(path: Path) -> None:
    """Refuse a journal that names a super-journal: SQLite would delete the file of that name.

    A transaction of ours is never of two databases, so none that was cut short leaves such a one.
    """
    journal = f"{os.path.realpath(path)}-journal"
    try:
        descriptor = os.open(journal, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        file.seek(max(found.st_size - len(_MAGIC), 0))
        if not stat.S_ISREG(found.st_mode) or file.read() == _MAGIC:
            raise DamagedError(
                f"a journal lies beside {path} that this program never makes: {journal}",
                hint="do not open the vault with any program; find out who put the journal there",
            )


def create_file(path: Path, meta: dict[str, str]) -> None:
    """A new and empty vault file at `path` that says `meta` and its format about itself.

    Raises:
        LedgerExistsError: Something is there already.
        StoreError: It cannot be written.
    """
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        os.close(os.open(path, flags, 0o600))
        file = VaultFile(path)
        try:
            with file.transaction():
                _fill(file, path, meta)
        finally:
            file.close()
        sync_directory(path.parent)
    except OSError as error:
        raise _ours(path, error) from error
    except NotALedgerError as error:
        raise LedgerExistsError(f"there is a file at {path} that is no vault") from error


def _fill(file: VaultFile, path: Path, meta: dict[str, str]) -> None:
    # a creation that was cut short leaves an empty database, and may be done again
    if file.rows(_FOUND):
        raise LedgerExistsError(f"there is a database at {path} already")
    for statement in SCHEMA:
        file.change(statement)
    for name, value in {"format": FORMAT, **meta}.items():
        file.set_meta(name, value)


def _ours(path: Path, error: OSError | sqlite3.Error | UnicodeError) -> AffidavitError:
    """`error` as one of ours, in SQLite's or the system's words, which hold no value of a row."""
    if isinstance(error, OSError):
        return StoreError(f"the vault {path}: {error.strerror}")
    if isinstance(error, UnicodeError):
        # SQLite's words about a damaged schema quote it
        return StoreError(f"the vault {path}: database schema is malformed")
    # the low byte is the kind, the others are details: https://www.sqlite.org/rescode.html
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return LedgerBusyError(f"the vault {path} is held by another process")
    if code == sqlite3.SQLITE_NOTADB:
        return NotALedgerError(f"{path} is not a vault: it is no SQLite database")
    return StoreError(f"the vault {path}: {visible(str(error))}")
