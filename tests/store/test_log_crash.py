"""Appends, crashes and reopening in any order, against a list of entries."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from affidavit.base.errors import StoreError
from affidavit.store.log import Batch, Log
from affidavit.store.rows import Rows
from ledgers import a_log, checkpoints, contents, root_of, signed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class CrashedError(BaseException):
    """The process is gone: nothing of it runs any more."""


class Failing:
    """A connection that breaks at the statement number `left`, before or after it is run."""

    def __init__(self, real: sqlite3.Connection, left: int, *, after: bool, crash: bool) -> None:
        self.real = real
        self.left = left
        self._after = after
        self._crash = crash

    @property
    def in_transaction(self) -> bool:
        """As the connection says."""
        return self.real.in_transaction

    def execute(self, statement: str, values: Sequence[str] = ()) -> sqlite3.Cursor:
        """Run it, unless it is its turn."""
        return self._turn(lambda: self.real.execute(statement, values))

    def executemany(self, statement: str, values: Sequence[Sequence[str]]) -> sqlite3.Cursor:
        """Run it, unless it is its turn."""
        return self._turn(lambda: self.real.executemany(statement, values))

    def _turn(self, run: Callable[[], sqlite3.Cursor]) -> sqlite3.Cursor:
        self.left -= 1
        if self.left < 0 and self._crash:
            raise CrashedError
        if self.left == 0 and self._after:
            run()
        if self.left == 0:
            raise CrashedError if self._crash else full()
        return run()


def full() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


class LogMachine(RuleBasedStateMachine):
    """A log and what must be in it."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.entries: list[bytes] = []
        self.roots: dict[int, bytes] = {}
        self.log = a_log(self.folder)

    def batch(self, size: int) -> Batch:
        start = len(self.entries)
        entries = [b"%d of %d" % (number, size) for number in range(start, start + size)]
        return Batch(entries=entries, streams={f"s{size % 3}": size - 1}, given={f"{start}": 0})

    def took(self, batch: Batch) -> None:
        self.entries += batch.entries
        self.roots[len(self.entries)] = root_of(self.entries)

    def broken(self, left: int, *, after: bool, crash: bool) -> Failing:
        found = Failing(self.log._connection, left, after=after, crash=crash)
        self.log._connection = cast("sqlite3.Connection", found)
        self.log.rows = Rows(self.log._connection)
        return found

    @rule(size=st.sampled_from([1, 2, 3, 255, 256, 257, 300]))
    def append(self, size: int) -> None:
        batch = self.batch(size)
        done = self.log.append(batch, signed)
        self.took(batch)
        assert (done.start, done.size) == (len(self.entries) - size, len(self.entries))

    @rule(size=st.integers(1, 300), left=st.integers(1, 8), after=st.booleans())
    def crash(self, size: int, left: int, *, after: bool) -> None:
        batch = self.batch(size)
        broken = self.broken(left, after=after, crash=True)
        with suppress(CrashedError):
            self.log.append(batch, signed)
            self.took(batch)
        broken.real.close()
        self.log = Log(self.folder / "ledger.db")
        if self.log.size == len(self.entries) + size:
            # It was durable, and nobody was told.
            self.took(batch)

    @rule(size=st.integers(1, 300), left=st.integers(1, 7))
    def run_out_of_room(self, size: int, left: int) -> None:
        batch = self.batch(size)
        broken = self.broken(left, after=False, crash=False)
        with suppress(StoreError):
            self.log.append(batch, signed)
            self.took(batch)
        self.log._connection = broken.real
        self.log.rows = Rows(broken.real)

    @rule()
    def reopen(self) -> None:
        self.log.close()
        self.log = Log(self.folder / "ledger.db")

    @rule()
    def look(self) -> None:
        assert contents(self.log) == self.entries
        assert checkpoints(self.log.rows) == self.roots
        newest = [self.log.rows.newest_of_stream(f"s{number}") for number in range(3)]
        assert max((one for one in newest if one is not None), default=-1) == len(self.entries) - 1

    def teardown(self) -> None:
        self.look()
        self.log.close()
        shutil.rmtree(self.folder)


LogMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
TestLogMachine = LogMachine.TestCase

KEPT = """
import sys
from pathlib import Path
from affidavit.store.log import Batch, Log
from ledgers import signed
with Log(Path(sys.argv[1])) as log:
    while True:
        size = log.size * 7 % 90 + 1
        entries = [b"entry %d" % number for number in range(log.size, log.size + size)]
        done = log.append(Batch(entries=entries), signed)
        sys.stdout.buffer.write(b"%d\\n" % done.size)
        sys.stdout.flush()
"""


def killed(path: Path, acknowledgements: int) -> int:
    """The size that was last acknowledged before the process that appends was killed."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", KEPT, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        for _ in range(acknowledgements):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        sizes = process.stdout.read().split()
        return int(sizes[-1]) if sizes else 0


@pytest.mark.parametrize("acknowledgements", [1, 2, 6])
def test_nothing_acknowledged_is_lost_when_the_process_is_killed(
    tmp_path: Path, acknowledgements: int
) -> None:
    a_log(tmp_path).close()
    path = tmp_path / "ledger.db"
    for _ in range(2):
        size = killed(path, acknowledgements)
        with Log(path) as log:
            assert log.size >= size
            entries = [b"entry %d" % number for number in range(log.size)]
            assert contents(log) == entries
            roots = {one: root_of(entries[:one]) for one in checkpoints(log.rows)}
            assert checkpoints(log.rows) == roots
