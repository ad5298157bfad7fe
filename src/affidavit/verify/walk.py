"""Walking a range of a log: every entry hashed, every tile of leaves compared, every stream joined.

A range begins at a whole bundle. What reaches across its borders (streams, the tree above the
tiles) is summed up in its report, so that ranges can be walked by several processes.
"""

from __future__ import annotations

from bisect import bisect_left
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError
from affidavit.ledger.tile import WIDTH, entries_path, tile_path
from affidavit.ledger.tree import HASH_SIZE, fold
from affidavit.verify.accounts import Term
from affidavit.verify.bundles import Hashed
from affidavit.verify.entries import EntryFault, envelope
from affidavit.verify.reading import Reader
from affidavit.verify.report import ROTATED, Report, Statement
from affidavit.verify.result import Code, Findings, Problem, add_range, span
from affidavit.verify.tree import peaks, rows_above

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.verify.report import Task
    from affidavit.verify.shapes import Shapes
    from affidavit.verify.source import Source

_ROTATED = f'"{ROTATED}"'.encode()
_LARGE = 1 << 24
"""Bytes: several bundles, and what is made of them."""
_UNKNOWN = bytes(HASH_SIZE)


def walk(source: Source, task: Task, shapes: Shapes, *, start: int, end: int) -> Report:
    """The report of the entries ``[start, end)``; `start` is a multiple of 256.

    `shapes` are what the process has learned in the ranges it walked before.
    """
    _keep_memory()
    report = Report(terms=[Term(start)])
    walker = _Walker(source, task, report, shapes)
    for number in range(start // WIDTH, -(-end // WIDTH)):
        walker.walk(number, min(WIDTH, end - number * WIDTH))
    return report


def _keep_memory() -> None:
    """Have what is freed used again: as it is, a third of the time goes into new pages.

    The C library of GNU gives blocks as large as a bundle back to the system at once, until a
    larger one of these was freed (mallopt(3), M_MMAP_THRESHOLD). Elsewhere this does nothing.
    """
    block = bytearray(_LARGE)
    del block


class _Walker:
    """Walks the bundles of one range: as they are stored, or by entry where one is damaged."""

    def __init__(self, source: Source, task: Task, report: Report, shapes: Shapes) -> None:
        self._source = source
        self._task = task
        self._report = report
        self._reader = None
        if task.blobs is not None:
            self._reader = Reader(report, task.blobs, shapes)

    def walk(self, number: int, width: int) -> None:
        """Walk the bundle of that number, which has `width` entries."""
        runs = self._source.runs(number, width)
        try:
            hashed = Hashed(runs) if runs else None
        except FormatError:
            hashed = None
        if hashed is None:
            self._walk_damaged(number, width)
            return
        self._hash(number, hashed.leaves, self._tile(number, width))
        if self._reader is not None:
            self._reader.read_hashed(hashed, number * WIDTH)

    def _walk_damaged(self, number: int, width: int) -> None:
        entries = self._source.bundle(number, width, self._report.findings)
        _check_missing(entries, self._report, number * WIDTH)
        stored = self._tile(number, width)
        leaves = _leaves(entries, stored)
        self._hash(number, leaves, stored)
        if self._reader is not None:
            self._reader.read(entries, leaves, number * WIDTH)

    def _tile(self, number: int, width: int) -> bytes:
        """The stored tile of a bundle of that number and width; what it lacks is a problem."""
        source, findings = self._source, self._report.findings
        required = min(max(self._task.required - number * WIDTH, 0), WIDTH)
        stored = source.tile(0, number, width) or b""
        if 0 < required < width and not stored:
            stored = source.tile(0, number, required) or b""
        if len(stored) < required * HASH_SIZE or len(stored) % HASH_SIZE:
            place = tile_path(0, number, required or width)
            text = f"the tile has {len(stored):,} bytes, and {required * HASH_SIZE:,} are needed"
            index = number * WIDTH + len(stored) // HASH_SIZE
            findings.add(Problem(Code.TILE_MISSING, text, place, index))
        if len(stored) > width * HASH_SIZE:
            text = f"the tile has {len(stored):,} bytes, more than its {width} hashes"
            place = tile_path(0, number, width)
            findings.add(Problem(Code.TILE_DIFFERS, text, place, number * WIDTH))
        return stored[: width * HASH_SIZE]

    def _hash(self, number: int, hashes: Sequence[bytes], stored: bytes) -> None:
        """Hold the leaves of a bundle against its tile, and note what the tree above needs."""
        report, first, leaves = self._report, number * WIDTH, b"".join(hashes)
        if not leaves.startswith(stored):
            _compare(leaves, stored, report.findings, number)
        rows = rows_above(leaves)
        if len(hashes) == WIDTH:
            report.tiles += rows[-1]
        sizes = self._task.sizes
        begin, stop = bisect_left(sizes, first + 1), bisect_left(sizes, first + WIDTH)
        for size in sizes[begin:stop]:
            if size <= first + len(hashes):
                report.edges[size] = fold(peaks(rows, size - first))


def _check_missing(entries: Sequence[bytes | None], report: Report, first: int) -> None:
    """Name the entries that cannot be read: whatever tiles say of them, nobody has seen them."""
    if None not in entries:
        return
    at = 0
    for missing, some in groupby(entries, lambda entry: entry is None):
        start, at = at, at + len(list(some))
        if missing:
            text = f"nothing can be read of {span(first + start, first + at)}"
            place = entries_path(first // WIDTH)
            report.findings.add(Problem(Code.ENTRY_MISSING, text, place, first + start))
            add_range(report.unread, first + start, first + at)


def _leaves(entries: Sequence[bytes | None], stored: bytes) -> list[bytes]:
    """The hash of each entry; of one that is missing that of its tile, so that the rest is held."""
    if all(entries):
        return [sha256(b"\x00" + entry).digest() for entry in entries if entry is not None]
    return [
        sha256(b"\x00" + entry).digest()
        if entry is not None
        else stored[at * HASH_SIZE : (at + 1) * HASH_SIZE] or _UNKNOWN
        for at, entry in enumerate(entries)
    ]


def _compare(leaves: bytes, stored: bytes, findings: Findings, number: int) -> None:
    """Name every leaf whose hash is not the one that its tile has."""
    for at in range(0, len(stored), HASH_SIZE):
        if leaves[at : at + HASH_SIZE] != stored[at : at + HASH_SIZE]:
            index = number * WIDTH + at // HASH_SIZE
            text = "the entry does not have the hash that its tile holds"
            findings.add(Problem(Code.TILE_DIFFERS, text, tile_path(0, number), index))


def rotations(source: Source, end: int) -> Iterator[Statement]:
    """The rotations among the entries ``[0, end)``, of a log whose entries were not read."""
    for number in range(-(-end // WIDTH)):
        first = number * WIDTH
        entries = source.bundle(number, min(WIDTH, end - first), Findings())
        for index, entry in enumerate(entries, first):
            if entry is not None and _ROTATED in entry:
                try:
                    found = envelope(entry)
                except EntryFault:
                    continue
                if found.kind == ROTATED:
                    yield Statement(index, found.kind, found.body)
