"""The graph of commits, and an order in which no commit comes before its children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from affidavit.base.limit import Limit

Parents = Mapping[str, tuple[str, ...]]


@dataclass(slots=True, kw_only=True)
class Graph:
    """The commits that a walk found. Whoever is handed one only reads it.

    A parent that is in none of `parents`, `missing` and `damaged` is either excluded (reachable
    from what the walk was to leave out) or lies before a `boundary` commit.
    """

    tips: tuple[str, ...] = ()
    """Where the walk began: the heads that are commits."""
    parents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Of every commit read, from its verified body."""
    times: dict[str, int | None] = field(default_factory=dict)
    """Committer times of the same, seconds since 1970 UTC."""
    missing: set[str] = field(default_factory=set)
    """Named as a parent or a head, and not in the repository."""
    damaged: set[str] = field(default_factory=set)
    """Named as a parent or a head, and unreadable, not a commit, or not what its id stands for."""
    boundary: set[str] = field(default_factory=set)
    """Commits that were read and whose parents a shallow clone left out."""
    bridges: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Of damaged commits whose bytes still read as a commit's: the parents that those bytes state.

    They are not proven; the walk went on there so that a damaged commit costs itself only."""
    limits: tuple[Limit, ...] = ()

    @property
    def linked(self) -> dict[str, tuple[str, ...]]:
        """`parents` with the bridges over damaged commits."""
        return {**self.parents, **self.bridges} if self.bridges else self.parents

    @property
    def order(self) -> list[str]:
        """Every commit read, each once, children before parents; worked out at each call."""
        return [id_ for id_ in topological(self.linked, self.tips) if id_ in self.parents]


def topological(parents: Parents, heads: Sequence[str]) -> list[str]:
    """The commits of `parents` reachable from `heads`, children before parents.

    The order depends on nothing but the arguments: from the first head along first parents, each
    commit as soon as all its children are out. Linear in commits and parents.
    """
    waiting = _children(parents, heads)
    ready = [id_ for id_ in reversed(dict.fromkeys(heads)) if waiting.get(id_) == 0]
    order: list[str] = []
    while ready:
        id_ = ready.pop()
        order.append(id_)
        for parent in reversed(parents[id_]):
            if parent in waiting:
                waiting[parent] -= 1
                if not waiting[parent]:
                    ready.append(parent)
    return order


def _children(parents: Parents, heads: Sequence[str]) -> dict[str, int]:
    """How often each reachable commit is named as a parent."""
    counts = {id_: 0 for id_ in heads if id_ in parents}
    pending = list(counts)
    while pending:
        for parent in parents[pending.pop()]:
            if parent in counts:
                counts[parent] += 1
            elif parent in parents:
                counts[parent] = 1
                pending.append(parent)
    return counts
