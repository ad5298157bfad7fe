"""The rows of a database held against what a ledger's can be, whatever they say.

SQLite keeps any type of value in any column, and compares a text with no bytes; it finds a row by
an index that a file can have wrong. So a row may be there to one reader and not to the next. The
types of all rows are looked at here, and SQLite is asked whether its own structures are whole.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from affidavit.verify.result import Code, Problem
from affidavit.verify.source import LARGEST_NOTE

if TYPE_CHECKING:
    from affidavit.verify.result import Findings

_TYPES = {
    "meta": {"name": "text", "value": "text"},
    "runs": {"first": "integer", "count": "integer", "entries": "blob"},
    "tiles": {"level": "integer", "number": "integer", "hashes": "blob"},
    "cosignatures": {"size": "integer", "witness": "text", "line": "text"},
    "anchors": {"size": "integer", "kind": "text", "digest": "blob", "token": "blob"},
    "blobs": {"digest": "blob", "media_type": "text", "data": "blob"},
    "streams": {"stream": "text", "idx": "integer"},
    "given_ids": {"id": "text", "idx": "integer"},
}
_META = frozenset({"schema", "origin", "vkey", "created"})
_FAULTS = 20
"""Faults of the file that SQLite is asked for."""
_LARGE = f"""
SELECT first + count FROM runs
WHERE typeof(checkpoint) NOT IN ('blob', 'null') OR length(checkpoint) > {LARGEST_NOTE}
"""  # noqa: S608 -- ours
_NAMES = "SELECT name FROM meta"
_NEWEST = f"""
SELECT substr(checkpoint, 1, {LARGEST_NOTE}) FROM runs WHERE checkpoint IS NOT NULL
ORDER BY first DESC LIMIT 1
"""  # noqa: S608 -- ours


def check_rows(connection: sqlite3.Connection, origin: str, findings: Findings) -> None:
    """Tell of rows that no ledger has, and where the file's own structures are damaged.

    `origin` is what the table ``meta`` says that the log is called.
    """
    try:
        _check_types(connection, findings)
        _check_names(connection, origin, findings)
        for (size,) in connection.execute(_LARGE):
            text = f"the checkpoint is none, or has more than {LARGEST_NOTE:,} bytes"
            place = f"checkpoint of {size!r}"
            findings.add(Problem(Code.CHECKPOINT_MALFORMED, text, place))
        for (told,) in connection.execute(f"PRAGMA integrity_check({_FAULTS})"):
            if told != b"ok":
                text = f"SQLite finds the file damaged: {told[:200].decode('utf-8', 'replace')!a}"
                findings.add(Problem(Code.DAMAGED, text, "the database"))
    except sqlite3.DatabaseError as error:
        findings.add(Problem(Code.DAMAGED, f"the rows cannot be read: {error}", "the database"))


def _check_types(connection: sqlite3.Connection, findings: Findings) -> None:
    for table, columns in _TYPES.items():
        wrong = " OR ".join(f"typeof({name}) <> '{kind}'" for name, kind in columns.items())
        # The table itself is read, not an index that may leave rows out.
        found = connection.execute(f"SELECT count(*) FROM {table} WHERE {wrong}").fetchone()[0]  # noqa: S608 -- ours
        if found:
            text = f"{found:,} of its rows hold values of other types than a ledger's"
            findings.add(Problem(Code.LAYOUT, text, table))


def _check_names(connection: sqlite3.Connection, origin: str, findings: Findings) -> None:
    unknown = {name for (name,) in connection.execute(_NAMES)} - {one.encode() for one in _META}
    if unknown:
        findings.add(Problem(Code.LAYOUT, f"{len(unknown):,} rows of it are no ledger's", "meta"))
    newest = connection.execute(_NEWEST).fetchone()
    if newest is None or not isinstance(newest[0], bytes):
        return
    named = newest[0].partition(b"\n")[0]
    if named != origin.encode("utf-8", "replace"):
        text = f"it names the log {origin[:200]!a}, and the newest checkpoint another"
        findings.add(Problem(Code.LAYOUT, text, "meta"))
