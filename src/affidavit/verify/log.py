"""Verifying a whole log: every entry, tile, checkpoint and signature, and whether the end is there.

The steps, in order:

 1. What is stored, and what the log says of itself.
 2. The sizes of all kept checkpoints, whose roots are wanted.
 3. Every blob, by its digest.
 4. Every entry: hashed, held against its tile and its format, joined to its stream.
 5. The tree above, its tiles, and the streams across the ranges that were walked.
 6. Every kept checkpoint: its root, who signed, which witnesses saw it.
 7. The checkpoints remembered from earlier.
 8. What it all comes to.
"""

from __future__ import annotations

import errno
import hashlib
from array import array
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError, UnreadableError
from affidavit.ledger.note import parse_vkey
from affidavit.ledger.tile import WIDTH
from affidavit.verify.accounts import Term, by_keepers, joined
from affidavit.verify.checkpoints import Checkpoints, stated
from affidavit.verify.database import Database
from affidavit.verify.export import Export
from affidavit.verify.learned import Learned, times
from affidavit.verify.outcome import Checked, outcome
from affidavit.verify.parallel import reports
from affidavit.verify.reading import check_join
from affidavit.verify.report import (
    FROZEN,
    OPENED,
    ROTATED,
    BlobFound,
    Statement,
    Task,
)
from affidavit.verify.result import Code, Findings, Problem, add_range
from affidavit.verify.source import LARGEST_BLOB
from affidavit.verify.tiles import check_tiles
from affidavit.verify.tree import Tree
from affidavit.verify.trust import Keyring, keys_of, rotation
from affidavit.verify.walk import rotations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from affidavit.ledger.checkpoint import Checkpoint
    from affidavit.ledger.note import VerifierKey
    from affidavit.verify.report import Report
    from affidavit.verify.result import Result
    from affidavit.verify.source import Last, Layout, Source
    from affidavit.verify.trust import Rotation, Trust

MOST_ROTATIONS = 1_000
"""Changes of key that are followed."""
_NAMED = 3
"""Logs of other names whose keys were given, that are named."""
_LONGEST_SIZE = 19
"""Digits of a checkpoint's size."""


def source_at(path: Path) -> Callable[[], Source]:
    """How the log at `path` is opened: an exported one in a directory, or a database's file."""
    return partial(Export, path) if path.is_dir() else partial(Database, path)


def verify(path: Path, trust: Trust, *, tree_only: bool = False, processes: int = 1) -> Result:
    """What verifying the log at `path` comes to.

    With `tree_only`, entries are hashed but not read. Each of `processes` walks its share of the
    entries. Memory does not grow with the entries, but for 33 bytes in 128 of them, and with the
    number of streams, blobs and checkpoints.

    Raises:
        NotALedgerError: There is no log at `path`.
        FormatError: A remembered checkpoint is none.
        UnreadableError: A file or folder of it cannot be read.
        LedgerBusyError: Another process holds it.
    """
    remembered = [stated(each, "the remembered checkpoint").checkpoint for each in trust.remembered]
    try:
        opened = source_at(path)
        with closing(opened()) as source:
            check = _Check(source, trust, remembered)
            check.walk(opened, tree_only=tree_only, processes=processes)
            check.judge()
            return outcome(check.checked(tree_only=tree_only), trust)
    except OSError as error:
        hint = "ask the account whose it is for an export" if error.errno == errno.EACCES else ""
        where = error.filename or path
        raise UnreadableError(f"{where}: {error.strerror or error}", hint=hint) from error


@dataclass(slots=True)
class _Walked:
    """What the ranges came to, joined."""

    tiles: bytearray = field(default_factory=bytearray)
    edges: dict[int, bytes] = field(default_factory=dict)
    streams: dict[str, Last] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    unread: list[tuple[int, int]] = field(default_factory=list)
    altered: set[str] = field(default_factory=set)
    disposals: int = 0


class _Check:
    """One verification under way."""

    def __init__(self, source: Source, trust: Trust, remembered: list[Checkpoint]) -> None:
        self._source = source
        self._trust = trust
        self._remembered = remembered
        self._findings = Findings()
        self._layout: Layout = source.layout(self._findings)
        self._walked = _Walked()
        self._checkpoints: Checkpoints | None = None
        self._stored: int | None = None

    def walk(self, opened: Callable[[], Source], *, tree_only: bool, processes: int) -> None:
        """Steps 2 to 5."""
        sizes, newest = self._sizes()
        end = self._layout.end
        required = min(end, end if newest is None else newest)
        required -= 0 if self._layout.partial else required % WIDTH
        blobs = None if tree_only else self._blobs()
        task = Task(end=end, required=required, sizes=sizes, blobs=blobs)
        for report in reports(opened, task, processes=processes):
            self._take(report)
        self._check_blobs(blobs or {})
        tree = Tree(bytes(self._walked.tiles), self._walked.edges)
        self._walked.tiles.clear()
        check_tiles(
            self._source, self._layout, tree=tree, required=required, findings=self._findings
        )
        if not tree_only:
            self._source.derived(self._walked.streams, self._findings)
        self._check_end()
        origin = self._origin()
        self._checkpoints = Checkpoints(
            self._findings,
            tree,
            self._keyring(origin),
            self._trust.policy,
            origin,
            self._rotations(self._walked.statements),
            self._late_rotations if tree_only else None,
        )

    def _sizes(self) -> tuple[array[int], int | None]:
        """The sizes, ascending, whose edge of the tree is wanted, and the newest checkpoint's."""
        found, newest = set[int](), None
        for kept in self._source.checkpoints(Findings()):
            newest = _size_of(kept.note)
            found.update(() if newest is None else (newest,))
        found.update(each.size for each in self._remembered)
        found.add(self._layout.end)
        return array("Q", sorted(size for size in found if size % WIDTH)), newest

    def _own(self) -> int:
        """How many entries were recorded by an account that holds the key, or held it by then."""
        named = [
            (each.index, each.body.get("keeper"))
            for each in self._walked.statements
            if each.kind in (OPENED, ROTATED)
        ]
        keepers = [(index, keeper) for index, keeper in named if isinstance(keeper, str)]
        return by_keepers(self._walked.terms, keepers)

    def _blobs(self) -> dict[str, BlobFound]:
        """Every stored blob, its content hashed; of one that differs its entries are to tell."""
        found = dict[str, BlobFound]()
        for blob in self._source.blobs(self._findings):
            digest, size = hashlib.sha256(), 0
            for piece in blob.content:
                digest.update(piece)
                size += len(piece)
                if size > LARGEST_BLOB:
                    break
            found[blob.name] = BlobFound(size, digest.hexdigest() == blob.name)
        self._stored = len(found)
        return found

    def _check_blobs(self, blobs: Mapping[str, BlobFound]) -> None:
        """Tell of the blobs that hold other bytes, and that no entry names."""
        for name, blob in blobs.items():
            if not blob.good and name not in self._walked.altered:
                text = "the blob's bytes are not those it is named for"
                self._findings.add(Problem(Code.BLOB_DIFFERS, text, f"blobs/{name}"))

    def _take(self, report: Report) -> None:
        """Join the next range to those before it."""
        walked = self._walked
        walked.tiles += report.tiles
        walked.edges.update(report.edges)
        walked.statements += report.statements
        walked.terms = joined(walked.terms, report.terms)
        walked.altered |= report.altered
        walked.disposals += report.disposals
        for start, end in report.unread:
            add_range(walked.unread, start, end)
        for stream, first in report.first.items():
            check_join(stream, walked.streams.get(stream), first, self._findings)
        walked.streams.update(report.last)
        self._findings.join(report.findings)

    def _keyring(self, origin: str | None) -> Keyring | None:
        """The keys that are trusted for the log of that name, or else the one it brings itself."""
        keys = tuple(key for key in keys_of(self._trust, origin) if key.name == origin)
        if not self._trust.log_keys() and self._layout.vkey:
            keys = self._own_key(self._layout.vkey)
        return Keyring.of(keys) if keys else None

    def _own_key(self, vkey: str) -> tuple[VerifierKey, ...]:
        try:
            return (parse_vkey(vkey, place="vkey"),)
        except FormatError as error:
            self._findings.add(Problem(Code.LAYOUT, error.message, "vkey"))
            return ()

    def _origin(self) -> str | None:
        """The name that every checkpoint must have: the log's own, if a key has it."""
        kept = next(self._source.checkpoints(Findings()), None)
        signed = _origin_of(kept.note) if kept else None
        names = {key.name for key in self._trust.log_keys()}
        found = next((name for name in (self._layout.origin, signed) if name in names), None)
        own = found or self._layout.origin or signed
        if names and own and own not in names:
            given = ", ".join(f"{name!a}" for name in sorted(names)[:_NAMED])
            text = f"the log is {own[:200]!a}; no key of it was given, only of {given[:500]}"
            self._findings.add(Problem(Code.ORIGIN_DIFFERS, text, "the keys given"))
        return own or min(names, default=None)

    def _check_end(self) -> None:
        """Where the log was ended, nothing may follow."""
        for each in self._walked.statements:
            if each.kind == FROZEN and each.index + 1 < self._layout.end:
                text = f"the log was ended by the entry {each.index:,}, and goes on"
                place = f"entry {each.index}"
                self._findings.add(Problem(Code.ENTRY_AFTER_END, text, place, each.index + 1))

    def _late_rotations(self) -> list[Rotation]:
        """The rotations in a log whose entries were not read."""
        return self._rotations(rotations(self._source, self._layout.end))

    def _rotations(self, statements: Iterable[Statement]) -> list[Rotation]:
        """The rotations among `statements`; one that cannot be understood is told."""
        found: list[Rotation] = []
        for each in (one for one in statements if one.kind == ROTATED):
            try:
                found.append(rotation(each))
            except FormatError as error:
                self._add_rotation(error.message, each.index)
            if len(found) > MOST_ROTATIONS:
                text = (
                    f"this and later ones are not followed: they are more than {MOST_ROTATIONS:,}"
                )
                self._add_rotation(text, each.index)
                return found[:-1]
        return found

    def _add_rotation(self, text: str, index: int) -> None:
        problem = Problem(Code.ROTATION_MALFORMED, text, f"entry {index}", index)
        self._findings.add(problem)

    def judge(self) -> None:
        """Steps 6 and 7."""
        checkpoints = self._checkpoints
        assert checkpoints is not None
        seen = False
        for kept in self._source.checkpoints(self._findings):
            checkpoints.take(kept)
            seen = True
        checkpoints.end()
        if self._layout.end and not seen:
            text = "there are entries and no checkpoint"
            self._findings.add(Problem(Code.CHECKPOINT_MISSING, text, "checkpoint"))
        for data in self._trust.remembered:
            checkpoints.remember(data, self._layout.end, whole=self._layout.whole)

    def checked(self, *, tree_only: bool) -> Checked:
        """All that the status and the ranges follow from."""
        assert self._checkpoints is not None
        return Checked(
            findings=self._findings,
            layout=self._layout,
            checkpoints=self._checkpoints,
            remembered=max((each.size for each in self._remembered), default=0),
            unread=self._walked.unread,
            learned=self._learned(tree_only=tree_only),
            own=self._own(),
            tree_only=tree_only,
        )

    def _learned(self, *, tree_only: bool) -> Learned:
        """What the entries say of the log."""
        return Learned(
            statements=self._walked.statements,
            times=times(self._source, self._layout.end),
            disposals=None if tree_only else self._walked.disposals,
            blobs=self._stored,
        )


def _size_of(note: bytes) -> int | None:
    """The size that a checkpoint states in its second line."""
    lines = note.split(b"\n", 2)
    if len(lines) < 3 or not lines[1].isdigit() or len(lines[1]) > _LONGEST_SIZE:
        return None
    return min(int(lines[1]), 2**63 - 1)


def _origin_of(note: bytes) -> str | None:
    """The name that a checkpoint states in its first line."""
    try:
        return stated(note, "checkpoint").checkpoint.origin
    except FormatError:
        return None
