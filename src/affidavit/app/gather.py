"""From a repository to facts: the history read, the period chosen, every commit of it observed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.noted import noted
from affidavit.app.reading import Reader
from affidavit.app.squashes import inner_commits, pull_heads, squashes
from affidavit.audit.selection import DEFAULT_MONTHS, History, Selection, period_of, select
from affidavit.base.errors import NoCommitsError
from affidavit.base.limit import Limit, limit
from affidavit.base.period import EARLIEST, months_before
from affidavit.changes.landing import Facts, Share
from affidavit.changes.observe import Observer
from affidavit.changes.people import People
from affidavit.provenance.catalogue import load
from affidavit.provenance.signals import Signals
from affidavit.sources.git.graph import Graph, topological
from affidavit.sources.git.header import header_time
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import Refs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from affidavit.app.reading import Progress
    from affidavit.app.settings import Settings
    from affidavit.audit.model import Branch
    from affidavit.changes.model import Inner


class Source(msgspec.Struct, frozen=True):
    """An opened repository; `slug` is its ``owner/name`` where its remote address tells it."""

    git: PrivateGit
    objects: Objects
    refs: Refs
    slug: str = ""


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the report is made from; `noted` are the commits that carry a note."""

    graph: Graph
    selection: Selection
    facts: Facts
    shares: tuple[Share, ...]
    noted: frozenset[str]
    limits: tuple[Limit, ...]


class Bounds(msgspec.Struct, frozen=True):
    """The period as asked for, in seconds since 1970 UTC; ``None`` is the default."""

    since: int | None = None
    until: int | None = None


def gather(
    source: Source, branches: Sequence[Branch], settings: Settings, bounds: Bounds,
    progress: Progress,
) -> Gathered:  # fmt: skip
    """The facts of `branches` in the period that `bounds` asks for.

    Raises:
        PeriodError: The period is empty.
        NoCommitsError: No head could be read.
    """
    signals = Signals(load())
    heads = {branch.name: branch.head for branch in branches}
    observer = Observer(signals, settings.declared, settings.inside_identities)
    since = _likely_start(source.objects, list(heads.values()), bounds)
    reader = Reader(observer, settings.keyring, progress, since=since)
    graph = reader.history(source.git, list(heads.values()))
    selection = _selection(graph, source, heads, bounds)
    reader.complete(source.objects, _wanted(selection, graph), selection.ids)
    inner = _behind_squashes(source, reader, selection, graph, progress)
    notes = noted(source.git, source.objects, source.refs, reader.observed)
    facts = Facts(
        observed=reader.observed,
        people=_people(settings, signals, observer),
        notes=notes.authorship,
        votes=notes.votes,
        pulls=pull_heads(source.refs),
        branches=frozenset(heads),
        slug=source.slug,
        absent=frozenset(_absent(graph, source)),
    )
    return Gathered(
        graph=graph,
        selection=selection,
        facts=facts,
        shares=tuple(_shares(selection, reader.observed, inner)),
        noted=notes.commits,
        limits=(
            *graph.limits,
            *reader.oddities.limits,
            *notes.limits,
            *source.objects.limits,
            *_capped(signals),
        ),
    )


def _people(settings: Settings, signals: Signals, observer: Observer) -> People:
    return People(
        signals.party,
        mailmap=settings.mailmap,
        declared=settings.declared,
        inside=settings.inside_identities,
        met=observer.met,
        agent=signals.agent,
    )


def _capped(signals: Signals) -> list[Limit]:
    text = "These commits say more than is read of one; an agent named only in the rest is missed."
    return [limit("signals-cut", text, sorted(signals.capped), gap=True)] if signals.capped else []


def _selection(graph: Graph, source: Source, heads: Mapping[str, str], bounds: Bounds) -> Selection:
    if not all(head in graph.parents for head in heads.values()):
        raise NoCommitsError("the branch's newest commit is missing or damaged: nothing to audit")
    history = _history(graph, source, list(heads.values()))
    period = period_of(history, list(heads.values()), start=bounds.since, end=bounds.until)
    return select(history, heads, period)


def _history(graph: Graph, source: Source, heads: Sequence[str]) -> History:
    """The graph with damaged commits bridged: they keep their place, accounted for by none."""
    absent = _absent(graph, source)
    if not graph.bridges:
        return History(order=graph.order, parents=graph.parents, times=graph.times, absent=absent)
    parents = {**graph.parents, **graph.bridges}
    order = topological(parents, heads)
    return History(order=order, parents=parents, times=graph.times, absent=absent)


def _behind_squashes(
    source: Source, reader: Reader, selection: Selection, graph: Graph, progress: Progress
) -> dict[str, Inner]:
    selected = [one.commits[0] for one in selection.landings if one.commits[0] in reader.observed]
    wanted = squashes(selected, reader.observed, pull_heads(source.refs), graph)
    progress.step("looking behind squashes")
    heads = [chain[0] for chain in selection.chains.values()]
    return inner_commits(source.git, reader, wanted, graph, heads)


def _likely_start(objects: Objects, heads: Sequence[str], bounds: Bounds) -> int:
    """Where the period is likely to begin: commits older than that are not observed as read."""
    if bounds.since is not None:
        return bounds.since
    if bounds.until is not None:
        return months_before(bounds.until, DEFAULT_MONTHS)
    bodies = (found.body for found in objects.read(heads))
    times = [time for body in bodies if body and (time := header_time(body)) is not None]
    return months_before(max(times), DEFAULT_MONTHS) if times else EARLIEST


def _absent(graph: Graph, source: Source) -> dict[str, str]:
    """Why each parent that could not be read could not."""
    found = dict.fromkeys(source.git.absent, "before the boundary of a shallow clone")
    found.update(dict.fromkeys(graph.missing, "missing from the repository"))
    found.update(dict.fromkeys(graph.damaged, "damaged: its contents are not what its id names"))
    return found


def _wanted(selection: Selection, graph: Graph) -> Iterator[str]:
    """Every commit of the period, and the first parents that landings are compared with."""
    for one in selection.landings:
        yield from one.commits
        before = graph.parents.get(one.commits[0], ())[:1]
        yield from (parent for parent in before if parent in graph.parents)


def _shares(
    selection: Selection, observed: Mapping[str, object], inner: Mapping[str, Inner]
) -> Iterator[Share]:
    for one in selection.landings:
        if one.commits[0] in observed:
            yield Share(
                commits=one.commits,
                place=one.place,
                branches=one.branches,
                inner=inner.get(one.commits[0]),
            )


def unread_landings(gathered: Gathered) -> list[Limit]:
    """Landings that were there when the history was walked, and could not be read again."""
    gone = [
        one.commits[0]
        for one in gathered.selection.landings
        if one.commits[0] not in gathered.facts.observed
        and one.commits[0] not in gathered.graph.damaged
    ]
    text = "These landings could not be read a second time; the repository changed meanwhile."
    return [limit("unread-landings", text, gone, gap=True)] if gone else []
