"""Notes of git-ai that squashes and rebases left behind, brought to their landings where provable.

A landing is tried as a squash of a request, then as a squash of any commit with a note, then as the
rebase of one such commit. The next is tried only where the one before found nothing to carry; what
is ambiguous, refused or lost stays so.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.branches import chosen
from affidavit.app.envelope.contents import Contents
from affidavit.app.envelope.joining import joined
from affidavit.app.progress import QUIET
from affidavit.app.recovery.fates import fates
from affidavit.app.recovery.model import Outcome, Recovered, Row, Rung
from affidavit.app.recovery.orphans import lost
from affidavit.app.recovery.rebases import Rebases
from affidavit.app.recovery.trying import Trying
from affidavit.app.recovery.writing import written
from affidavit.base.errors import BranchNotFoundError
from affidavit.base.text import shortened, visible
from affidavit.changes.envelope.fitting import Fitting
from affidavit.changes.envelope.index import Index
from affidavit.changes.envelope.ladder import Rung as By
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from affidavit.app.envelope.joining import Joins
    from affidavit.app.reading import Progress
    from affidavit.app.recovery.model import Asked
    from affidavit.app.recovery.orphans import Lost
    from affidavit.changes.envelope.ladder import Candidate, Joined, Landed
    from affidavit.sources.git.refs import Refs

EVERY = 25
"""Progress is told once for so many landings."""
LONGEST = 200
"""Characters of a branch's name, or of what could not be read, that are told."""


def recovered(asked: Asked, progress: Progress = QUIET) -> Recovered:
    """What can be recovered, written where that is wanted.

    Raises:
        AffidavitError: The repository cannot be read, or notes not written; see docs/errors/.
    """
    store = locate(asked.repository)
    refs = read_refs(store)
    with PrivateGit(store, refs) as git:
        where = _where(git, refs, asked.branch, bare=store.work_tree is None)
        progress.step("reading history")
        found = lost(git, refs, where.head)
        work = _Work(git, refs, found, progress)
        rows = tuple(work.rows())
    done = written(store, rows) if asked.write else rows
    return _told(where, found, done, work)


class _Where(NamedTuple):
    """A branch and the commit that it leads to."""

    name: str
    head: str


def _where(git: PrivateGit, refs: Refs, name: str | None, *, bare: bool) -> _Where:
    branch = chosen(refs, (name,) if name else (), bare=bare)[0][0]
    with Objects(git) as objects:
        head = objects.peeled([branch.head]).get(branch.head)
    if head is None:
        raise BranchNotFoundError(f"{visible(branch.ref)} leads to no commit that can be read")
    return _Where(visible(shortened(branch.name, LONGEST)), head)


class _Work:
    """The landings of a branch, one stage after the other."""

    def __init__(self, git: PrivateGit, refs: Refs, found: Lost, progress: Progress) -> None:
        self._git, self._refs, self._lost, self._progress = git, refs, found, progress
        self.requests: dict[str, Joined] = {}
        self.version: str | None = None

    def rows(self) -> list[Row]:
        """What became of each landing that has no note of its own."""
        found = self._lost
        candidates = found.candidates()
        noted = [one for one in found.requests if found.behind(one.head)]
        apart = found.apart(noted)
        self._join(noted)
        beside = [one for one in candidates if one.head in apart]
        alone = self._joined(self._likely(beside), beside).by_landing
        rebases = Rebases(self._git, found, candidates)
        trying = Trying(self._git, self._refs, found, rebases)
        open_ = [one for one in found.landings if not found.notes.on(one.commit)]
        same = rebases.same()
        rows: list[Row] = []
        for number, one in enumerate(open_, 1):
            joins = [each[one.commit] for each in (self.requests, alone) if one.commit in each]
            rows.append(trying.row(one, joins, same.get(one.commit)))
            if number % EVERY == 0:
                self._progress.step("carrying notes to landings", number, len(open_))
        return rows

    def _join(self, noted: Sequence[Candidate]) -> None:
        """Which landings are requests with notes behind them.

        Where one is, or may be, it is held against all requests: another may be it as well.
        """
        first = self._joined(self._likely(noted), noted)
        found = {**self._named(noted, first.by_landing), **first.by_landing}
        again = [
            one
            for one in self._lost.landings
            if (join := found.get(one.commit)) and (join.carries or join.rung is By.AMBIGUOUS)
        ]
        whole = self._joined(again, self._lost.requests).by_landing
        self.requests, self.version = {**found, **whole}, first.git

    def _joined(self, landings: Sequence[Landed], candidates: Sequence[Candidate]) -> Joins:
        return joined(self._git, landings, candidates, self._progress)

    def _named(self, noted: Sequence[Candidate], known: Container[str]) -> dict[str, Joined]:
        """Landings whose text names one of `noted`, held against that alone."""
        numbers = {one.number: one for one in noted}
        named = [
            (one, numbers[one.number])
            for one in self._lost.landings
            if len(one.parents) == 1 and one.number in numbers and one.commit not in known
        ]
        return {
            one.commit: self._joined([one], [request]).by_landing[one.commit]
            for one, request in named
        }

    def _likely(self, candidates: Sequence[Candidate]) -> list[Landed]:
        """Landings with one parent that fit one of `candidates`, or touch just its paths.

        Left out is what a merge could only become by renaming files, whose lines are lost anyway.
        """
        index = Index(candidates)
        with Objects(self._git) as objects:
            contents = Contents(objects)
            return [one for one in self._lost.landings if _fits(one, index, contents)]


def _fits(landed: Landed, index: Index, contents: Contents) -> bool:
    if len(landed.parents) != 1 or not landed.change.touched:
        return False
    fitting = Fitting(landed.change, contents.lines)
    whole = index.with_paths(landed.change.paths)
    return bool(whole) or any(fitting.fits(one.change) for one in index.sharing(landed))


def _told(where: _Where, found: Lost, rows: tuple[Row, ...], work: _Work) -> Recovered:
    outcomes = Counter(one.outcome for one in rows)
    rungs: dict[str, Rung] = {}
    for one in rows:
        if one.outcome is Outcome.RECOVERED:
            before = rungs.get(one.rung, Rung())
            rungs[one.rung] = Rung(
                landings=before.landings + 1,
                notes=before.notes + one.notes,
                attested=before.attested + one.attested,
                lines=before.lines + one.lines,
            )
    return Recovered(
        branch=where.name,
        head=where.head,
        landings=len(found.landings),
        noted=len(found.landings) - len(rows),
        notes=len(found.notes.blobs),
        orphaned=len(found.orphans) + len(found.gone),
        fates=fates(found, rows, work.requests),
        outcomes={str(one): outcomes[one] for one in Outcome},
        rungs=dict(sorted(rungs.items())),
        rows=rows,
        unread=tuple(visible(shortened(one, LONGEST)) for one in found.unread),
        written=sum(one.written for one in rows),
        git=work.version,
    )
