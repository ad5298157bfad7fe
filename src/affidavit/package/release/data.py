"""``release.json``: a release as ``affidavit/release@1``, the record of each change on a line."""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

import msgspec

from affidavit.package.place import replacing
from affidavit.package.records import data

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.audit.release.model import Release
    from affidavit.changes.record.model import ChangeRecord

MEMORY = 64 << 20
"""Bytes of records that are kept in memory; beyond that they wait in a file without a name."""
_encode = msgspec.json.Encoder(order="deterministic").encode


class Waiting:
    """Records that wait for the report that they stand in."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def take(self, record: ChangeRecord) -> None:
        """Keep `record`, after those before it."""
        self._file.write(data.one(record) + b"\n")

    def lines(self) -> Iterator[bytes]:
        """Each record, without the line feed."""
        self._file.seek(0)
        for line in self._file:
            yield line.removesuffix(b"\n")


@contextmanager
def waiting() -> Iterator[Waiting]:
    """A place for records."""
    with tempfile.SpooledTemporaryFile(max_size=MEMORY) as file:
        yield Waiting(file)


def lines(release: Release, records: Waiting) -> Iterator[bytes]:
    """The lines of the file, without line feeds: the same bytes each time."""
    before = _encode(release).removesuffix(b"}") + b',"changes":['
    for line in records.lines():
        yield before
        before = line + b","
    yield before.removesuffix(b",")
    yield b"]}"


def digest(release: Release, records: Waiting) -> str:
    """The digest of the file."""
    found = hashlib.sha256()
    for line in lines(release, records):
        found.update(line + b"\n")
    return f"sha256:{found.hexdigest()}"


def write(release: Release, records: Waiting, place: Path) -> None:
    """Write the file at `place`.

    Raises:
        OutputError: It cannot be written.
    """
    with replacing(place) as file:
        for line in lines(release, records):
            file.write(line + b"\n")
