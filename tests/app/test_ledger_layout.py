"""A database that came from a stranger: what it defines is looked at before it is read."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger.home import Home
from affidavit.app.ledger.view import viewing
from affidavit.base.errors import DamagedError, NotALedgerError
from affidavit.store.beside import keep_anchor
from affidavit.store.log import Log
from commands import begun, database, ran, refused

if TYPE_CHECKING:
    from pathlib import Path

LONG = "WITH RECURSIVE r(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM r WHERE x < 99999)"
"""Many rows out of nothing; without its bound they would have no end."""
RUNS = f"CREATE VIEW runs AS {LONG} SELECT x AS first, 1 AS count, x'00' AS entries, NULL AS checkpoint FROM r"  # noqa: E501, S608
META = f"CREATE VIEW meta AS {LONG} SELECT 'schema' AS name, '1' AS value FROM r"  # noqa: S608
READING = [
    ("list",),
    ("list", "--last", "3"),
    ("show", "0"),
    ("prove", "0"),
    ("checkpoint",),
    ("key",),
    ("export", "out"),
]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return begun(tmp_path, facts=2)


def altered(here: Path, *statements: str) -> None:
    """Run each on the database, as somebody could who can write to it."""
    db = sqlite3.connect(database(here), isolation_level=None)
    for one in statements:
        db.execute(one)
    db.close()


@pytest.mark.parametrize("command", READING)
@pytest.mark.parametrize(("table", "view"), [("runs", RUNS), ("meta", META)])
def test_a_view_in_place_of_a_table_is_never_read(
    here: Path, command: tuple[str, ...], table: str, view: str
) -> None:
    altered(here, f"DROP TABLE {table}", view)
    told = refused(ran(*command, here=here), "AFF-DAMAGED", 1)
    assert told == f"the database has a {table!r} that this program did not make"


OTHER = [
    "CREATE VIEW more AS SELECT 1",
    "CREATE TABLE more (a)",
    "CREATE INDEX more ON runs (count)",
    "CREATE VIRTUAL TABLE more USING fts5(a)",
    "CREATE TRIGGER more AFTER INSERT ON runs BEGIN SELECT 1; END",
    "CREATE TRIGGER more INSTEAD OF INSERT ON seen BEGIN SELECT 1; END",
]


@pytest.mark.parametrize("statement", OTHER)
def test_whatever_else_the_database_has_is_refused_by_reader_and_keeper(
    here: Path, statement: str
) -> None:
    altered(here, "CREATE VIEW seen AS SELECT 1" if "seen" in statement else "SELECT 1", statement)
    path = database(here)
    with pytest.raises(DamagedError, match="did not make"), viewing(Home(path.parent)):
        pass
    with pytest.raises(DamagedError, match="did not make"):
        Log(path)
    with pytest.raises(DamagedError, match="did not make"):
        keep_anchor(path, 1, "rfc3161", bytes(32), b"token")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE runs ADD COLUMN more TEXT",
        "ALTER TABLE runs ADD COLUMN more TEXT AS ('a')",
        "ALTER TABLE meta ADD COLUMN more TEXT AS ('a') VIRTUAL",
    ],
)
def test_a_table_with_another_column_is_refused(here: Path, statement: str) -> None:
    altered(here, statement)
    with (
        pytest.raises(DamagedError, match="did not make"),
        viewing(Home(database(here).parent)),
    ):
        pass


def test_an_object_that_lies_about_what_it_is_is_refused(here: Path) -> None:
    altered(
        here,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, 'first INTEGER', 'first  TEXT')"
        " WHERE name = 'runs'",
    )
    told = refused(ran("list", here=here), "AFF-DAMAGED", 1)
    assert told == "the database has a 'runs' that this program did not make"


def test_a_text_that_is_too_long_is_not_one_of_ours(here: Path) -> None:
    altered(here, f"CREATE TRIGGER more AFTER INSERT ON runs BEGIN SELECT '{'x' * 10_000}'; END")
    told = refused(ran("checkpoint", here=here), "AFF-DAMAGED", 1)
    assert told == "the database has a 'more' that this program did not make"


def test_a_ledger_whose_triggers_were_dropped_can_still_be_read(here: Path) -> None:
    altered(here, "DROP TRIGGER runs_no_delete")
    assert ran("list", here=here).status == 0


def test_the_database_of_another_program_holds_no_ledger(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "ledger.db")
    db.execute("CREATE TABLE a (b)")
    db.close()
    with (
        pytest.raises(NotALedgerError, match="the database holds no ledger"),
        viewing(Home(tmp_path)),
    ):
        pass
