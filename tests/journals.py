"""Rollback journals of SQLite, as somebody who wants more than to undo something writes them.

The layout is that of https://www.sqlite.org/fileformat2.html#the_rollback_journal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MAGIC = bytes.fromhex("d9d505f920a163d7")
PAGE, SECTOR, NONCE = 4096, 512, 7
LOCK_BYTE = 0x40000000


def beside(database: Path) -> Path:
    """Where SQLite looks for the journal of `database`."""
    return database.with_name(f"{database.name}-journal")


def undoing(before: bytes, pages: list[int]) -> bytes:
    """A journal that sets these pages, counted from 0, back to what they are in `before`."""
    counts = (len(pages), NONCE, len(before) // PAGE, SECTOR, PAGE)
    head = MAGIC + b"".join(one.to_bytes(4, "big") for one in counts)
    found = head.ljust(SECTOR, b"\0")
    for number in pages:
        page = before[number * PAGE :][:PAGE]
        found += (number + 1).to_bytes(4, "big") + page + _checksum(page)
    return found


def naming(super_journal: Path) -> bytes:
    """The end of a journal that names a super-journal, which SQLite deletes after playing it."""
    name = str(super_journal).encode()
    assert name.isascii()
    numbers = (len(name), sum(name))
    last = b"".join(one.to_bytes(4, "big") for one in numbers) + MAGIC
    return (LOCK_BYTE // PAGE + 1).to_bytes(4, "big") + name + last


def _checksum(page: bytes) -> bytes:
    return (NONCE + sum(page[at] for at in range(PAGE - 200, 0, -200))).to_bytes(4, "big")
