"""A live database: what somebody with the file can do to it."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from logs import NOW, altered, sha, write_database
from verifying import HONEST, found, trusting

from affidavit.base.errors import LedgerBusyError, NotALedgerError
from affidavit.verify import Code, Status, Trust, database, verify
from affidavit.verify.result import Findings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return write_database(HONEST, tmp_path / "ledger.db")


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("DELETE FROM runs WHERE first = 300", (Code.ENTRY_MISSING, 300)),
        ("DELETE FROM runs WHERE first = 0", (Code.ENTRY_MISSING, 0)),
        ("DELETE FROM runs WHERE first > 199", (Code.CUT_OFF, 300)),
        ("UPDATE runs SET count = 99 WHERE first = 0", (Code.BUNDLE_MALFORMED, 0)),
        ("UPDATE runs SET count = 101 WHERE first = 0", (Code.ENTRY_MISPLACED, 100)),
        ("UPDATE runs SET count = 300 WHERE first = 0", (Code.ENTRY_MISPLACED, None)),
        ("UPDATE runs SET count = 'x' WHERE first = 0", (Code.ENTRY_MISPLACED, None)),
        ("UPDATE runs SET first = -5 WHERE first = 0", (Code.ENTRY_MISPLACED, None)),
        ("UPDATE runs SET first = 1125899906842624 WHERE first = 300", (Code.ENTRY_MISSING, 300)),
        ("UPDATE runs SET entries = 'text' WHERE first = 0", (Code.ENTRY_MISPLACED, None)),
        ("UPDATE runs SET entries = x'00' WHERE first = 0", (Code.BUNDLE_MALFORMED, 0)),
        ("UPDATE runs SET checkpoint = 'text' WHERE first = 0", (Code.ENTRY_MISPLACED, None)),
        ("UPDATE runs SET checkpoint = x'00' WHERE first = 0", (Code.CHECKPOINT_MALFORMED, 100)),
        ("UPDATE runs SET checkpoint = NULL", (Code.CHECKPOINT_MISSING, None)),
        (
            "UPDATE runs SET checkpoint = (SELECT checkpoint FROM runs LIMIT 1) WHERE first = 100",
            (Code.CHECKPOINT_MISFILED, 100),
        ),
        ("DELETE FROM tiles", (Code.TILE_MISSING, 256)),
        ("UPDATE tiles SET hashes = x'00' WHERE number = 0", (Code.TILE_MISSING, 0)),
        ("UPDATE tiles SET hashes = zeroblob(8192) WHERE number = 1", (Code.TILE_DIFFERS, 256)),
        ("UPDATE tiles SET hashes = 7 WHERE number = 1", (Code.TILE_MISSING, 256)),
        ("UPDATE tiles SET number = 'x' WHERE number = 1", (Code.LAYOUT, None)),
        ("INSERT INTO tiles VALUES (0, 9, zeroblob(8192))", (Code.TILE_BEYOND, None)),
        ("INSERT INTO tiles VALUES (-1, 0, zeroblob(8192))", (Code.TILE_BEYOND, None)),
        ("INSERT INTO tiles VALUES (3, 1099511627776, zeroblob(8192))", (Code.TILE_BEYOND, None)),
        ("INSERT INTO tiles VALUES (64, 0, zeroblob(8192))", (Code.TILE_BEYOND, None)),
        ("UPDATE blobs SET data = 'text'", (Code.LAYOUT, None)),
        ("UPDATE blobs SET data = x'00'", (Code.BLOB_DIFFERS, 57)),
        ("DELETE FROM streams WHERE stream = 'session/1'", (Code.DERIVED_DIFFERS, 598)),
        ("UPDATE streams SET idx = 3 WHERE stream = 'session/1'", (Code.DERIVED_DIFFERS, 598)),
        ("INSERT INTO streams VALUES ('session/x', 5)", (Code.DERIVED_DIFFERS, None)),
        ("INSERT INTO given_ids VALUES ('id-5', 6)", (Code.DERIVED_DIFFERS, 6)),
        ("INSERT INTO given_ids VALUES ('id-5', 700)", (Code.DERIVED_DIFFERS, 700)),
        ("INSERT INTO given_ids VALUES ('id-5', -1)", (Code.DERIVED_DIFFERS, -1)),
        (
            "INSERT INTO cosignatures VALUES (77, 'w', 'x')",
            (Code.COSIGNATURE_WITHOUT_CHECKPOINT, 77),
        ),
        ("INSERT INTO cosignatures VALUES (300, 'w', 'x')", (Code.CHECKPOINT_MALFORMED, 300)),
        ("UPDATE meta SET value = '2' WHERE name = 'schema'", (Code.LAYOUT, None)),
        ("DROP TABLE tiles", (Code.LAYOUT, None)),
        ("ALTER TABLE runs RENAME COLUMN entries TO rows", (Code.LAYOUT, None)),
    ],
)
def test_a_database_that_was_changed_fails_and_names_where(
    ledger: Path, statement: str, problem: tuple[Code, int | None]
) -> None:
    altered(ledger, statement)
    result = verify(ledger, trusting())
    assert (result.status, problem in found(result)) == (Status.FAILED, True), result.problems


def test_a_view_in_place_of_a_table_fails(ledger: Path) -> None:
    altered(ledger, "ALTER TABLE runs RENAME TO hidden")
    altered(ledger, "CREATE VIEW runs AS SELECT * FROM hidden")
    assert (Code.LAYOUT, None) in found(verify(ledger, trusting()))


def test_ids_that_were_given_are_held_against_their_entries(tmp_path: Path) -> None:
    log = HONEST.copy()
    log.given = {"id-5": 5, "id-599": 599}
    path = write_database(log, tmp_path / "ledger.db")
    assert verify(path, trusting()).status is Status.VERIFIED


def test_a_missing_trigger_is_a_notice_and_no_problem(ledger: Path) -> None:
    altered(ledger, "DROP TRIGGER runs_no_delete")
    result = verify(ledger, trusting())
    assert (result.status, [each.text for each in result.notices]) == (
        Status.VERIFIED,
        ["no trigger stops DELETE on runs"],
    )


def test_cosignatures_are_read_with_their_checkpoint(tmp_path: Path) -> None:
    log = HONEST.copy()
    log.cosign(300)
    log.cosign(600, NOW + 5)
    path = write_database(log, tmp_path / "ledger.db")
    assert verify(path, trusting()).problems == ()


def test_a_writer_going_on_does_not_confuse_the_verifier(ledger: Path) -> None:
    writer = sqlite3.connect(ledger)
    writer.execute("DROP TRIGGER runs_no_delete")
    source = database.Database(ledger)
    writer.execute("DELETE FROM runs WHERE first > 0")
    writer.commit()
    writer.close()
    assert source.layout(Findings()).end == 600
    source.close()
    assert verify(ledger, trusting()).entries == 100


def test_the_file_is_not_written_to(ledger: Path) -> None:
    before = sha(ledger.read_bytes())
    verify(ledger, trusting())
    assert sha(ledger.read_bytes()) == before


@pytest.mark.parametrize("data", [b"", b"not a database", b"SQLite format 3\0" + bytes(84)])
def test_a_file_that_is_no_database_is_an_error_or_fails(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(data)
    try:
        result = verify(path, Trust())
    except NotALedgerError:
        return
    assert (result.status, Code.LAYOUT in dict(result.totals)) == (Status.FAILED, True)


def test_a_database_with_a_broken_page_fails(ledger: Path) -> None:
    connection = sqlite3.connect(ledger)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    whole = ledger.read_bytes()
    middle = len(whole) // 2 // 4096 * 4096
    ledger.write_bytes(whole[:middle] + bytes(65_536) + whole[middle + 65_536 :])
    assert verify(ledger, trusting()).status is Status.FAILED


def test_a_database_that_another_process_locks_is_busy(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT", 0.05)
    holder = sqlite3.connect(ledger)
    holder.execute("PRAGMA journal_mode = DELETE")
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LedgerBusyError):
        verify(ledger, trusting())
    holder.close()


def test_a_database_in_a_folder_that_cannot_be_written_is_read_as_it_is(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = database._within_view

    def refusing(uri: str) -> sqlite3.Connection:
        if "immutable" in uri:
            return opened(uri)
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error

    monkeypatch.setattr(database, "_within_view", refusing)
    assert verify(ledger, trusting()).status is Status.VERIFIED
    ledger.with_name("ledger.db-wal").write_bytes(b"more")
    with pytest.raises(NotALedgerError):
        verify(ledger, trusting())


def test_an_id_given_to_an_entry_that_is_no_json_fails(tmp_path: Path) -> None:
    log = HONEST.copy()
    log.entries[5] = b"not JSON"
    log.given = {"id-5": 5}
    path = write_database(log, tmp_path / "ledger.db")
    assert (Code.DERIVED_DIFFERS, 5) in found(verify(path, trusting()))
