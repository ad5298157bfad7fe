"""What lies in a log's tables stays, whoever connects to the file and however they ask."""

# ruff: noqa: S608 -- the statements of a stranger are made here, of names that are ours

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from affidavit.store.beside import keep_anchor
from affidavit.store.log import Batch, Kept
from affidavit.store.schema import APPEND_ONLY
from ledgers import a_log, signed, some

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Table = list[tuple[object, ...]]

KEYS = {
    "meta": ("name", "'origin'"),
    "runs": ("first", "0"),
    "tiles": ("level, number", "0, 0"),
    "anchors": ("size, kind, digest", "300, 'rfc3161', x'00'"),
    "blobs": ("digest", "x'01'"),
    "given_ids": ("id", "'i'"),
}
REST = {
    "meta": ("value", "'x'"),
    "runs": ("count, entries", "9, x''"),
    "tiles": ("hashes", "x''"),
    "anchors": ("token", "x''"),
    "blobs": ("media_type, data", "'x', x'99'"),
    "given_ids": ("idx", "7"),
}
TABLE = pytest.mark.parametrize("table", sorted(APPEND_ONLY))


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A connection as any program makes it, to a log with something in every table."""
    with a_log(tmp_path) as log:
        blob = Kept(b"\x01", "text/plain", b"x")
        log.append(Batch(entries=some(300), streams={"s": 0}, given={"i": 0}, blobs=[blob]), signed)
    keep_anchor(tmp_path / "ledger.db", 300, "rfc3161", b"\x00", b"token")
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA recursive_triggers = OFF")
        yield connection


def rows(connection: sqlite3.Connection, table: str) -> Table:
    return connection.execute(f"SELECT * FROM {table}").fetchall()


def refused(connection: sqlite3.Connection, table: str, statement: str) -> None:
    before = rows(connection, table)
    assert before
    with pytest.raises(sqlite3.IntegrityError, match=f"^{table} is append-only$"):
        connection.execute(statement)
    assert rows(connection, table) == before


def insert(table: str, verb: str, *, keys: str = "", after: str = "") -> str:
    """A statement that inserts a row whose key is there already."""
    names, values = KEYS[table]
    rest = REST[table]
    columns, row = f"{names}, {rest[0]}", f"{keys or values}, {rest[1]}"
    return f"{verb} INTO {table} ({columns}) VALUES ({row}) {after}"


def test_every_table_of_the_log_is_tried() -> None:
    assert set(KEYS) == set(REST) == set(APPEND_ONLY)


@TABLE
@pytest.mark.parametrize("verb", ["UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"])
def test_no_row_is_updated(stranger: sqlite3.Connection, table: str, verb: str) -> None:
    for column, *_ in stranger.execute(f"SELECT name FROM pragma_table_info('{table}')").fetchall():
        refused(stranger, table, f"{verb} {table} SET {column} = {column}")


@TABLE
def test_no_row_is_deleted(stranger: sqlite3.Connection, table: str) -> None:
    refused(stranger, table, f"DELETE FROM {table}")
    names, values = KEYS[table]
    refused(stranger, table, f"DELETE FROM {table} WHERE ({names}) = ({values})")


@TABLE
@pytest.mark.parametrize(
    "verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL", "INSERT"]
)
def test_no_row_is_put_over_another(stranger: sqlite3.Connection, table: str, verb: str) -> None:
    refused(stranger, table, insert(table, verb))


@TABLE
def test_no_row_is_changed_by_an_upsert(stranger: sqlite3.Connection, table: str) -> None:
    column = KEYS[table][0].split(",")[0]
    after = f"ON CONFLICT DO UPDATE SET {column} = excluded.{column}"
    refused(stranger, table, insert(table, "INSERT", after=after))


@pytest.mark.parametrize(
    ("table", "keys"),
    [("runs", "'0'"), ("runs", "0.0"), ("tiles", "'0', 0.0")],
)
def test_a_key_in_another_writing_is_the_same_key(
    stranger: sqlite3.Connection, table: str, keys: str
) -> None:
    refused(stranger, table, insert(table, "INSERT OR REPLACE", keys=keys))


@pytest.mark.parametrize("alias", ["rowid", "_rowid_", "oid"])
def test_no_row_is_replaced_by_its_rowid(stranger: sqlite3.Connection, alias: str) -> None:
    blob = f"REPLACE INTO blobs ({alias}, digest, media_type, data) VALUES (1, x'02', '', x'')"
    refused(stranger, "blobs", blob)
    run = f"REPLACE INTO runs ({alias}, count, entries) VALUES (0, 1, x'')"
    refused(stranger, "runs", run)


def test_what_an_authority_says_twice_is_kept_once(
    tmp_path: Path, stranger: sqlite3.Connection
) -> None:
    before = rows(stranger, "anchors")
    keep_anchor(tmp_path / "ledger.db", 300, "rfc3161", b"\x00", b"another token")
    assert rows(stranger, "anchors") == before
