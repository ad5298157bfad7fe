"""A live ledger read from its SQLite database, by the layout that docs/formats/ledger.md gives.

The file is opened for reading only and through nothing of the keeper's code. Whoever may have
tampered with it made every table, so each value's type and length is looked at before its bytes.
Where the schema is not a ledger's, or a rollback journal lies beside the file, nothing else is
read: another reader would see something else.
"""

from __future__ import annotations

import json
import os
import sqlite3
from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError, LedgerBusyError, NotALedgerError
from affidavit.ledger.tile import LARGEST_ENTRY, TILE_BYTES, WIDTH
from affidavit.ledger.tree import HASH_SIZE
from affidavit.verify.bundles import Run, entries_in
from affidavit.verify.result import Code, Findings, Problem, span
from affidavit.verify.rows import check_rows
from affidavit.verify.schema import check_schema
from affidavit.verify.source import CHUNK, LARGEST_NOTE, LARGEST_TEXT, Blob, Kept, Layout, TileName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from affidavit.verify.source import Last

    Value = int | float | str | bytes | None

WAIT = 10.0
"""Seconds that another process may hold the database."""
_LARGEST_RUN = WIDTH * (LARGEST_ENTRY + 2)
_TICK = 1_000_000
"""Steps of SQLite's machine between two looks at how many a query has taken."""
_STEPS = 32
"""Steps that a query may take for each byte of the file."""
_FAR = 1 << 53
"""An index that no entry has."""
_CLOSED = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
"""What SQLite says, by its version, where it cannot write beside the file."""
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}

_META = f"SELECT name, value FROM meta WHERE length(value) <= {LARGEST_TEXT}"  # noqa: S608 -- ours
_RUNS = """
SELECT first, typeof(count) = 'integer' AND typeof(entries) = 'blob'
    AND typeof(checkpoint) IN ('blob', 'null'), count, length(entries)
FROM runs ORDER BY first
"""
_BUNDLE = f"""
SELECT first, count, entries FROM runs WHERE first >= ?1 AND first < ?2
    AND typeof(count) = 'integer' AND typeof(entries) = 'blob' AND length(entries) <= {_LARGEST_RUN}
ORDER BY first
"""  # noqa: S608 -- ours
_TILES = "SELECT level, number, length(hashes) FROM tiles ORDER BY level, number"
_TILE = f"""
SELECT hashes FROM tiles WHERE level = ?1 AND number = ?2
    AND typeof(hashes) = 'blob' AND length(hashes) <= {TILE_BYTES}
"""  # noqa: S608 -- ours
_CHECKPOINTS = f"""
SELECT first + count, checkpoint FROM runs
WHERE typeof(checkpoint) = 'blob' AND typeof(count) = 'integer'
    AND length(checkpoint) <= {LARGEST_NOTE}
ORDER BY first
"""  # noqa: S608 -- ours
_COSIGNATURES = f"""
SELECT line FROM cosignatures WHERE size = ?1 AND length(line) <= {LARGEST_TEXT} LIMIT 100
"""  # noqa: S608 -- ours
_ORPHANS = """
SELECT DISTINCT size FROM cosignatures WHERE size NOT IN
    (SELECT first + count FROM runs WHERE typeof(checkpoint) = 'blob')
"""
_BLOBS = f"""
SELECT rowid, CASE WHEN typeof(digest) = 'blob' AND length(digest) = {HASH_SIZE} THEN hex(digest)
    END, typeof(data) FROM blobs NOT INDEXED ORDER BY rowid
"""  # noqa: S608 -- ours
_STREAMS = f"SELECT stream, idx FROM streams WHERE length(stream) <= {LARGEST_TEXT}"  # noqa: S608 -- ours
_GIVEN = f"SELECT id, idx FROM given_ids WHERE length(id) <= {LARGEST_TEXT} ORDER BY idx"  # noqa: S608 -- ours


class Database:
    """The ledger in the file at `path`, as it is at one moment; a writer may go on.

    Raises:
        NotALedgerError: There is no database at `path`.
        LedgerBusyError: Another process holds it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rolled_back = _has_bytes(_beside(path, "-journal"))
        self._connection = _nothing() if self._rolled_back else _opened(path)
        self._readable = not self._rolled_back
        self._largest = _size_of(path)
        self._ticks = 0
        self._connection.set_progress_handler(self._tick, _TICK)

    def layout(self, findings: Findings) -> Layout:
        """What is stored."""
        self._readable = self._is_readable(findings)
        journal = f"{self._path.name}-journal"
        if not self._rolled_back and os.path.lexists(_beside(self._path, "-journal")):
            text = f"an empty {journal} lies beside it: no program of ours makes one, or opens it"
            findings.notice("journal", text)
        if not self._readable:
            return Layout(end=0, partial=False, whole=False)
        meta = {_text(name): _text(value) for name, value in self._rows(findings, _META)}
        self._ticks = 0
        check_rows(self._connection, meta.get("origin", ""), findings)
        if meta.get("schema") != "1":
            findings.add(Problem(Code.LAYOUT, "the schema is not 1", "meta"))
        tiles, lacks = tuple(self._tile_names(findings)), Findings()
        end = self._end(lacks, {each.number for each in tiles if each.level == 0})
        findings.join(lacks)
        return Layout(
            end=end,
            origin=meta.get("origin"),
            vkey=meta.get("vkey"),
            partial=False,
            whole=not lacks.totals,
            tiles=tiles,
        )

    def _is_readable(self, findings: Findings) -> bool:
        """Whether what the tables say is the ledger; if not, that is told."""
        if self._rolled_back:
            text = "a rollback journal lies beside it, which changes what another reader sees"
            findings.add(Problem(Code.DAMAGED, text, f"{self._path.name}-journal"))
            return False
        try:
            return check_schema(self._connection, findings)
        except sqlite3.DatabaseError as error:
            findings.add(Problem(Code.DAMAGED, f"the schema cannot be read: {error}", "schema"))
        return False

    def _tick(self) -> int:
        """Whether a query has taken more steps than any has in a file of this size."""
        self._ticks += 1
        return int(self._ticks * _TICK > 10 * _TICK + _STEPS * self._largest)

    def _end(self, findings: Findings, tiles: set[int]) -> int:
        """The end of the entries that can be walked; each gap and each run out of place is told."""
        end, reached = 0, True
        for first, typed, count, length in self._rows(findings, _RUNS):
            if not isinstance(first, int) or not _is_run((first, typed, count, length)):
                findings.add(Problem(Code.ENTRY_MISPLACED, "the run is not one", _run(first)))
                continue
            if first < end:
                text = f"the run begins within the one before it, which ends at {end:,}"
                findings.add(Problem(Code.ENTRY_MISPLACED, text, _run(first), first))
                continue
            if first > end:
                text = f"nothing is stored of {span(end, first)}"
                bridged = reached and _bridged(end, first, tiles)
                if not bridged:  # else the walk comes by, and tells
                    findings.add(Problem(Code.ENTRY_MISSING, text, "runs", end))
                reached = bridged
            end = first + _number(count) if reached else end
        return end

    def _tile_names(self, findings: Findings) -> Iterator[TileName]:
        for level, number, length in self._rows(findings, _TILES):
            if not all(isinstance(each, int) for each in (level, number, length)):
                findings.add(Problem(Code.LAYOUT, "a tile's place is no number", "tiles"))
                continue
            if length != TILE_BYTES:
                text = f"a full tile has {TILE_BYTES:,} bytes, not {length!r}"
                findings.add(Problem(Code.TILE_DIFFERS, text, f"tile {level!r}/{number!r}"))
            yield TileName(_number(level), _number(number), _number(length) // HASH_SIZE)

    def runs(self, number: int, width: int) -> Sequence[Run]:
        """The `width` entries from ``256 * number`` on as they are stored; none if one lacks."""
        start = at = number * WIDTH
        found = list[Run]()
        for first, count, data in self._rows(Findings(), _BUNDLE, start, start + width):
            if first != at or _number(count) < 1:
                return ()
            found.append(Run(_number(count), _bytes(data)))
            at += _number(count)
        return found if at == start + width else ()

    def bundle(self, number: int, width: int, findings: Findings) -> list[bytes | None]:
        """The `width` entries from ``256 * number`` on, None for each that cannot be read."""
        start = number * WIDTH
        entries: list[bytes | None] = [None] * width
        for first, count, data in self._rows(findings, _BUNDLE, start, start + width):
            at, many = _number(first) - start, _number(count)
            if not isinstance(data, bytes) or not 1 <= many <= width - at:
                continue
            try:
                entries[at : at + many] = entries_in(data, _run(first), width=many)
            except FormatError as error:
                findings.add(Problem(Code.BUNDLE_MALFORMED, error.message, _run(first), start + at))
        return entries

    def tile(self, level: int, number: int, width: int) -> bytes | None:
        """The bytes of a full tile; no other is stored."""
        if width != WIDTH:
            return None
        # A tile that cannot be read is one that is missing, and told as that.
        rows = list(self._rows(Findings(), _TILE, level, number))
        return _bytes(rows[0][0]) if rows else None

    def checkpoints(self, findings: Findings) -> Iterator[Kept]:
        """Every kept checkpoint with its cosignatures, the smallest first."""
        for size, note in self._rows(findings, _CHECKPOINTS):
            lines = [line for (line,) in self._rows(findings, _COSIGNATURES, size)]
            below = b"".join(_bytes(line).rstrip(b"\n") + b"\n" for line in lines)
            yield Kept(f"checkpoint of {size!r}", _number(size), _bytes(note) + below)
        for (size,) in self._rows(findings, _ORPHANS):
            text = "a cosignature is kept of a checkpoint that is not"
            at = size if isinstance(size, int) else None
            findings.add(
                Problem(Code.COSIGNATURE_WITHOUT_CHECKPOINT, text, "cosignatures", None, at)
            )

    def blobs(self, findings: Findings) -> Iterator[Blob]:
        """Every blob. The content of one is read before the next is asked for."""
        for row, name, typed in self._rows(findings, _BLOBS):
            if name is None or typed != b"blob":
                place = f"blobs, row {row!r}"
                findings.add(
                    Problem(Code.LAYOUT, "a blob's digest is none, or its data is no blob", place)
                )
                continue
            digest = _text(name).lower()
            yield Blob(f"blobs/{digest}", digest, self._content(_number(row), findings))

    def _content(self, row: int, findings: Findings) -> Iterator[bytes]:
        try:
            with self._connection.blobopen("blobs", "data", row, readonly=True) as opened:
                while piece := opened.read(CHUNK):
                    yield piece
        except sqlite3.DatabaseError as error:
            findings.add(Problem(Code.DAMAGED, f"a blob cannot be read: {error}", "blobs"))

    def derived(self, streams: Mapping[str, Last], findings: Findings) -> None:
        """Hold the tables that the keeper looks things up in against the entries."""
        told = {_text(stream): _number(index) for stream, index in self._rows(findings, _STREAMS)}
        for stream in [*streams, *(each for each in told if each not in streams)]:
            last = streams[stream][2] if stream in streams else None
            if told.get(stream) != last:
                text = f"the stream {stream[:100]!a} ends at {last}, not at {told.get(stream)}"
                findings.add(Problem(Code.DERIVED_DIFFERS, text, "streams", last))
        self._check_given(findings)

    def _check_given(self, findings: Findings) -> None:
        """Hold the ids that were given with facts against the entries they are said to be in."""
        number, entries = -1, list[bytes | None]()
        for given, index in self._rows(findings, _GIVEN):
            at = _number(index)
            if at // WIDTH != number:
                number = at // WIDTH
                entries = self.bundle(number, WIDTH, findings) if 0 <= at < _FAR else []
            if _id_of(entries[at % WIDTH] if entries else None) != _text(given):
                text = f"the entry {at} does not have the id {_text(given)[:100]!a}"
                findings.add(Problem(Code.DERIVED_DIFFERS, text, "given_ids", at))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _rows(
        self, findings: Findings, statement: str, *values: Value
    ) -> Iterator[tuple[Value, ...]]:
        """The rows of a query; where the file cannot give them all, that is a problem."""
        if not self._readable:
            return
        table = statement.partition("FROM ")[2].split()[0]
        self._ticks = 0
        try:
            for number, row in enumerate(self._connection.execute(statement, values)):
                if number > self._largest:
                    text = "the table has more rows than the file has bytes"
                    findings.add(Problem(Code.DAMAGED, text, table))
                    return
                yield row
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            findings.add(Problem(Code.DAMAGED, f"the database cannot be read: {error}", table))


def _opened(path: Path) -> sqlite3.Connection:
    """A connection that only reads, within one view of the database."""
    if not path.is_file():
        raise NotALedgerError(f"there is no ledger at {path}")
    path.open("rb").close()  # of a file that may not be read, SQLite says less
    uri = f"{path.absolute().as_uri()}?mode=ro"
    try:
        return _within_view(uri)
    except UnicodeDecodeError as error:  # SQLite's words about a broken schema quote it
        raise NotALedgerError(
            f"{path} cannot be read as a database: its schema is no text"
        ) from error
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _BUSY:
            raise LedgerBusyError(f"{path} is held by another process") from error
        # Beside a log of writes, only the two together are the ledger; without one, and in a folder
        # that cannot be written, the file alone is. No journal may be there, not even an empty one:
        # whoever writes it now is about to change the file.
        journal = os.path.lexists(_beside(path, "-journal"))
        if code in _CLOSED and not journal and not _has_bytes(_beside(path, "-wal")):
            return _within_view(f"{uri}&immutable=1")
        raise NotALedgerError(f"{path} cannot be read as a database: {error}") from error


def _nothing() -> sqlite3.Connection:
    return sqlite3.connect(":memory:")


def _beside(path: Path, suffix: str) -> str:
    """The file of SQLite's own beside the database, where SQLite looks: past symbolic links."""
    return os.path.realpath(path) + suffix


def _has_bytes(path: str) -> bool:
    """Whether there may be something in the file: where that cannot be seen, there may."""
    try:
        return os.lstat(path).st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True


def _size_of(path: Path) -> int:
    """Bytes of the database and of the writes that are not in it yet: more than it has rows."""
    wal = _beside(path, "-wal")
    return path.stat().st_size + (os.lstat(wal).st_size if _has_bytes(wal) else 0)


def _within_view(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=WAIT, isolation_level=None)
    try:
        connection.text_factory = bytes
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except (sqlite3.Error, UnicodeDecodeError):
        connection.close()
        raise
    return connection


def _is_run(row: tuple[Value, ...]) -> bool:
    """Whether a row of `runs` has the right types, and entries of one bundle."""
    first, typed, count, length = row
    if not isinstance(first, int) or first < 0 or not typed or not isinstance(count, int):
        return False
    return 1 <= count <= WIDTH - first % WIDTH and _number(length) <= _LARGEST_RUN


def _bridged(start: int, end: int, tiles: set[int]) -> bool:
    """Whether each bundle wholly within the missing ``[start, end)`` still has its tile."""
    return all(number in tiles for number in range(-(-start // WIDTH), end // WIDTH))


def _id_of(entry: bytes | None) -> str | None:
    try:
        found = json.loads(entry or b"null")
    except (ValueError, RecursionError):
        return None
    value = found.get("id") if isinstance(found, dict) else None
    return value if isinstance(value, str) else None


def _run(first: Value) -> str:
    return f"the run of entries at {first!r}"


def _number(value: Value) -> int:
    return value if isinstance(value, int) else -1


def _bytes(value: Value) -> bytes:
    return value if isinstance(value, bytes) else b""


def _text(value: Value) -> str:
    return _bytes(value).decode("utf-8", "replace")
