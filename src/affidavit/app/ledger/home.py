"""The folder of a ledger, and who may write to it."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from affidavit.base.errors import LedgerBusyError, NotALedgerError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = ".affidavit"
WAIT = 10.0
"""Seconds that a command waits for the lock."""
_STEP = 0.02


class Home:
    """Where a ledger lies; nothing of it needs to exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "ledger.db"
        self.vault = folder / "vault.db"
        self.lock = folder / "lock"

    def make(self) -> None:
        """Make the folder, unseen by git.

        Raises:
            StoreError: The disk does not let us.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.folder / ".gitignore").write_text("*\n", encoding="ascii")
        except OSError as error:
            raise StoreError(f"{self.folder}: {error.strerror}") from error


def home(given: Path | None, start: Path) -> Home:
    """The ledger at `given`, or the one of `start` or a folder above it.

    The search ends with the work tree: a ledger of another project is never meant.

    Raises:
        NotALedgerError: There is none.
        StoreError: It is another account's, who lets nobody in.
    """
    try:
        return _found(given, start)
    except PermissionError as error:
        raise StoreError(
            f"{error.filename}: {error.strerror}",
            hint="it is another account's ledger: send facts to its affidavit ledger serve",
        ) from error


def _found(given: Path | None, start: Path) -> Home:
    if given is not None:
        inside = given / FOLDER
        found = Home(inside if inside.is_dir() else given)
        if not found.database.is_file():
            raise NotALedgerError(f"there is no ledger at {given}", hint="affidavit ledger init")
        return found
    for folder in (start, *start.parents):
        found = Home(folder / FOLDER)
        if found.database.is_file():
            return found
        if (folder / ".git").exists():
            break
    raise NotALedgerError("there is no ledger here", hint="affidavit ledger init makes one")


@contextmanager
def writing(place: Home, *, wait: float = WAIT) -> Iterator[None]:
    """Be the only one who writes to the ledger at `place` while the block runs.

    Raises:
        LedgerBusyError: Another process has the lock and did not let go in `wait` seconds.
        StoreError: The disk does not let us.
    """
    try:
        lock = os.open(place.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise StoreError(f"{place.lock}: {error.strerror}") from error
    try:
        _take(lock, place, time.monotonic() + wait)
        yield
    finally:
        os.close(lock)


def _take(lock: int, place: Home, until: float) -> None:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > until:
                raise LedgerBusyError(
                    f"another process writes to {place.folder}",
                    hint="wait for it, or send facts to the running affidavit ledger serve",
                ) from error
            time.sleep(_STEP)
        except OSError as error:
            raise StoreError(f"{place.lock}: {error.strerror}") from error
        else:
            return
