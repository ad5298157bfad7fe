"""Whether the head that was merged is what was approved, with nothing but the base merged in.

Every commit after the approved one must be a merge of an earlier landing of the base. And what the
request changes must be the same before and after it: the same paths, each with the same content.
Where the base changed one of those files as well, that cannot be told from the files, and the
answer is unknown. So it is asked of a merge as well whether it is its two sides and nothing else,
and of a commit made anew whether it changes what the first one did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.forge.bringing import Bringing
from affidavit.changes.forge.approvals import Answer
from affidavit.sources.git.changed import changed_paths
from affidavit.sources.git.commit import parse
from affidavit.sources.git.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from affidavit.base.commit import Commit
    from affidavit.sources.git.changed import Paths
    from affidavit.sources.git.graph import Graph
    from affidavit.sources.git.private import PrivateGit

MERGES = 200
"""Merges of the base after an approval, up to which they are looked at."""
COMMITS = 5_000
"""Commits of a request that are looked through for where it left the base."""
_UNKNOWN = Answer.UNKNOWN


class _Update(NamedTuple):
    """A merge of the base into a request: what it was before, and the landing merged in."""

    merge: Commit
    before: Commit
    base: str


class Contents:
    """Compares heads of requests. `chains` are the branches' landings, newest first."""

    def __init__(
        self,
        git: PrivateGit,
        graph: Graph,
        chains: Mapping[str, Sequence[str]],
        objects: Objects,
    ) -> None:
        self._git = git
        self._objects = objects
        self._graph = graph
        self.bringing = Bringing(graph, chains)
        self._places = {
            commit: (name, -place)
            for name, chain in chains.items()
            for place, commit in enumerate(chain)
        }

    def same(self, approved: str, head: str) -> Answer:
        """Whether `head` is `approved` with nothing but the base merged in."""
        with Objects(self._git) as objects:
            updates = self._updates(objects, approved, head)
            if not isinstance(updates, list):
                return updates
            answers = [self._carries(objects, one) for one in updates]
        if Answer.NO in answers:
            return Answer.NO
        return Answer.UNKNOWN if Answer.UNKNOWN in answers else Answer.YES

    def clean(self, merge: str) -> Answer:
        """Whether a landing with two parents is these two and nothing added."""
        with Objects(self._git) as objects:
            own = _read(objects, merge)
            if own is None or len(own.parents) != 2 or own.parents[0] not in self._places:
                return Answer.UNKNOWN
            head = _read(objects, own.parents[1])
            return self._carries(objects, _Update(own, head, own.parents[0])) if head else _UNKNOWN

    def copied(self, pairs: Sequence[tuple[str, str]]) -> list[Answer]:
        """Of each commit and landing, whether the landing changes what the commit does.

        Not for a process that shares the objects of another.
        """
        found = [self._changes(*one) for one in pairs]
        trees = [pair for one in found if one for pair in one]
        told = iter(changed_paths(self._git, trees)) if trees else iter(())
        return [
            _same_change(next(told), next(told), next(told)) if one else _UNKNOWN for one in found
        ]

    def holds(self, landing: str, commit: str) -> bool:
        """Whether the landing has the commit among those that it came after."""
        branch, _ = self._places.get(landing, ("", 0))
        by = self.bringing.place(branch, commit) if branch else None
        own = self.bringing.place(branch, landing) if by is not None else None
        return by is not None and own is not None and own <= by

    def _changes(self, commit: str, landing: str) -> list[tuple[str, str]] | None:
        """The trees to compare: what each of the two changes, and what differed before them."""
        both = [_read(self._objects, one) for one in (commit, landing)]
        parents = [one.parents[0] for one in both if one and len(one.parents) == 1]
        before = [tree for one in parents if (tree := self._objects.tree_of(one))]
        after = [one.tree for one in both if one]
        if len(before) != 2 or len(after) != 2:
            return None
        return [(before[0], after[0]), (before[1], after[1]), (before[0], before[1])]

    def _updates(self, objects: Objects, approved: str, head: str) -> list[_Update] | Answer:
        """The merges between the two, or why there is no saying so."""
        found = list[_Update]()
        at = _read(objects, head)
        for _ in range(MERGES):
            if at is None:
                return Answer.UNKNOWN
            if at.id == approved:
                return found
            if len(at.parents) != 2 or at.parents[1] not in self._places:
                return Answer.NO
            before = _read(objects, at.parents[0])
            if before is None:
                return Answer.UNKNOWN
            found.append(_Update(at, before, at.parents[1]))
            at = before
        return Answer.UNKNOWN

    def _carries(self, objects: Objects, update: _Update) -> Answer:
        """Whether the request changes the same after a merge of the base as before it."""
        left = self._left(objects, update.before.id, update.base)
        trees = [objects.tree_of(one) if one else "" for one in (left, update.base)]
        if not all(trees):
            return Answer.UNKNOWN
        pairs = [
            (trees[0], update.before.tree),
            (trees[1], update.merge.tree),
            (trees[0], trees[1]),
        ]
        return _compared(*changed_paths(self._git, pairs))

    def _left(self, objects: Objects, head: str, base: str) -> str | None:
        """The newest landing that `head` has below it, of those up to `base`; None if unclear."""
        branch, limit = self._places[base]
        waiting, seen, found = [head], set[str](), list[tuple[int, str]]()
        while waiting:
            commit = waiting.pop()
            if commit in seen:
                continue
            seen.add(commit)
            place = self._places.get(commit)
            if place is not None and place[0] == branch:
                found.append((place[1], commit))
                continue
            parents = self._graph.parents.get(commit) or _parents(objects, commit)
            if not parents or len(seen) > COMMITS:
                return None
            waiting += parents
        newest = max(found, default=None)
        return newest[1] if newest and newest[0] <= limit else None


def _compared(before: Paths | None, after: Paths | None, base: Paths | None) -> Answer:
    """By what the request changed before and after a merge, and what the base changed meanwhile."""
    if before is None or after is None or base is None or before.more or after.more or base.more:
        return Answer.UNKNOWN
    paths = {one.path for one in before.paths}
    if paths != {one.path for one in after.paths}:
        return Answer.NO
    if not paths.isdisjoint(one.path for one in base.paths):
        return Answer.UNKNOWN
    return Answer.YES if set(before.paths) == set(after.paths) else Answer.NO


def _same_change(own: Paths | None, anew: Paths | None, base: Paths | None) -> Answer:
    """By what a commit changed, what the landing did, and what differed before them."""
    if own is None or anew is None or base is None or own.more or anew.more or base.more:
        return Answer.UNKNOWN
    first, second = set(own.paths), set(anew.paths)
    if first == second:
        return Answer.YES
    added = {one.path for one in second} - {one.path for one in first}
    differing = {one.path for one in first ^ second}
    # Where the base differed, the same lines make another file.
    unclear = differing <= {one.path for one in base.paths} and not added
    return Answer.UNKNOWN if unclear else Answer.NO


def _read(objects: Objects, commit: str) -> Commit | None:
    body = objects.one(commit, kind="commit")
    return parse(commit, body) if body is not None else None


def _parents(objects: Objects, commit: str) -> tuple[str, ...]:
    found = _read(objects, commit)
    return found.parents if found else ()
