"""A repository read the way an audit reads it, and a look at whether anything was touched."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from affidavit.sources.git.history import walk
from affidavit.sources.git.locate import locate
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from affidavit.sources.git.graph import Graph


@dataclass(frozen=True)
class Reading:
    """What was found: ids handed out, in the order they came, the graph, and all limits' ids."""

    seen: tuple[str, ...]
    graph: Graph
    limits: frozenset[str]

    @property
    def commits(self) -> frozenset[str]:
        return frozenset(self.graph.order)


def read(place: Path, *heads: str) -> Reading:
    """Everything reachable from `heads`, or from HEAD."""
    store = locate(place)
    refs = read_refs(store)
    seen: list[str] = []
    with PrivateGit(store, refs) as git:
        tips = heads or ((refs.head[1],) if refs.head[1] else ())
        graph = walk(git, tips, lambda id_, _body, _time: seen.append(id_))
        limits = frozenset(limit.id for limit in (*git.limits, *graph.limits))
    order = graph.order
    assert sorted(seen) == sorted(order), "each commit is handed out once"
    assert in_order(graph.parents, order)
    return Reading(tuple(seen), graph, limits)


def in_order(graph: Mapping[str, tuple[str, ...]], order: Sequence[str]) -> bool:
    """Whether no commit comes before one of its children."""
    place = {id_: number for number, id_ in enumerate(order)}
    return all(
        place[id_] < place[parent]
        for id_, parents in graph.items()
        for parent in parents
        if parent in place
    )


def listing(folder: Path) -> list[tuple[str, int, int, int]]:
    """Every file and folder below `folder`: its path, size, mode and time of change."""
    found = []
    for path in [folder, *sorted(folder.rglob("*"))]:
        status = path.lstat()
        found.append((os.fspath(path), status.st_size, status.st_mode, status.st_mtime_ns))
    return found
