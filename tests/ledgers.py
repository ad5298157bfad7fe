"""Logs to write tests about, and what they must say: a list of entries and RFC 6962 by heart."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from affidavit.ledger.checkpoint import Checkpoint, parse_checkpoint, signed_checkpoint
from affidavit.ledger.key import SigningKey
from affidavit.ledger.note import KeySigner, Outcome, check, parse_note
from affidavit.store.log import Batch, Log, created

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.store.rows import Rows

ORIGIN = "example.com/team"
KEY = SigningKey.from_secret(ORIGIN, bytes(32))
META = {"origin": ORIGIN, "vkey": KEY.key.encode(), "created": "2026-11-21T13:00:00.000000Z"}
NOBODY = 65534


def signed(checkpoint: Checkpoint) -> bytes:
    """The note of `checkpoint` by the log's key."""
    return signed_checkpoint(checkpoint, [KeySigner(KEY)]).encode()


def root_of(entries: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of RFC 6962, section 2.1, as its definition says it."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    split = 1 << (len(entries) - 1).bit_length() - 1
    halves = root_of(entries[:split]) + root_of(entries[split:])
    return hashlib.sha256(b"\x01" + halves).digest()


def a_log(folder: Path, entries: Sequence[bytes] = ()) -> Log:
    """A log in `folder`, open, with `entries` of one append."""
    path = folder / "ledger.db"
    created(path, META)
    log = Log(path)
    if entries:
        log.append(Batch(entries=entries), signed)
    return log


def some(count: int, mark: str = "") -> list[bytes]:
    """So many entries that differ from each other, and from those of another `mark`."""
    return [f"entry {number} {mark}".encode() for number in range(count)]


def checkpoints(rows: Rows) -> dict[int, bytes]:
    """The root of each kept checkpoint by its size; each is signed by the log."""
    found = {}
    for size, data in rows.checkpoints():
        note = parse_note(data)
        stated = parse_checkpoint(note)
        assert (check(note, KEY.key), stated.origin, stated.size) == (Outcome.GOOD, ORIGIN, size)
        found[size] = stated.root
    return found


def contents(log: Log) -> list[bytes]:
    """Every entry."""
    return list(log.rows.entries(0, log.size))


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every account can get at, unlike those that pytest makes."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


LATE = (
    "affidavit.app.ledger.appending",
    "affidavit.app.ledger.kept",
    "affidavit.app.ledger.verifying",
    "affidavit.app.ledger.view",
    "affidavit.base.period",
    "affidavit.verify.log",
)


@contextmanager
def as_anybody() -> Iterator[None]:
    """Be an account whom the modes of files bind, which root is not."""
    if os.geteuid() != 0:
        yield
        return
    # What a command imports only when it runs may lie where that account cannot read.
    for name in LATE:
        import_module(name)
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
