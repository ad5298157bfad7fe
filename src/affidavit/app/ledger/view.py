"""What is read of a ledger: entries, checkpoints, proofs. Nothing here can write to it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.own import check_signed
from affidavit.base.errors import DamagedError, FormatError, UsageError
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.entry import Entry, entry_digest, read_entry
from affidavit.ledger.kinds import KEEPERS_STREAM, KeyRotated
from affidavit.ledger.note import parse_note
from affidavit.ledger.proof import Proof
from affidavit.ledger.tile import subtree_of
from affidavit.ledger.tree import inclusion, leaf_hash, root, root_of_inclusion
from affidavit.store.connection import reading, told
from affidavit.store.rows import Rows, tiles_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.ledger.home import Home

STEP = 256
"""Entries that are read at a time."""


class Row(msgspec.Struct, frozen=True):
    """An entry and where it lies; `data` are its bytes as stored."""

    index: int
    entry: Entry
    data: bytes

    @property
    def digest(self) -> str:
        """The entry's, see `entry_digest`."""
        return entry_digest(self.data)


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries are wanted: of ``[start, stop)`` those of a stream and a kind."""

    start: int = 0
    stop: int | None = None
    stream: str | None = None
    kind: str | None = None

    def takes(self, entry: Entry) -> bool:
        """Whether `entry` is wanted. A kind can be given without its version."""
        return (self.stream is None or entry.stream == self.stream) and (
            self.kind is None or self.kind in (entry.kind, entry.kind.rpartition(".")[0])
        )


@contextmanager
def viewing(place: Home) -> Iterator[View]:
    """One view of the ledger at `place`, whatever is appended meanwhile.

    Raises:
        AffidavitError: It cannot be read.
    """
    connection = reading(place.database)
    try:
        with told(place.database):
            connection.execute("BEGIN")
            rows = Rows(connection)
            rows.check_layout()
            yield View(rows)
    finally:
        connection.close()


class View:
    """A ledger as it was when the view began."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.origin = rows.meta("origin")
        self.size = rows.size()

    def row(self, index: int) -> Row:
        """The entry of that number.

        Raises:
            UsageError: The log ends before it.
        """
        if not 0 <= index < self.size:
            raise UsageError(f"there is no entry {index}: the log has {self.size:,}")
        data = self.rows.entry(index)
        return Row(index, read_entry(data, index), data)

    def chosen(self, choice: Choice) -> Iterator[Row]:
        """The entries that `choice` takes, in order."""
        stop = self.size if choice.stop is None else min(choice.stop, self.size)
        for first in range(choice.start, stop, STEP):
            for index, data in enumerate(self.rows.entries(first, min(first + STEP, stop)), first):
                entry = read_entry(data, index)
                if choice.takes(entry):
                    yield Row(index, entry, data)

    def newest(self, choice: Choice, count: int) -> list[Row]:
        """The last `count` that `choice` takes, in order."""
        found: list[Row] = []
        stop = self.size if choice.stop is None else min(choice.stop, self.size)
        while stop > choice.start and len(found) < count:
            start = max(choice.start, stop - STEP)
            part = msgspec.structs.replace(choice, start=start, stop=stop)
            found = [*self.chosen(part), *found]
            stop = start
        return found[-count:] if count else []

    def claimed_keys(self) -> list[str]:
        """The verifier keys that the log says it was signed with, the newest last."""
        rotations = self.chosen(Choice(stream=KEEPERS_STREAM, kind="key.rotated.v1"))
        new = [msgspec.json.decode(row.entry.body, type=KeyRotated).new for row in rotations]
        return [self.rows.meta("vkey"), *new]

    def checkpoint(self) -> bytes:
        """The newest checkpoint with what witnesses signed of it.

        Raises:
            DamagedError: There is none.
        """
        newest = self.rows.newest_checkpoint()
        if newest is None:
            raise DamagedError("the ledger has no checkpoint")
        return self._with_cosignatures(*newest)

    def checkpoint_of(self, size: int) -> bytes:
        """The checkpoint that was signed at `size`, with what witnesses signed of it.

        Raises:
            DamagedError: There is none.
        """
        note = self.rows.checkpoint(size)
        if note is None:
            raise DamagedError(f"the ledger has no checkpoint of {size:,} entries")
        return self._with_cosignatures(size, note)

    def proof(self, index: int) -> Proof:
        """That the entry of that number is in the log, under the newest checkpoint.

        Raises:
            UsageError: The log ends before it.
            DamagedError: It is not there, or this account has keys of the log and none signed it.
        """
        data = self.row(index).data
        with _damaged():
            path = inclusion(index, self.size, subtree_of(tiles_at(self.rows, self.size)))
            checkpoint = self.checkpoint()
            note = parse_note(checkpoint)
            stated = parse_checkpoint(note)
        leads_to = root_of_inclusion(leaf_hash(data), index, self.size, path)
        if (stated.size, stated.root) != (self.size, leads_to):
            raise DamagedError(
                f"entry {index} is not in the tree that the newest checkpoint states",
                hint="affidavit ledger verify lists what was changed",
            )
        check_signed(note, self.origin)
        return Proof(index=index, path=path, checkpoint=checkpoint, extra=None)

    def proven(self, index: int) -> Row:
        """The entry of that number, which is under the newest checkpoint.

        Raises:
            UsageError: The log ends before it.
            DamagedError: It is not the one that was signed.
        """
        self.proof(index)
        return self.row(index)

    def root(self, size: int) -> bytes:
        """The root of the tree of the first `size` entries.

        Raises:
            DamagedError: A tile of it is missing.
        """
        with _damaged():
            return root(size, subtree_of(tiles_at(self.rows, size)))

    def _with_cosignatures(self, size: int, note: bytes) -> bytes:
        whole = note + "".join(self.rows.cosignatures(size)).encode()
        with _damaged():
            parse_note(whole, place=f"checkpoint {size}")
        return whole


@contextmanager
def _damaged() -> Iterator[None]:
    """What is stored has to be in its format: where it is not, it was changed."""
    try:
        yield
    except FormatError as error:
        raise DamagedError(error.message) from error
