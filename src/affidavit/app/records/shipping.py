"""The tags and deployments that hold landings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.records.holders import holders
from affidavit.base.text import visible
from affidavit.changes.record.material import Ran, Tagged
from affidavit.sources.git.graph import Graph
from affidavit.sources.git.history import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.records.export import Records
    from affidavit.changes.forge.model import Deployment, Release
    from affidavit.changes.record.material import Kept
    from affidavit.sources.git.header import Walked
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs

_TAGS = "refs/tags/"
ENVIRONMENTS = 20
"""Environments, those with the most deployments, of which it is found what a deployment holds."""
_SUCCESS = "success"
_NOWHERE = (0, 0)
_NAMED = 3
"""Missing tags and commits that are named."""
_SHORT = 12


class Unsure(NamedTuple):
    """A deployment of a commit that was made at `at`, and why more is not known of it."""

    at: str
    commit: str
    why: str


class Shipping(msgspec.Struct, frozen=True, kw_only=True):
    """By landing: the first tag that holds it, and the deployments.

    `untold` is why a landing without a tag may have one all the same; None where it has none.
    `unsure` are deployments that may hold any landing, and so may those of `beyond`, environments
    that were not looked at. `graph` is what was walked.
    """

    tagged: Mapping[str, Tagged]
    ran: Mapping[str, tuple[Ran, ...]]
    untold: str | None
    unsure: tuple[Unsure, ...] = ()
    beyond: int = 0
    graph: Graph = msgspec.field(default_factory=Graph)

    def unshipped(self, merged_at: str | None) -> str | None:
        """Why others than the deployments in `ran` may hold a landing; None where none does.

        What was deployed before the merge, by the forge's clock, does not hold it.
        """
        found: dict[str, dict[str, None]] = {}
        for one in self.unsure:
            if one.at >= (merged_at or ""):
                found.setdefault(one.why, {})[visible(one.commit[:_SHORT])] = None
        told = [f"{why}: {', '.join([*commits][:_NAMED])}" for why, commits in found.items()]
        if self.beyond:
            told.append(
                f"of {self.beyond:,} environments with fewer deployments than"
                f" {ENVIRONMENTS} others only those of its very commits are told"
            )
        return "; ".join(told) or None


def shipping(
    git: PrivateGit, objects: Objects, refs: Refs, wanted: Sequence[str], records: Records | None
) -> Shipping:
    """Where the landings `wanted` went."""
    known = tags(objects, refs)
    made = records.deployments() if records else []
    releases = records.releases() if records else {}
    shipped = [one.data.commit for one in made]
    graph = walk(git, [*known.values(), *dict.fromkeys(shipped), *wanted], _unseen)
    most = _environments(made)
    return Shipping(
        tagged=_tagged(known, graph, wanted, releases),
        ran=_ran(made, most[:ENVIRONMENTS], graph, wanted),
        untold=_untold(known, releases),
        unsure=tuple(_unsure(made, graph)),
        beyond=len(most[ENVIRONMENTS:]),
        graph=graph,
    )


def _unseen(_id: str, _body: bytes, _read: Walked) -> None:
    """Take no notice of a commit."""


def _unsure(made: Sequence[Kept[Deployment]], graph: Graph) -> Iterator[Unsure]:
    """The deployments of which it cannot be told what they hold, or whether they succeeded."""
    known = graph.linked
    for one in made:
        done = any(each.state == _SUCCESS for each in one.data.statuses)
        at, commit = one.data.created_at, one.data.commit
        if commit not in known and (done or one.data.missing):
            yield Unsure(at, commit, "commits that were deployed are not in this clone")
        elif one.data.missing and not done:
            yield Unsure(at, commit, "whether these commits were deployed, the forge does not tell")


def _environments(made: Sequence[Kept[Deployment]]) -> list[list[Kept[Deployment]]]:
    """The deployments by environment, those with the most first."""
    found: dict[str, list[Kept[Deployment]]] = defaultdict(list)
    for one in made:
        found[one.data.environment or ""].append(one)
    return sorted(found.values(), key=len, reverse=True)


def _untold(tags: Mapping[str, str], releases: Mapping[str, Kept[Release]]) -> str | None:
    """Why tags may be missing here."""
    if not tags:
        return "this clone has no tags, which does not show that there are none"
    lacking = sorted(releases.keys() - tags.keys())
    if lacking:
        named = visible(", ".join(lacking[:_NAMED]))
        return f"tags that the forge has releases of are not in this clone: {named}"
    return None


def tags(objects: Objects, refs: Refs) -> dict[str, str]:
    """The commits of the tags, by the names of these, as far as they lead to one that is here."""
    named = {name: id_ for name, id_ in refs.ids.items() if name.startswith(_TAGS)}
    commits = objects.peeled(dict.fromkeys(named.values()))
    return {name.removeprefix(_TAGS): commits[id_] for name, id_ in named.items() if id_ in commits}


def _tagged(
    tags: Mapping[str, str],
    graph: Graph,
    wanted: Sequence[str],
    releases: Mapping[str, Kept[Release]],
) -> dict[str, Tagged]:
    places = _places(graph) if tags else {}
    order = sorted(tags, key=lambda one: (*places.get(tags[one], _NOWHERE), one))
    found = holders(graph.linked, [tags[one] for one in order], set(wanted))
    return {
        commit: Tagged(
            tag=order[number],
            commit=tags[order[number]],
            release=releases.get(order[number]),
        )
        for commit, number in found.items()
    }


def _places(graph: Graph) -> dict[str, tuple[int, int]]:
    """Of each commit a place in time that is never before that of a commit it holds.

    A committer's time is a claim: none counts as earlier than those below it.
    """
    found: dict[str, tuple[int, int]] = {}
    for number, commit in enumerate(reversed(graph.order)):
        below = (found[one][0] for one in graph.parents[commit] if one in found)
        found[commit] = (max(below, default=0), number)
        own = graph.times.get(commit)
        if own is not None and own > found[commit][0]:
            found[commit] = (own, number)
    return found


def _ran(
    made: Sequence[Kept[Deployment]],
    most: Sequence[Sequence[Kept[Deployment]]],
    graph: Graph,
    wanted: Sequence[str],
) -> dict[str, tuple[Ran, ...]]:
    found: dict[str, dict[int, Ran]] = defaultdict(dict)
    asked = set(wanted)
    for one in made:
        if one.data.commit in asked:
            found[one.data.commit][one.data.id] = Ran(deployment=one, exact=True)
    for several in most:
        done = [one for one in several if any(s.state == _SUCCESS for s in one.data.statuses)]
        first = holders(graph.linked, [one.data.commit for one in done], asked)
        for commit, number in first.items():
            ran = Ran(deployment=done[number], exact=done[number].data.commit == commit)
            found[commit].setdefault(done[number].data.id, ran)
    return {
        commit: tuple(sorted(each.values(), key=lambda one: one.deployment.data.created_at))
        for commit, each in found.items()
    }
