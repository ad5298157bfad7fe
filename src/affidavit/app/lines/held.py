"""The lines at the head of a branch: which landing and commit brought each, and whose it is."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from affidavit.audit.lines.counting import Count
from affidavit.base.limit import Limit, limit
from affidavit.base.text import decode, shortened, visible
from affidavit.changes.lines.model import SILENT, Ground, LineClass, Made, unknown
from affidavit.changes.lines.segments import split
from affidavit.sources.git.patches import MOST_RENAMED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from affidavit.app.lines.landed import History
    from affidavit.app.lines.notes import Notes
    from affidavit.app.lines.reading import Branch
    from affidavit.provenance.blame.replay import Replay
    from affidavit.provenance.blame.runs import Runs


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


class Table:
    """Answers that many lines share, each once and by a number."""

    def __init__(self, rows: Sequence[Made] = ()) -> None:
        self.rows = list(rows)
        self._numbers = {made: number for number, made in enumerate(self.rows)}

    def number(self, made: Made) -> int:
        """The number of `made`."""
        found = self._numbers.get(made)
        if found is None:
            found = self._numbers[made] = len(self.rows)
            self.rows.append(made)
        return found


_LANDING = 32
"""Bits of a key that are the landing's number; above them is that of the answer in the table."""


class Tally(NamedTuple):
    """The lines of a file counted: the fields of `Count`, and by key how many of them there are."""

    counts: tuple[int, ...]
    keys: array[int]
    numbers: array[int]


class Followed(NamedTuple):
    """A branch after all its landings; `regular` are the regular files of its head.

    `unread` are those of them whose content is not there, so that their lines are not known.
    """

    replay: Replay
    history: History
    regular: AbstractSet[bytes]
    table: Table
    unread: AbstractSet[bytes] = frozenset()


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
        self.replay, self.history, self._regular, self.table, self._unread = followed
        self.behind = behind
        self.notes = notes
        self._whole = _Whole(self)
        self.noticed: tuple[Limit, ...] = ()
        """What was noticed beside the lines: records and requests."""

    @cached_property
    def _texts(self) -> dict[bytes, Runs]:
        found = ((path, self.replay.text(path)) for path in sorted(self._regular))
        return {path: runs for path, runs in found if runs is not None}

    @property
    def paths(self) -> list[bytes]:
        """The regular text files, by the bytes of their paths."""
        return list(self._texts)

    @property
    def binary(self) -> int:
        """How many regular files are binary."""
        return len(self._regular) - len(self._texts) - len(self._unread)

    def pieces(self, path: bytes) -> Iterator[Piece]:
        """The lines of the file at `path`, from the top."""
        for origin, start, count in self._texts[path]:
            landing, old_path = self.replay.origins[origin]
            yield from self.of_landing(landing, old_path, start, count)

    @cached_property
    def lost(self) -> frozenset[int]:
        """The landings of which a file could not be read."""
        return frozenset(landing for landing, _ in self.replay.lost)

    @cached_property
    def _labels(self) -> frozenset[str]:
        label = self.branch.label
        return frozenset(one for one, each in label.items() if each is LineClass.AI)

    def labelled(self, landing: int) -> bool:
        """Whether the label of the landing of that number names an agent."""
        commit = self.branch.landings[landing]
        # What the history is cut off at brought none of the lines that are told of it.
        return commit in self._labels and commit not in self.branch.cut

    def tally(self, path: bytes) -> Tally:
        """The lines of the file at `path`, counted; the count stays beside them."""
        runs = self._texts[path]
        if not isinstance(runs.told, Tally):
            runs.told = self._summed({}, (), self._all(runs))
        elif runs.since:
            told = runs.told
            before = dict(zip(told.keys, told.numbers, strict=True))
            runs.told = self._summed(before, told.counts, self._since(runs))
        runs.since = []
        return runs.told

    def _all(self, runs: Runs) -> dict[int, int]:
        """By key how many lines there are of it."""
        origins, whole = self.replay.origins, self._whole
        counts: dict[int, int] = {}
        for origin, start, count in runs:
            key = whole[origins[origin][0]]
            if key is None:
                self._count(counts, origin, start, count)
            else:
                counts[key] = counts.get(key, 0) + count
        return counts

    def _since(self, runs: Runs) -> dict[int, int]:
        """By key how many lines more there are than when they were counted."""
        counts: dict[int, int] = {}
        for gone, hunks, new in runs.since:
            for origin, start, count in gone:
                self._count(counts, origin, start, -count)
            for _, _, start, end in hunks:
                self._count(counts, new, start, end - start)
        return counts

    def _count(self, counts: dict[int, int], origin: int, start: int, number: int) -> None:
        """Count lines of an origin; they are taken away where `number` is below 0."""
        landing, path = self.replay.origins[origin]
        key = self._whole[landing]
        if key is not None:
            counts[key] = counts.get(key, 0) + number
            return
        sign = 1 if number > 0 else -1
        for one in self.of_landing(landing, path, start, abs(number)):
            key = self.table.number(one.made) << _LANDING | landing
            counts[key] = counts.get(key, 0) + sign * one.length

    def _summed(
        self, before: dict[int, int], counts: Sequence[int], more: Mapping[int, int]
    ) -> Tally:
        """What was counted `before` and `more`."""
        sums = Count(counts or None)
        for key, number in more.items():
            landing, made = self.keyed(key)
            sums.add(made.line_class, number, labelled=self.labelled(landing))
            before[key] = before.get(key, 0) + number
            if not before[key]:
                del before[key]
        return Tally(tuple(sums.numbers), array("Q", before), array("I", before.values()))

    def keyed(self, key: int) -> tuple[int, Made]:
        """The landing, and whose its lines are, that a key of a tally stands for."""
        return key & ((1 << _LANDING) - 1), self.table.rows[key >> _LANDING]

    def key(self, landing: int) -> int | None:
        """The key of all lines of that landing; None where they are looked at one by one."""
        commit = self.branch.landings[landing]
        if commit in self.behind or self.notes.speaks(commit) or landing in self.lost:
            return None
        return self.table.number(self.made(commit)) << _LANDING | landing

    def of_landing(self, landing: int, path: bytes, start: int, count: int) -> Iterator[Piece]:
        """Lines of the file that the landing of that number left at `path`."""
        commit = self.branch.landings[landing]
        if (landing, path) in self.replay.lost:
            yield Piece(count, unknown(Ground.CUT), landing, commit, path, start)
            return
        inner = self.behind.get(commit)
        at = start
        otherwise: Made | None
        for number, noted in split(self.notes.of(commit, path), _UNSAID, start, count):
            if noted is not _UNSAID and inner is None:
                made = self.notes.against(commit, noted, self.made(commit))
                yield Piece(number, made, landing, commit, path, at)
            elif noted is not _UNSAID:
                behind = inner.get(path, ()) if inner else ()
                for one in self._inside(behind, (landing, path), at, number):
                    made = self.notes.against(commit, _both(noted, one.made), one.made)
                    yield one._replace(made=made, commit=commit, path=path, start=at)
                    at += one.length
                continue
            elif inner is None:
                otherwise = self.notes.otherwise(commit, path, self.made(commit))
                yield Piece(number, otherwise, landing, commit, path, at)
            else:
                yield from self._inside(inner.get(path, ()), (landing, path), at, number)
            at += number

    def made(self, commit: str) -> Made:
        """Whose the lines of a landing are that is not looked behind."""
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
            told = self.notes.against(one.commit, found, made)
            yield Piece(number, told, landing, one.commit, one.path, at)
            at += number

    @property
    def limits(self) -> tuple[Limit, ...]:
        """What could not be seen, or is not said of lines."""
        found = [*self.branch.limits, *self.notes.limits, *self.noticed]
        if self.history.skipped:
            found.append(limit("renames-not-looked-for", _RENAMES, self.history.skipped))
        if self._unread:
            paths = [visible(shortened(decode(one), 300)) for one in sorted(self._unread)]
            found.append(limit("files-uncounted", _UNCOUNTED, paths, gap=True))
        if self.history.broken:
            found.append(limit("files-missing", _MISSING, self.history.broken, gap=True))
        return tuple(found)


def _both(noted: Made, behind: Made) -> Made:
    """What the record of a landing and that of a commit behind it say of a line together.

    A record goes before what a commit claims as a whole; two records are held against each other.
    """
    if behind.ground is not Ground.NOTE or noted == behind:
        return noted
    hands = tuple(sorted({*noted.hands, *behind.hands}))
    apart = {one.agent for one in noted.hands}.isdisjoint(one.agent for one in behind.hands)
    if noted.line_class is not behind.line_class or (hands and apart):
        return unknown(Ground.CONTRADICTED, hands)
    return Made(noted.line_class, noted.ground, hands)


class _Whole(dict[int, "int | None"]):
    """By landing what `Lines.key` says of it, asked once."""

    def __init__(self, lines: Lines) -> None:
        super().__init__()
        self._lines = lines

    def __missing__(self, landing: int) -> int | None:
        found = self[landing] = self._lines.key(landing)
        return found


_UNSAID = Made(LineClass.NO_SIGNAL, Ground.NOTHING, ())
_MISSING = (
    "Files that these commits changed are missing from the repository: lines that came to those"
    " files until they could be read again are undetermined."
)
_UNCOUNTED = (
    "Files of this commit are not in the repository: their lines are in no count, and no share is"
    " a bound of the whole."
)
_RENAMES = (
    f"More than {MOST_RENAMED:,} times {MOST_RENAMED:,} files came and went in these landings:"
    " files that were renamed and changed in them count as new."
)
