"""A process that dies, and a disk that is full, at a chosen step of what a ledger writes."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from affidavit.app.ledger import export
from affidavit.app.ledger.custody import Custody
from affidavit.app.ledger.keeper import Keeper
from affidavit.app.ledger.signed import LastSigned
from affidavit.base.errors import StoreError
from affidavit.store import log
from affidavit.store.connection import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import pytest

Done = TypeVar("Done")
FULL = StoreError("the disk is full")
PARTS = ("kept", "config")
STEPS = 14
"""More than any command has."""


class KilledError(BaseException):
    """The process is gone: nothing of it runs any more."""


class Fate(NamedTuple):
    """What goes wrong: the process dies before step `step`, or the disk is full there.

    Or it dies `torn`, while the commit is written, of which some part is in the file then; or
    `after` it, before anybody is told.
    """

    step: int
    how: str


class Steps:
    """Each step of writing, in one process after the other over the files below `folder`.

    A process that dies leaves its files as they are at that moment. They are put aside, for what
    the dead one's own clearing up does to them never happened.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dead = False
        self._fate: Fate | None = None
        self._left = 0

    def patch(self, patch: pytest.MonkeyPatch) -> None:
        """Have each step of the program counted here."""
        patch.setattr(log, "transaction", self._transaction)
        patch.setattr(Keeper, "sign", self._counted(Keeper.sign))
        patch.setattr(LastSigned, "remember", self._counted(LastSigned.remember))
        patch.setattr(Custody, "replace", self._counted(Custody.replace))
        patch.setattr(export, "_write", self._written(export._write))

    @contextmanager
    def failing(self, fate: Fate | None) -> Iterator[None]:
        """Let what is done within meet its fate."""
        self._fate, self._left = fate, fate.step if fate else 0
        try:
            yield
        finally:
            self._fate = None

    def revive(self) -> None:
        """Put the files back that the dead process left; no other may hold them."""
        for part in PARTS:
            shutil.rmtree(self.folder / part)
            (self.folder / "left" / part).rename(self.folder / part)
        self.dead = False

    def forget(self) -> None:
        """Go on where the dead process was another than the one that holds the files."""
        for part in PARTS:
            shutil.rmtree(self.folder / "left" / part)
        self.dead = False

    def step(
        self, run: Callable[[], Done], full: Exception = FULL, *, commit: bool = False
    ) -> Done:
        """Take one step, unless something goes wrong before it."""
        if self.dead:
            raise KilledError
        if self._fate is None:
            return run()
        if self._fate.how in {"torn", "after"}:
            return self._torn(run) if commit else run()
        self._left -= 1
        if self._left:
            return run()
        if self._fate.how == "full":
            raise full
        raise self._died()

    def _died(self) -> KilledError:
        for part in PARTS:
            shutil.copytree(self.folder / part, self.folder / "left" / part)
        self.dead = True
        return KilledError()

    def _torn(self, run: Callable[[], Done]) -> Done:
        """Write a commit of which only a first part, or all, is in the file when it dies."""
        assert self._fate is not None
        wal = self.folder / "kept" / "ledger.db-wal"
        before = wal.read_bytes()
        run()
        after = wal.read_bytes()
        same = next((at for at, one in enumerate(before) if one != after[at]), len(before))
        part = (len(after) - same) * self._fate.step // (STEPS + 1)
        cut = len(after) if self._fate.how == "after" else same + part
        error = self._died()
        left = self.folder / "left" / "kept" / "ledger.db-wal"
        left.write_bytes(after[:cut] + before[cut:])
        raise error

    @contextmanager
    def _transaction(self, connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        stepping = cast("sqlite3.Connection", _Stepping(connection, self))
        with transaction(stepping) as run:
            yield run

    def _counted(self, real: Callable[..., Done]) -> Callable[..., Done]:
        return lambda *values: self.step(lambda: real(*values))

    def _written(self, real: Callable[[Path, bytes], None]) -> Callable[[Path, bytes], None]:
        def write(path: Path, data: bytes) -> None:
            try:
                self.step(lambda: real(path, data))
            except KilledError:
                path.with_name(f"{path.name}{export.HALF}").write_bytes(data[: len(data) // 2])
                raise

        return write


class _Stepping:
    """A connection whose every statement that writes is a step."""

    def __init__(self, real: sqlite3.Connection, steps: Steps) -> None:
        self._real = real
        self._steps = steps

    @property
    def in_transaction(self) -> bool:
        """As the connection says."""
        return self._real.in_transaction

    def execute(self, statement: str, values: Sequence[str] = ()) -> sqlite3.Cursor:
        """Run it, unless it is its turn."""
        commit = statement == "COMMIT"
        return self._steps.step(
            lambda: self._real.execute(statement, values), _full(), commit=commit
        )

    def executemany(self, statement: str, values: Sequence[Sequence[str]]) -> sqlite3.Cursor:
        """Run it, unless it is its turn."""
        return self._steps.step(lambda: self._real.executemany(statement, values), _full())


def _full() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error
