"""Bounded reading of the small files git keeps beside its objects."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from affidavit.base.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def leads_outside(path: Path, within: Path) -> bool:
    """Whether `path`, its symbolic links followed, is neither `within` nor in it.

    A link in a prepared repository could name any file that its reader may read.
    """
    try:
        real, home = os.path.realpath(path), os.path.realpath(within)
    except (OSError, ValueError):
        return True
    return real != home and not real.startswith(home.rstrip(os.sep) + os.sep)


def contents(path: Path, at_most: int, *, within: Path | None = None) -> bytes | None:
    """The first `at_most` bytes of the regular file `path`, or ``None`` where there is no such.

    A pipe, device or directory in a file's place is no file: reading one could wait for ever. Nor
    is a link that leads out of the folder `within`, where that is given.

    Raises:
        UnreadableError: The system refused.
    """
    if within is not None and leads_outside(path, within):
        return None
    try:
        with open(path, "rb", opener=_without_waiting) as file:  # noqa: PTH123 - opener
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            return file.read(at_most)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError):
        return None
    except OSError as error:
        raise UnreadableError(
            f"the repository's file {path.name!r} cannot be read: {error.strerror}",
            hint="Run the audit as a user who may read the whole git directory.",
        ) from error


def lines(path: Path, at_most: int, *, longest: int) -> Iterator[bytes]:
    """The lines of the regular file `path` within its first `at_most` bytes, with their ends.

    Of a line of more than `longest` bytes the first are given, without an end; a line that
    `at_most` cuts off is not given.

    Raises:
        UnreadableError: The system refused.
    """
    if contents(path, 0) is None:
        return
    with open(path, "rb", opener=_without_waiting) as file:  # noqa: PTH123 - opener
        begun = False
        while at_most > 0 and (piece := file.readline(min(longest, at_most))):
            at_most -= len(piece)
            if not begun and (at_most > 0 or piece.endswith(b"\n")):
                yield piece
            begun = not piece.endswith(b"\n")


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)


def exists(path: Path) -> bool:
    """Whether `path` is there, of any kind; ``False`` where the system will not tell."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether `path` is a directory.

    Raises:
        UnreadableError: The system refused to tell.
    """
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError as error:
        raise UnreadableError(
            f"the folder {path.name!r} cannot be examined: {error.strerror}"
        ) from error
