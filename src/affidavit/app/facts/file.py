"""A file that lines are appended to, by several programs at once if they like."""

from __future__ import annotations

import fcntl
import os
import stat
from typing import TYPE_CHECKING

from affidavit.base.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def appended(path: Path, lines: Sequence[bytes]) -> None:
    """Append `lines` to the file at `path`, which is made if it is not there: all of them or none.

    They are on the disk when this returns. Where the file ends within a line, as one does whose
    writer was ended, they begin on a line of their own.

    Raises:
        OutputError: It cannot be written to, or is no file; what was in it is as it was.
    """
    try:
        made = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            _append(made, path, b"".join(lines))
        finally:
            os.close(made)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error


def _append(file: int, path: Path, data: bytes) -> None:
    if not stat.S_ISREG(os.fstat(file).st_mode):
        raise OutputError(f"{path} cannot be appended to: it is no file")
    fcntl.flock(file, fcntl.LOCK_EX)
    size = os.fstat(file).st_size
    if data and size and os.pread(file, 1, size - 1) != b"\n":
        data = b"\n" + data
    left = memoryview(data)
    try:
        while left:
            left = left[os.write(file, left) :]
        os.fsync(file)
    except OSError:
        os.ftruncate(file, size)
        raise
