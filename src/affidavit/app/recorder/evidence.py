"""Entries of a period with their proofs, for somebody who has nothing but the log's key."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias, cast

import msgspec

from affidavit.app.clock import written
from affidavit.app.ledger.view import Choice, Row, viewing
from affidavit.base.errors import DamagedError, OutputError, PeriodError, UsageError
from affidavit.base.period import EPOCH
from affidavit.ledger.proof import Proof
from affidavit.ledger.tile import subtree_of
from affidavit.ledger.tree import inclusion
from affidavit.package.place import made
from affidavit.store.rows import tiles_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from affidavit.app.ledger.home import Home

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"


class Piece(msgspec.Struct, frozen=True):
    """An entry and what proves it: `proof` is a C2SP tlog-proof under the evidence's checkpoint.

    What is hashed are `data`, the entry's bytes; `entry` is what they say.
    """

    index: int
    entry: dict[str, Json]
    proof: bytes
    data: bytes


class Evidence:
    """The entries of ``[start, end)`` by their time, in the order of the log; read while iterated.

    `checkpoint` is the newest when this was made: the same evidence comes each time it is iterated.
    An entry's time is the keeper's; a clock that was set back does not change their order.

    Raises:
        PeriodError: A time has no zone, or the period holds no instant.
    """

    def __init__(self, place: Home, start: datetime | None, end: datetime | None) -> None:
        self._place = place
        self._start = _written(start) or ""
        self._end = _written(end) or "~"
        if self._start >= self._end:
            raise PeriodError("the period holds no instant: it ends before it begins")
        with viewing(place) as view:
            self._size = view.size
            self.checkpoint = view.checkpoint()
            """The signed checkpoint under which all is proven."""

    def __iter__(self) -> Iterator[Piece]:
        with viewing(self._place) as view:
            subtree = subtree_of(tiles_at(view.rows, self._size))
            for row in view.chosen(Choice(stop=self._size)):
                if self._start <= row.entry.time < self._end:
                    path = inclusion(row.index, self._size, subtree)
                    proof = Proof(
                        index=row.index, path=path, checkpoint=self.checkpoint, extra=None
                    )
                    yield _piece(row, proof)


def _piece(row: Row, proof: Proof) -> Piece:
    try:
        entry = cast("dict[str, Json]", json.loads(row.data))
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"entry {row.index}: its bytes are no entry: {error}") from error
    return Piece(row.index, entry, proof.encode(), row.data)


def _written(moment: datetime | None) -> str | None:
    """`moment` as an entry writes its time."""
    if moment is None:
        return None
    if moment.utcoffset() is None:
        raise PeriodError(f"{moment}: a time needs its zone, such as datetime.UTC")
    return written((moment - EPOCH) // timedelta(microseconds=1))


def written_to(folder: Path, evidence: Evidence) -> int:
    """Write `evidence` to a new `folder`; the number of entries. The checkpoint comes last.

    Raises:
        UsageError: `folder` holds something.
        OutputError: It cannot be written.
    """
    made(folder)
    count = 0
    try:
        if any(folder.iterdir()):
            raise UsageError(f"{folder} holds something", hint="name a new folder")
        for name in ("entries", "proofs"):
            (folder / name).mkdir()
        with (folder / "entries.jsonl").open("wb") as lines:
            for one in evidence:
                count += 1
                lines.write(one.data + b"\n")
                (folder / "entries" / f"{one.index}.json").write_bytes(one.data)
                (folder / "proofs" / f"{one.index}.tlog-proof").write_bytes(one.proof)
        (folder / "checkpoint").write_bytes(evidence.checkpoint)
    except OSError as error:
        raise OutputError(f"{error.filename or folder}: {error.strerror}") from error
    return count
