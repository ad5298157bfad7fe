"""From a repository to facts: the history read, the period chosen, people and notes known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from affidavit.app.noted import noted
from affidavit.app.reading import Kept, Reader
from affidavit.app.squashes import pull_heads
from affidavit.audit.release.span import Span, lines, released
from affidavit.audit.selection import DEFAULT_MONTHS, History, Selection, period_of, select
from affidavit.base.errors import NoCommitsError
from affidavit.base.limit import Limit
from affidavit.base.period import EARLIEST, months_before
from affidavit.changes.chain import first_parents
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
    from collections.abc import Container

    from affidavit.app.reading import Progress
    from affidavit.app.settings import Settings
    from affidavit.audit.model import Branch
    from affidavit.base.commit import Ident
    from affidavit.base.period import Period
    from affidavit.changes.chain import Dated


class Source(msgspec.Struct, frozen=True):
    """An opened repository; `slug` is its ``owner/name`` where its remote address tells it.

    `called` is that, or the one that whoever asks gave it.
    """

    git: PrivateGit
    objects: Objects
    refs: Refs
    slug: str = ""
    called: str = ""


class Walk(msgspec.Struct, frozen=True):
    """A history that was read: its commits, what was kept of them, and the branches' landings."""

    graph: Graph
    kept: dict[str, Kept]
    chains: Mapping[str, Sequence[str]]


class Dates(Protocol):
    """When landings landed by a forge's records."""

    @property
    def dated(self) -> Mapping[str, Dated]:
        """What is known of it by now."""
        ...

    def look(self, period: Period) -> None:
        """Find out all of it that may concern `period`."""
        ...


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
    """The period as asked for, in seconds since 1970 UTC; ``None`` is the default.

    With a `span` there is no period: what belongs to it is between its commits.
    """

    since: int | None = None
    until: int | None = None
    span: Span | None = None


class Wanted(msgspec.Struct, frozen=True):
    """Which landings are wanted: those of `bounds`, by the times that a forge `tells`.

    Without `notes` none is read: that is then for `with_notes`.
    """

    bounds: Bounds
    tells: Callable[[Walk], Dates] | None = None
    notes: bool = True


def gather(
    source: Source, branches: Sequence[Branch], settings: Settings, wanted: Wanted,
    progress: Progress,
) -> Gathered:  # fmt: skip
    """The facts of `branches` in the period that is wanted.

    Raises:
        PeriodError: The period is empty.
        NoCommitsError: No head could be read.
    """
    bounds = wanted.bounds
    heads = {branch.name: branch.head for branch in branches}
    since = likely_start(source.objects, list(heads.values()), bounds)
    reader = Reader(progress, since=since)
    ends = bounds.span.ends if bounds.span else ()
    graph = reader.history(source.git, [*heads.values(), *ends])
    selection = _selection(Walk(graph, reader.kept, {}), source, heads, wanted)
    signals = Signals(load())
    pulls = pull_heads(source.refs)
    facts = Facts(
        observed={},
        people=_people(settings, signals, reader.met),
        notes={},
        votes={},
        pulls=pulls,
        branches=frozenset(heads),
        slug=source.slug,
        absent=frozenset(_absent(graph, source)),
    )
    found = Gathered(
        graph=graph,
        selection=selection,
        signals=signals,
        facts=facts,
        kept=reader.kept,
        noted=frozenset(),
        limits=graph.limits,
    )
    at = bounds.span.head if bounds.span else branches[0].head
    noteworthy = _Noteworthy(selection, graph, pulls)
    return with_notes(found, source, noteworthy, at) if wanted.notes else found


def with_notes(
    gathered: Gathered, source: Source, wanted: Container[str], at: str | None
) -> Gathered:
    """`gathered` with what notes and records (in files those of `at`) say of what is `wanted`."""
    notes = noted(source.git, source.objects, source.refs, wanted, at)
    facts = msgspec.structs.replace(
        gathered.facts, notes=notes.authorship, sessions=notes.sessions, votes=notes.votes
    )
    limits = (*gathered.limits, *notes.limits, *source.objects.limits)
    return msgspec.structs.replace(gathered, facts=facts, noted=notes.commits, limits=limits)


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


def _selection(walk: Walk, source: Source, heads: Mapping[str, str], wanted: Wanted) -> Selection:
    graph, bounds = walk.graph, wanted.bounds
    needed = bounds.span.ends if bounds.span else heads.values()
    if not all(head in graph.parents for head in needed):
        raise NoCommitsError("the branch's newest commit is missing or damaged: nothing to audit")
    history = _history(graph, source)
    if bounds.span:
        return _released(walk, history, heads, wanted)
    if wanted.tells:
        chains = {name: first_parents(history.parents, head) for name, head in heads.items()}
        dates = wanted.tells(msgspec.structs.replace(walk, chains=chains))
        return select(*_dated(history, heads, bounds, dates))
    return select(history, heads, _period(history, heads, bounds))


def _released(walk: Walk, history: History, heads: Mapping[str, str], wanted: Wanted) -> Selection:
    """The landings of a release; when a forge says that they landed is told, decides nothing."""
    span = wanted.bounds.span
    assert span is not None
    if wanted.tells:
        chains = lines(history.parents, heads, span)
        dates = wanted.tells(msgspec.structs.replace(walk, chains=chains))
        dates.look(released(history, heads, span).period)
        history = msgspec.structs.replace(history, dated=dates.dated)
    return released(history, heads, span)


def _period(history: History, heads: Mapping[str, str], bounds: Bounds) -> Period:
    return period_of(history, list(heads.values()), start=bounds.since, end=bounds.until)


def _dated(
    history: History, heads: Mapping[str, str], bounds: Bounds, dates: Dates
) -> tuple[History, Mapping[str, str], Period]:
    """The history with the forge's times, and the period.

    Where that depends on the times: what is found out for one period may show that it is another.
    """
    before = None
    while True:
        history = msgspec.structs.replace(history, dated=dates.dated)
        period = _period(history, heads, bounds)
        if period == before:
            return history, heads, period
        before = period
        dates.look(period)


def _history(graph: Graph, source: Source) -> History:
    """The graph with damaged commits bridged: they keep their place, accounted for by none."""
    return History(parents=graph.linked, times=graph.times, absent=_absent(graph, source))


def likely_start(objects: Objects, heads: Sequence[str], bounds: Bounds) -> int:
    """Where the period is likely to begin: what is older is not looked at ahead of time."""
    if bounds.since is not None:
        return bounds.since
    if bounds.span is not None:
        return _date(objects, bounds.span.base)
    if bounds.until is not None:
        return months_before(bounds.until, DEFAULT_MONTHS)
    bodies = (found.body for found in objects.read(heads))
    times = [time for body in bodies if body and (time := header_time(body)) is not None]
    return months_before(max(times), DEFAULT_MONTHS) if times else EARLIEST


def _date(objects: Objects, commit: str | None) -> int:
    """The committer's time of `commit`; the earliest of all where it is not known."""
    found = next(objects.read([commit])).body if commit else None
    time = header_time(found) if found else None
    return EARLIEST if time is None else time


def _absent(graph: Graph, source: Source) -> dict[str, str]:
    """Why each parent that could not be read could not."""
    found = dict.fromkeys(source.git.absent, "before the boundary of a shallow clone")
    found.update(dict.fromkeys(graph.missing, "missing from the repository"))
    found.update(dict.fromkeys(graph.damaged, "damaged: its contents are not what its id names"))
    return found
