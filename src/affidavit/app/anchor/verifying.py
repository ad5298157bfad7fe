"""Time stamps that lie beside a log that is verified, in its database or its export."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from affidavit.app.anchor.files import QUERY, STAMP
from affidavit.app.clock import now
from affidavit.base.errors import AffidavitError, FormatError, UnreadableError
from affidavit.store.connection import reading, told
from affidavit.store.rows import Rows
from affidavit.verify.export import Export
from affidavit.verify.result import (
    MOST_PROBLEMS,
    Code,
    Findings,
    Notice,
    Problem,
    Status,
    counted,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from cryptography.x509 import Certificate

    from affidavit.app.anchor.judging import Judged
    from affidavit.verify.result import Result

    Roots = Sequence[Certificate] | None

MOST_STAMPS = 1_000
"""Time stamps that are looked at, those of the smallest checkpoints first."""
MOST_FILES = 100_000
"""Files that are looked through for them."""
LARGEST, LARGEST_REQUEST = 1 << 16, 1 << 10
"""Bytes of a time stamp, or of a note that was stamped, that are read; and of a request."""
_NAME = re.compile(r"([0-9]{1,19})\.[0-9a-f]{16}\.(tsr|tsq)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Held:
    """Stamps and requests with the size of their checkpoint, and the notes by that size."""

    stamps: list[tuple[int, bytes]]
    requests: list[tuple[int, bytes]]
    notes: dict[int, bytes] = field(default_factory=dict)

    def nonces(self, size: int) -> set[int]:
        """What the authorities were asked with, of the checkpoint of that size."""
        from affidavit.app.anchor.query import nonce_of  # noqa: PLC0415 -- few logs have any

        imprint, found = hashlib.sha256(self.notes.get(size, b"")).digest(), set[int]()
        for data in (request for at, request in self.requests if at == size):
            with suppress(FormatError):  # what is no request of ours answers for nothing
                found.add(nonce_of(data, imprint))
        return found


def with_stamps(result: Result, source: Path, roots: Roots) -> Result:
    """The `result` of verifying the log at `source`, and what the time stamps beside it tell.

    Each has to lead to one of `roots`; without them nothing but their number is told, and that
    there is none where there are roots. Beside a log that does not hold none is looked at.

    Raises:
        AffidavitError: The stamps cannot be read, and there are `roots` to hold them against.
    """
    if result.status is Status.FAILED:
        return result
    try:
        held = _exported(source) if source.is_dir() else _stored(source)
    except AffidavitError as error:
        if roots:
            raise
        text = f"whether there are time stamps is not known: {error.message}"
        return replace(result, notices=(*result.notices, Notice("stamps-unread", text)))
    counts = replace(result.about.counts, stamps=len(held.stamps))
    if roots:
        counts = replace(counts, stamps_checked=len(held.stamps))
    result = replace(result, about=replace(result.about, counts=counts))
    if roots and not held.stamps:
        text = "no time stamp lies with the log, so none was held against --tsa-ca"
        return replace(result, notices=(*result.notices, Notice("stamps-absent", text)))
    if held.stamps and not roots:
        number = f"{len(held.stamps):,}{' or more' if len(held.stamps) == MOST_STAMPS else ''}"
        text = f"time stamps that are kept and were not checked: {number}; give --tsa-ca"
        return replace(result, notices=(*result.notices, Notice("stamps-unchecked", text)))
    return _told(result, held, roots or ())


def _told(result: Result, held: Held, roots: Sequence[Certificate]) -> Result:
    """The result, with a notice for each stamp that holds and a problem for each that does not."""
    notices, problems = list[Notice](), list[Problem]()
    for size, stamp in held.stamps:
        judged, place = _judged(held, size, stamp, roots), f"the time stamp of {counted(size)}"
        if judged.reason:
            problems.append(Problem(Code.STAMP_BAD, judged.reason, place, None, size))
        else:
            text = f"an authority that was given says that {counted(size)} were there at"
            notices.append(Notice("time-stamp", f"{text} {judged.time:%Y-%m-%dT%H:%M:%SZ}"))
    if len(held.stamps) == MOST_STAMPS:
        text = f"{MOST_STAMPS:,} time stamps were looked at; there may be more"
        notices.append(Notice("stamps-unchecked", text))
    totals = ((Code.STAMP_BAD, len(problems)),) if problems else ()
    return replace(
        result,
        status=Status.FAILED if problems else result.status,
        problems=(*result.problems, *problems)[:MOST_PROBLEMS],
        totals=(*result.totals, *totals),
        notices=(*result.notices, *notices),
    )


def _judged(held: Held, size: int, stamp: bytes, roots: Sequence[Certificate]) -> Judged:
    from affidavit.app.anchor.judging import (  # noqa: PLC0415 -- few logs have any
        Expected,
        Judged,
        Status,
        judged,
    )

    note = held.notes.get(size)
    if note is None:
        return Judged(Status.FAILED, "the log has no checkpoint of that size as it was stamped")
    at = datetime.fromtimestamp(now() / 1_000_000, UTC)
    asked = Expected(note=note, nonces=held.nonces(size), roots=tuple(roots), now=at)
    try:
        return judged(stamp, asked)
    except FormatError as error:
        return Judged(Status.FAILED, error.message)


def _stored(path: Path) -> Held:
    """What lies in the database at `path`."""
    with closing(reading(path)) as connection, told(path):
        connection.execute("BEGIN")
        rows = Rows(connection)
        rows.check_layout()
        stamps = [
            (size, data if len(data) <= LARGEST else b"")
            for size, data in islice(rows.anchors(STAMP), MOST_STAMPS)
        ]
        requests = [
            (size, data)
            for size, data in islice(rows.anchors(QUERY), MOST_FILES if stamps else 0)
            if len(data) <= LARGEST_REQUEST
        ]
        notes = {size: rows.checkpoint(size) for size, _ in stamps}
    return Held(stamps, requests, {size: note for size, note in notes.items() if note})


def _exported(root: Path) -> Held:
    """What lies in the export at `root`. A note has to be that of a checkpoint of the log."""
    stamps = list(islice(_files(root, "tsr", LARGEST), MOST_STAMPS))
    held = Held(stamps, list(_files(root, "tsq", LARGEST_REQUEST)) if stamps else [])
    wanted = {b"%d" % size for size, _ in stamps}
    for kept in Export(root).checkpoints(Findings()) if stamps else ():
        _, size, *_ = [*kept.note.split(b"\n", 2), b"", b""]
        if size in wanted:
            stamped = _bytes(root / "anchors" / f"{size.decode()}.note", LARGEST)
            if stamped and kept.note.startswith(stamped):
                held.notes[int(size)] = stamped
    return held


def _files(root: Path, ending: str, largest: int) -> Iterator[tuple[int, bytes]]:
    """The files of an export with that ending, by size and name, each with the size it is of.

    One that cannot be read, or has more bytes than `largest`, counts as empty.
    """
    folder = root / "anchors"
    for size, name in sorted(_named(folder, ending)):
        yield size, _bytes(folder / name, largest) or b""


def _named(folder: Path, ending: str) -> Collection[tuple[int, str]]:
    if folder.is_symlink() or not folder.is_dir():
        return ()
    try:
        with os.scandir(folder) as found:
            matches = (_NAME.fullmatch(each.name) for each in islice(found, MOST_FILES))
            return [(int(each[1]), each[0]) for each in matches if each and each[2] == ending]
    except OSError as error:
        raise UnreadableError(f"{folder}: {error.strerror}") from error


def _bytes(path: Path, largest: int) -> bytes | None:
    """The bytes of a regular file, which no link leads to; None where there is no such file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        fits = stat.S_ISREG(about.st_mode) and about.st_size <= largest
        return file.read(largest) if fits else None
