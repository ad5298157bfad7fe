"""What a log's key signed last, remembered beside the key.

A copy of a ledger's folder, an older state put back, or a stranger's folder with the same name
would otherwise be signed as well: two histories by one key. The record is written after each commit
and without waiting for the disk: where a crash loses it, it is older than the log, which is no
fork.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple, Self

from affidavit.app.ledger.locking import locked
from affidavit.base.errors import DamagedError, KeyFileError, LedgerBusyError, StoreError
from affidavit.ledger.tree import HASH_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

_SIZE = 8
_CHECK = 8
_LENGTH = _SIZE + HASH_SIZE + _CHECK
"""Bytes of the record: the size, the highest byte first, the root, and a check of both."""


class Signed(NamedTuple):
    """The size and root that a key signed last; `path` remembers them."""

    path: Path
    size: int
    root: bytes

    def check(self, size: int, root_at: Callable[[int], bytes]) -> None:
        """Hold a log of `size` entries, whose root at a smaller size `root_at` tells, against it.

        Raises:
            DamagedError: The key signed a log that this one does not go on from.
        """
        if self.size > size or root_at(self.size) != self.root:
            raise DamagedError(
                f"the key signed {_entries(self.size)} of this log, and what is here,"
                f" {_entries(size)}, does not go on from them: an older copy, or a second one",
                hint=f"go on with the newest copy; {self.path} remembers what was signed",
            )


def last_signed(path: Path) -> Signed | None:
    """What the file at `path` remembers, also while another process signs; None where nothing.

    Raises:
        DamagedError: It cannot be understood.
        KeyFileError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LENGTH)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}") from error
    return _signed(data, path) if data else None


class LastSigned:
    """The size and root that a key signed last, in a file that only its account can write.

    Whoever holds it is the only one that signs with the key, in whatever copy of the ledger.

    Raises:
        KeyFileError: The file cannot be opened.
        LedgerBusyError: Another process signs with the key, and did not end in `wait` seconds.
    """

    def __init__(self, path: Path, *, wait: float = 10.0) -> None:
        self._path = path
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise KeyFileError(f"{path}: {error.strerror}") from error
        try:
            busy = LedgerBusyError(
                f"another process signs with this log's key: {path}",
                hint="wait for it; only one copy of a ledger is gone on with",
            )
            locked(self._file, path, wait, busy=busy)
        except BaseException:
            os.close(self._file)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)

    def check(self, size: int, root_at: Callable[[int], bytes]) -> None:
        """Hold a log of `size` entries, whose root at a smaller size `root_at` tells, against it.

        Raises:
            DamagedError: The key signed a log that this one does not go on from.
        """
        data = os.pread(self._file, _LENGTH, 0)
        if data:
            _signed(data, self._path).check(size, root_at)

    def remember(self, size: int, root: bytes) -> None:
        """Note that a log of `size` entries with this root was signed.

        Raises:
            StoreError: The disk does not let us; the entries themselves are durable.
        """
        data = size.to_bytes(_SIZE) + root
        try:
            os.pwrite(self._file, data + _check(data), 0)
        except OSError as error:
            raise StoreError(
                f"{self._path}: {error.strerror}; the entries were appended all the same"
            ) from error


def _signed(data: bytes, path: Path) -> Signed:
    if len(data) < _LENGTH or data[-_CHECK:] != _check(data[:-_CHECK]):
        raise DamagedError(f"{path}: what was signed last cannot be read")
    return Signed(path, int.from_bytes(data[:_SIZE]), data[_SIZE : _SIZE + HASH_SIZE])


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


def _check(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:_CHECK]
