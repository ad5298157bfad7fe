"""Waiting for a file's lock."""

from __future__ import annotations

import fcntl
import time
from typing import TYPE_CHECKING

from affidavit.app.progress import QUIET
from affidavit.base.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.reading import Progress
    from affidavit.base.errors import LedgerBusyError

WAITING = "waiting for another process that has the ledger"
_STEP = 0.02


def locked(
    file: int, path: Path, wait: float, *, busy: LedgerBusyError, progress: Progress = QUIET
) -> None:
    """Take the lock of an open `file` for this process, until it is closed.

    Raises:
        LedgerBusyError: Another process did not let go of it in `wait` seconds: `busy` says so.
        StoreError: The file system knows no locks.
    """
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > until:
                raise busy from error
            progress.step(WAITING)
            time.sleep(_STEP)
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}") from error
        else:
            return
