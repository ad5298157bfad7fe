"""The tables that a ledger's database must have, and the triggers that keep it append-only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.verify.result import Code, Problem

if TYPE_CHECKING:
    import sqlite3

    from affidavit.verify.result import Findings

TABLES = {
    "meta": {"name", "value"},
    "runs": {"first", "count", "entries", "checkpoint"},
    "tiles": {"level", "number", "hashes"},
    "cosignatures": {"size", "line"},
    "blobs": {"digest", "media_type", "data"},
    "streams": {"stream", "idx"},
    "given_ids": {"id", "idx"},
}
APPEND_ONLY = ("meta", "runs", "tiles", "cosignatures", "anchors", "blobs", "given_ids")
EVENTS = ("UPDATE", "DELETE", "INSERT")

_TABLE = re.compile(rb"\s*CREATE\s+TABLE\s", re.IGNORECASE)
_TRIGGER = re.compile(rb"\sBEFORE\s+(UPDATE|DELETE|INSERT)\s+ON\s", re.IGNORECASE)
_OBJECTS = """
SELECT type, tbl_name, substr(sql, 1, 4096) FROM sqlite_master
WHERE type IN ('table', 'view', 'trigger') AND sql IS NOT NULL LIMIT 10000
"""


def check_schema(connection: sqlite3.Connection, findings: Findings) -> None:
    """Name each table that is missing or is something else, and each trigger that is missing.

    Without a trigger nothing is wrong yet: it only stops mistakes, and its owner can drop it.
    """
    tables, triggers = set[str](), set[tuple[str, str]]()
    for kind, name, sql in connection.execute(_OBJECTS):
        table, event = name.decode("utf-8", "replace"), _TRIGGER.search(sql)
        if kind == b"table" and _TABLE.match(sql):
            tables.add(table)
        elif kind == b"trigger" and event:
            triggers.add((table, event[1].decode().upper()))
    for table, columns in TABLES.items():
        if table not in tables or not columns <= _columns(connection, table):
            text = f"there is no table {table} with its columns"
            findings.add(Problem(Code.LAYOUT, text, table))
    for table in APPEND_ONLY:
        missing = [event for event in EVENTS if (table, event) not in triggers]
        if table in tables and missing:
            text = f"no trigger stops {', '.join(missing)} on {table}"
            findings.notice("trigger-missing", text)


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return {name.decode("utf-8", "replace") for (name,) in rows}
