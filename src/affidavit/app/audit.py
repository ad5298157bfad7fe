"""The main job: a repository in, a report out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.beginning import begin, know
from affidavit.app.beside import meanwhile
from affidavit.app.forge.opening import Opened
from affidavit.app.gather import Bounds, Gathered, Source, likely_start
from affidavit.app.grading import Grader
from affidavit.app.limits import limits
from affidavit.app.settings import Settings, used_settings
from affidavit.app.sworn.asked import Asked
from affidavit.app.tool import tool
from affidavit.app.touched import Tops
from affidavit.app.unnamed import UNNAMED
from affidavit.audit import tables
from affidavit.audit.exceptions import exceptions
from affidavit.audit.figures import Figures, figures
from affidavit.audit.model import (
    Branch,
    Coverage,
    Population,
    Report,
    ReportPeriod,
    Repository,
)
from affidavit.audit.rewritten import Earlier, rewritten
from affidavit.audit.selection import population_digest
from affidavit.base.errors import InputError
from affidavit.base.limit import Limit, combined, limit
from affidavit.base.period import rfc3339
from affidavit.base.text import shortened, visible
from affidavit.sources.git.refs import remote_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from affidavit.app.grading import Part
    from affidavit.app.reading import Progress
    from affidavit.audit.forge import ForgeSource
    from affidavit.audit.model import AuditException, StatementSource
    from affidavit.changes.model import Landing
    from affidavit.sources.git.locate import Store

MANY = 5_000
"""Landings from which counting them takes longer than to begin a process for it."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What to audit; files are those the caller named."""

    repository: Path
    branches: tuple[str, ...] = ()
    bounds: Bounds = Bounds()
    name: str | None = None
    config: Path | None = None
    identities: Path | None = None
    forge: Path | Opened | None = None
    """An export of the forge's records, or the folder of a ledger that holds them."""
    sworn: Asked | None = None
    """Where signed statements are looked for, besides the repository's notes."""
    earlier: Callable[[str], Earlier | None] | None = None
    """What to compare with, for a repository of that name; asked before the long work."""


def audit(request: Request, progress: Progress) -> Report:
    """The report that `request` asks for.

    Raises:
        AffidavitError: The repository cannot be audited; see docs/errors/.
    """
    with ExitStack() as stack:
        begun = begin(request, stack)
        source, found = begun.source, begun.settings
        places = _sources(begun.sworn)
        name, unnamed = _name(request, found, begun.store)
        earlier = request.earlier and request.earlier(name)
        heads = [one.head for one in begun.branches]
        since = likely_start(source.objects, heads, request.bounds)
        tops = stack.enter_context(closing(Tops(source.git, begun.newest, since=since)))
        known = know(request, begun, stack, progress)
        noticed = [*begun.noticed, *known.noticed, *found.limits, *unnamed]
        report = _Assembly(source, known.gathered, found, progress, tops).report(
            _repository(name, begun.branches, source, begun.newest), earlier, noticed, known.told
        )
        return msgspec.structs.replace(report, statements=places)


def _sources(asked: Asked) -> tuple[StatementSource, ...] | msgspec.UnsetType:
    """The places that were named for signed statements, if any were."""
    if not asked.places:
        return msgspec.UNSET
    from affidavit.app.sworn.places import sources  # noqa: PLC0415 -- most name none

    return sources(asked)


def _name(request: Request, found: Settings, store: Store) -> tuple[str, list[Limit]]:
    """What the repository is called: never by a path of this machine."""
    configured = found.outside.audit.name if found.outside else None
    inside = found.inside.audit.name if found.inside else None
    name = request.name or configured or remote_url(store) or inside
    if name:
        return visible(shortened(name, 300)), []
    text = "The repository has no remote address but perhaps a path, and was given no name."
    return UNNAMED, [Limit("repository-unnamed", text)]


def _repository(name: str, branches: Sequence[Branch], source: Source, newest: str) -> Repository:
    shown = tuple(
        msgspec.structs.replace(one, name=visible(one.name), ref=visible(one.ref))
        for one in branches
    )
    return Repository(
        name=name,
        branch=shown[0].name,
        head=newest,
        object_format=source.git.object_format,
        branches=shown,
    )


def _uncompared(
    earlier: Earlier, repository: Repository, unknown: Sequence[str]
) -> Iterator[Limit]:
    heads = [f"{visible(one.name)} {one.head}" for one in earlier.repository.branches]
    text = "History was compared with an earlier report, whose digest and heads are named here."
    yield limit("compared-with-earlier-report", text, [earlier.digest, *heads])
    if earlier.repository.name != repository.name or repository.name == UNNAMED:
        text = (
            "Nothing shows that the earlier report is of this repository: its name differs, or"
            " there is none."
        )
        name = visible(shortened(earlier.repository.name, 300))
        yield limit("earlier-report-of-another", text, [name], gap=True)
    if unknown:
        text = "Branches of the earlier report are not audited here, so they were not compared."
        yield limit("branches-uncompared", text, list(map(visible, unknown)), gap=True)


class _Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted of the landings."""

    figures: Figures
    population: Population
    coverage: Coverage


class _Assembly:
    """Puts the report together from what was gathered."""

    def __init__(
        self, source: Source, gathered: Gathered, settings: Settings, progress: Progress, tops: Tops
    ) -> None:
        self._source = source
        self._gathered = gathered
        self._settings = settings
        self._progress = progress
        self._tops = tops

    def report(
        self,
        repository: Repository,
        earlier: Earlier | None,
        noticed: Sequence[Limit],
        forge: ForgeSource | msgspec.UnsetType,
    ) -> Report:
        """The report; `noticed` are limits met on the way here."""
        selection = self._gathered.selection
        grader = Grader(self._source, self._gathered, self._settings, self._progress)
        found = grader.grade(self._tops)
        landings = [found.landings[one] for one in selection.ids if one in found.landings]
        self._progress.step("comparing directories")
        touched, untold = self._tops.touched(landings)
        counted = self._counted(landings, found, touched, forge=forge is not msgspec.UNSET)
        gone, uncompared = self._rewritten(earlier, repository)
        notices = [*noticed, *combined(found.findings), *untold, *uncompared]
        every = {*notices, *self._limits(landings, forge)}
        worst = exceptions(landings, selection.displaced, gone, forge)
        counts = counted()
        drawn = counts.figures
        return Report(
            tool=tool(),
            repository=repository,
            period=ReportPeriod(
                start=rfc3339(selection.period.start), end=rfc3339(selection.period.end)
            ),
            population=counts.population,
            coverage=counts.coverage,
            metrics=drawn.metrics,
            agents=drawn.agents,
            people=drawn.people,
            months=drawn.months,
            directories=drawn.directories,
            critical=drawn.critical,
            settings=used_settings(self._settings, self._gathered.facts.people),
            exceptions=worst,
            limits=tuple(sorted(every)),
            forge=forge,
            landings=landings,
        )

    def _limits(
        self, landings: Sequence[Landing], forge: ForgeSource | msgspec.UnsetType
    ) -> Iterator[Limit]:
        told = forge is not msgspec.UNSET
        return limits(self._source, self._gathered, landings, forge=told)

    def _rewritten(
        self, earlier: Earlier | None, repository: Repository
    ) -> tuple[list[AuditException], list[Limit]]:
        if earlier is None:
            return [], []
        if earlier.repository.object_format != repository.object_format:
            raise InputError(
                f"the earlier report is of a {visible(earlier.repository.object_format)}"
                f" repository; this one is {repository.object_format}"
            )
        gone, unknown = rewritten(earlier, self._gathered.selection.chains)
        return gone, [*earlier.doubts, *_uncompared(earlier, repository, unknown)]

    def _counted(
        self,
        landings: Sequence[Landing],
        found: Part,
        touched: Mapping[str, Sequence[str]],
        *,
        forge: bool,
    ) -> Callable[[], _Counts]:
        """Begin to count, in a second process where there is much to count."""

        def work() -> _Counts:
            return _Counts(
                figures=figures(landings, touched, self._settings.critical, forge=forge),
                population=self._population(landings),
                coverage=self._coverage(landings, found),
            )

        return work if len(landings) < MANY else meanwhile(work, _Counts)

    def _population(self, landings: Sequence[Landing]) -> Population:
        selection = self._gathered.selection
        return Population(
            landings=len(landings),
            commits=selection.reconciliation.accounted,
            digest=population_digest(selection.landings),
            reconciliation=selection.reconciliation,
            branches=selection.branches,
        )

    def _coverage(self, landings: Sequence[Landing], found: Part) -> Coverage:
        commits = {commit for one in landings for commit in one.commits}
        silent = commits - found.sources.keys() - found.automated
        graph = self._gathered.graph
        missing = len(graph.missing) + len(graph.damaged)
        return tables.coverage(found.sources, len(commits), len(silent), missing=missing)
