"""A branch followed from its beginning, or from where it was followed to before."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from affidavit.app.lines.behind import inside
from affidavit.app.lines.fitting import Fitting
from affidavit.app.lines.held import Followed, Inner, Lines, Table
from affidavit.app.lines.landed import DAYS, MIXED, History, told_apart
from affidavit.app.lines.notes import Notes
from affidavit.base.errors import GitFailedError
from affidavit.changes.chain import DAY
from affidavit.changes.lines.model import Ground
from affidavit.provenance.blame.change import Status
from affidavit.provenance.blame.inner import OUTSIDE, cut
from affidavit.provenance.blame.replay import Binary, Replay
from affidavit.provenance.blame.runs import Runs
from affidavit.sources.git.blobs import Blobs
from affidavit.sources.git.enduring import endured
from affidavit.sources.git.listing import REGULAR, listed
from affidavit.sources.git.patches import MOST_RENAMED, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.gather import Source
    from affidavit.app.lines.behind import Inside
    from affidavit.app.lines.reading import Branch
    from affidavit.app.reading import Progress
    from affidavit.provenance.blame.change import Entry, Hunks
    from affidavit.provenance.blame.runs import Went
    from affidavit.sources.git.private import PrivateGit

EVERY = 100
"""Progress is told once for so many landings."""


def lines(source: Source, branch: Branch, progress: Progress, before: Lines | None = None) -> Lines:
    """The lines at the head of `branch`; `before` are those after its first landings.

    `before` goes on in the answer and is not to be used any longer.

    Raises:
        GitFailedError: git cannot compare all landings; the message counts them.
    """
    fitting = None
    if branch.written:
        fitting = Fitting(source.objects, branch.written.records, branch.written.commits)
    notes = Notes(source.objects, branch.notes, before.notes if before else None, fitting)
    following = _Following(branch, notes, (source.git, progress), before)
    done = len(before.branch.landings) if before else 0
    steps = [_step(branch, one) for one in branch.landings[done:]]
    try:
        broken = endured(source.git, steps, following)
    except GitFailedError as error:
        told = f"{following.done:,} of {len(steps):,} landings could be compared: {error.message}"
        raise GitFailedError(told, hint=error.hint) from error
    following.history.broken.extend(branch.landings[done + one] for one in broken)
    regular, unread = _as_listed(source, branch.head, following.replay)
    progress.step("looking behind landings")
    behind = dict(before.behind) if before else {}
    behind |= _behind(source, branch, (following.history, done), notes)
    notes.settle()
    table = before.table if before else Table()
    followed = Followed(following.replay, following.history, regular, table, unread)
    found = Lines(branch, followed, behind, notes)
    told_apart(found, done)
    return found


def _step(branch: Branch, commit: str) -> Step:
    parents = branch.parents[commit]
    return Step(commit, None if commit in branch.cut or not parents else parents[0])


class _Following:
    """Hands landings to the replay, and keeps what notes and counts need of them."""

    def __init__(
        self,
        branch: Branch,
        notes: Notes,
        told: tuple[PrivateGit, Progress],
        before: Lines | None,
    ) -> None:
        git, self._progress = told
        self._branch = branch
        self._notes = notes
        self.replay = Replay(Blobs(git), self._gone)
        self._first = self._landing = 0
        self._times = [branch.times.get(one) for one in branch.landings]
        count = len(branch.landings)
        self.history = History()
        if before:
            self.replay.go_on(before.replay)
            self.history = before.history
            self._first = self._landing = len(before.branch.landings)
        for each in (self.history.added, *self.history.gone, self.history.classes):
            each.extend([0] * (count - len(each)))

    @property
    def done(self) -> int:
        """How many landings were followed whole, beside those that were before."""
        return self._landing - self._first

    def begin(self, step: int, entries: Sequence[Entry]) -> None:
        """The landing of that number, counted from the first that was not followed, begins."""
        landing = self._landing = self._first + step
        if landing % EVERY == 0:
            self._progress.step("following lines", landing, len(self._branch.landings))
        commit = self._branch.landings[landing]
        if commit in self._branch.behind or self._notes.may_split(commit):
            self.history.classes[landing] = MIXED
        if _too_many(entries):
            self.history.skipped.append(commit)
        self.replay.begin(landing, entries)

    def change(self, entry: Entry, hunks: Hunks | None) -> None:
        """What became of one file."""
        self.replay.change(entry, hunks)
        self._notes.touched(self._branch.landings[self._landing], entry, hunks)
        if not hunks or entry.mode not in REGULAR or entry.status is Status.DELETED:
            return
        self.history.added[self._landing] += sum(one[3] - one[2] for one in hunks)
        if self.history.classes[self._landing] == MIXED:
            commit = self._branch.landings[self._landing]
            spans = [(one[2], one[3] - one[2]) for one in hunks if one[3] > one[2]]
            self.history.brought.setdefault(commit, {})[entry.path] = spans

    def _gone(self, went: Sequence[Went], landing: int, mode: str) -> None:
        """Lines went from a file of that mode, by the landing of that number."""
        now = self._times[landing]
        if now is None or mode not in REGULAR:
            return
        history, origins, times = self.history, self.replay.origins, self._times
        for origin, start, count in went:
            then = origins[origin][0]
            time = times[then]
            if time is None or now - time > _AFTER[-1]:
                continue
            days = bisect_left(_AFTER, now - time)
            if history.classes[then] == MIXED:
                history.went.extend((origin, start, count, days))
            else:
                history.gone[days][then] += count


_AFTER = tuple(days * DAY for days in DAYS)


def _too_many(entries: Sequence[Entry]) -> bool:
    """Whether git did not look for renames with changes."""
    if len(entries) <= MOST_RENAMED:
        return False
    came = sum(one.status is Status.ADDED for one in entries)
    gone = sum(one.status is Status.DELETED for one in entries)
    return came * gone > MOST_RENAMED * MOST_RENAMED


def _as_listed(
    source: Source, head: str, replay: Replay
) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """The regular files that the head has, and those of them that cannot be read.

    Those that are text now are text.

    Raises:
        GitFailedError: The files are not those that the landings leave.
    """
    there = listed(source.git, head)
    if there.keys() != replay.files.keys():
        raise GitFailedError("the files of the head are not those that its landings leave")
    regular = frozenset(path for path, (is_regular, _) in there.items() if is_regular)
    odd = {path: there[path][1] for path in regular if isinstance(replay.files[path], Binary)}
    unread: set[bytes] = set()
    for path, text in zip(odd, _texts(source, list(odd.values())), strict=True):
        if text is None:
            unread.add(path)
        elif text:
            replay.settle(path)
    return regular, frozenset(unread)


_LOOKED_AT = 8_000
"""Bytes of a file in which git looks for a zero to take it for binary."""


def _texts(source: Source, blobs: Sequence[str]) -> Iterator[bool | None]:
    """Whether each of these blobs is text by git's rule; None of one that cannot be read."""
    for found in source.objects.read(blobs, max_size=_LOOKED_AT, head=_LOOKED_AT):
        yield None if found.body is None else b"\0" not in found.body[:_LOOKED_AT]


def _behind(
    source: Source, branch: Branch, followed: tuple[History, int], notes: Notes
) -> dict[str, dict[bytes, Sequence[Inner]]]:
    """Of the landings that are looked behind, from one on, the lines that they brought."""
    history, first = followed
    found: dict[str, dict[bytes, Sequence[Inner]]] = {}

    def take(landing: str, files: Inside) -> None:
        brought = history.brought[landing]
        found[landing] = {path: _inners(files, path, spans) for path, spans in brought.items()}

    new = frozenset(branch.landings[first:])
    wanted = {
        one: each for one, each in branch.behind.items() if one in history.brought and one in new
    }
    parents = branch.parents
    broken = inside(source.git, wanted, lambda one: parents.get(one, ()), take, notes.touched)
    history.broken.extend(broken)
    gone = frozenset(broken)
    return {
        landing: files
        if gone.isdisjoint(branch.behind[landing].commits)
        else {path: _cut(each) for path, each in files.items()}
        for landing, files in found.items()
    }


def _cut(inners: Sequence[Inner]) -> list[Inner]:
    """The same where files of commits behind are missing: what seems binary could not be read."""
    seems = Ground.BINARY
    return [one._replace(ground=Ground.CUT) if one.ground is seems else one for one in inners]


def _inners(files: Inside, path: bytes, spans: Sequence[tuple[int, int]]) -> list[Inner]:
    """The lines `spans` (first and number) of a landing's file by what is behind the landing."""
    runs = files.files.get(path, _NOTHING)
    if runs is None or runs is _NOTHING:
        ground = Ground.BINARY if runs is None else Ground.OLDER
        return [Inner(start, count, None, path, start, ground) for start, count in sorted(spans)]
    found: list[Inner] = []
    for at, count, origin, first in cut(runs, sorted(spans)):
        commit, old = files.origins.known[origin]
        known = None if origin == OUTSIDE else files.commits[commit]
        found.append(Inner(at, count, known, old, first, Ground.OLDER))
    return found


_NOTHING = Runs()
