"""What can be in a log's way: each is one clear error, and all acknowledged is still there."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from affidavit.base.errors import (
    AffidavitError,
    DamagedError,
    LedgerBusyError,
    NotALedgerError,
    StoreError,
)
from affidavit.store import connection as connections
from affidavit.store.connection import reading
from affidavit.store.log import Batch, Log
from affidavit.store.rows import Rows
from affidavit.store.schema import APPEND_ONLY
from ledgers import a_log, as_anybody, contents, open_folder, signed, some

if TYPE_CHECKING:
    from collections.abc import Callable

FULL = "the disk is full"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log of 300 entries, closed."""
    a_log(tmp_path, some(300)).close()
    return tmp_path / "ledger.db"


def altered(path: Path, *statements: str) -> None:
    """The log after somebody who owns the file dropped its triggers and changed it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for table in APPEND_ONLY:
            for event in ("insert", "update", "delete"):
                connection.execute(f"DROP TRIGGER {table}_no_{event}")
        for statement in statements:
            connection.execute(statement)


def opened(path: Path) -> AffidavitError:
    """Why the log cannot be opened."""
    with pytest.raises(AffidavitError) as caught:
        Log(path).close()
    return caught.value


def test_a_full_disk_takes_nothing_and_loses_nothing(path: Path) -> None:
    with Log(path) as log:
        pages = log._connection.execute("PRAGMA page_count").fetchone()[0]
        log._connection.execute(f"PRAGMA max_page_count = {pages + 8}")
        with pytest.raises(StoreError, match=FULL):
            log.append(Batch(entries=[b"x" * 60_000] * 9, streams={"s": 0}), signed)
        assert (contents(log), log.rows.newest_of_stream("s")) == (some(300), None)
        done = log.append(Batch(entries=[b"small"]), signed)
    with Log(path) as log:
        assert (done.size, contents(log)) == (301, [*some(300), b"small"])


FILLING = """
import os, sys
from pathlib import Path
from affidavit.base.errors import StoreError
from affidavit.store.log import Batch, Log
from ledgers import a_log, contents, signed
folder = Path(sys.argv[1])
kept = []
log = a_log(folder)
try:
    while True:
        batch = [b"%d " % len(kept) + b"x" * 20_000 for _ in range(2)]
        log.append(Batch(entries=batch), signed)
        kept += batch
except StoreError as error:
    print(error.message.rpartition(": ")[2], len(kept) > 10, contents(log) == kept)
print(log.size == len(kept))
log.close()
with Log(folder / "ledger.db") as log:
    print(contents(log) == kept)
"""


def test_a_disk_of_a_mebibyte_fills_up_and_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    there = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    mount = f"mount -t tmpfs -o size=1m none {tmp_path} && "
    if subprocess.run([*there, mount + "true"], capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here: neither root nor user namespaces")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [*there, mount + 'exec "$@"', "sh", sys.executable, "-c", FILLING, str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == (f"{FULL} True True\nTrue\nTrue\n", "")


def test_a_folder_and_a_file_that_cannot_be_written_are_refused_and_still_read() -> None:
    with open_folder() as folder:
        a_log(folder, some(3)).close()
        (folder / "ledger.db").chmod(0o444)
        folder.chmod(0o555)
        with as_anybody(), pytest.raises(StoreError, match="it cannot be"):
            Log(folder / "ledger.db")
        folder.chmod(0o777)
        with as_anybody(), Log(folder / "ledger.db") as log:
            with pytest.raises(StoreError, match="it cannot be written"):
                log.append(Batch(entries=some(1)), signed)
            assert contents(log) == some(3)
        (folder / "ledger.db").chmod(0o666)
        with as_anybody(), Log(folder / "ledger.db") as log:
            assert contents(log) == some(3)


def test_a_file_that_may_not_be_read_is_refused() -> None:
    with open_folder() as folder:
        a_log(folder, some(3)).close()
        (folder / "ledger.db").chmod(0)
        with as_anybody(), pytest.raises(StoreError, match="it cannot be opened"):
            Log(folder / "ledger.db")
        with as_anybody(), pytest.raises(StoreError, match="it cannot be opened"):
            reading(folder / "ledger.db")


@pytest.mark.parametrize("make", [Log, reading])
def test_a_database_that_another_program_holds_is_waited_for_and_then_given_up(
    path: Path, make: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "WAIT", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerBusyError, match="is held by another process"):
            make(path)


def test_a_writer_beside_us_makes_an_append_wait_and_give_up(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "WAIT", 0.05)
    with Log(path) as log, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerBusyError):
            log.append(Batch(entries=some(1)), signed)
        other.execute("ROLLBACK")
        assert log.append(Batch(entries=some(1)), signed).size == 301


def test_an_empty_file_and_another_programs_database_are_no_ledgers(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"")
    assert (type(opened(path)), opened(path).message) == (
        NotALedgerError,
        "the database holds no ledger",
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE other (x)")
    assert type(opened(path)) is NotALedgerError


def test_a_later_layout_is_refused_by_its_name(path: Path) -> None:
    altered(path, "UPDATE meta SET value = '2' WHERE name = 'schema'")
    assert (type(opened(path)), opened(path).message) == (
        NotALedgerError,
        "the ledger has the layout 2, this program knows 1",
    )


@pytest.mark.parametrize("data", [b"hello", b"SQLite format 3\x00", b"x" * 8192])
def test_what_is_no_database_is_damage(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "ledger.db").write_bytes(data)
    error = opened(tmp_path / "ledger.db")
    assert isinstance(error, DamagedError)
    assert (tmp_path / "ledger.db").read_bytes() == data


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_damage(path: Path, share: float) -> None:
    size = path.stat().st_size
    os.truncate(path, int(size * share))
    assert isinstance(opened(path), DamagedError)


def test_a_page_that_was_overwritten_is_damage_or_changes_nothing(path: Path) -> None:
    whole = path.read_bytes()
    found = set()
    for page in range(0, len(whole), 4096):
        path.write_bytes(whole[:page] + os.urandom(4096) + whole[page + 4096 :])
        for suffix in ("-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        try:
            with Log(path) as log:
                assert contents(log) == some(300)
        except AffidavitError as error:
            found.add(type(error))
    assert DamagedError in found
    assert found <= {DamagedError, NotALedgerError}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM runs WHERE first = 256",
        "DELETE FROM tiles",
        "DELETE FROM meta WHERE name = 'origin'",
        "DELETE FROM meta",
        "DROP TABLE tiles",
        "UPDATE meta SET value = 'example.com/other' WHERE name = 'origin'",
        "UPDATE meta SET value = x'00' WHERE name = 'origin'",
        "UPDATE tiles SET hashes = zeroblob(8192)",
        "UPDATE tiles SET hashes = substr(hashes, 1, 8191)",
        "UPDATE tiles SET hashes = 'text'",
        "UPDATE runs SET checkpoint = NULL",
        "UPDATE runs SET checkpoint = 'text' WHERE first = 256",
        "UPDATE runs SET checkpoint = x'00' WHERE first = 256",
        "UPDATE runs SET checkpoint = CAST('no note' AS BLOB) WHERE first = 256",
        "UPDATE runs SET count = 43 WHERE first = 256",
        "UPDATE runs SET count = 1.5 WHERE first = 256",
        "UPDATE runs SET count = 'x' WHERE first = 256",
        "UPDATE runs SET count = -300 WHERE first = 256",
        "UPDATE runs SET count = 9223372036854775807 WHERE first = 256",
        "UPDATE runs SET first = 255 WHERE first = 256",
        "UPDATE runs SET first = 9223372036854775000 WHERE first = 256",
        "UPDATE runs SET first = -9 WHERE first = 256",
        "UPDATE runs SET entries = 'text' WHERE first = 256",
        "UPDATE runs SET entries = x'' WHERE first = 256",
        "UPDATE runs SET entries = entries || x'00' WHERE first = 256",
        "UPDATE runs SET entries = zeroblob(88) WHERE first = 256",
        "INSERT INTO runs VALUES (300, 1, x'000161', NULL)",
        "INSERT INTO runs VALUES (400, 1, x'000161', NULL)",
    ],
)
def test_a_log_that_was_changed_is_not_gone_on_with(path: Path, statement: str) -> None:
    altered(path, statement)
    assert isinstance(opened(path), DamagedError), opened(path).message


def everything(rows: Rows) -> None:
    list(rows.blob_digests())
    rows.newest_of_stream("s")
    list(rows.checkpoints())


def test_an_entry_that_was_taken_out_of_the_middle_is_missed_where_it_is_read(path: Path) -> None:
    altered(path, "DELETE FROM runs WHERE first = 0")
    with Log(path) as log, pytest.raises(DamagedError, match="entry 3 is missing"):
        log.rows.entry(3)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO blobs VALUES ('text', 'x', x'00')",
        "INSERT INTO blobs VALUES (x'00', 'x', x'00')",
        "UPDATE streams SET idx = 'x'",
        "UPDATE runs SET checkpoint = 5 WHERE first = 256",
    ],
)
def test_values_of_other_types_are_damage_where_they_are_read(path: Path, statement: str) -> None:
    with Log(path) as log:
        log.append(Batch(entries=some(1), streams={"s": 0}), signed)
    altered(path, statement)
    with closing(reading(path)) as connection, pytest.raises(DamagedError):
        everything(Rows(connection))


def test_a_copy_of_the_file_alone_is_the_log_as_it_was_closed(path: Path, tmp_path: Path) -> None:
    shutil.copy(path, tmp_path / "copy.db")
    with Log(tmp_path / "copy.db") as log:
        assert contents(log) == some(300)
