"""``changes.json``: the records of a period as ``affidavit/changes@1``, one record on a line."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain, repeat
from typing import TYPE_CHECKING

import msgspec

from affidavit.package.place import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from affidavit.changes.record.model import ChangeRecord

FORMAT = "affidavit/changes@1"
_encode = msgspec.json.Encoder(order="deterministic").encode


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What the records are of. `changes` is how many the period has, `population` its digest.

    `forge` and `ledger` are None where none was given; the first is the digest of the export.
    `chosen` says in words which of the changes were asked for.
    """

    tool: str
    repository: str
    head: str
    start: str
    end: str
    population: str
    changes: int
    forge: str | None
    ledger: str | None
    chosen: str


def one(record: ChangeRecord) -> bytes:
    """`record` on one line, the same bytes each time."""
    return _encode(record)


@contextmanager
def writing(scope: Scope, place: Path) -> Iterator[Callable[[ChangeRecord], None]]:
    """What takes the records of `scope`, one after the other, for the file at `place`.

    Raises:
        OutputError: It cannot be written.
    """
    with replacing(place) as file:
        head = _encode({"format": FORMAT, "scope": scope})
        file.write(head.removesuffix(b"}") + b',"changes":[')
        separators = chain([b"\n"], repeat(b",\n"))

        def take(record: ChangeRecord) -> None:
            file.write(next(separators) + one(record))

        yield take
        file.write(b"\n]}\n")
