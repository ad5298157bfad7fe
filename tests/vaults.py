"""Vaults to test with: made in a directory, with randomness that can be repeated."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING

from affidavit.store.vault import Vault, create_vault
from affidavit.store.vault_key import TenantKey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = TenantKey(bytes(range(32)))
OTHER_KEY = TenantKey(bytes(range(1, 33)))
WINDOW = 8
"""Bytes of a secret that are too many to be found by accident."""


class Source:
    """Bytes that look random: another `seed`, other bytes."""

    def __init__(self, seed: str = "") -> None:
        self._seed = seed
        self._calls = 0

    def __call__(self, size: int) -> bytes:
        self._calls += 1
        return hashlib.shake_256(f"{self._seed} {self._calls}".encode()).digest(size)


def a_vault(directory: Path, *, seed: str = "") -> Vault:
    """A new vault in `directory`, open."""
    path = directory / "vault.db"
    source = Source(seed)
    create_vault(path, KEY, random=source)
    return Vault(path, KEY, random=source)


def reopened(directory: Path, *, writable: bool = True) -> Vault:
    """The vault of `a_vault`, opened again."""
    path = directory / "vault.db"
    return Vault(path, KEY, random=Source("again"), writable=writable, timeout=0.05)


def on_disk(directory: Path) -> bytes:
    """The bytes of the vault's file and of every file that SQLite put beside it."""
    return b"".join(path.read_bytes() for path in sorted(directory.glob("vault.db*")))


def by_sql(directory: Path, statement: str, *values: object) -> list[tuple[object, ...]]:
    """What SQLite answers somebody who opens the file himself; a change is kept."""
    with closing(sqlite3.connect(directory / "vault.db", isolation_level=None)) as found:
        # some systems build SQLite so that it overwrites what is deleted unless told otherwise
        found.execute("PRAGMA secure_delete = OFF")
        return found.execute(statement, values).fetchall()


def secrets(directory: Path, vault: Vault, subject: str) -> list[bytes]:
    """All that is stored about `subject` and must be gone when it was disposed of."""
    stored = by_sql(directory, "SELECT key FROM subjects WHERE id = ?", subject)
    stored += by_sql(directory, "SELECT digest FROM lookups WHERE subject = ?", subject)
    stored += by_sql(directory, "SELECT sealed FROM openings WHERE subject = ?", subject)
    made = by_sql(directory, "SELECT commitment FROM openings WHERE subject = ?", subject)
    openings = [vault.opening("hmac-sha256:" + bytes(one).hex()) for (one,) in blobs(made)]
    salts = [opening.salt for opening in openings if opening]
    return [one for (one,) in blobs(stored)] + salts


def blobs(rows: list[tuple[object, ...]]) -> list[tuple[bytes]]:
    return [(cell,) for (cell,) in rows if isinstance(cell, bytes)]


def left_of(secret: list[bytes], data: bytes) -> list[bytes]:
    """The parts of eight bytes of each `secret` that are found in `data`."""
    parts = [part for one in secret for part in _windows(one)]
    left = set(parts).intersection(_windows(data))
    return [part.to_bytes(WINDOW, sys.byteorder) for part in parts if part in left]


def _windows(data: bytes) -> Iterator[int]:
    """Every part of eight bytes, as a number of the machine's: in a large file that is quick."""
    ends = ((at, at + (len(data) - at) // WINDOW * WINDOW) for at in range(WINDOW))
    return chain.from_iterable(memoryview(data)[at:end].cast("Q") for at, end in ends if end > at)
