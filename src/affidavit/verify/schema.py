"""The schema that a ledger's database must have: these tables, their triggers, and nothing else.

What else a schema can hold lets a file show one reader something else than the next: a view or a
virtual table in place of a table, a generated column, an index with other rows than its table, a
trigger that changes what is written. So the text that made each object must be the expected one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.verify.result import Code, Problem

if TYPE_CHECKING:
    import sqlite3

    from affidavit.verify.result import Findings

TABLES = {
    "meta": "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "runs": "CREATE TABLE runs (first INTEGER PRIMARY KEY, count INTEGER NOT NULL,"
    " entries BLOB NOT NULL, checkpoint BLOB)",
    "tiles": "CREATE TABLE tiles (level INTEGER NOT NULL, number INTEGER NOT NULL,"
    " hashes BLOB NOT NULL, PRIMARY KEY (level, number)) WITHOUT ROWID",
    "cosignatures": "CREATE TABLE cosignatures (size INTEGER NOT NULL, witness TEXT NOT NULL,"
    " line TEXT NOT NULL, PRIMARY KEY (size, witness)) WITHOUT ROWID",
    "anchors": "CREATE TABLE anchors (size INTEGER NOT NULL, kind TEXT NOT NULL,"
    " digest BLOB NOT NULL, token BLOB NOT NULL, PRIMARY KEY (size, kind, digest)) WITHOUT ROWID",
    "blobs": "CREATE TABLE blobs (digest BLOB PRIMARY KEY, media_type TEXT NOT NULL,"
    " data BLOB NOT NULL)",
    "streams": "CREATE TABLE streams (stream TEXT PRIMARY KEY, idx INTEGER NOT NULL) WITHOUT ROWID",
    "given_ids": "CREATE TABLE given_ids (id TEXT PRIMARY KEY, idx INTEGER NOT NULL) WITHOUT ROWID",
}
APPEND_ONLY = {
    "meta": "name = NEW.name",
    "runs": "first = NEW.first",
    "tiles": "level = NEW.level AND number = NEW.number",
    "anchors": "size = NEW.size AND kind = NEW.kind AND digest = NEW.digest",
    "blobs": "digest = NEW.digest OR rowid = NEW.rowid",
    "given_ids": "id = NEW.id",
}
"""Tables whose rows never change, and how an existing row is known."""
EVENTS = ("UPDATE", "DELETE", "INSERT")

_LONGEST = 4096
"""Bytes of an object's text that are read: more than any of ours has."""
_OBJECTS = f"""
SELECT type, name, tbl_name, typeof(sql), substr(sql, 1, {_LONGEST}) FROM sqlite_master LIMIT 10000
"""  # noqa: S608 -- ours
_OWN_INDEX = (b"index", b"sqlite_autoindex_blobs_1", b"blobs", b"null", None)
"""The index that SQLite itself makes, for the key of the only table that has row numbers, too."""
_SPACE = re.compile(rb"\s+")
_AROUND = re.compile(rb"\s*([(),])\s*")


def normal(sql: bytes) -> bytes:
    """The text of an object, without the spaces that mean nothing in ours: none has a comment."""
    return _AROUND.sub(rb"\1", _SPACE.sub(b" ", sql)).strip()


def trigger(table: str, event: str) -> str:
    """The text of the trigger that keeps the rows of `table` as they are."""
    when = f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {APPEND_ONLY[table]})"  # noqa: S608 -- ours
    return (
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}"
        f"{when if event == 'INSERT' else ''}"
        f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _expected() -> dict[tuple[bytes, bytes, bytes], bytes]:
    """The text of each object that can be there, by its type, its name and its table's name."""
    found = {("table", name, name): text for name, text in TABLES.items()}
    for table in APPEND_ONLY:
        for event in EVENTS:
            name = f"{table}_no_{event.lower()}"
            found["trigger", name, table] = trigger(table, event)
    return {
        (kind.encode(), name.encode(), table.encode()): normal(text.encode())
        for (kind, name, table), text in found.items()
    }


EXPECTED = _expected()


def check_schema(connection: sqlite3.Connection, findings: Findings) -> bool:
    """Whether the schema is a ledger's; what is not, or is missing, goes to `findings`.

    Without a trigger nothing is wrong yet: it only stops mistakes, and its owner can drop it.
    """
    seen, sound = set[tuple[bytes, bytes, bytes]](), True
    for kind, name, table, *text in connection.execute(_OBJECTS):
        key = kind, name, table
        if _is_ours(key, text) and key not in seen:
            seen.add(key)
            continue
        shown = f"{_shown(kind)} {_shown(name)}"
        findings.add(Problem(Code.LAYOUT, f"{shown} is not what a ledger has", "schema"))
        sound = False
    for table in TABLES:
        if (b"table", table.encode(), table.encode()) not in seen:
            text = f"there is no table {table} as a ledger has it"
            findings.add(Problem(Code.LAYOUT, text, table))
            sound = False
    _tell_missing(seen, findings)
    return sound


def _is_ours(key: tuple[bytes, bytes, bytes], text: list[bytes | None]) -> bool:
    typed, sql = text
    if (*key, typed, sql) == _OWN_INDEX:
        return True
    return sql is not None and typed == b"text" and EXPECTED.get(key) == normal(sql)


def _tell_missing(seen: set[tuple[bytes, bytes, bytes]], findings: Findings) -> None:
    for table in APPEND_ONLY:
        missing = [
            event
            for event in EVENTS
            if (b"trigger", f"{table}_no_{event.lower()}".encode(), table.encode()) not in seen
        ]
        if missing:
            text = f"no trigger stops {', '.join(missing)} on {table}"
            findings.notice("trigger-missing", text)


def _shown(value: object) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text[:100] if text.isidentifier() else f"{text[:100]!a}"
