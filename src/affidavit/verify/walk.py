"""Walking a range of a log: every entry hashed, every tile of leaves compared, every stream joined.

A range begins at a whole bundle. What reaches across its borders (streams, the tree above the
tiles) is summed up in its report, so that ranges can be walked by several processes.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from affidavit.ledger.tile import WIDTH, entries_path, tile_path
from affidavit.ledger.tree import HASH_SIZE, fold
from affidavit.verify.accounts import Term, recorder
from affidavit.verify.entries import EntryFault, blobs_of, envelope
from affidavit.verify.result import Code, Findings, Problem, span
from affidavit.verify.shapes import all_fit, text_of
from affidavit.verify.tree import peaks, rows_above

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping, Sequence

    from affidavit.verify.entries import BlobName, Json
    from affidavit.verify.shapes import Shapes
    from affidavit.verify.source import Last, Source

OPENED, ROTATED, FROZEN = "log.opened.v1", "key.rotated.v1", "log.frozen.v1"
KEEPERS_OWN = (OPENED, ROTATED, FROZEN)
"""Kinds that say something of the log itself."""
_ROTATED = f'"{ROTATED}"'.encode()
_UNKNOWN = bytes(HASH_SIZE)


@dataclass(frozen=True, slots=True)
class First:
    """Where a stream comes into a range: the index of its entry, its number, and `previous`."""

    index: int
    sequence: int
    previous: str


@dataclass(frozen=True, slots=True)
class Statement:
    """An entry that says something of the log itself."""

    index: int
    kind: str
    body: dict[str, Json]


class BlobFound(NamedTuple):
    """A blob that is stored: how many bytes it has, and whether they are those it is named for."""

    size: int
    good: bool


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of every range.

    `end` is where the walk ends, `required` how many leaves the tiles must hold, and `sizes` those
    checkpoint sizes, ascending, whose roots are wanted. `blobs` are None where entries are not
    read beyond their hashes.
    """

    end: int
    required: int
    sizes: Sequence[int]
    blobs: Mapping[str, BlobFound] | None


@dataclass(slots=True)
class Report:
    """What walking a range came to. `tiles` are the hashes of its full tiles, one after another.

    `terms` count the entries by the account that recorded them; one begins with the range, and one
    with each statement of the log itself.
    """

    findings: Findings = field(default_factory=Findings)
    tiles: bytearray = field(default_factory=bytearray)
    edges: dict[int, bytes] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    first: dict[str, First] = field(default_factory=dict)
    last: dict[str, Last] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)


def walk(source: Source, task: Task, shapes: Shapes, *, start: int, end: int) -> Report:
    """The report of the entries ``[start, end)``; `start` is a multiple of 256.

    `shapes` are what the process has learned in the ranges it walked before.
    """
    report = Report(terms=[Term(start)])
    reader = _Reader(report, task.blobs, shapes) if task.blobs is not None else None
    for number in range(start // WIDTH, -(-end // WIDTH)):
        width = min(WIDTH, end - number * WIDTH)
        entries = source.bundle(number, width, report.findings)
        _check_missing(entries, report.findings, number * WIDTH)
        _hash(source, task, report, (number, entries))
        if reader is not None:
            told = len(report.statements)
            reader.read(entries, number * WIDTH)
            _count(report.terms, entries, number * WIDTH, report.statements[told:])
    return report


def _check_missing(entries: Sequence[bytes | None], findings: Findings, first: int) -> None:
    """Name the entries that cannot be read: whatever tiles say of them, nobody has seen them."""
    if None not in entries:
        return
    at = 0
    for missing, some in groupby(entries, lambda entry: entry is None):
        start, at = at, at + len(list(some))
        if missing:
            text = f"nothing can be read of {span(first + start, first + at)}"
            place = entries_path(first // WIDTH)
            findings.add(Problem(Code.ENTRY_MISSING, text, place, first + start))


def _count(
    terms: list[Term],
    entries: Sequence[bytes | None],
    first: int,
    statements: Sequence[Statement],
) -> None:
    """Count the entries by who recorded them, but for what says something of the log itself."""
    at = 0
    for end in [*(each.index - first for each in statements), len(entries)]:
        terms[-1].entries.update(recorder(each) for each in entries[at:end] if each is not None)
        if end < len(entries):
            terms.append(Term(first + end))
        at = end + 1


def _hash(
    source: Source, task: Task, report: Report, bundle: tuple[int, list[bytes | None]]
) -> None:
    """Hash a bundle, compare its tile, and note what the tree above needs."""
    number, entries = bundle
    first = number * WIDTH
    stored = _tile(source, task, report.findings, (number, len(entries)))
    leaves = b"".join(_leaves(entries, stored))
    if not leaves.startswith(stored):
        _compare(leaves, stored, report.findings, number)
    rows = rows_above(leaves)
    if len(entries) == WIDTH:
        report.tiles += rows[-1]
    begin, stop = bisect_left(task.sizes, first + 1), bisect_left(task.sizes, first + WIDTH)
    for size in task.sizes[begin:stop]:
        if size <= first + len(entries):
            report.edges[size] = fold(peaks(rows, size - first))


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


def _tile(source: Source, task: Task, findings: Findings, bundle: tuple[int, int]) -> bytes:
    """The stored tile of a bundle of the given number and width; what it lacks is a problem."""
    number, width = bundle
    required = min(max(task.required - number * WIDTH, 0), WIDTH)
    stored = source.tile(0, number, width) or b""
    if required < width and not stored:
        stored = source.tile(0, number, required) or b""
    if len(stored) < required * HASH_SIZE or len(stored) % HASH_SIZE:
        place = tile_path(0, number, required)
        text = f"the tile has {len(stored)} bytes, and {required * HASH_SIZE} are needed"
        index = number * WIDTH + len(stored) // HASH_SIZE
        findings.add(Problem(Code.TILE_MISSING, text, place, index))
    if len(stored) > width * HASH_SIZE:
        text = f"the tile has {len(stored)} bytes, more than its {width} hashes"
        findings.add(Problem(Code.TILE_DIFFERS, text, tile_path(0, number, width), number * WIDTH))
    return stored[: width * HASH_SIZE]


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


class _Reader:
    """Reads the entries of one range and joins each to the one before it in its stream."""

    def __init__(self, report: Report, blobs: Mapping[str, BlobFound], shapes: Shapes) -> None:
        self._report = report
        self._blobs = blobs
        self._shapes = shapes

    def read(self, entries: Sequence[bytes | None], first: int) -> None:
        """Check `entries`, of which the first has the index `first`."""
        # One pass for each kind of work is a third faster than all of it for each entry.
        digests = [sha256(entry).hexdigest() if entry is not None else "" for entry in entries]
        found = self._matches(entries)
        last, groups = self._report.last, self._shapes.groups
        for index, (match, digest) in enumerate(zip(found, digests, strict=True), first):
            if match is None:
                entry = entries[index - first]
                if entry is not None:
                    self._read_in_full(entry, digest, index)
                continue
            blobs, ties = groups[match.lastindex or 0]
            previous, number, stream = match.group(*ties)
            sequence, before = int(number), last.get(stream)
            if before is None or before[1] != previous or before[0] + 1 != sequence:
                self._join(stream, First(index, sequence, previous or ""))
            last[stream] = sequence, digest, index
            if blobs:
                self._check_blobs(blobs_of(match[blobs]), index)

    def _matches(self, entries: Sequence[bytes | None]) -> list[re.Match[str] | None]:
        """For each entry that is of a learned shape, how it is."""
        match = self._shapes.match
        if all_fit(entries):
            return [match(each.decode()) if each is not None else None for each in entries]
        return [match(text_of(each)) if each is not None else None for each in entries]

    def _read_in_full(self, entry: bytes, digest: str, index: int) -> None:
        try:
            found = envelope(entry)
        except EntryFault as fault:
            self._add(Code.ENTRY_MALFORMED, f"{fault}", (entries_path(index // WIDTH), index))
            return
        if found.kind in KEEPERS_OWN:
            self._report.statements.append(Statement(index, found.kind, found.body))
        else:
            self._shapes.learn(text_of(entry))
        before = self._report.last.get(found.stream)
        if before is None or before[:2] != (found.sequence - 1, found.previous):
            self._join(found.stream, First(index, found.sequence, found.previous))
        self._report.last[found.stream] = found.sequence, digest, index
        self._check_blobs(found.blobs, index)

    def _join(self, stream: str, first: First) -> None:
        """Take a stream into the range, or say how an entry does not follow the one before it."""
        before = self._report.last.get(stream)
        if before is None:
            self._report.first[stream] = first
        else:
            check_join(stream, before, first, self._report.findings)

    def _check_blobs(self, named: Sequence[BlobName], index: int) -> None:
        for blob in named:
            found, place = self._blobs.get(blob.digest), f"blobs/{blob.digest}"
            if found is None:
                self._add(
                    Code.BLOB_MISSING, "a blob that the entry names is absent", (place, index)
                )
            elif not found.good:
                text = "a blob that the entry names holds other bytes"
                self._add(Code.BLOB_DIFFERS, text, (place, index))
            elif found.size != blob.size:
                text = f"the blob has {found.size} bytes, the entry says {blob.size}"
                self._add(Code.BLOB_SIZE, text, (place, index))

    def _add(self, code: Code, text: str, at: tuple[str, int]) -> None:
        self._report.findings.add(Problem(code, text, at[0], at[1]))


def check_join(stream: str, before: Last | None, first: First, findings: Findings) -> None:
    """Say it where `first` does not follow `before`, which is None where the stream begins."""
    place = f"stream {stream[:100]!a}"
    expected, digest = (before[0] + 1, before[1]) if before else (0, "")
    if first.sequence != expected:
        text = f"the entry has the number {first.sequence}, where {expected} comes next"
        findings.add(Problem(Code.STREAM_SEQUENCE, text, place, first.index))
    if first.previous != digest:
        text = "the entry does not name the digest of the one before it in its stream"
        findings.add(Problem(Code.STREAM_PREVIOUS, text, place, first.index))
