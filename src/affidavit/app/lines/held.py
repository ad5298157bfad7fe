"""The lines at the head of a branch: which landing and commit brought each, and whose it is."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.limit import Limit, limit
from affidavit.changes.lines.model import SILENT, Ground, LineClass, Made, unknown
from affidavit.changes.lines.segments import split
from affidavit.provenance.blame.replay import Binary
from affidavit.provenance.blame.runs import Runs
from affidavit.sources.git.patches import MOST_RENAMED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from affidavit.app.lines.notes import Notes
    from affidavit.app.lines.reading import Branch
    from affidavit.provenance.blame.replay import Replay


class Piece(NamedTuple):
    """Lines of a file that follow each other, all of one commit and of the same hands.

    `start` is the first of them in the commit's file, which lay at `path` there, counted from 0.
    """

    length: int
    made: Made
    landing: int
    commit: str
    path: bytes
    start: int


class History(NamedTuple):
    """What was counted on the way, by the number of a landing.

    `gone` has a list for each of `DAYS`: of the lines that a landing brought, those that went
    within so many days. `brought` are the lines that landings brought which are split.
    """

    added: list[int]
    gone: list[list[int]]
    brought: dict[str, dict[bytes, list[tuple[int, int]]]]
    skipped: list[str]
    broken: list[str]


class Followed(NamedTuple):
    """A branch after all its landings; `regular` are the regular files of its head."""

    replay: Replay
    history: History
    regular: AbstractSet[bytes]


class Inner(NamedTuple):
    """Lines `[at, at + length)` of a landing's file: of which commit behind it, from which line."""

    at: int
    length: int
    commit: str | None
    path: bytes
    start: int
    ground: Ground


class Lines:
    """The lines of every text file at the head of a branch."""

    def __init__(
        self,
        branch: Branch,
        followed: Followed,
        behind: Mapping[str, Mapping[bytes, Sequence[Inner]]],
        notes: Notes,
    ) -> None:
        self.branch = branch
        self.replay, self.history, self._regular = followed
        self.behind = behind
        self.notes = notes

    @property
    def paths(self) -> list[bytes]:
        """The regular text files, by the bytes of their paths."""
        files = self.replay.files
        return sorted(path for path in self._regular if isinstance(files[path], Runs))

    @property
    def binary(self) -> int:
        """How many regular files are binary."""
        return sum(isinstance(self.replay.files[path], Binary) for path in self._regular)

    def pieces(self, path: bytes) -> Iterator[Piece]:
        """The lines of the file at `path`, from the top."""
        runs = self.replay.files[path]
        assert isinstance(runs, Runs)
        for origin, start, count in runs:
            landing, old_path = self.replay.origins[origin]
            yield from self._of_landing(landing, old_path, start, count)

    @cached_property
    def whole(self) -> list[Made | None]:
        """By landing whose all its lines are; None where they are looked at one by one."""
        lost = {landing for landing, _ in self.replay.lost}
        return [
            None
            if commit in self.behind or self.notes.speaks(commit) or number in lost
            else self._made(commit)
            for number, commit in enumerate(self.branch.landings)
        ]

    def tally(self, path: bytes) -> tuple[dict[int, int], list[Piece]]:
        """How many lines of the file are of which landing as a whole, and the other lines."""
        runs, origins, whole = self.replay.files[path], self.replay.origins, self.whole
        assert isinstance(runs, Runs)
        counts: dict[int, int] = {}
        pieces: list[Piece] = []
        for origin, start, count in runs:
            landing, old_path = origins[origin]
            if whole[landing] is None:
                pieces += self._of_landing(landing, old_path, start, count)
            else:
                counts[landing] = counts.get(landing, 0) + count
        return counts, pieces

    def brought(self, landing: int) -> Iterator[Piece]:
        """The lines that the landing of that number brought, whether or not they are left."""
        commit = self.branch.landings[landing]
        spans = self.history.brought.get(commit)
        if spans is None:
            if added := self.history.added[landing]:
                yield Piece(added, self._made(commit), landing, commit, b"", 0)
            return
        for path, each in spans.items():
            for start, count in each:
                yield from self._of_landing(landing, path, start, count)

    def _of_landing(self, landing: int, path: bytes, start: int, count: int) -> Iterator[Piece]:
        commit = self.branch.landings[landing]
        if (landing, path) in self.replay.lost:
            yield Piece(count, unknown(Ground.CUT), landing, commit, path, start)
            return
        inner = self.behind.get(commit)
        at = start
        otherwise: Made | None
        for number, noted in split(self.notes.of(commit, path), _UNSAID, start, count):
            if noted is not _UNSAID:
                yield Piece(number, noted, landing, commit, path, at)
            elif inner is None:
                otherwise = self.notes.otherwise(commit, path, self._made(commit))
                yield Piece(number, otherwise, landing, commit, path, at)
            else:
                yield from self._inside(inner.get(path, ()), (landing, path), at, number)
            at += number

    def _made(self, commit: str) -> Made:
        if commit in self.branch.cut:
            return unknown(Ground.CUT)
        return self.branch.made.get(commit, SILENT)

    def _inside(
        self, inner: Sequence[Inner], place: tuple[int, bytes], start: int, count: int
    ) -> Iterator[Piece]:
        """Lines of a landing by what the commits behind it brought."""
        landing, path = place
        commit = self.branch.landings[landing]
        at, end = start, start + count
        begin = max(bisect_right(inner, start, key=lambda one: one.at) - 1, 0)
        for one in islice(inner, begin, None):
            if one.at >= end:
                break
            first, last = max(one.at, at), min(one.at + one.length, end)
            if first >= last:
                continue
            if one.commit is None:
                yield Piece(last - first, unknown(one.ground), landing, commit, path, first)
            else:
                yield from self._of_commit(one, landing, first - one.at, last - first)
            at = last
        if at < end:
            yield Piece(end - at, unknown(Ground.BINARY), landing, commit, path, at)

    def _of_commit(self, one: Inner, landing: int, skip: int, count: int) -> Iterator[Piece]:
        assert one.commit is not None
        behind = self.branch.behind[self.branch.landings[landing]]
        made = self.branch.made.get(one.commit) or behind.unnamed or SILENT
        at = one.start + skip
        otherwise = self.notes.otherwise(one.commit, one.path, made)
        for number, found in split(self.notes.of(one.commit, one.path), otherwise, at, count):
            yield Piece(number, found, landing, one.commit, one.path, at)
            at += number

    @property
    def limits(self) -> tuple[Limit, ...]:
        """What could not be seen, or is not said of lines."""
        found = [*self.branch.limits, *self.notes.limits]
        if self.history.skipped:
            found.append(limit("renames-not-looked-for", _RENAMES, self.history.skipped))
        if self.history.broken:
            found.append(limit("files-missing", _MISSING, self.history.broken, gap=True))
        return tuple(found)


_UNSAID = Made(LineClass.NO_SIGNAL, Ground.NOTHING, ())
_MISSING = (
    "Files that these commits changed are missing from the repository: lines that came to those"
    " files until they could be read again are undetermined."
)
_RENAMES = (
    f"More than {MOST_RENAMED:,} times {MOST_RENAMED:,} files came and went in these landings:"
    " files that were renamed and changed in them count as new."
)
