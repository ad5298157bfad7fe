"""A log in one SQLite file: what is acknowledged is durable and under a signed checkpoint.

An append is one transaction of entries, the tiles they fill, their streams and the checkpoint over
them all. The edge of the tree is not stored: it follows from the newest entries and the full tiles,
and is held against the newest signed root each time the log is opened. Only one process may write
at a time; see `affidavit.app.ledger.lock`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Self

import msgspec

from affidavit.base.errors import DamagedError, FormatError, LedgerExistsError
from affidavit.ledger.checkpoint import Checkpoint, parse_checkpoint
from affidavit.ledger.note import parse_note
from affidavit.ledger.tile import HEIGHT, WIDTH, Growth, bundle, subtree_of
from affidavit.ledger.tree import leaf_hash, root
from affidavit.store.connection import connected, told, transaction
from affidavit.store.rows import Rows, tiles_at
from affidavit.store.schema import SCHEMA, statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType

    Sign = Callable[[Checkpoint], bytes]

_META = "INSERT INTO meta VALUES (?, ?)"
_RUN = "INSERT INTO runs VALUES (?, ?, ?, ?)"
_TILE = "INSERT INTO tiles VALUES (?, ?, ?)"
_STREAM = "INSERT INTO streams VALUES (?1, ?2) ON CONFLICT DO UPDATE SET idx = ?2"
_GIVEN = "INSERT INTO given_ids VALUES (?, ?)"
_BLOB = "INSERT INTO blobs VALUES (?, ?, ?)"


class Kept(NamedTuple):
    """A blob to keep with the entries that name it."""

    digest: bytes
    media_type: str
    data: bytes


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Entries to append, and where they belong.

    `streams` gives for each stream the place of its newest entry within the batch, `given` the
    place of each entry that was given an id.
    """

    entries: Sequence[bytes]
    streams: Mapping[str, int] = {}
    given: Mapping[str, int] = {}
    blobs: Sequence[Kept] = ()


class Appended(msgspec.Struct, frozen=True):
    """Entries ``[start, size)`` are durable and under the signed `note`."""

    start: int
    size: int
    note: bytes


def created(path: Path, meta: Mapping[str, str]) -> None:
    """Make an empty log at `path`.

    Raises:
        LedgerExistsError: There is a file already.
        StoreError: The disk does not let us.
    """
    if path.exists():
        raise LedgerExistsError(f"there is a ledger already: {path}")
    connection = connected(path, make=True)
    try:
        with told(path), transaction(connection):
            for statement in statements().split(";\n"):
                if statement.strip():
                    connection.execute(statement)
            connection.executemany(_META, [("schema", SCHEMA), *meta.items()])
    finally:
        connection.close()


class Log:
    """An open log that can be appended to.

    Raises:
        NotALedgerError: There is none at `path`, or it is of a later version.
        DamagedError: What is stored is not what was last signed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = connected(path)
        self.rows = Rows(self._connection)
        try:
            with told(path):
                self.rows.check_layout()
                # A signed checkpoint is not to reach the disk before its commit.
                self._connection.execute("PRAGMA cache_spill = OFF")
                self.origin = self.rows.meta("origin")
                self._growth = self._read_growth()
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def size(self) -> int:
        """Entries in the log."""
        return self._growth.size

    def root_at(self, size: int) -> bytes:
        """The root that the tree had when it had `size` entries, at most those of now."""
        if size == self.size:
            return self._growth.root()
        return root(size, subtree_of(tiles_at(self.rows, self.size)))

    def append(self, batch: Batch, sign: Sign) -> Appended:
        """Make the entries of `batch` durable under a checkpoint that `sign` signs: all or none.

        Raises:
            DamagedError: Somebody wrote to the log behind our back.
            StoreError: The disk does not let us; nothing was appended.
        """
        start = self.size
        growth = self._growth.copy()
        tiles = growth.extend([leaf_hash(entry) for entry in batch.entries])
        note = sign(Checkpoint(self.origin, growth.size, growth.root()))
        with told(self._path), transaction(self._connection) as run:
            if self.rows.size() != start:
                raise DamagedError(f"{self._path} was written to by somebody without its lock")
            run.executemany(_RUN, _runs(start, batch.entries, note))
            run.executemany(_TILE, [(one.level, one.number, one.hashes) for one in tiles])
            run.executemany(_STREAM, [(one, start + at) for one, at in batch.streams.items()])
            run.executemany(_GIVEN, [(one, start + at) for one, at in batch.given.items()])
            for blob in batch.blobs:
                if self.rows.blob_size(blob.digest) is None:
                    run.execute(_BLOB, blob)
        self._growth = growth
        return Appended(start, growth.size, note)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _read_growth(self) -> Growth:
        """The edge of the tree, held against the newest checkpoint."""
        size = self.rows.size()
        levels = range((size.bit_length() + HEIGHT - 1) // HEIGHT)
        tiles = [self.rows.partial_tile(level, size) for level in levels]
        growth = Growth(size, [one.hashes if one else b"" for one in tiles])
        newest = self.rows.newest_checkpoint()
        if newest is None:
            if size:
                raise DamagedError(f"{self._path} has entries and no checkpoint")
            return growth
        signed = _stated(*newest)
        if (signed.origin, signed.size, signed.root) != (self.origin, size, growth.root()):
            raise DamagedError(
                f"{self._path}: the newest checkpoint is of {signed.size:,} entries and another"
                f" tree than the {size:,} that are stored",
                hint="affidavit ledger verify lists what was changed",
            )
        return growth


def _stated(size: int, note: bytes) -> Checkpoint:
    place = f"checkpoint {size}"
    try:
        return parse_checkpoint(parse_note(note, place=place), place)
    except FormatError as error:
        raise DamagedError(error.message) from error


def _runs(start: int, entries: Sequence[bytes], note: bytes) -> Iterator[tuple[object, ...]]:
    """The rows of `entries`, which begin at number `start`: cut where bundles are."""
    stop = start + len(entries)
    first = start
    while first < stop:
        after = min(stop, first - first % WIDTH + WIDTH)
        run = bundle(entries[first - start : after - start])
        yield first, after - first, run, note if after == stop else None
        first = after
