"""The tables of a ledger's database, and the triggers that keep it append-only.

SQLite runs no DELETE trigger for the row that ``INSERT OR REPLACE`` removes unless
``recursive_triggers`` is on, and a stranger's connection has it off: so an insert over an existing
row is refused by a trigger of its own. Triggers stop mistakes; whoever owns the file can drop them,
and it is `verify` that finds what they did.
"""

from __future__ import annotations

SCHEMA = "1"

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (
    first INTEGER PRIMARY KEY, count INTEGER NOT NULL, entries BLOB NOT NULL, checkpoint BLOB
);
CREATE TABLE tiles (
    level INTEGER NOT NULL, number INTEGER NOT NULL, hashes BLOB NOT NULL,
    PRIMARY KEY (level, number)
) WITHOUT ROWID;
CREATE TABLE cosignatures (
    size INTEGER NOT NULL, witness TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (size, witness)
) WITHOUT ROWID;
CREATE TABLE anchors (
    size INTEGER NOT NULL, kind TEXT NOT NULL, digest BLOB NOT NULL, token BLOB NOT NULL,
    PRIMARY KEY (size, kind, digest)
) WITHOUT ROWID;
CREATE TABLE blobs (digest BLOB PRIMARY KEY, media_type TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE streams (stream TEXT PRIMARY KEY, idx INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE given_ids (id TEXT PRIMARY KEY, idx INTEGER NOT NULL) WITHOUT ROWID;
"""
"""A run is up to 256 entries that were appended together, from number `first` on, each after its
length in two bytes as in a C2SP entry bundle; `checkpoint` is the note that was signed when the run
was the newest. A row for each entry would cost more than hashing it. `tiles` holds full ones: those
at the edge follow from the rest. Of `cosignatures` the newest of each `witness`, a key's name and
id, is kept: it says what the older ones said, and of a later time. `streams` and `given_ids` are
looked up by the keeper and derived from the entries."""

APPEND_ONLY = {
    "meta": "name = NEW.name",
    "runs": "first = NEW.first",
    "tiles": "level = NEW.level AND number = NEW.number",
    "anchors": "size = NEW.size AND kind = NEW.kind AND digest = NEW.digest",
    "blobs": "digest = NEW.digest OR rowid = NEW.rowid",
    "given_ids": "id = NEW.id",
}
"""Tables whose rows never change, and how an existing row is known.

A table with rowids has two keys: a REPLACE could name the rowid of another digest's blob."""


def statements() -> str:
    """All that makes an empty database a ledger."""
    return TABLES + "".join(
        _trigger(table, "UPDATE") + _trigger(table, "DELETE") + _trigger(table, "INSERT", same)
        for table, same in APPEND_ONLY.items()
    )


def _trigger(table: str, event: str, same: str = "") -> str:
    when = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})" if same else ""  # noqa: S608 -- ours
    return (
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} {when}"
        f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;\n"
    )


def is_ours(sql: str) -> bool:
    """Whether `sql`, as the database keeps it, made one of a ledger's tables or triggers."""
    return _normal(sql) in _OURS


def _normal(sql: str) -> str:
    return " ".join(sql.split())


_OURS = frozenset(_normal(one) for one in statements().split(";\n"))
