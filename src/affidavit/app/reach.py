"""What the head of a pull request reaches and the landing's first parent does not.

It is the landing that it is held against, not the branch as it is today: what came onto the branch
after the squash, by whatever way, was still new when it was squashed. So the answer for a landing
stays what it is as the branch grows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.chain import brought_in
from affidavit.sources.git.graph import topological

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from affidavit.sources.git.graph import Graph

COMMITS = 2_000
"""Commits of one squash up to which they are named."""


class Reach:
    """Commits of the audited branches (`main`) and of the pull requests `beside` them.

    `older` are commits that every landing reaches, where `main` does not begin at the beginning.
    """

    def __init__(
        self,
        main: Graph,
        beside: Graph,
        chains: Sequence[Sequence[str]],
        older: AbstractSet[str] = frozenset(),
    ) -> None:
        self._older = older
        self._main = main
        self._linked = main.linked
        self._beside = beside.parents
        self._chains = chains
        # Where history is cut off, a beginning may lie below the cut as well.
        self._cut = bool(main.missing or main.damaged or main.boundary)

    def behind(self, heads: Mapping[str, str]) -> dict[str, list[str]]:
        """The commits behind landings whose requests end in `heads`, children before parents.

        Left out are landings of which it cannot be told, and those that their head itself reaches:
        it grew after it was squashed. So are heads that hold nothing else than merges.
        """
        found: dict[str, list[str]] = {}
        left = dict(heads)
        for chain in self._chains:
            asked = [(one, left.pop(one)) for one in chain if one in left]
            entered = _entered(self._linked, chain) if asked else {}
            for landing, head in asked:
                commits = self._between(landing, head, entered)
                if any(len(set(parents)) < 2 for parents in commits.values()):
                    found[landing] = topological(commits, [head])
        return found

    def _between(
        self, landing: str, head: str, entered: Mapping[str, int]
    ) -> dict[str, tuple[str, ...]]:
        """The commits that `head` reaches and the first parent does not, with their parents.

        Nothing where they are not all known.
        """
        before = entered[landing]
        found: dict[str, tuple[str, ...]] = {}
        waiting = [head]
        while waiting:
            commit = waiting.pop()
            reached = commit in self._older or entered.get(commit, before) < before
            if commit in found or reached:
                continue
            parents = self._parents(commit)
            if parents is None or commit == landing or len(found) >= COMMITS:
                return {}
            found[commit] = parents
            waiting += parents
        return found

    def _parents(self, commit: str) -> tuple[str, ...] | None:
        """Its parents; ``None`` where they, or the commit, are not known."""
        parents = self._beside.get(commit)
        if parents is None:
            parents = self._main.parents.get(commit)
        return None if self._cut and not parents else parents


def _entered(parents: Mapping[str, tuple[str, ...]], chain: Sequence[str]) -> dict[str, int]:
    """By which landing of `chain` each commit was first reached, counted from the oldest."""
    shares = reversed(brought_in(parents, chain[0]).values())
    return {commit: number for number, share in enumerate(shares) for commit in share}
