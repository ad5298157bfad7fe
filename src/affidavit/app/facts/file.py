"""A file that lines are appended to, by several programs at once if they like."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from typing import TYPE_CHECKING

from affidavit.base.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW


def appended(path: Path, lines: Sequence[bytes]) -> None:
    """Append `lines` to the file at `path`, which is made if it is not there: all of them or none.

    They are on the disk when this returns. Where the file ends within a line, as one does whose
    writer was ended, they begin on a line of their own. No symbolic link is followed.

    Raises:
        OutputError: It cannot be written to, or is no file; what was in it is as it was.
    """
    if str(path) == "-":
        raise OutputError("- is no file that lines can be appended to", hint="name a file")
    try:
        made = os.open(path, _FLAGS, 0o644)
        try:
            _append(made, path, b"".join(lines))
        finally:
            os.close(made)
    except OSError as error:
        why = "it is a symbolic link" if error.errno == errno.ELOOP else error.strerror
        raise OutputError(f"{path} cannot be written: {why}") from error


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


def check_appendable(path: Path) -> None:
    """Say at once that `path` could not be appended to, before somebody is asked for a signature.

    Raises:
        OutputError: Its folder is not there, or it or its folder may not be written to.
    """
    why = None
    if not path.parent.is_dir():
        why = f"there is no folder {path.parent}"
    elif path.is_symlink():
        why = "it is a symbolic link"
    elif path.is_dir():
        why = "it is a folder"
    elif not os.access(path if path.exists() else path.parent, os.W_OK):
        why = "this account may not write there"
    if why is not None:
        raise OutputError(f"{path} cannot be written: {why}")
