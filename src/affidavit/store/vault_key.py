"""The tenant key: 32 bytes in a file of their own, from which the keys of a vault are derived."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from affidavit.base.errors import KeyFileError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY_SIZE = 32
"""Bytes of every key: AES-256 and HMAC-SHA-256."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class TenantKey:
    """The key that all personal data of one tenant hang on."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_SIZE:
            raise KeyFileError(f"a tenant key has {KEY_SIZE} bytes, not {len(self.secret)}")

    @property
    def id(self) -> str:
        """16 hex digits that tell this key from others and tell nothing about it."""
        return self.derived("affidavit/tenant-key-id@1", b"")[:8].hex()

    def derived(self, purpose: str, salt: bytes) -> bytes:
        """A key of 32 bytes for one `purpose` (HKDF-SHA-256, RFC 5869, the purpose as info)."""
        kdf = HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=salt, info=purpose.encode())
        return kdf.derive(self.secret)


def create_tenant_key(path: Path, random: Callable[[int], bytes]) -> TenantKey:
    """A new key from `random`, written to a new file that only its owner may read.

    Directories that are missing are made, for their owner alone.

    Raises:
        KeyFileError: There is a file already, or it cannot be written.
    """
    key = TenantKey(random(KEY_SIZE))
    try:
        _make_directory(path.parent)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key.secret)
            file.flush()
            os.fsync(file.fileno())
        sync_directory(path.parent)
    except OSError as error:
        raise KeyFileError(
            f"the tenant key cannot be written to {path}: {error.strerror}"
        ) from error
    return key


def read_tenant_key(path: Path) -> TenantKey:
    """The key in the file at `path`.

    Raises:
        KeyFileError: It is missing, no file, longer or shorter than a key, cannot be read, or can
            be read or written by somebody else than its owner.
    """
    try:
        # a pipe without a writer would be waited for
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            mode = os.fstat(descriptor).st_mode
            _check(mode, path)
            secret = file.read(KEY_SIZE + 1)
    except OSError as error:
        raise KeyFileError(f"the tenant key {path} cannot be read: {error.strerror}") from error
    if len(secret) != KEY_SIZE:
        raise KeyFileError(f"{path} is no tenant key: it does not have {KEY_SIZE} bytes")
    return TenantKey(secret)


def _check(mode: int, path: Path) -> None:
    if not stat.S_ISREG(mode):
        raise KeyFileError(f"{path} is no tenant key: it is not a file")
    if mode & _OTHERS:
        raise KeyFileError(
            f"the tenant key {path} can be read or written by others (mode {mode & 0o777:04o})",
            hint=f"chmod 600 {path}, and think about who may have read it",
        )


def _make_directory(path: Path) -> None:
    for each in reversed([path, *path.parents]):
        if not each.exists():
            each.mkdir(mode=0o700, exist_ok=True)
            sync_directory(each.parent)


def sync_directory(path: Path) -> None:
    """Make the names in the directory `path` durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
