"""A key signs one history: not a copy that went another way, nor an older state put back."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from affidavit.app.clock import chance
from affidavit.app.ledger.home import Home
from affidavit.app.ledger.kept import begun, by, custody, keeping
from affidavit.base.errors import DamagedError, KeyFileError
from affidavit.ledger.entry import Fact

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


def test_a_fork_while_two_hold_their_copies_is_refused_at_the_next_append(
    ledger: Home, tmp_path: Path
) -> None:
    copy = copied(ledger, tmp_path / "copy")
    fact = Fact(kind="test.done.v1", stream="s", actor="tester", body={})
    with keeping(ledger) as one, keeping(copy) as other:
        one.append([fact], by("test"))
        with pytest.raises(DamagedError):
            other.append([fact], by("test"))


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
