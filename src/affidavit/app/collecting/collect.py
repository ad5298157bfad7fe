"""Collecting what GitHub knows of a repository into an export, again and again."""

from __future__ import annotations

import time
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from affidavit import __version__
from affidavit.app.clock import now
from affidavit.app.collecting import changes, lists, state
from affidavit.app.collecting.completing import completing
from affidavit.app.collecting.due import Due, due
from affidavit.app.collecting.passes import covers
from affidavit.app.collecting.wanted import SECTIONS, Told, Wanted
from affidavit.app.collecting.work import Work
from affidavit.base.errors import InputError
from affidavit.base.text import shortened, visible
from affidavit.changes.forge.model import Repository
from affidavit.sources.forge.lines import FORMAT, Head
from affidavit.sources.forge.reading import Export, first_line
from affidavit.sources.forge.writing import Writer
from affidavit.sources.github.graph import Graph
from affidavit.sources.github.repository import repository
from affidavit.sources.github.rest import Rest
from affidavit.sources.github.server import Server, server
from affidavit.sources.github.transport import RefusedError, Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from affidavit.app.collecting.work import Recording
    from affidavit.changes.forge.model import Line
    from affidavit.sources.github.token import Token
    from affidavit.sources.github.transport import Waiting

REPOSITORY = "repository"


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """What a collection came to.

    `requests` were sent by this collection, which wrote `counts` records of each section. `failed`
    names what was asked for alone and not told, and why.
    """

    export: Export
    sections: tuple[str, ...]
    requests: int
    counts: dict[str, int]
    failed: tuple[str, ...] = ()
    since: str | None = None

    @property
    def whole(self) -> bool:
        """Whether all that was wanted is there, and nothing of the export is unknown."""
        return not self.export.unknowns and not self.failed and all(map(self._has, self.sections))

    def _has(self, section: str) -> bool:
        found = self.export.sections.get(section)
        return bool(found and found.done and covers(found.done.since, self.since))


class Patience:
    """Waits as the machine's clock goes, and tells whoever looks on."""

    def __init__(self, told: Told) -> None:
        self._told = told

    def wait(self, seconds: float, why: str) -> None:
        """Return after so many seconds."""
        self._told.waiting(seconds, why)
        time.sleep(seconds)

    def now(self) -> float:
        """Seconds since 1970 UTC."""
        return now() / 1_000_000


def collected(
    wanted: Wanted, token: Token, told: Told, *, waiting: Waiting | None = None
) -> Collected:
    """Collect what is `wanted` and not in the export yet.

    What came before an error is kept, and the same call goes on there.

    Raises:
        AffidavitError: See docs/errors/.
    """
    place = server(wanted.url)
    with ExitStack() as stack:
        from_git = stack.enter_context(completing(wanted.repository))
        transport = stack.enter_context(
            Transport(place, token, waiting or Patience(told), agent=f"affidavit/{__version__}")
        )
        line = repository(Rest(transport, wanted.owner, wanted.name))
        assert isinstance(line.data, Repository)
        writer = stack.enter_context(_writer(wanted, place, line.data.name))
        owner, _, name = line.data.name.partition("/")
        work = Work(
            wanted=wanted,
            graph=Graph(transport, owner, name),
            rest=Rest(transport, owner, name),
            writer=writer,
            known=Export(wanted.output),
            told=told,
            completing=from_git,
            branch=line.data.default_branch,
        )
        counts = _all_sections(work, line)
        requests = transport.requests
    return Collected(
        export=Export(wanted.output),
        sections=tuple(one for one in SECTIONS if one in (REPOSITORY, *wanted.sections)),
        requests=requests,
        counts=counts,
        failed=tuple(work.failed),
        since=wanted.since,
    )


def replayed(wanted: Wanted) -> Collected:
    """What the export of what is `wanted` has already; nothing is asked for.

    Where no owner is given it may be anybody's.

    Raises:
        InputError: It is no export, or another's.
        UnreadableError: It cannot be read.
    """
    export, name = Export(wanted.output), f"{wanted.owner}/{wanted.name}"
    if wanted.owner and export.head.repository.casefold() != name.casefold():
        found = visible(shortened(export.head.repository, 100))
        raise InputError(f"{wanted.output} is of {found}, not of {name}")
    return Collected(
        export=export,
        sections=tuple(one for one in SECTIONS if one in (REPOSITORY, *wanted.sections)),
        requests=0,
        counts={},
        since=wanted.since,
    )


def _writer(wanted: Wanted, place: Server, full_name: str) -> Writer:
    """The end of the export, which is one of this very repository.

    Raises:
        InputError: It is another's.
    """
    head = Head(
        format=FORMAT,
        forge="github",
        host=place.host,
        repository=full_name,
        tool=f"affidavit {__version__}",
    )
    writer = Writer(wanted.output, head)
    found = first_line(wanted.output)
    if (found.forge, found.host, found.repository) != ("github", place.host, full_name):
        writer.close()
        raise InputError(
            f"{wanted.output} is of {found.repository} at {found.host},"
            f" not of {full_name} at {place.host}",
            hint="give another --output",
        )
    return writer


def _all_sections(work: Work, line: Line) -> dict[str, int]:
    """Collect the sections that are wanted; how many records of each were written."""
    counts: dict[str, int] = {}
    counts[REPOSITORY] = _repository(work, line)
    if changes.PULLS in work.wanted.sections:
        counts[changes.PULLS] = _seen(work, changes.PULLS, changes.pull_requests)
    found = due(Export(work.wanted.output))
    for name, collect in _SECTIONS.items():
        if name in work.wanted.sections:
            counts[name] = _seen(work, name, partial(collect, found))
    return counts


def _repository(work: Work, line: Line) -> int:
    recording = work.section(REPOSITORY, requests=0)
    recording.record([line])
    recording.done()
    return recording.count


def _seen(work: Work, name: str, collect: Callable[[Work, Recording], None]) -> int:
    """Collect the section `name`, or say that the forge does not let it be seen."""
    recording = work.section(name)
    try:
        collect(work, recording)
    except RefusedError as refused:
        recording.unavailable(refused.reason, status=refused.status, needs=refused.needs)
    return recording.count


_SECTIONS: Mapping[str, Callable[[Due, Work, Recording], None]] = {
    changes.CHECKS: changes.checks,
    state.RULES: state.rules,
    state.RULESETS: state.rulesets,
    state.PERMISSIONS: state.permissions,
    lists.DEPLOYMENTS: lists.deployments,
    lists.RELEASES: lists.releases,
    lists.ACTIVITY: lists.activity,
}
"""What collects each section that comes after the pull requests."""
