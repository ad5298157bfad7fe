"""A database must be a ledger's and nothing more: another reader must see what the verifier saw."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from logs import altered, write_database
from verifying import HONEST, codes, found, trusting

from affidavit.base.errors import NotALedgerError
from affidavit.store.schema import statements
from affidavit.verify import Code, Status, database, schema, verify

if TYPE_CHECKING:
    from pathlib import Path

ENDLESS = "WITH RECURSIVE r(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM r)"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return write_database(HONEST, tmp_path / "ledger.db")


def test_what_the_keeper_makes_is_what_the_verifier_expects() -> None:
    db = sqlite3.connect(":memory:")
    db.executescript(statements())
    made = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    found = {(kind, name, table): schema.normal(sql.encode()) for kind, name, table, sql in made}
    expected = {tuple(map(bytes.decode, key)): text for key, text in schema.EXPECTED.items()}
    assert found == expected


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW more AS SELECT 1",
        "CREATE TABLE more (a)",
        "CREATE INDEX more ON runs (count)",
        "CREATE INDEX more ON runs (first) WHERE first < 5",
        "CREATE VIRTUAL TABLE more USING fts5(a)",
        "CREATE TRIGGER more AFTER INSERT ON runs BEGIN SELECT 1; END",
        "CREATE TRIGGER more BEFORE DELETE ON runs BEGIN SELECT RAISE(IGNORE); END",
        "ALTER TABLE runs ADD COLUMN more TEXT",
        "ALTER TABLE runs ADD COLUMN more TEXT AS ('a')",
        "ALTER TABLE blobs ADD COLUMN more TEXT AS ('a') VIRTUAL",
    ],
)
def test_whatever_else_a_schema_has_fails(ledger: Path, statement: str) -> None:
    altered(ledger, statement)
    assert codes(verify(ledger, trusting(remembered=()))) == {Code.LAYOUT}


def test_a_table_of_the_same_columns_and_another_collation_fails(ledger: Path) -> None:
    altered(ledger, "DROP TABLE streams")
    altered(
        ledger,
        "CREATE TABLE streams (stream TEXT PRIMARY KEY COLLATE NOCASE, idx INTEGER NOT NULL)"
        " WITHOUT ROWID",
    )
    assert Code.LAYOUT in codes(verify(ledger, trusting()))


def test_a_trigger_that_has_our_name_and_does_something_else_fails(ledger: Path) -> None:
    altered(ledger, "DROP TRIGGER IF EXISTS runs_no_delete")
    altered(
        ledger, "CREATE TRIGGER runs_no_delete BEFORE DELETE ON runs BEGIN SELECT 1; END"
    )  # fmt: skip
    assert Code.LAYOUT in codes(verify(ledger, trusting()))


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("meta", "'a' || x AS name, 'b' AS value"),
        ("runs", "x AS first, 1 AS count, x'00' AS entries, NULL AS checkpoint"),
    ],
)
def test_a_view_without_end_is_not_asked(ledger: Path, table: str, columns: str) -> None:
    altered(ledger, f"DROP TABLE {table}")
    altered(ledger, f"CREATE VIEW {table} AS {ENDLESS} SELECT {columns} FROM r")  # noqa: S608 -- ours
    result = verify(ledger, trusting())
    assert (result.status, result.entries) == (Status.FAILED, 0)


def test_a_query_that_takes_more_steps_than_its_file_has_is_stopped(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = f"{ENDLESS} SELECT max(x) FROM r"  # noqa: S608 -- ours
    monkeypatch.setattr(database, "_TICK", 1000)
    monkeypatch.setattr(database, "_META", endless)
    assert (Code.DAMAGED, None) in found(verify(ledger, trusting()))


def test_a_table_with_more_rows_than_its_file_has_bytes_is_left(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = f"{ENDLESS} SELECT x'61', x'61' FROM r"  # noqa: S608 -- ours
    monkeypatch.setattr(database, "_META", endless)
    assert (Code.DAMAGED, None) in found(verify(ledger, trusting()))


def hot(ledger: Path) -> Path:
    """A database in the middle of a write that another program began, its journal beside it."""
    copy = ledger.with_name("copy")
    copy.mkdir()
    db = sqlite3.connect(ledger)
    db.execute("PRAGMA journal_mode = DELETE")
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.commit()
    db.execute("PRAGMA cache_size = 1")
    db.execute("UPDATE runs SET entries = zeroblob(length(entries))")
    for name in ("ledger.db", "ledger.db-journal"):
        (copy / name).write_bytes(ledger.with_name(name).read_bytes())
    db.rollback()
    db.close()
    return copy / "ledger.db"


def test_a_journal_beside_the_file_fails_and_is_left_as_it_is(ledger: Path) -> None:
    path = hot(ledger)
    journal = path.with_name("ledger.db-journal")
    before = path.read_bytes(), journal.read_bytes()
    assert before[1]
    result = verify(path, trusting(remembered=()))
    assert codes(result) == {Code.DAMAGED}
    assert (path.read_bytes(), journal.read_bytes()) == before


def test_a_journal_is_looked_for_where_a_symbolic_link_leads(ledger: Path) -> None:
    path = hot(ledger)
    link = path.parent.parent / "link.db"
    link.symlink_to(path)
    assert codes(verify(link, trusting(remembered=()))) == {Code.DAMAGED}


def test_a_file_is_not_read_as_it_is_beside_an_empty_journal(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def refusing(uri: str) -> sqlite3.Connection:
        asked.append(uri)
        error = sqlite3.OperationalError("attempt to write a readonly database")
        error.sqlite_errorcode = sqlite3.SQLITE_READONLY_ROLLBACK
        raise error

    monkeypatch.setattr(database, "_within_view", refusing)
    ledger.with_name("ledger.db-journal").touch()
    with pytest.raises(NotALedgerError):
        verify(ledger, trusting())
    assert not any("immutable" in each for each in asked)
