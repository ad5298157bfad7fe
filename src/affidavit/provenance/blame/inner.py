"""The commits behind one landing replayed: which of them brought each line.

Every commit takes the lines of its parents, as ``git blame`` looks for them: a file that is equal
in some parent has its lines from there; else each line from the first parent that has it.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import FormatError
from affidavit.provenance.blame.change import LINK, Status
from affidavit.provenance.blame.runs import Runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from affidavit.provenance.blame.change import Entry, Hunks

OUTSIDE = 0
"""The origin of lines that were there before any of these commits."""
_ENDLESS = 1 << 31
"""Lines of a file of which it is not known how many it has: none is looked for beyond its end."""

Files = dict[bytes, Runs | None]
"""By path the lines; None for a binary file. A path that is not named is as it was outside."""


_Change = tuple["Entry", "Hunks | None"]


class Against(NamedTuple):
    """What a commit changed compared with one parent, and that parent's files."""

    files: Files
    changes: Sequence[_Change]


class Origins:
    """The numbers of origins: each is a commit, by its number, and a path of it."""

    def __init__(self) -> None:
        self.known: list[tuple[int, bytes]] = [(-1, b"")]
        self._numbers: dict[tuple[int, bytes], int] = {}

    def number(self, commit: int, path: bytes) -> int:
        """The origin of lines that this commit brought at this path."""
        found = self._numbers.get((commit, path))
        if found is None:
            found = self._numbers[commit, path] = len(self.known)
            self.known.append((commit, path))
        return found


def after(commit: int, parents: Sequence[Against], origins: Origins) -> Files:
    """The files after a commit, by what it changed against each of its parents.

    Raises:
        FormatError: The blocks do not fit the lines.
    """
    if len(parents) == 1:
        return _after_one(commit, parents[0], origins)
    changed = [{entry.path: (entry, hunks) for entry, hunks in one.changes} for one in parents]
    found: Files = {}
    for path in _paths(parents, changed):
        pairs = [each.get(path) for each in changed]
        equal = _equal(pairs)
        first = next((pair for pair in pairs if pair is not None), None)
        if equal is not None and pairs[equal] is None:
            if path in parents[equal].files:
                found[path] = parents[equal].files[path]
        elif first is not None and first[0].mode != LINK:
            own = origins.number(commit, path)
            sides = [
                _changed(one.files, pair, own)
                for number, (one, pair) in enumerate(zip(parents, pairs, strict=True))
                if pair is not None and equal in (None, number)
            ]
            found[path] = _joined(sides, own)
    return found


def _equal(pairs: Sequence[_Change | None]) -> int | None:
    """The first parent whose file is equal, by this path if there is one, else by another."""
    at = [
        number
        for number, pair in enumerate(pairs)
        if pair is None or (pair[0].status is Status.MODIFIED and pair[0].old_id == pair[0].id)
    ] or [
        number
        for number, pair in enumerate(pairs)
        if pair is not None and pair[0].status is Status.RENAMED and pair[0].old_id == pair[0].id
    ]
    return at[0] if at else None


def _paths(
    parents: Sequence[Against], changed: Sequence[Mapping[bytes, object]]
) -> dict[bytes, None]:
    """Every path that there is afterwards and of which something is known."""
    named = [*changed, *(one.files for one in parents)]
    left = {
        entry.old_path
        for one in parents
        for entry, _ in one.changes
        if entry.status in (Status.DELETED, Status.RENAMED)
    }
    return dict.fromkeys(path for each in named for path in each if path not in left)


def _after_one(commit: int, parent: Against, origins: Origins) -> Files:
    found = dict(parent.files)
    for entry, _ in parent.changes:
        if entry.status in (Status.DELETED, Status.RENAMED):
            found.pop(entry.old_path, None)
    for entry, hunks in parent.changes:
        if entry.status is Status.DELETED or entry.mode == LINK:
            found.pop(entry.path, None)
        else:
            number = origins.number(commit, entry.path)
            found[entry.path] = _changed(parent.files, (entry, hunks), number)
    return found


def _changed(files: Files, change: _Change, origin: int) -> Runs | None:
    """The lines of a file after a change; `files` are those before."""
    entry, hunks = change
    if hunks is None:
        return None
    runs = Runs()
    if entry.status not in (Status.ADDED, Status.RETYPED):
        before = files.get(entry.old_path, _UNTOUCHED)
        if before is None:
            return None
        runs = before.copy()
    runs.splice(hunks, origin)
    return runs


def _untouched() -> Runs:
    runs = Runs()
    runs.append(OUTSIDE, 0, _ENDLESS)
    return runs


_UNTOUCHED = _untouched()


def _joined(sides: Sequence[Runs | None], own: int) -> Runs | None:
    """Each line from the first of `sides` that does not say that it is the commit's `own`.

    None where one of them is binary: it may have what another says is the commit's own.
    """
    found = sides[0]
    for side in sides[1:]:
        if found is None or side is None:
            return None
        found = _filled(found, side, own)
    return found


def _filled(runs: Runs, other: Runs, own: int) -> Runs:
    """`runs` with what `other` says of the lines that are `own`."""
    starts = accumulate(runs.counts, initial=0)
    spans = [
        (line, count)
        for line, (origin, _, count) in zip(starts, runs, strict=False)
        if origin == own
    ]
    told = {at: (origin, first, count) for at, count, origin, first in cut(other, spans)}
    found = Runs()
    line = 0
    for origin, start, count in runs:
        end = line + count
        if origin != own:
            found.append(origin, start, count)
            line = end
        while line < end:
            if line not in told:
                raise FormatError("git's comparisons with several parents do not fit each other")
            found.append(*told[line])
            line += told[line][2]
    return found


def cut(runs: Runs, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int, int]]:
    """The runs of the lines in `spans`, each given by its first line and number, in order.

    Of each piece: the line that it begins with, how many it has, its origin, the origin's line.
    """
    walk = iter(runs)
    line, (origin, first, count) = 0, next(walk, (0, 0, 0))
    for start, number in spans:
        at, end = start, start + number
        while at < end:
            while count and line + count <= at:
                line += count
                origin, first, count = next(walk, (0, 0, 0))
            if not count:
                return
            low = max(at, line)
            high = min(end, line + count)
            yield low, high - low, origin, first + low - line
            at = high
