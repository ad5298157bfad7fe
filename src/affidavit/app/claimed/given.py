"""Records in files that somebody names: transcripts, exports, traces, receipts, sessions."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.errors import FormatError, InputError, UnreadableError, UsageError
from affidavit.base.text import shortened, visible
from affidavit.provenance.records import agent_trace, aiir, entire, gitai, transcripts
from affidavit.provenance.records import documents as doc
from affidavit.sources.git.files import contents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from affidavit.provenance.records.model import Record

LARGEST = 64 << 20
"""Bytes of one file that is read."""
MOST_FILES = 10_000
"""Files of all folders that are looked at."""
LOOKED_AT = 1 << 20
"""First bytes of a file by which its form is known."""


_NOTE = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\.git-ai\.txt")
"""What a note of git-ai in a file of its own is called: the commit that it is on comes first."""


class _Head(msgspec.Struct):
    """What tells the form of a document in JSON."""

    type: msgspec.Raw = doc.NOTHING
    predicate: msgspec.Raw = doc.NOTHING
    session_id: msgspec.Raw = doc.NOTHING
    checkpoint_id: str = ""
    entries: msgspec.Raw = doc.NOTHING
    notes: msgspec.Raw = doc.NOTHING
    files: msgspec.Raw = doc.NOTHING
    version: msgspec.Raw = doc.NOTHING


def given(paths: Sequence[Path]) -> tuple[Record, ...]:
    """What the files at `paths` say; of a folder those in it that are records, at any depth.

    Raises:
        UsageError: A file cannot be read, or is in no form that is read.
        InputError: A file, or what is in a folder, is more than is read.
    """
    return tuple(record for path in paths for record in _of(path))


def _of(path: Path) -> Iterator[Record]:
    if not path.is_dir():
        found = list(_read(path, path.name))
        if not found:
            raise UsageError(
                f"{_shown(path.name)!r} is in no form of record that is read",
                hint="docs/formats/records/README.md names the forms.",
            )
        yield from found
        return
    inside = [_read(file, file.relative_to(path).as_posix()) for file in _inside(path)]
    found = [record for each in inside for record in each]
    if not found:
        raise UsageError(
            f"{_shown(path.name)!r} holds no record in a form that is read",
            hint="docs/formats/records/README.md names the forms.",
        )
    yield from found


def _inside(folder: Path) -> list[Path]:
    found: list[Path] = []
    for above, folders, names in os.walk(folder):
        folders.sort()
        found += [Path(above) / name for name in sorted(names)]
        if len(found) > MOST_FILES:
            raise InputError(f"{_shown(folder.name)!r} holds more than {MOST_FILES:,} files")
    return [one for one in found if one.is_file() and not one.is_symlink()]


def _read(path: Path, called: str) -> Iterator[Record]:
    try:
        data = contents(path, LARGEST + 1)
    except UnreadableError as error:
        raise UsageError(f"the records in {_shown(called)!r} cannot be read") from error
    if data is None:
        raise UsageError(f"{_shown(called)!r} is no file that can be read for records")
    if len(data) > LARGEST:
        raise InputError(f"the records in {_shown(called)!r} have more than {LARGEST:,} bytes")
    if named := _NOTE.fullmatch(Path(called).name):
        yield gitai.read(named[1], data, place=_shown(called))
    elif transcripts.form(data) is not None:
        yield from transcripts.read(data, _shown(called)).records
    elif reading := _form(data):
        yield from reading(data, _shown(called))


def _form(data: bytes) -> Callable[[bytes, str], Iterator[Record]] | None:
    """What reads a file that begins so."""
    line = data.lstrip()[:LOOKED_AT].partition(b"\n")[0]
    head = doc.of(line, _Head) or doc.of(data, _Head)
    if head is None:
        return None
    told = doc.is_told
    if told(head.entries) or told(head.notes):
        return _export
    if (doc.of(head.type, str) or "").startswith("aiir.") or told(head.predicate):
        return lambda body, place: iter(aiir.read(body, place=place))
    if told(head.session_id) and head.checkpoint_id:
        return _session(head.checkpoint_id)
    if told(head.files) and told(head.version):
        return lambda body, place: iter(agent_trace.read(body, place=place))
    return None


def _export(data: bytes, place: str) -> Iterator[Record]:
    try:
        notes = gitai.read_export(data)
    except FormatError as error:
        raise UsageError(f"{place!r} cannot be read: {error.message}") from error
    for commit, note in notes.items():
        yield gitai.read(commit, note, place=place)


def _session(checkpoint: str) -> Callable[[bytes, str], Iterator[Record]]:
    def read(data: bytes, place: str) -> Iterator[Record]:
        return iter(entire.read(data, place=place, checkpoint=checkpoint, commits=None))

    return read


def _shown(name: str) -> str:
    return visible(shortened(name, 300))
