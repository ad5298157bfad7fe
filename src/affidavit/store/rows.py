"""What is read of a ledger's database, in one view of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.errors import DamagedError, FormatError, NotALedgerError
from affidavit.ledger.tile import HEIGHT, WIDTH, Tile, entries_of
from affidavit.ledger.tree import HASH_SIZE, leaf_hash, perfect
from affidavit.store.schema import SCHEMA, is_ours

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from affidavit.ledger.tile import TileSource


LONGEST_OBJECT = 4_096
"""Characters of the text that made an object: more than any of ours has."""
MADE = f"""
SELECT name, CAST(substr(sql, 1, {LONGEST_OBJECT}) AS TEXT) FROM sqlite_master
WHERE sql IS NOT NULL ORDER BY name <> 'meta'
"""  # noqa: S608 -- ours
"""Every table, index, trigger and view that was made; the one that tells the layout is first."""
META = "SELECT value FROM meta WHERE name = ?"
SIZE = "SELECT first + count FROM runs ORDER BY first DESC LIMIT 1"
RUNS = """
SELECT first, count, entries FROM runs
WHERE first >= coalesce((SELECT max(first) FROM runs WHERE first <= ?1), 0) AND first < ?2
ORDER BY first
"""
TILE = "SELECT hashes FROM tiles WHERE level = ? AND number = ?"
NEWEST = """
SELECT first + count, checkpoint FROM runs WHERE checkpoint IS NOT NULL ORDER BY first DESC LIMIT 1
"""
CHECKPOINT = """
SELECT checkpoint FROM runs
WHERE first < ?1 AND first >= ?1 - 256 AND first + count = ?1 ORDER BY first DESC
"""
CHECKPOINTS = (
    "SELECT first + count, checkpoint FROM runs WHERE checkpoint IS NOT NULL ORDER BY first"
)
COSIGNATURES = "SELECT line FROM cosignatures WHERE size = ? ORDER BY line"
STREAM = "SELECT idx FROM streams WHERE stream = ?"
GIVEN = "SELECT idx FROM given_ids WHERE id = ?"
BLOB = "SELECT media_type, data FROM blobs WHERE digest = ?"
BLOB_SIZE = "SELECT length(data) FROM blobs WHERE digest = ?"
BLOBS = "SELECT digest FROM blobs ORDER BY digest"
ANCHORS = """
SELECT size, coalesce(substr(token, 1, 1048576), x'') FROM anchors
WHERE kind = ? ORDER BY size, digest
"""


class Rows:
    """Typed reads over one connection. Who calls begins and ends a transaction around them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _one(self, statement: str, *values: object) -> tuple[object, ...] | None:
        found = self._connection.execute(statement, values).fetchone()
        return None if found is None else tuple(found)

    def _blob(self, statement: str, *values: object) -> bytes | None:
        found = self._one(statement, *values)
        if found is None:
            return None
        if not isinstance(found[0], bytes):
            raise DamagedError(f"the ledger holds a {type(found[0]).__name__} for bytes: {values}")
        return found[0]

    def _number(self, statement: str, *values: object) -> int | None:
        found = self._one(statement, *values)
        if found is None or found[0] is None:
            return None
        if not isinstance(found[0], int) or found[0] < 0:
            raise DamagedError(f"the ledger holds {found[0]!a:.40} for a number")
        return found[0]

    def meta(self, name: str) -> str:
        """What the ledger says of itself under `name`.

        Raises:
            DamagedError: It says nothing.
        """
        found = self._one(META, name)
        if found is None or not isinstance(found[0], str):
            raise DamagedError(f"the ledger does not say its {name}")
        return found[0]

    def check_layout(self) -> None:
        """Refuse a database that is not laid out as this program's are, before any of it is read.

        A view in place of a table can have rows without end, and a trigger of a stranger's runs
        within our transactions.

        Raises:
            NotALedgerError: It is of another program, or of a later version of this one.
            DamagedError: It has tables, indexes, triggers or views that this program did not make.
        """
        made = self._connection.execute(MADE)
        first = made.fetchone()
        if first is None or first[0] != "meta":
            raise NotALedgerError("the database holds no ledger")
        _check_ours(*first)
        found = self.meta("schema")
        if found != SCHEMA:
            raise NotALedgerError(
                f"the ledger has the layout {found:.40}, this program knows {SCHEMA}",
                hint="a later version of affidavit made it",
            )
        for name, sql in made:
            _check_ours(name, sql)

    def size(self) -> int:
        """Entries in the log."""
        return self._number(SIZE) or 0

    def entry(self, index: int) -> bytes:
        """The bytes of an entry.

        Raises:
            DamagedError: There is none of that index.
        """
        return next(self.entries(index, index + 1))

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes of the entries ``[start, stop)``, in order.

        Raises:
            DamagedError: One is missing or is not bytes.
        """
        expected = start
        for first, count, entries in self._connection.execute(RUNS, (start, stop)):
            place = f"the run of entries at {first}"
            if not isinstance(entries, bytes) or not isinstance(count, int):
                raise DamagedError(f"{place} is no run")
            if not first <= expected < first + count <= first + WIDTH:
                break
            try:
                run = entries_of(entries, place, width=count)
            except FormatError as error:
                raise DamagedError(error.message) from error
            yield from run[expected - first : stop - first]
            expected = min(first + count, stop)
        if expected < stop:
            raise DamagedError(f"entry {expected} is missing")

    def full_tile(self, level: int, number: int) -> bytes | None:
        """The 8,192 bytes of a full tile, where the log has it."""
        found = self._blob(TILE, level, number)
        if found is not None and len(found) != WIDTH * HASH_SIZE:
            raise DamagedError(f"the tile {level}/{number} has {len(found)} bytes")
        return found

    def partial_tile(self, level: int, size: int) -> Tile | None:
        """The tile at the right edge of a log of `size`, unless it would be empty."""
        width = size >> HEIGHT * level & WIDTH - 1
        if not width:
            return None
        number = size >> HEIGHT * (level + 1)
        first = number * WIDTH
        if level == 0:
            hashes = [leaf_hash(one) for one in self.entries(first, first + width)]
        else:
            hashes = [self._tile_root(level - 1, first + one) for one in range(width)]
        return Tile(level, number, b"".join(hashes))

    def _tile_root(self, level: int, number: int) -> bytes:
        hashes = self.full_tile(level, number)
        if hashes is None:
            raise DamagedError(f"the tile {level}/{number} is missing")
        return perfect([hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)])

    def newest_checkpoint(self) -> tuple[int, bytes] | None:
        """The size and note of the newest checkpoint, as the log signed it."""
        found = self._one(NEWEST)
        return None if found is None else _checkpoint(*found)

    def checkpoint(self, size: int) -> bytes | None:
        """The note of the checkpoint of `size`, where one was signed then."""
        return self._blob(CHECKPOINT, size)

    def checkpoints(self) -> Iterator[tuple[int, bytes]]:
        """Every checkpoint's size and note, ascending."""
        for size, note in self._connection.execute(CHECKPOINTS):
            yield _checkpoint(size, note)

    def cosignatures(self, size: int) -> list[str]:
        """The lines that witnesses gave for the checkpoint of `size`."""
        return [str(line) for (line,) in self._connection.execute(COSIGNATURES, (size,))]

    def newest_of_stream(self, stream: str) -> int | None:
        """The index of the newest entry of `stream`."""
        return self._number(STREAM, stream)

    def with_given_id(self, id_: str) -> int | None:
        """The index of the entry that was given the id `id_` by whoever sent it."""
        return self._number(GIVEN, id_)

    def blob(self, digest: bytes) -> tuple[str, bytes] | None:
        """Media type and content of the blob with this SHA-256."""
        found = self._one(BLOB, digest)
        if found is None:
            return None
        if not isinstance(found[0], str) or not isinstance(found[1], bytes):
            raise DamagedError(f"the blob sha256:{digest.hex()} is none")
        return found[0], found[1]

    def blob_size(self, digest: bytes) -> int | None:
        """The bytes of the blob with this SHA-256."""
        return self._number(BLOB_SIZE, digest)

    def blob_digests(self) -> Iterator[bytes]:
        """The SHA-256 of every blob, ascending."""
        for (digest,) in self._connection.execute(BLOBS):
            if not isinstance(digest, bytes) or len(digest) != HASH_SIZE:
                raise DamagedError(f"the ledger holds {digest!a:.40} for the digest of a blob")
            yield digest

    def anchors(self, kind: str) -> Iterator[tuple[int, bytes]]:
        """The size and content of each anchor of that kind, ascending; at most 1 MiB of each."""
        for size, token in self._connection.execute(ANCHORS, (kind,)):
            if not isinstance(size, int) or not isinstance(token, bytes):
                raise DamagedError(f"the anchor of {size!a:.40} is none")
            yield size, token


def _check_ours(name: object, sql: object) -> None:
    if not is_ours(str(sql)):
        raise DamagedError(
            f"the database has a {str(name)[:60]!a} that this program did not make",
            hint="affidavit ledger verify lists what was changed",
        )


def _checkpoint(size: object, note: object) -> tuple[int, bytes]:
    if not isinstance(size, int) or not isinstance(note, bytes):
        raise DamagedError(f"the checkpoint of {size!a:.40} is none")
    return size, note


def tiles_at(rows: Rows, size: int) -> TileSource:
    """The tiles of a log of `size`, full ones and those at its edge."""
    levels = range((size.bit_length() + HEIGHT - 1) // HEIGHT)
    edge = {level: rows.partial_tile(level, size) for level in levels}

    def tile(level: int, number: int) -> bytes | None:
        partial = edge.get(level)
        if partial is not None and partial.number == number:
            return partial.hashes
        return rows.full_tile(level, number)

    return tile
