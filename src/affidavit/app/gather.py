"""From a repository to facts: the history read, the period chosen, people and notes known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.noted import noted
from affidavit.app.reading import Kept, Reader
from affidavit.app.squashes import pull_heads
from affidavit.audit.selection import DEFAULT_MONTHS, History, Selection, period_of, select
from affidavit.base.errors import NoCommitsError
from affidavit.base.limit import Limit
from affidavit.base.period import EARLIEST, months_before
from affidavit.changes.landing import Facts
from affidavit.changes.people import People
from affidavit.provenance.catalogue import load
from affidavit.provenance.signals import Signals
from affidavit.sources.git.graph import Graph
from affidavit.sources.git.header import header_time
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import Refs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from affidavit.app.reading import Progress
    from affidavit.app.settings import Settings
    from affidavit.audit.model import Branch
    from affidavit.base.commit import Ident


class Source(msgspec.Struct, frozen=True):
    """An opened repository; `slug` is its ``owner/name`` where its remote address tells it."""

    git: PrivateGit
    objects: Objects
    refs: Refs
    slug: str = ""


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """What is known before the landings are looked at.

    `facts` hold no observed commits yet; `kept` are the commits, as far as they were kept;
    `noted` are the commits that carry a note.
    """

    graph: Graph
    selection: Selection
    signals: Signals
    facts: Facts
    kept: dict[str, Kept]
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
    heads = {branch.name: branch.head for branch in branches}
    since = likely_start(source.objects, list(heads.values()), bounds)
    reader = Reader(progress, since=since)
    graph = reader.history(source.git, list(heads.values()))
    selection = _selection(graph, source, heads, bounds)
    signals = Signals(load())
    pulls = pull_heads(source.refs)
    wanted = _Noteworthy(selection, graph, pulls)
    notes = noted(source.git, source.objects, source.refs, wanted)
    facts = Facts(
        observed={},
        people=_people(settings, signals, reader.met),
        notes=notes.authorship,
        votes=notes.votes,
        pulls=pulls,
        branches=frozenset(heads),
        slug=source.slug,
        absent=frozenset(_absent(graph, source)),
    )
    return Gathered(
        graph=graph,
        selection=selection,
        signals=signals,
        facts=facts,
        kept=reader.kept,
        noted=notes.commits,
        limits=(*graph.limits, *notes.limits, *source.objects.limits),
    )


class _Noteworthy:
    """The commits whose notes are read: those of the period, and what may be behind a squash."""

    def __init__(self, selection: Selection, graph: Graph, pulls: Mapping[str, str]) -> None:
        self._graph = graph
        self._pulls = bool(pulls)
        self._inside = {commit for one in selection.landings for commit in one.commits}

    def __contains__(self, commit: object) -> bool:
        # A squashed commit may be on the branch all the same, by a merge after the period.
        return self._pulls or commit in self._inside or commit not in self._graph.parents


def _people(settings: Settings, signals: Signals, met: Sequence[Ident]) -> People:
    return People(
        signals.party,
        mailmap=settings.mailmap,
        declared=settings.declared,
        inside=settings.inside_identities,
        met=met,
        agent=signals.agent,
    )


def _selection(graph: Graph, source: Source, heads: Mapping[str, str], bounds: Bounds) -> Selection:
    if not all(head in graph.parents for head in heads.values()):
        raise NoCommitsError("the branch's newest commit is missing or damaged: nothing to audit")
    history = _history(graph, source)
    period = period_of(history, list(heads.values()), start=bounds.since, end=bounds.until)
    return select(history, heads, period)


def _history(graph: Graph, source: Source) -> History:
    """The graph with damaged commits bridged: they keep their place, accounted for by none."""
    return History(parents=graph.linked, times=graph.times, absent=_absent(graph, source))


def likely_start(objects: Objects, heads: Sequence[str], bounds: Bounds) -> int:
    """Where the period is likely to begin: what is older is not looked at ahead of time."""
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
