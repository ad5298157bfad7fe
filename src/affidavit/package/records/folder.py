"""The auditor's folder: a file for each change, the forge's raw records, an index with digests."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.errors import OutputError
from affidavit.package.place import made, replacing
from affidavit.package.records import data
from affidavit.package.records.text import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from affidavit.changes.record.model import ChangeRecord
    from affidavit.package.records.data import Scope

FORMAT = "affidavit/change-evidence@1"
SUMS = "SHA256SUMS"


class Filed(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the folder."""

    path: str
    size: int
    digest: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A change and its files: the record, the same as text, and what it rests on."""

    id: str
    commits: tuple[str, ...]
    record: str
    text: str
    evidence: tuple[str, ...]


class Folder:
    """A folder that is filled change by change and closed by its index.

    Raises:
        OutputError: It cannot be made, or holds something already.
    """

    def __init__(self, place: Path) -> None:
        self._place = made(place)
        try:
            if any(self._place.iterdir()):
                raise OutputError(
                    f"{place} is not empty", hint="evidence goes into a folder of its own"
                )
        except OSError as error:
            raise OutputError(f"{place} cannot be read: {error.strerror}") from error
        self._files: dict[str, Filed] = {}
        self._entries: list[Entry] = []

    def add(self, record: ChangeRecord, raw: Mapping[str, bytes]) -> None:
        """File `record`, and the raw records it rests on, by the names they are to have."""
        name = record.id
        if f"changes/{name}.json" in self._files:
            name = f"{name}-{record.members[0].commit[:12]}"
        lines = "".join(f"{line}\n" for line in text(record))
        self._entries.append(
            Entry(
                id=record.id,
                commits=tuple(one.commit for one in record.members),
                record=self._file(f"changes/{name}.json", data.one(record) + b"\n"),
                text=self._file(f"changes/{name}.txt", lines.encode()),
                evidence=tuple(self._file(f"forge/{each}", raw[each]) for each in sorted(raw)),
            )
        )

    def close(self, scope: Scope) -> None:
        """Write the index, and the sums of all files in the form of ``sha256sum -c``."""
        files = tuple(self._files[path] for path in sorted(self._files))
        index = {"format": FORMAT, "scope": scope, "changes": self._entries, "files": files}
        encoded = msgspec.json.encode(index, order="deterministic")
        self._file("index.json", msgspec.json.format(encoded, indent=1) + b"\n")
        sums = "".join(
            f"{self._files[path].digest.removeprefix('sha256:')}  {path}\n"
            for path in sorted(self._files)
        )
        self._write(SUMS, sums.encode())

    def _file(self, path: str, content: bytes) -> str:
        """Write a file, once; its path."""
        if path not in self._files:
            self._write(path, content)
            digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
            self._files[path] = Filed(path=path, size=len(content), digest=digest)
        return path

    def _write(self, path: str, content: bytes) -> None:
        place = self._place / PurePosixPath(path)
        made(place.parent)
        with replacing(place) as file:
            file.write(content)
