"""An export read for an audit: the requests of its landings, and whether the two agree."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.forge.dating import Dating, on_forge
from affidavit.app.forge.requests import Requests, within
from affidavit.app.forge.shipped import SECTION, deployment_limits, deployments, later
from affidavit.app.gather import Walk
from affidavit.audit.forge import ForgeSection, ForgeSource, ForgeUnknown
from affidavit.base.errors import UnreadableError
from affidavit.base.limit import Limit, limit
from affidavit.base.period import rfc3339
from affidavit.base.text import shortened, visible
from affidavit.sources.forge.reading import Export

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from affidavit.app.gather import Gathered, Source
    from affidavit.app.reading import Progress
    from affidavit.audit.selection import Selection
    from affidavit.changes.landing import Facts

REQUESTS = "pull_requests"
"""The section whose records decide whether a landing is of a request."""


class ForgeEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """What an export holds of the audited landings."""

    requests: Requests
    elsewhere: Mapping[str, tuple[str]]
    covered: tuple[str, str] | None
    turned: Mapping[str, str]
    source: ForgeSource
    limits: tuple[Limit, ...]

    def known_to(self, facts: Facts) -> Facts:
        """`facts` with what the forge recorded."""
        return msgspec.structs.replace(
            facts,
            recorded=self.requests,
            elsewhere=self.elsewhere,
            covered=self.covered,
            turned=self.turned,
        )


class ForgeRecords:
    """An export beside a repository. First the landings are dated, then what it says is told.

    Raises:
        InputError: It is no export.
        UnreadableError: It cannot be read.
    """

    def __init__(self, path: Path, source: Source, progress: Progress) -> None:
        progress.step("reading the forge's records")
        self._path = path
        self._source = source
        self._export = Export(path)
        self._dating: Dating | None = None
        self._requests: Requests | None = None

    def close(self) -> None:
        """Let go of the file."""
        if self._requests is not None:
            self._requests.close()

    def tells(self, walk: Walk) -> Dating:
        """When the landings of a history landed, as far as the forge tells."""
        self._dating = Dating(self._path, self._export.head, self._source, walk)
        self._requests = self._dating.requests
        return self._dating

    def evidence(self, gathered: Gathered) -> ForgeEvidence:
        """What the export holds of the population."""
        selection = gathered.selection
        walk = Walk(gathered.graph, gathered.kept, selection.chains)
        dating = self._dating or self.tells(walk)
        # It holds as much as all landings take; grading them needs the room.
        self._dating = None
        dating.find(frozenset(selection.ids))
        covered = _covered(self._export, REQUESTS)
        whole = covered is not None and _covers(covered, gathered)
        told = self._told(dating, gathered, whole=whole)
        return ForgeEvidence(
            requests=dating.requests,
            elsewhere=dating.elsewhere,
            covered=covered,
            turned=dating.turned,
            source=told,
            limits=(
                *_limits(told, self._source, whole=whole),
                *_turned([one for one in selection.ids if one in dating.turned]),
                *_elsewhere(told.host, gathered.facts.people.account_hosts),
                *later(dating.found.shipped.values(), selection.period),
            ),
        )

    def _told(self, dating: Dating, gathered: Gathered, *, whole: bool) -> ForgeSource:
        export, selection = self._export, gathered.selection
        ours, unlanded = _reconciled(dating, selection)
        requested = len(frozenset(selection.ids) & dating.requests.keys())
        reach = _covered(export, SECTION)
        return ForgeSource(
            forge=export.head.forge,
            host=export.head.host,
            repository=visible(shortened(export.head.repository, 300)),
            digest=_digest(self._path),
            sections=tuple(_sections(export)),
            unknowns=tuple(_unknowns(export)),
            merged=ours,
            landed=ours - len(unlanded),
            unlanded=tuple(unlanded),
            requested=requested,
            outside=len(selection.landings) - requested if whole else None,
            deployments=deployments(
                dating.found.shipped.values(),
                gathered,
                self._source,
                whole=reach is not None and _covers(reach, gathered),
            ),
        )


def _reconciled(dating: Dating, selection: Selection) -> tuple[int, list[int]]:
    """How many requests were merged into the branches in the period, and which became no landing.

    The latter by number.
    """
    names = {on_forge(one) for one in selection.chains}
    period = within(dating.found.places, selection.period)
    ours = [one for one in period if one.base in names]
    landings = {one for chain in selection.chains.values() for one in chain}
    return len(ours), sorted(one.number for one in ours if one.commit not in landings)


def _covered(export: Export, name: str) -> tuple[str, str] | None:
    """The stretch of time of which the export has every record of a section: from, and up to."""
    section = export.sections.get(name)
    if section is None or section.done is None:
        return None
    return section.done.since or "", section.done.at


def _covers(covered: tuple[str, str], gathered: Gathered) -> bool:
    period = gathered.selection.period
    times = (one.dated or one.place for one in gathered.selection.landings)
    last = rfc3339(max((one.time for one in times), default=period.start))
    return covered[0] <= rfc3339(period.start) and last <= covered[1]


def _sections(export: Export) -> Iterator[ForgeSection]:
    for name, one in sorted(export.sections.items()):
        done = one.done
        yield ForgeSection(
            name=visible(shortened(name, 100)),
            at=done.at if done else None,
            since=done.since if done else None,
        )


def _unknowns(export: Export) -> Iterator[ForgeUnknown]:
    found = export.unknowns.items()
    for one, count in sorted(found, key=lambda item: (item[0].record, item[0].what)):
        yield ForgeUnknown(
            record=visible(shortened(one.record, 100)),
            what=visible(shortened(one.what, 100)),
            reason=visible(shortened(one.reason, 100)),
            needs=visible(shortened(one.needs, 200)) if one.needs else None,
            records=count,
        )


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error


def of_another(called: str, told: str) -> Iterator[Limit]:
    """That the records of the repository `told` may be of another than the one that is `called` so.

    Nothing is said where it is not known what it is called.
    """
    if called and called.casefold() != told.casefold():
        text = "Nothing shows that the forge's records are of this repository: its name differs."
        yield limit("forge-of-another", text, [told], gap=True)


def _limits(told: ForgeSource, source: Source, *, whole: bool) -> Iterator[Limit]:
    yield from of_another(source.called, told.repository)
    if not whole:
        text = (
            "The forge's records do not hold every request of the period: a landing without one"
            " may have one."
        )
        yield limit("forge-incomplete", text, _reaches(told.sections, REQUESTS), gap=True)
    if told.unknowns:
        text = "The forge did not tell some things: they are unknown, not absent."
        yield limit("forge-unknown", text, [_said(one) for one in told.unknowns], gap=True)
    if told.unlanded:
        text = (
            "The forge says that these requests were merged into an audited branch, and none of its"
            " landings is the commit that it names."
        )
        yield limit("requests-not-landed", text, [f"#{one}" for one in told.unlanded], gap=True)
    yield from deployment_limits(told.deployments, _reaches(told.sections, SECTION))


def _turned(landings: list[str]) -> Iterator[Limit]:
    """That landings came by a merge the wrong way round."""
    if landings:
        text = (
            "By the forge's records these landings came by a merge of the branch into something"
            " else: what the branch had until then is counted as brought in, and not as landings."
        )
        yield limit("merged-the-wrong-way", text, landings, gap=True)


def _elsewhere(host: str, declared: frozenset[str]) -> Iterator[Limit]:
    """That accounts are declared, and none of them at the forge of the records."""
    if declared and host.partition(":")[0].casefold() not in declared:
        text = (
            "The accounts that identities declare are of other forges than the records: a second"
            " account of somebody is not known as theirs."
        )
        yield limit("accounts-of-another-forge", text, [host, *declared], gap=True)


def _reaches(sections: Sequence[ForgeSection], name: str) -> list[str]:
    known = [one for one in sections if one.name == name]
    return [f"{name} {_reach(one)}" for one in known] or [f"{name}: none"]


def _reach(section: ForgeSection) -> str:
    if section.at is None:
        return "were not collected whole"
    return f"from {section.since or 'the beginning'} to {section.at}"


def _said(unknown: ForgeUnknown) -> str:
    needs = f", needs {unknown.needs}" if unknown.needs else ""
    return f"{unknown.record} {unknown.what}: {unknown.reason}{needs} ({unknown.records})"
