"""A key signs one history: not a copy that went another way, nor an older state put back."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from affidavit.app.clock import chance
from affidavit.app.ledger.home import Home
from affidavit.app.ledger.kept import begun, by, custody, keeping
from affidavit.app.ledger.signed import LastSigned
from affidavit.app.ledger.signers import write_secret
from affidavit.base.errors import DamagedError, KeyFileError, LedgerBusyError
from affidavit.ledger.entry import Fact
from affidavit.ledger.key import SigningKey
from affidavit.store.schema import statements

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = "log.mail/test"


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "config"))
    place = Home(tmp_path / "kept" / ".affidavit")
    begun(place, ORIGIN, lambda keys: keys.new_secret(chance(32)))
    return place


def append(place: Home, what: str) -> int:
    fact = Fact(kind="test.done.v1", stream="s", actor="tester", body={"what": what})
    with keeping(place) as keeper:
        return keeper.append([fact], by("test")).receipts[0].index


def copied(place: Home, folder: Path) -> Home:
    shutil.copytree(place.folder, folder / ".affidavit")
    return Home(folder / ".affidavit")


def test_a_copy_that_would_go_another_way_is_not_signed(ledger: Home, tmp_path: Path) -> None:
    copy = copied(ledger, tmp_path / "copy")
    append(ledger, "here")
    with pytest.raises(DamagedError, match="the key signed 2 entries"):
        append(copy, "there")
    assert append(ledger, "here again") == 2


def test_an_older_state_that_was_put_back_is_not_signed(ledger: Home, tmp_path: Path) -> None:
    copy = copied(ledger, tmp_path / "copy")
    append(ledger, "one")
    append(ledger, "two")
    shutil.rmtree(ledger.folder)
    shutil.move(copy.folder, ledger.folder)
    with pytest.raises(DamagedError, match="an older copy"):
        append(ledger, "another one")


def test_the_newest_copy_is_gone_on_with(ledger: Home, tmp_path: Path) -> None:
    append(ledger, "one")
    moved = copied(ledger, tmp_path / "moved")
    assert append(moved, "two") == 2
    with pytest.raises(DamagedError):
        append(ledger, "another two")


def test_two_copies_are_not_kept_at_once(ledger: Home, tmp_path: Path) -> None:
    copy = copied(ledger, tmp_path / "copy")
    with keeping(ledger), pytest.raises(LedgerBusyError, match="signs with this log's key"):
        LastSigned(custody(ORIGIN).last_signed, wait=0)
    assert append(copy, "there") == 1


def test_one_key_file_signs_one_history_whatever_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "team.key"
    write_secret(key, SigningKey.from_secret(ORIGIN, bytes(32)))
    places = []
    for name in ("one", "two"):
        monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / f"config-{name}"))
        place = Home(tmp_path / name / ".affidavit")
        if name == "two":
            with pytest.raises(DamagedError, match="signed 1 entry of this log, and what is"):
                begun(place, ORIGIN, lambda keys: keys.given_secret(key))
        else:
            begun(place, ORIGIN, lambda keys: keys.given_secret(key))
        places.append(place)
    assert [one.database.exists() for one in places] == [True, False]


def test_entries_under_a_checkpoint_that_nobody_signed_are_not_gone_on_with(
    ledger: Home,
) -> None:
    append(ledger, "one")
    with sqlite3.connect(ledger.database) as stranger:
        (note,) = stranger.execute("SELECT checkpoint FROM runs WHERE first = 1").fetchone()
        text, _, _ = note.decode().partition("\n\n")
        forged = f"{text}\n\n\u2014 {ORIGIN} AAAAAAAA\n".encode()
        stranger.execute("DROP TRIGGER runs_no_update")
        stranger.execute("UPDATE runs SET checkpoint = ? WHERE first = 1", (forged,))
        for statement in statements().split(";\n"):
            if "runs_no_update" in statement:
                stranger.execute(statement)
    stranger.close()
    with pytest.raises(DamagedError, match="no key of this log signed its newest checkpoint"):
        append(ledger, "two")


def test_a_record_that_is_older_than_the_log_is_no_fork(ledger: Home) -> None:
    place = custody(ORIGIN).last_signed
    older = place.read_bytes()
    append(ledger, "one")
    append(ledger, "two")
    place.write_bytes(older)
    assert append(ledger, "three") == 3


@pytest.mark.parametrize("data", [b"x", bytes(48), b"\0" * 47 + b"x", b"\xff" * 48])
def test_a_record_that_cannot_be_read_stops_signing(ledger: Home, data: bytes) -> None:
    custody(ORIGIN).last_signed.write_bytes(data)
    with pytest.raises(DamagedError, match="cannot be read"):
        append(ledger, "one")


def test_a_record_that_is_lost_does_not_stop_the_log(ledger: Home) -> None:
    custody(ORIGIN).last_signed.unlink()
    assert append(ledger, "one") == 1


def test_a_record_elsewhere_is_not_followed_to(ledger: Home, tmp_path: Path) -> None:
    place = custody(ORIGIN).last_signed
    place.unlink()
    place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyFileError):
        append(ledger, "one")
