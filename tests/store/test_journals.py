"""A journal beside a database is somebody's order to change files: only our own is obeyed."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from affidavit.base.errors import DamagedError, NotALedgerError, StoreError
from affidavit.store.beside import keep_anchor
from affidavit.store.connection import reading
from affidavit.store.log import Log
from affidavit.store.vault import create_vault
from journals import beside, naming, undoing
from ledgers import a_log, as_anybody, open_folder, some
from vaults import KEY, Source, a_vault, by_sql, reopened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NEVER = "a journal lies beside .* that this program never makes"


def journaled(path: Path) -> bytes:
    """The database at `path` without its log of writes, so that SQLite heeds a journal."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return path.read_bytes()


def plain(path: Path) -> None:
    """Any program of SQLite that opens the file to write."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()


def anchored(path: Path) -> None:
    keep_anchor(path, 3, "rfc3161", bytes(32), b"token")


def a_link(path: Path) -> None:
    path.symlink_to("nowhere")


def pages(data: bytes) -> list[bytes]:
    """The pages of a database."""
    return [data[at : at + 4096] for at in range(0, len(data), 4096)]


@pytest.mark.parametrize("use", [Log, reading, anchored])
def test_no_file_of_ours_is_deleted_because_a_ledgers_journal_names_it(
    tmp_path: Path, use: Callable[[Path], object]
) -> None:
    a_log(tmp_path, some(3)).close()
    path, victim = tmp_path / "ledger.db", tmp_path / "precious"
    whole = journaled(path)
    victim.write_bytes(b"precious")
    beside(path).write_bytes(undoing(whole, [0]) + naming(victim))
    with pytest.raises(DamagedError, match=NEVER):
        use(path)
    assert (victim.read_bytes(), path.read_bytes()) == (b"precious", whole)
    plain(path)
    assert not victim.exists(), "the journal of this test is none that SQLite heeds"


@pytest.mark.parametrize("use", [Log, reading, anchored])
def test_the_pages_of_a_journal_never_take_the_place_of_a_ledgers(
    tmp_path: Path, use: Callable[[Path], object]
) -> None:
    a_log(tmp_path, some(3)).close()
    path = tmp_path / "ledger.db"
    whole = journaled(path)
    forged = whole.replace(b"entry 1 ", b"ENTRY 1 ")
    pairs = zip(pages(whole), pages(forged), strict=True)
    changed = [number for number, (old, new) in enumerate(pairs) if old != new]
    beside(path).write_bytes(undoing(forged, changed))
    with pytest.raises(DamagedError, match=NEVER):
        use(path)
    assert path.read_bytes() == whole
    plain(path)
    assert path.read_bytes() == forged, "the journal of this test is none that SQLite heeds"


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, a_link])
@pytest.mark.parametrize("use", [Log, reading])
def test_whatever_lies_in_the_place_of_a_ledgers_journal_is_refused(
    tmp_path: Path, use: Callable[[Path], object], make: Callable[[Path], None]
) -> None:
    a_log(tmp_path, some(3)).close()
    make(beside(tmp_path / "ledger.db"))
    with pytest.raises(DamagedError, match=NEVER):
        use(tmp_path / "ledger.db")


def test_the_journal_is_looked_for_where_a_link_leads(tmp_path: Path) -> None:
    a_log(tmp_path, some(3)).close()
    (tmp_path / "link").symlink_to("ledger.db")
    beside(tmp_path / "ledger.db").touch()
    with pytest.raises(DamagedError, match=NEVER):
        Log(tmp_path / "link")


def test_a_file_alone_is_not_read_where_writes_or_a_journal_lie_beside_it() -> None:
    with open_folder() as folder:
        a_log(folder, some(3)).close()
        folder.chmod(0o555)
        with as_anybody(), closing(reading(folder / "ledger.db")) as found:
            assert found.execute("SELECT sum(count) FROM runs").fetchone() == (3,)
        folder.chmod(0o777)
        (folder / "ledger.db-wal").write_bytes(b"x" * 9000)
        (folder / "ledger.db-wal").chmod(0)
        folder.chmod(0o555)
        with as_anybody(), pytest.raises(StoreError, match="it cannot be opened"):
            reading(folder / "ledger.db")
        folder.chmod(0o777)
        (folder / "ledger.db-wal").unlink()
        beside(folder / "ledger.db").touch()
        folder.chmod(0o555)
        with as_anybody(), pytest.raises(DamagedError, match=NEVER):
            reading(folder / "ledger.db")


def test_a_schema_that_is_not_utf_8_is_damage(tmp_path: Path) -> None:
    a_log(tmp_path, some(3)).close()
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        broken = "UPDATE sqlite_schema SET sql = 'x', name = CAST(x'fffe' AS TEXT)"
        connection.execute(f"{broken} WHERE name = 'blobs'")
    for use in (Log, reading):
        with pytest.raises(DamagedError, match="it holds a text that is not UTF-8"):
            use(tmp_path / "ledger.db")


def test_a_ledger_in_a_folder_that_may_not_be_entered_is_told() -> None:
    with open_folder() as folder:
        a_log(folder, some(3)).close()
        folder.chmod(0)
        for use in (Log, reading):
            with as_anybody(), pytest.raises(StoreError, match="Permission denied"):
                use(folder / "ledger.db")
        folder.chmod(0o777)


def a_value(folder: Path) -> tuple[Path, str]:
    """A vault that holds one name; its file and the commitment to the name."""
    with a_vault(folder) as vault, vault.batch():
        name = vault.commit(vault.pseudonym("person", "jo@example.org"), "name", "Jo Doe")
    return folder / "vault.db", name


@pytest.mark.parametrize("writable", [True, False])
def test_no_file_of_ours_is_deleted_because_a_vaults_journal_names_it(
    tmp_path: Path, *, writable: bool
) -> None:
    path, _ = a_value(tmp_path)
    victim, whole = tmp_path / "precious", path.read_bytes()
    victim.write_bytes(b"precious")
    beside(path).write_bytes(undoing(whole, [0]) + naming(victim))
    with pytest.raises(DamagedError, match=NEVER):
        reopened(tmp_path, writable=writable)
    assert (victim.read_bytes(), path.read_bytes()) == (b"precious", whole)
    plain(path)
    assert not victim.exists(), "the journal of this test is none that SQLite heeds"


def test_a_vault_is_not_begun_beside_a_journal_that_names_a_file(tmp_path: Path) -> None:
    beside(tmp_path / "vault.db").write_bytes(naming(tmp_path / "precious"))
    with pytest.raises(DamagedError, match=NEVER):
        create_vault(tmp_path / "vault.db", KEY, random=Source())


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, a_link])
def test_what_is_no_file_in_the_place_of_a_vaults_journal_is_refused(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path, _ = a_value(tmp_path)
    beside(path).unlink(missing_ok=True)
    make(beside(path))
    with pytest.raises((DamagedError, StoreError), match="vault"):
        reopened(tmp_path)


def test_a_transaction_of_a_vault_that_was_cut_short_is_undone(tmp_path: Path) -> None:
    path, name = a_value(tmp_path)
    (tmp_path / "cut").mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        for setting in ("journal_mode = TRUNCATE", "cache_size = 1", "cache_spill = 1"):
            writer.execute(f"PRAGMA {setting}")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE openings SET sealed = zeroblob(100000)")
        writer.execute("INSERT INTO disposed VALUES (zeroblob(100000))")
        for one in (path, beside(path)):
            shutil.copy(one, tmp_path / "cut" / one.name)
        writer.execute("ROLLBACK")
    before = path.read_bytes()
    assert beside(tmp_path / "cut/vault.db").stat().st_size > 0
    assert (tmp_path / "cut/vault.db").read_bytes() != before
    with reopened(tmp_path / "cut") as vault:
        assert vault.reveal(name) == "Jo Doe"
    assert (tmp_path / "cut/vault.db").read_bytes() == before
    by_sql(tmp_path, "PRAGMA user_version = 1")
    beside(path).write_bytes(b"")
    with reopened(tmp_path) as vault:
        assert vault.reveal(name) == "Jo Doe"


def test_a_database_that_is_missing_is_no_ledger(tmp_path: Path) -> None:
    for use in (Log, reading):
        with pytest.raises(NotALedgerError, match="there is no ledger at"):
            use(tmp_path / "ledger.db")
