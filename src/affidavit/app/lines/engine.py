"""The lines at the head of a branch: which landing and commit brought each, and whose it is."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.lines.behind import inside
from affidavit.app.lines.notes import Notes
from affidavit.base.errors import GitFailedError
from affidavit.base.limit import Limit, limit
from affidavit.changes.lines.model import SILENT, Ground, LineClass, Made, unknown
from affidavit.changes.lines.segments import split
from affidavit.provenance.blame.change import Status
from affidavit.provenance.blame.inner import OUTSIDE, cut
from affidavit.provenance.blame.replay import Binary, Replay
from affidavit.provenance.blame.runs import Runs
from affidavit.sources.git.listing import listed
from affidavit.sources.git.patches import MOST_RENAMED, Step, compared, follow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from affidavit.app.gather import Source
    from affidavit.app.lines.behind import Inside
    from affidavit.app.lines.reading import Branch
    from affidavit.app.reading import Progress
    from affidavit.provenance.blame.change import Entry, Hunks

EVERY = 100
"""Progress is told once for so many landings."""


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


class Lines:
    """The lines of every text file at the head of a branch."""

    def __init__(
        self,
        branch: Branch,
        replay: Replay,
        behind: Mapping[str, Mapping[bytes, Sequence[_Inner]]],
        notes: Notes,
        skipped: Sequence[str],
    ) -> None:
        self.branch = branch
        self._replay = replay
        self._behind = behind
        self._notes = notes
        self._skipped = skipped

    @property
    def paths(self) -> list[bytes]:
        """The regular text files, by the bytes of their paths."""
        return sorted(path for path, one in self._replay.files.items() if isinstance(one, Runs))

    @property
    def binary(self) -> int:
        """How many regular files are binary."""
        return sum(isinstance(one, Binary) for one in self._replay.files.values())

    def pieces(self, path: bytes) -> Iterator[Piece]:
        """The lines of the file at `path`, from the top."""
        runs = self._replay.files[path]
        assert isinstance(runs, Runs)
        for origin, start, count in runs:
            landing, old_path = self._replay.origins[origin]
            yield from self._of_landing(landing, old_path, start, count)

    def _of_landing(self, landing: int, path: bytes, start: int, count: int) -> Iterator[Piece]:
        commit = self.branch.landings[landing]
        inner = self._behind.get(commit)
        at = start
        otherwise: Made | None
        for number, noted in split(self._notes.of(commit, path), _UNSAID, start, count):
            if noted is not _UNSAID:
                yield Piece(number, noted, landing, commit, path, at)
            elif inner is None:
                otherwise = self._notes.otherwise(commit, path, self._made(commit))
                yield Piece(number, otherwise, landing, commit, path, at)
            else:
                yield from self._inside(inner.get(path, ()), (landing, path), at, number)
            at += number

    def _made(self, commit: str) -> Made:
        if commit in self.branch.cut:
            return unknown(Ground.CUT)
        return self.branch.made.get(commit, SILENT)

    def _inside(
        self, inner: Sequence[_Inner], place: tuple[int, bytes], start: int, count: int
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

    def _of_commit(self, one: _Inner, landing: int, skip: int, count: int) -> Iterator[Piece]:
        assert one.commit is not None
        behind = self.branch.behind[self.branch.landings[landing]]
        made = self.branch.made.get(one.commit) or behind.unnamed or SILENT
        at = one.start + skip
        otherwise = self._notes.otherwise(one.commit, one.path, made)
        for number, found in split(self._notes.of(one.commit, one.path), otherwise, at, count):
            yield Piece(number, found, landing, one.commit, one.path, at)
            at += number

    @property
    def limits(self) -> tuple[Limit, ...]:
        """What could not be seen, or is not said of lines."""
        found = [*self.branch.limits, *self._notes.limits]
        if self._skipped:
            found.append(limit("renames-not-looked-for", _RENAMES, list(self._skipped)))
        return tuple(found)


_UNSAID = Made(LineClass.NO_SIGNAL, Ground.NOTHING, ())
_RENAMES = (
    f"More than {MOST_RENAMED:,} times {MOST_RENAMED:,} files came and went in these landings:"
    " files that were renamed and changed in them count as new."
)


class _Inner(NamedTuple):
    """Lines `[at, at + length)` of a landing's file: of which commit behind it, from which line."""

    at: int
    length: int
    commit: str | None
    path: bytes
    start: int
    ground: Ground


def lines(source: Source, branch: Branch, progress: Progress) -> Lines:
    """The lines at the head of `branch`.

    Raises:
        GitFailedError: git cannot compare all landings; the message counts them.
    """
    notes = Notes(source.objects, branch.notes)
    replay = Replay(partial(compared, source.git))
    following = _Following(branch, replay, notes, progress)
    steps = [_step(branch, one) for one in branch.landings]
    try:
        follow(source.git, steps, following)
    except GitFailedError as error:
        told = f"{following.done:,} of {len(steps):,} landings could be compared: {error.message}"
        raise GitFailedError(told, hint=error.hint) from error
    _as_listed(source, branch.head, replay)
    behind = _behind(source, branch, replay, notes)
    notes.settle()
    return Lines(branch, replay, behind, notes, following.skipped)


def _step(branch: Branch, commit: str) -> Step:
    parents = branch.parents[commit]
    return Step(commit, None if commit in branch.cut or not parents else parents[0])


class _Following:
    """Hands landings to the replay, and keeps what notes on them need."""

    def __init__(self, branch: Branch, replay: Replay, notes: Notes, progress: Progress) -> None:
        self._branch = branch
        self._replay = replay
        self._notes = notes
        self._progress = progress
        self.done = 0
        self.skipped: list[str] = []

    def begin(self, landing: int, entries: Sequence[Entry]) -> None:
        """The landing of that number begins."""
        self.done = landing
        if landing % EVERY == 0:
            self._progress.step("following lines", landing, len(self._branch.landings))
        commit = self._branch.landings[landing]
        for entry in entries:
            self._notes.touched(commit, entry)
        if _too_many(entries):
            self.skipped.append(commit)
        self._replay.begin(landing, entries)

    def change(self, entry: Entry, hunks: Hunks | None) -> None:
        """What became of one file."""
        self._replay.change(entry, hunks)


def _too_many(entries: Sequence[Entry]) -> bool:
    """Whether git did not look for renames with changes."""
    if len(entries) <= MOST_RENAMED:
        return False
    came = sum(one.status is Status.ADDED for one in entries)
    gone = sum(one.status is Status.DELETED for one in entries)
    return came * gone > MOST_RENAMED * MOST_RENAMED


def _as_listed(source: Source, head: str, replay: Replay) -> None:
    """Keep the regular files that the head has, those that are text now as text.

    Raises:
        GitFailedError: The files are not those that the landings leave.
    """
    there = listed(source.git, head)
    if there.keys() != replay.files.keys():
        raise GitFailedError("the files of the head are not those that its landings leave")
    for path, (regular, _) in there.items():
        if not regular:
            del replay.files[path]
    odd = {path: there[path][1] for path, one in replay.files.items() if isinstance(one, Binary)}
    for path, text in zip(odd, _texts(source, list(odd.values())), strict=True):
        if text:
            replay.settle(path)


_LOOKED_AT = 8_000
"""Bytes of a file in which git looks for a zero to take it for binary."""


def _texts(source: Source, blobs: Sequence[str]) -> Iterator[bool]:
    """Whether each of these blobs is text by git's rule."""
    for found in source.objects.read(blobs, max_size=_LOOKED_AT, head=_LOOKED_AT):
        yield found.body is not None and b"\0" not in found.body[:_LOOKED_AT]


def _behind(
    source: Source, branch: Branch, replay: Replay, notes: Notes
) -> dict[str, dict[bytes, Sequence[_Inner]]]:
    """Of the landings that are looked behind, the lines that are left of them."""
    left: dict[str, dict[bytes, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for file in replay.files.values():
        for origin, start, count in file if isinstance(file, Runs) else ():
            landing, path = replay.origins[origin]
            commit = branch.landings[landing]
            if commit in branch.behind:
                left[commit][path].append((start, count))
    found: dict[str, dict[bytes, Sequence[_Inner]]] = {}

    def take(landing: str, files: Inside) -> None:
        found[landing] = {
            path: _inners(files, path, spans) for path, spans in left[landing].items()
        }

    wanted = {one: each for one, each in branch.behind.items() if one in left}
    inside(source.git, wanted, lambda one: branch.parents.get(one, ()), take, notes.touched)
    return found


def _inners(files: Inside, path: bytes, spans: Sequence[tuple[int, int]]) -> list[_Inner]:
    """The lines `spans` (first and number) of a landing's file by what is behind the landing."""
    runs = files.files.get(path, _NOTHING)
    if runs is None or runs is _NOTHING:
        ground = Ground.BINARY if runs is None else Ground.OLDER
        return [_Inner(start, count, None, path, start, ground) for start, count in sorted(spans)]
    found: list[_Inner] = []
    for at, count, origin, first in cut(runs, sorted(spans)):
        commit, old = files.origins.known[origin]
        known = None if origin == OUTSIDE else files.commits[commit]
        found.append(_Inner(at, count, known, old, first, Ground.OLDER))
    return found


_NOTHING = Runs()
