"""Files of a report, written whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from affidavit.base.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

STANDARD_OUTPUT = Path("-")
"""How a user names the standard output where a file is asked for."""


@contextmanager
def delivering(place: Path) -> Iterator[IO[bytes]]:
    """The file that a user named, to be written: a new or a regular one as `replacing` writes it.

    A device or a pipe is written to, and stays what it is. ``-`` is the standard output.

    Raises:
        OutputError: It cannot be written, or is a link, a folder or a socket.
    """
    if place == STANDARD_OUTPUT:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    elif _is_written_through(place):
        try:
            with _opened(place) as file:
                yield file
        except OSError as error:
            raise OutputError(f"{place} cannot be written: {error.strerror}") from error
    else:
        with replacing(place) as file:
            yield file


def _is_written_through(place: Path) -> bool:
    """Whether what stands at `place` takes bytes and is no file that could be replaced."""
    try:
        mode = place.lstat().st_mode
    except OSError:
        return False
    if stat.S_ISLNK(mode):
        raise OutputError(
            f"{place} cannot be written: it is a symbolic link",
            hint="name the file that it leads to; - is the standard output",
        )
    if stat.S_ISCHR(mode) or stat.S_ISFIFO(mode):
        return True
    if not stat.S_ISREG(mode):
        raise OutputError(f"{place} cannot be written: it is no file")
    return False


def _opened(place: Path) -> IO[bytes]:
    """A device or a pipe, with no link followed and nothing made that is not there."""
    return os.fdopen(os.open(place, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "wb")


@contextmanager
def replacing(place: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes the name `place` once all of it is written, and not before.

    Raises:
        OutputError: It cannot be written; what stood at `place` is as it was.
    """
    try:
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    except OSError as error:
        raise OutputError(f"{place} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(name).chmod(0o644)
        Path(name).replace(place)
    except OSError as error:
        raise OutputError(f"{place} cannot be written: {error.strerror}") from error
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def made(folder: Path) -> Path:
    """`folder`, made if it is not there.

    Raises:
        OutputError: It cannot be made, or is a file.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be made: {error.strerror}") from error
    return folder
