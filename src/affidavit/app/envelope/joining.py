"""Landings joined to the changes that are known, many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.envelope.contents import Contents
from affidavit.app.progress import QUIET
from affidavit.changes.envelope.index import Index
from affidavit.changes.envelope.ladder import Joined, Ladder, Rung, contested
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.replay import Replay

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from affidavit.app.reading import Progress
    from affidavit.changes.envelope.ladder import Candidate, Landed
    from affidavit.sources.git.private import PrivateGit

EVERY = 25
"""Progress is told once for so many landings."""
LONGEST_SPAN = 250
"""Landings in a row that are looked at as one change."""


class Joins(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each landing, in the order they were given.

    `git` is the version that merged for the replay rung; None where it is too old to do so.
    """

    by_landing: dict[str, Joined]
    git: str | None


def joined(
    git: PrivateGit,
    landings: Sequence[Landed],
    candidates: Sequence[Candidate],
    progress: Progress = QUIET,
    *,
    merging: bool = True,
) -> Joins:
    """What each of `landings` is found to be of `candidates`; not `merging` leaves replay out.

    Give all the landings of a branch rather than some: that a change landed twice is seen only
    where both landings are given.
    """
    with Objects(git) as objects, Replay(git, able=merging) as replay:
        ladder = Ladder(Index(candidates), replay, Contents(objects))
        found: dict[str, Joined] = {}
        for number, one in enumerate(landings, 1):
            found[one.commit] = ladder.joined(one)
            if number % EVERY == 0:
                progress.step("joining landings", number, len(landings))
        known = {one.key: one for one in candidates}
        for spans in _spans(landings, found, known, replay):
            found.update(spans)
    version = ".".join(map(str, replay.version)) if replay.able else None
    return Joins(by_landing=contested(found), git=version)


def _spans(
    landings: Sequence[Landed],
    found: Mapping[str, Joined],
    known: Mapping[str, Candidate],
    replay: Replay,
) -> Iterator[dict[str, Joined]]:
    """Landings in a row that are one change together, as after a rebase: told as such."""
    by_commit = {one.commit: one for one in landings}
    for last in landings:
        own = found[last.commit]
        candidate = known.get(own.key or "")
        if candidate is None or own.rung not in (Rung.TREE, Rung.REPLAY):
            continue
        if candidate.change.touched == last.change.touched:
            continue
        row = _row(last, by_commit, candidate)
        before = row[-1].parents[0] if row else None
        if before and replay.merged(before, candidate.head) == last.change.after:
            rung = Rung.TREE if candidate.change.after == last.change.after else Rung.REPLAY
            whole = msgspec.structs.replace(own, rung=rung, span=len(row))
            yield {one.commit: whole for one in row if not found[one.commit].carries or one is last}


def _row(last: Landed, by_commit: Mapping[str, Landed], candidate: Candidate) -> list[Landed]:
    """`last` and the landings before it, as many as the candidate has commits; else none.

    It is none where they are not all known, or the candidate was begun on one of them.
    """
    count = candidate.commits or 1
    row: list[Landed] = []
    one: Landed | None = last
    while one is not None and len(one.parents) == 1 and len(row) < count:
        if one.commit == candidate.base:
            return []
        row.append(one)
        one = by_commit.get(one.parents[0])
    return row if 1 < len(row) == count <= LONGEST_SPAN else []
