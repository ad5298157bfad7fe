"""Merges that may have swallowed a branch: what was its line of landings is in one of them now.

Only the first parents of a branch are its landings. Whoever makes a merge chooses which parent is
the first: a beginning of their own, or an old commit, and all that landed before is brought in by
that one merge.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.limit import Limit, limit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from affidavit.app.gather import Gathered
    from affidavit.audit.selection import Selection
    from affidavit.base.period import Period

LONG = 50
"""First parents in a row, brought in by one merge, from which they are named."""


class _Path(NamedTuple):
    """First parents that follow each other within one merge, down to `end`."""

    end: str
    commits: int
    dated: int
    """Those dated in the period."""
    merges: int


def swallowed(gathered: Gathered) -> Iterator[Limit]:
    """What is to be said of merges whose other parents may have been the branch until then.

    Lines of landings on audited branches are none: they are judged one by one. All history is
    looked at, for a merge outside the period can hold what landed in it.
    """
    graph, selection = gathered.graph, gathered.selection
    lines = list(_lines(graph.parents, graph.times, selection))
    own = [(merge, one) for merge, one in lines if not graph.parents[one.end]]
    if own:
        text = (
            "Merges brought in a history with a beginning of its own. If it was the branch until"
            " then, so many landings are counted as one."
        )
        gap = any(one.dated > 1 for _, one in own)
        yield limit("unrelated-histories", text, _told(own), gap=gap)
    least = max(LONG, len(selection.landings))
    # A branch under work has few merges in its own line; one that others are merged into, many.
    long = [
        (merge, one)
        for merge, one in lines
        if graph.parents[one.end] and (one.dated > least or min(one.dated, one.merges) > LONG)
    ]
    if long:
        text = (
            "Merges brought in lines of commits longer than the branch is in the period, or with"
            " many merges. If such a line was the branch until then, or is another that counts, so"
            " many landings are counted as one: audit that branch, too."
        )
        yield limit("lines-inside-merges", text, _told(long), gap=True)


def _told(lines: Sequence[tuple[str, _Path]]) -> list[str]:
    """Each merge and how many commits would have been landings."""
    return [
        f"{merge}: {one.commits:,}, {one.dated:,} of them dated in the period"
        for merge, one in lines
    ]


def _lines(
    parents: Mapping[str, tuple[str, ...]], times: Mapping[str, int | None], selection: Selection
) -> Iterator[tuple[str, _Path]]:
    """The lines that each landing brought in, down to what was met before, with the landing."""
    owners = {commit: commit for chain in selection.chains.values() for commit in chain}
    merges = dict.fromkeys(
        commit
        for chain in selection.chains.values()
        for commit in reversed(chain)
        if len(parents.get(commit, ())) > 1
    )
    # What a landing names as a parent is its own, also where an older one has a part of it inside.
    left = []
    for merge in merges:
        brought: list[str] = []
        for parent in parents[merge][1:]:
            line = _line(parents, parent, owners)
            owners.update(dict.fromkeys(line, merge))
            brought += line
        # Nearly all bring in a few commits in a row: there is nothing to be told of them.
        if len(brought) > LONG or any(len(parents[commit]) != 1 for commit in brought):
            left.append(merge)
    for merge in left:
        for path in _brought(parents, times, selection.period, merge=merge, owners=owners):
            if path.dated > LONG or not parents[path.end]:
                yield merge, path


def _brought(
    parents: Mapping[str, tuple[str, ...]],
    times: Mapping[str, int | None],
    period: Period,
    *,
    merge: str,
    owners: dict[str, str],
) -> Iterable[_Path]:
    """The longest of the paths that have the same lower end, in what a merge brought in.

    Each begins at a parent that is not the first one, of `merge` or of what it brought in: a branch
    can be wrapped into other merges, and named in pieces, however many.
    """
    longest: dict[str, _Path] = {}
    # Plain tuples and numbers in the loop: nearly every commit of the history comes by here.
    paths: dict[str, tuple[str, int, int, int]] = {}
    start, stop = period.start, period.end
    waiting = deque(parents[merge][1:])
    while waiting:
        line = _line(parents, waiting.popleft(), owners, merge=merge, stop=paths)
        if not line:
            continue
        below = parents[line[-1]][:1]
        path = (below and paths.get(below[0])) or (line[-1], 0, 0, 0)
        end, commits, dated, merges = path
        for commit in reversed(line):
            if len(parents[commit]) > 1:
                waiting.extend(parents[commit][1:])
                merges += 1
            time = times.get(commit)
            dated += time is not None and start <= time < stop
            commits += 1
            paths[commit] = (end, commits, dated, merges)
            owners[commit] = merge
        if end not in longest or commits > longest[end].commits:
            longest[end] = _Path(end, commits, dated, merges)
    return longest.values()


def _line(
    parents: Mapping[str, tuple[str, ...]],
    commit: str,
    owners: Mapping[str, str],
    *,
    merge: str = "",
    stop: Collection[str] = (),
) -> list[str]:
    """`commit` and its first parents, down to one in `stop` or that has another owner."""
    line: list[str] = []
    while owners.get(commit, merge) == merge and commit not in stop:
        above = parents.get(commit)
        if above is None:
            break
        line.append(commit)
        if not above:
            break
        commit = above[0]
    return line
