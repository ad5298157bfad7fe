"""A ledger is begun whole or not at all, and held by one process at a time."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger import appending, kept
from affidavit.app.ledger.appending import appended
from affidavit.app.ledger.home import Home, writing
from affidavit.app.ledger.keeper import Keeper
from affidavit.app.ledger.kept import begun, keeping
from affidavit.base.errors import (
    DamagedError,
    KeyFileError,
    LedgerBusyError,
    LedgerExistsError,
    StoreError,
)
from affidavit.store.log import Log, created
from commands import FACT, lines
from ledgers import META, ORIGIN, contents

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Where a ledger can be begun; this account's keys are kept beside it."""
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    return Home(tmp_path / ".affidavit")


def begin(place: Home) -> None:
    begun(place, ORIGIN, lambda keys: keys.new_secret(os.urandom(32)))


def test_where_no_key_can_be_kept_no_folder_is_made(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def homeless(_: object) -> None:
        raise KeyFileError("this account has no home folder")

    monkeypatch.setattr(kept, "config_home", homeless)
    with pytest.raises(KeyFileError):
        begin(place)
    assert not place.folder.exists()


def left(place: Home) -> set[str]:
    """The files that there are, but for the lock and what hides it from git."""
    found = {path.name for path in place.folder.parent.rglob("*") if path.is_file()}
    return found - {"lock", ".gitignore"}


def test_a_ledger_is_begun_with_its_first_entry(place: Home) -> None:
    begin(place)
    with Log(place.database) as log:
        assert (len(contents(log)), list(checkpoints_of(log))) == (1, [1])
    assert not list(place.folder.glob("ledger.db.new*"))


def checkpoints_of(log: Log) -> list[int]:
    return [size for size, _ in log.rows.checkpoints()]


@pytest.mark.parametrize("error", [KeyboardInterrupt, StoreError("the disk is full"), OSError(5)])
def test_what_interrupts_the_beginning_leaves_nothing_behind(
    place: Home, error: type[BaseException] | BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(Keeper, "record", interrupted)
        with pytest.raises((KeyboardInterrupt, StoreError)):
            begin(place)
    assert left(place) == set()
    begin(place)


def test_two_that_begin_at_once_make_one_ledger(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*_: object, **__: object) -> None:
        created(place.database, META)

    monkeypatch.setattr(kept, "create_vault", meanwhile)
    with pytest.raises(LedgerExistsError):
        begin(place)
    with Log(place.database) as log:
        assert log.rows.meta("vkey") == META["vkey"]


KILLED = """
import os, sys
from pathlib import Path
from affidavit.app.ledger import kept
from affidavit.app.ledger.home import Home
def killed(*_):
    os.kill(os.getpid(), 9)
Path.replace = killed
kept.begun(Home(Path(sys.argv[1])), sys.argv[2], lambda keys: keys.new_secret(os.urandom(32)))
"""


def test_a_beginning_that_was_killed_leaves_no_ledger_but_what_may_hold_personal_data(
    place: Home,
) -> None:
    command = [sys.executable, "-c", KILLED, str(place.folder), "example.com/first"]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert not place.database.exists()
    with pytest.raises(LedgerExistsError, match=r"vault\.db already"):
        begin(place)
    place.vault.unlink()
    begin(place)
    with Log(place.database) as log:
        assert (log.origin, log.size) == (ORIGIN, 1)


def test_a_log_without_its_first_entry_is_not_kept(place: Home) -> None:
    place.make()
    created(place.database, META)
    with pytest.raises(DamagedError, match="was emptied"), keeping(place):
        pass


def test_who_keeps_a_ledger_keeps_others_out(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appending, "WAIT", 0.1)
    begin(place)
    with writing(place), pytest.raises(LedgerBusyError, match="another process writes to"):
        appended(place, io.BytesIO(lines(FACT)), [])
    assert appended(place, io.BytesIO(lines(FACT)), []).receipts[0].index == 1
