"""The commits behind landings replayed: which of them brought each line of a landing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from affidavit.provenance.blame.inner import Against, Origins, after
from affidavit.sources.git.enduring import endured
from affidavit.sources.git.patches import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from affidavit.app.lines.reading import Behind
    from affidavit.provenance.blame.change import Entry, Hunks
    from affidavit.provenance.blame.inner import Files
    from affidavit.provenance.blame.runs import Runs
    from affidavit.sources.git.private import PrivateGit


class Inside(NamedTuple):
    """The files of a landing by the commits behind it; origins are numbers of `Origins`."""

    files: Mapping[bytes, Runs | None]
    origins: Origins
    commits: Sequence[str]


class _Node(NamedTuple):
    """A commit behind a landing, and its parents in order."""

    landing: str
    number: int
    commit: str
    parents: Sequence[str]
    last: bool


def inside(
    git: PrivateGit,
    wanted: Mapping[str, Behind],
    parents: Callable[[str], Sequence[str]],
    take: Callable[[str, Inside], None],
    touched: Callable[[str, Entry, Hunks | None], None],
) -> list[str]:
    """Hand `take` the files of each landing of `wanted`, as the commits behind it made them.

    The commits of which a file is missing come back.

    `parents` gives the parents of a commit; `touched` is told of every file that one of the commits
    changed against its first parent.

    Raises:
        GitFailedError: git cannot compare them all.
    """
    nodes = list(_nodes(wanted, parents))
    steps = [Step(one.commit, parent) for one in nodes for parent in (one.parents or (None,))]
    following = _Following(nodes, take, touched)
    broken = endured(git, steps, following)
    if nodes:
        following.finish()
    return list(dict.fromkeys(steps[one].commit for one in broken))


def _nodes(
    wanted: Mapping[str, Behind], parents: Callable[[str], Sequence[str]]
) -> Iterator[_Node]:
    for landing, behind in wanted.items():
        last = len(behind.commits) - 1
        for number, commit in enumerate(behind.commits):
            yield _Node(landing, number, commit, parents(commit), number == last)


class _Following:
    """Takes what commits did, and makes their files of it."""

    def __init__(
        self,
        nodes: Sequence[_Node],
        take: Callable[[str, Inside], None],
        touched: Callable[[str, Entry, Hunks | None], None],
    ) -> None:
        self._nodes = nodes
        self._take = take
        self._touched = touched
        self._at = 0
        self._sides: list[list[tuple[Entry, Hunks | None]]] = []
        self._states: dict[str, Files] = {}
        self._children: Counter[str] = Counter()
        self._origins = Origins()
        self._commits: list[str] = []

    def begin(self, _step: int, _entries: Sequence[Entry]) -> None:
        """Another commit, or another parent of the same."""
        if self._sides and len(self._sides) == max(len(self._nodes[self._at].parents), 1):
            self.finish()
        if not self._sides:
            self._enter()
        self._sides.append([])

    def _enter(self) -> None:
        node = self._nodes[self._at]
        if node.number == 0:
            self._states, self._commits = {}, []
            self._origins = Origins()
            self._children = Counter(
                parent for other in self._same_landing() for parent in other.parents
            )

    def _same_landing(self) -> Iterator[_Node]:
        at = self._at
        while at < len(self._nodes):
            yield self._nodes[at]
            if self._nodes[at].last:
                return
            at += 1

    def change(self, entry: Entry, hunks: Hunks | None) -> None:
        """What became of one file."""
        if len(self._sides) == 1:
            self._touched(self._nodes[self._at].commit, entry, hunks)
        self._sides[-1].append((entry, hunks))

    def finish(self) -> None:
        """The commit under way is whole."""
        node = self._nodes[self._at]
        sides = [
            Against(self._states.get(parent, {}), changes)
            for parent, changes in zip(node.parents or ("",), self._sides, strict=True)
        ]
        self._states[node.commit] = after(node.number, sides, self._origins)
        self._commits.append(node.commit)
        for parent in node.parents:
            self._children[parent] -= 1
            if not self._children[parent]:
                self._states.pop(parent, None)
        if node.last:
            self._take(
                node.landing, Inside(self._states[node.commit], self._origins, self._commits)
            )
        self._at += 1
        self._sides = []
