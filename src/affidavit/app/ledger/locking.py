"""Waiting for a file's lock."""

from __future__ import annotations

import fcntl
import time
from typing import TYPE_CHECKING

from affidavit.base.errors import LedgerBusyError, StoreError

if TYPE_CHECKING:
    from pathlib import Path

_STEP = 0.02


def locked(file: int, path: Path, wait: float) -> None:
    """Take the lock of an open `file` for this process, until it is closed.

    Raises:
        LedgerBusyError: Another process did not let go of it in `wait` seconds.
        StoreError: The file system knows no locks.
    """
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > until:
                raise LedgerBusyError(
                    f"another process signs with this log's key: {path}",
                    hint="wait for it; only one copy of a ledger is gone on with",
                ) from error
            time.sleep(_STEP)
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}") from error
        else:
            return
