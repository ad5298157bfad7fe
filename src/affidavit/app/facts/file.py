"""A file that lines are appended to, by several programs at once if they like."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError, OutputError
from affidavit.ledger.bundle import parse_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_LOOKED_AT, _LINES = 1 << 20, 1_000
"""Bytes and lines of a file that are looked at before lines are appended to it."""
_START = b'{"payload":"'
"""How a line of a bundle begins."""
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
    check_bundle(path)


def check_bundle(path: Path) -> None:
    """See that what is in a file at `path` is a bundle, as far as its first lines show it.

    A line that its writer did not finish is none, and begins as one.

    Raises:
        OutputError: It holds something else: whoever named it meant another file.
    """
    if not path.is_file():
        return
    try:
        with path.open("rb") as file:
            lines = file.read(_LOOKED_AT).split(b"\n")[:_LINES]
    except OSError as error:
        raise OutputError(f"{path} cannot be read: {error.strerror}") from error
    for number, data in enumerate(lines, 1):
        if data and not _is_line(data):
            why = f"{path} holds what is no line of a bundle, such as line {number}"
            raise OutputError(why, hint="name another file: signed lines go into bundles alone")


def _is_line(data: bytes) -> bool:
    """Whether it is a line of a bundle, or the beginning of one as it is written here."""
    if _START.startswith(data) or data.startswith(_START):
        return True
    try:
        parse_line(data)
    except FormatError:
        return False
    return True
