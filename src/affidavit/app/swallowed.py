"""Merges that may have swallowed a branch: what was its line of landings is in one of them now.

Only the first parents of a branch are its landings. Whoever makes a merge chooses which parent is
the first: a beginning of their own, or an old commit, and all that landed before is brought in by
that one merge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.limit import Limit, limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from affidavit.app.gather import Gathered
    from affidavit.audit.selection import Selection
    from affidavit.base.period import Period

LONG = 50
"""First parents in a row, brought in by one merge, from which they are named."""


class _Line(NamedTuple):
    """First parents in a row that a merge brought in; `dated` are those dated in the period."""

    merge: str
    commits: int
    dated: int
    merges: int
    rooted: bool
    """Whether it goes back to a commit without parents."""

    def told(self) -> str:
        """The merge and how many commits would have been landings."""
        return f"{self.merge}: {self.commits:,}, {self.dated:,} of them dated in the period"


def swallowed(gathered: Gathered) -> Iterator[Limit]:
    """What is to be said of merges whose other parents may have been the branch until then.

    Lines of landings on audited branches are none: they are judged one by one. All history is
    looked at, for a merge outside the period can hold what landed in it.
    """
    graph, selection = gathered.graph, gathered.selection
    lines = list(_lines(graph.parents, graph.times, selection))
    own = [one for one in lines if one.rooted]
    if own:
        text = (
            "Merges brought in a history with a beginning of its own. If it was the branch until"
            " then, so many landings are counted as one."
        )
        gap = any(one.dated > 1 for one in own)
        yield limit("unrelated-histories", text, [one.told() for one in own], gap=gap)
    least = max(LONG, len(selection.landings))
    # A branch under work has few merges in its own line; one that others are merged into, many.
    long = [
        one
        for one in lines
        if not one.rooted and (one.dated > least or (one.dated > LONG and one.merges > LONG))
    ]
    if long:
        text = (
            "Merges brought in lines of commits longer than the branch is in the period, or with"
            " many merges. If such a line was the branch until then, or is another that counts, so"
            " many landings are counted as one: audit that branch, too."
        )
        yield limit("lines-inside-merges", text, [one.told() for one in long], gap=True)


def _lines(
    parents: Mapping[str, tuple[str, ...]], times: Mapping[str, int | None], selection: Selection
) -> Iterator[_Line]:
    """The line of each further parent of each landing, down to what was met before."""
    seen = {commit for chain in selection.chains.values() for commit in chain}
    merges = dict.fromkeys(
        commit
        for chain in selection.chains.values()
        for commit in reversed(chain)
        if len(parents.get(commit, ())) > 1
    )
    for merge in merges:
        for parent in parents[merge][1:]:
            line, rooted = _line(parents, parent, seen)
            if line:
                dated = _dated(line, times, selection.period)
                joining = sum(len(parents[commit]) > 1 for commit in line)
                yield _Line(merge, len(line), dated, joining, rooted)


def _line(
    parents: Mapping[str, tuple[str, ...]], commit: str, seen: set[str]
) -> tuple[list[str], bool]:
    """`commit` and its first parents that were not `seen` yet, and whether they have a root."""
    line: list[str] = []
    while commit in parents and commit not in seen:
        seen.add(commit)
        line.append(commit)
        if not parents[commit]:
            return line, True
        commit = parents[commit][0]
    return line, False


def _dated(line: Sequence[str], times: Mapping[str, int | None], period: Period) -> int:
    return sum((time := times.get(commit)) is not None and time in period for commit in line)
