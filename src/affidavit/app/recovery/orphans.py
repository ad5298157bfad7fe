"""A branch, the notes of git-ai in its repository, and the commits with notes that it lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.envelope.asking import numbers
from affidavit.app.envelope.history import MOST_COMMITS, History
from affidavit.app.noted import GIT_AI, LEGACY
from affidavit.app.squashes import pull_heads
from affidavit.base.errors import UsageError
from affidavit.changes.envelope.ladder import Candidate, Landed
from affidavit.sources.git.notes import notes
from affidavit.sources.git.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from affidavit.sources.git.graph import Graph
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs

MOST_ORPHANS = 50_000
"""Commits with notes beside the branch that are looked at."""
_BRANCHES = ("refs/heads/", "refs/remotes/")


class Notes(NamedTuple):
    """The blobs of the notes by commit, the commits with an older note, what was not read."""

    blobs: Mapping[str, tuple[str, ...]]
    legacy: frozenset[str]
    unread: tuple[str, ...]

    def on(self, commit: str) -> bool:
        """Whether there is a note on it, even an empty one."""
        return commit in self.blobs or commit in self.legacy


def all_notes(git: PrivateGit, refs: Refs) -> Notes:
    """The notes of git-ai that the repository has."""
    tip = refs.get(GIT_AI)
    with Objects(git) as objects:
        blobs = notes(git, objects, tip) if tip else {}
        if tip and not blobs and not objects.peeled([tip]):
            return Notes({}, frozenset(), (f"{GIT_AI} leads to no commit that can be read",))
        unread = tuple(one.text for one in objects.limits)
    legacy = (one.removeprefix(LEGACY) for one in refs.ids if one.startswith(LEGACY))
    return Notes(blobs, frozenset(legacy), unread)


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """A branch with all that is beside it.

    `landings` are all of it, the newest first. `orphans` are the commits with notes that the branch
    does not reach and the repository has; `gone` those that it has not. `on_a_branch` are orphans
    that another branch reaches; `tips` are those of all branches.
    """

    history: History
    landings: tuple[Landed, ...]
    requests: tuple[Candidate, ...]
    notes: Notes
    orphans: tuple[str, ...]
    gone: frozenset[str]
    on_a_branch: frozenset[str]
    tips: frozenset[str]
    unread: tuple[str, ...]

    def behind(self, head: str) -> frozenset[str]:
        """The orphans among what `head` brings."""
        reached = _reached(self.history.beside, [head], MOST_COMMITS)
        return frozenset(one for one in reached if one in self.notes.blobs)

    def apart(self, requests: Iterable[Candidate]) -> frozenset[str]:
        """The orphans behind none of `requests`; of those on another branch its tips alone."""
        within = {one for each in requests for one in self.behind(each.head)}
        inside = self.on_a_branch - self.tips
        return frozenset(one for one in self.orphans if one not in within and one not in inside)

    def candidates(self) -> list[Candidate]:
        """Each orphan as a change from where it left the branch."""
        found = self.history.requests({one: one for one in self.orphans})
        return [msgspec.structs.replace(one, key=one.head, number=None) for one in found]


def lost(git: PrivateGit, refs: Refs, tip: str) -> Lost:
    """The branch that ends in `tip`, and what of its notes is beside it.

    Raises:
        UsageError: There is too much of it.
        GitFailedError: git does not answer.
    """
    found = all_notes(git, refs)
    with Objects(git) as objects:
        here = objects.have(sorted(found.blobs))
        noted = sorted(one for one, at in objects.peeled(sorted(here)).items() if one == at)
        damaged = len(objects.damaged)
    pulls = pull_heads(refs)
    tips = [id_ for name, id_ in refs.ids.items() if name.startswith(_BRANCHES)]
    history = History(git, tip, [*pulls.values(), *tips, *noted])
    orphans = tuple(one for one in noted if one in history.beside.parents)
    if len(orphans) > MOST_ORPHANS:
        raise UsageError(f"more than {MOST_ORPHANS:,} commits beside the branch have notes")
    chain = history.chain()
    reached = _reached(history.beside, tips)
    return Lost(
        history=history,
        landings=tuple(history.landings(chain, numbers(git, chain))),
        requests=tuple(history.requests(pulls)),
        notes=found,
        orphans=orphans,
        gone=frozenset(found.blobs.keys() - set(noted)),
        on_a_branch=frozenset(one for one in orphans if one in reached),
        tips=frozenset(tips),
        unread=(*found.unread, *_gaps(history.main, damaged), *_of_refs(refs)),
    )


def _of_refs(refs: Refs) -> Iterator[str]:
    """What of the refs could not be read."""
    return (one.text for one in refs.limits if one.gap)


def _gaps(graph: Graph, damaged: int) -> Iterator[str]:
    """What of the branch, and of the commits with notes, could not be read."""
    if damaged:
        yield f"{damaged:,} commits with notes cannot be read"
    if graph.missing or graph.damaged:
        count = len(graph.missing) + len(graph.damaged)
        yield f"{count:,} commits of the branch are not there or cannot be read"
    if graph.boundary:
        yield "the clone is shallow: the branch is not whole"


def _reached(graph: Graph, heads: Iterable[str], most: int | None = None) -> set[str]:
    """What of `graph` these heads reach; nothing where that is more than `most`."""
    seen = {one for one in heads if one in graph.parents}
    waiting = list(seen)
    while waiting:
        if most is not None and len(seen) > most:
            return set()
        above = graph.parents[waiting.pop()]
        new = {one for one in above if one in graph.parents} - seen
        seen |= new
        waiting += new
    return seen
