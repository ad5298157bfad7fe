"""Landings and requests of a repository as the ladder takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import UsageError
from affidavit.changes.chain import brought_in
from affidavit.changes.envelope.ladder import Candidate, Landed
from affidavit.changes.envelope.touched import Change
from affidavit.sources.git.header import header
from affidavit.sources.git.history import walk
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.raw import raw_changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from affidavit.changes.envelope.touched import Touched
    from affidavit.sources.git.graph import Graph
    from affidavit.sources.git.header import Walked
    from affidavit.sources.git.private import PrivateGit

MOST_COMMITS = 2_000
"""Commits of a request up to which it is looked at."""
MOST_PATHS = 5_000_000
"""Paths that landings, or requests, may touch in all: they are held while they are joined."""
_FEW = "join fewer landings, or to envelopes"


class _Range(NamedTuple):
    """Where a request begins, and how many commits it has; `base` is None where it is unknown."""

    base: str | None
    commits: int | None


class History:
    """A branch, and commits beside it, read once with their trees."""

    def __init__(self, git: PrivateGit, tip: str, heads: Iterable[str] = ()) -> None:
        self._git = git
        self._trees: dict[str, str] = {}
        self._main = walk(git, [tip], self._see)
        self._beside = walk(
            git, list(dict.fromkeys(heads)), self._see, without=[tip], known=self._main.parents
        )
        self._tip = tip
        self._order: dict[str, int] = {}
        self._places = _places(self._main.linked, tip)

    def _see(self, id_: str, body: bytes, _read: Walked) -> None:
        self._trees[id_] = header(body, self._git.id_length).tree

    @property
    def main(self) -> Graph:
        """The commits that the tip reaches."""
        return self._main

    @property
    def beside(self) -> Graph:
        """The commits that the other heads reach and the tip does not."""
        return self._beside

    @property
    def places(self) -> Mapping[str, int]:
        """The landing that brought each commit to the branch, counted from the oldest."""
        return self._places

    def chain(self) -> list[str]:
        """The landings of the branch, newest first: its tip and first parents."""
        found: list[str] = []
        at: str | None = self._tip
        while at is not None and at in self._main.parents:
            found.append(at)
            at = next(iter(self._main.parents[at]), None)
        return found

    def landings(self, commits: Sequence[str], numbers: Mapping[str, str]) -> list[Landed]:
        """These commits as landings, with the numbers that their texts name.

        Those that the branch does not reach are left out.
        """
        known = [one for one in commits if one in self._main.parents]
        changes = self._changes([(self._first_parent(one), one) for one in known])
        return [
            Landed(
                commit=one,
                parents=self._main.parents[one],
                change=change,
                number=numbers.get(one),
                place=self._places.get(one),
            )
            for one, change in zip(known, changes, strict=True)
        ]

    def own(self, commits: Sequence[str]) -> dict[str, Change]:
        """What each of these commits beside the branch changes itself, where it has one parent."""
        parents = {one: self._beside.parents.get(one, ()) for one in commits}
        pairs = [(each[0], one) for one, each in parents.items() if len(each) == 1]
        changes = self._changes(pairs)
        return {one: change for (_, one), change in zip(pairs, changes, strict=True)}

    def requests(self, heads: Mapping[str, str]) -> list[Candidate]:
        """The requests of these numbers and heads, from where they left the branch."""
        known = {number: one for number, one in heads.items() if one in self._trees}
        ranges = {head: self._range(head) for head in set(known.values())}
        pairs = [(ranges[head].base, head) for head in known.values()]
        changes = self._changes(pairs)
        return [
            Candidate(
                key=f"refs/pull/{number}/head",
                head=head,
                change=change,
                number=number,
                base=ranges[head].base,
                since=self._places.get(ranges[head].base or ""),
                commits=ranges[head].commits,
            )
            for (number, head), change in zip(known.items(), changes, strict=True)
        ]

    def _first_parent(self, commit: str) -> str:
        return next(iter(self._main.parents[commit]), "")

    def _changes(self, pairs: Sequence[tuple[str | None, str]]) -> list[Change]:
        """What differs between the trees of commits; before is empty for none, None if unknown."""
        trees = [(self._before(before), self._trees[after]) for before, after in pairs]
        asked = list(dict.fromkeys((one, other) for one, other in trees if one is not None))
        found: dict[tuple[str, str], tuple[Touched, ...] | None] = {}
        left = MOST_PATHS
        with Objects(self._git) as objects:
            for pair, touched in zip(asked, raw_changes(objects, asked), strict=True):
                found[pair] = touched
                left -= len(touched or ())
                if left < 0:
                    raise UsageError(
                        f"landings or requests touch more than {MOST_PATHS:,} paths together",
                        hint=_FEW,
                    )
        return [
            Change(
                before=before or "",
                after=after,
                touched=None if before is None else found[before, after],
            )
            for before, after in trees
        ]

    def _before(self, commit: str | None) -> str | None:
        """The tree of `commit`; None where it is not known, as below the end of a shallow clone."""
        return self._trees.get(commit) if commit else commit

    def _range(self, head: str) -> _Range:
        """What `head` reaches and the branch does not, and the newest commit that both reach."""
        if head in self._main.parents:
            return _Range(None, None)
        seen = {head}
        waiting = [head]
        bases: set[str] = set()
        commits = 0
        while waiting and len(seen) <= MOST_COMMITS:
            parents = self._beside.parents.get(waiting.pop())
            if parents is None:
                return _Range(None, None)
            commits += len(parents) < 2
            bases.update(one for one in parents if one in self._main.parents)
            new = {one for one in parents if one not in self._main.parents} - seen
            seen |= new
            waiting += new
        if waiting or not bases:
            return _Range(None, None)
        self._order = self._order or {one: at for at, one in enumerate(self._main.order)}
        return _Range(min(bases, key=self._order.__getitem__), commits)


def _places(parents: Mapping[str, tuple[str, ...]], tip: str) -> dict[str, int]:
    """By which landing each commit came to the branch, counted from the oldest."""
    shares = reversed(brought_in(parents, tip).values())
    return {commit: number for number, share in enumerate(shares) for commit in share}
