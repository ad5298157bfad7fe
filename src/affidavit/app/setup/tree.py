"""Files of a work tree, reached without following a symbolic link.

Each folder on the way is opened by itself: who swaps one for a link meanwhile gains nothing.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from affidavit.base.errors import InputError, OutputError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST = 1 << 20
"""Bytes of a file that are read."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class LinkedError(InputError):
    """A symbolic link, or no plain file, stands where a file was looked for."""


class WorkTree:
    """The files below `root`; a path is relative, its parts separated by ``/``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, path: str) -> bytes | None:
        """The bytes of the file, at most `LARGEST`; None where there is none.

        Raises:
            LinkedError: It, or a folder on the way, is a symbolic link or no plain file.
            UnreadableError: The system refused.
        """
        try:
            with self._folder(path) as (folder, name):
                return _read(folder, name, path)
        except FileNotFoundError:
            return None
        except OSError as error:
            self._unlinked(path)
            raise UnreadableError(f"{path}: {error.strerror}") from error

    def names(self, folder: str) -> tuple[str, ...]:
        """The names in a folder, in order; empty where it is none or a link."""
        try:
            with self._folder(f"{folder}/x" if folder else "x") as (opened, _):
                return tuple(sorted(os.listdir(opened)))  # noqa: PTH208 -- of an open folder
        except OSError:
            return ()

    def write(self, path: str, data: bytes, *, executable: bool = False) -> tuple[str, ...]:
        """Write a file that is not there yet; the folders that were made for it.

        Raises:
            LinkedError: A folder on the way is a symbolic link.
            OutputError: It is there, or cannot be written.
        """
        made = list[str]()
        try:
            with self._folder(path, made) as (folder, name):
                _write(folder, name, data, 0o755 if executable else 0o644)
        except OSError as error:
            self._unlinked(path)
            raise OutputError(f"{path} cannot be written: {error.strerror}") from error
        return tuple(made)

    def replace(self, path: str, data: bytes, *, executable: bool = False) -> tuple[str, ...]:
        """Write a file whole, in the place of one that may be there; the folders that were made.

        Raises:
            LinkedError: A folder on the way is a symbolic link.
            OutputError: It cannot be written.
        """
        made = list[str]()
        try:
            with self._folder(path, made) as (folder, name):
                with suppress(FileNotFoundError):
                    os.unlink(f".{name}.new", dir_fd=folder)
                _write(folder, f".{name}.new", data, 0o755 if executable else 0o644)
                os.rename(f".{name}.new", name, src_dir_fd=folder, dst_dir_fd=folder)
        except OSError as error:
            self._unlinked(path)
            raise OutputError(f"{path} cannot be written: {error.strerror}") from error
        return tuple(made)

    def remove(self, path: str) -> None:
        """Remove a file.

        Raises:
            OutputError: It cannot be removed.
        """
        try:
            with self._folder(path) as (folder, name):
                os.unlink(name, dir_fd=folder)
        except OSError as error:
            raise OutputError(f"{path} cannot be removed: {error.strerror}") from error

    def remove_folder(self, path: str) -> None:
        """Remove a folder, if it is empty."""
        with suppress(OSError), self._folder(path) as (folder, name):
            os.rmdir(name, dir_fd=folder)

    @contextmanager
    def _folder(self, path: str, made: list[str] | None = None) -> Iterator[tuple[int, str]]:
        """The open folder of `path` and the last part of it; with `made`, folders are made."""
        *parents, name = path.split("/")
        opened = os.open(self.root, _FOLDER)
        try:
            for depth, part in enumerate(parents, 1):
                if made is not None and _make(opened, part):
                    made.append("/".join(parents[:depth]))
                inner = os.open(part, _FOLDER, dir_fd=opened)
                os.close(opened)
                opened = inner
            yield opened, name
        finally:
            os.close(opened)

    def _unlinked(self, path: str) -> None:
        """Refuse a path that is, or leads through, anything but folders and a plain file."""
        place = self.root
        for part in path.split("/"):
            place /= part
            try:
                mode = place.lstat().st_mode
            except OSError:
                return
            last = place == self.root / path
            if not (stat.S_ISREG(mode) if last else stat.S_ISDIR(mode)):
                told = place.relative_to(self.root).as_posix()
                raise LinkedError(f"{told} is a symbolic link, or not what it has to be here")


def _make(folder: int, name: str) -> bool:
    try:
        os.mkdir(name, 0o755, dir_fd=folder)
    except FileExistsError:
        return False
    return True


def _read(folder: int, name: str, path: str) -> bytes:
    handle = os.open(name, _READ, dir_fd=folder)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise LinkedError(f"{path} is no plain file")
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(LARGEST)
    finally:
        os.close(handle)


def _write(folder: int, name: str, data: bytes, mode: int) -> None:
    handle = os.open(name, _WRITE, mode, dir_fd=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except OSError:
        with suppress(OSError):
            os.unlink(name, dir_fd=folder)
        raise
