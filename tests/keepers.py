"""Keepers of logs in a test's folder, with a clock and chance that can be told."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from affidavit.app.ledger.custody import Custody
from affidavit.app.ledger.keeper import Keeper
from affidavit.app.ledger.signed import LastSigned
from affidavit.store.log import Log, created
from ledgers import META, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.clock import Clock

NOON = 1_795_262_400_000_000
"""2026-11-21T12:00:00Z in microseconds."""


def noon() -> int:
    """A clock that stands still."""
    return NOON


class Chance:
    """Bytes that differ from call to call, and are the same in every run."""

    def __init__(self) -> None:
        self._calls = 0

    def __call__(self, size: int) -> bytes:
        self._calls += 1
        return hashlib.shake_256(b"%d" % self._calls).digest(size)


def custody(folder: Path, seed: bytes = bytes(32)) -> Custody:
    """The keys of the log in `folder`; the first is made if there is none."""
    found = Custody(folder / "config", ORIGIN)
    if not found.folder.exists():
        found.begin(lambda keys: keys.new_secret(seed))
    return found


@contextmanager
def a_keeper(folder: Path, *, clock: Clock = noon) -> Iterator[Keeper]:
    """The keeper of the log in `folder`, which is made if there is none."""
    if not (folder / "ledger.db").exists():
        created(folder / "ledger.db", META)
    keys = custody(folder)
    with Log(folder / "ledger.db") as log, LastSigned(keys.last_signed) as last:
        yield Keeper(log, keys, clock, Chance(), last)
