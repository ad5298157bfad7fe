"""An export read for an audit: the requests of its landings, and whether the two agree."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.forge.content import Contents
from affidavit.app.forge.requests import Requests, merged, within
from affidavit.audit.forge import ForgeSection, ForgeSource, ForgeUnknown
from affidavit.base.errors import UnreadableError
from affidavit.base.limit import Limit, limit
from affidavit.base.period import rfc3339
from affidavit.base.text import decode, shortened, visible
from affidavit.changes.forge.landed import Seen
from affidavit.sources.forge.reading import Export
from affidavit.sources.git.commit import Read, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from affidavit.app.gather import Gathered, Source
    from affidavit.app.reading import Progress
    from affidavit.changes.landing import Facts

REQUESTS = "pull_requests"
"""The section whose records decide whether a landing is of a request."""


class ForgeEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """What an export holds of the audited landings."""

    requests: Requests
    covered: tuple[str, str] | None
    source: ForgeSource
    limits: tuple[Limit, ...]

    def known_to(self, facts: Facts) -> Facts:
        """`facts` with what the forge recorded."""
        return msgspec.structs.replace(facts, recorded=self.requests, covered=self.covered)


def forge_evidence(
    path: Path, gathered: Gathered, source: Source, progress: Progress
) -> ForgeEvidence:
    """The export at `path` beside the history.

    Raises:
        InputError: It is no export.
        UnreadableError: It cannot be read.
    """
    progress.step("reading the forge's records")
    export, found = Export(path), merged(path)
    selection = gathered.selection
    contents = Contents(source.git, gathered.graph, selection.chains)
    requests = Requests(path, export.head, found, contents.same)
    seeing = _Seeing(gathered, source)
    population = set(selection.ids)
    requests.find(
        [one for one in found.places.values() if one.commit in population], seeing.landing
    )
    period = within(found.places, selection.period.start, selection.period.end)
    ours = [one for one in period if one.base in selection.chains]
    landings = {one for chain in selection.chains.values() for one in chain}
    unlanded = sorted(one.number for one in ours if one.commit not in landings)
    covered = _covered(export)
    whole = covered is not None and _covers(covered, gathered)
    told = ForgeSource(
        forge=export.head.forge,
        host=export.head.host,
        repository=visible(shortened(export.head.repository, 300)),
        digest=_digest(path),
        sections=tuple(_sections(export)),
        unknowns=tuple(_unknowns(export)),
        merged=len(ours),
        landed=len(ours) - len(unlanded),
        unlanded=tuple(unlanded),
        outside=len(population - requests.keys()) if whole else None,
    )
    return ForgeEvidence(
        requests=requests,
        covered=covered,
        source=told,
        limits=tuple(_limits(told, source, whole=whole)),
    )


class _Seeing:
    """Reads landings of the population as far as requests are compared with them."""

    def __init__(self, gathered: Gathered, source: Source) -> None:
        self._gathered = gathered
        self._objects = source.objects

    def landing(self, commit: str) -> Seen | None:
        """What is looked at of a landing; None where it is none, or cannot be read."""
        parents = self._gathered.graph.parents.get(commit)
        if parents is None:
            return None
        kept = self._gathered.kept.get(commit)
        body = kept.body if isinstance(kept, Read) else kept
        body = body or self._objects.one(commit, kind="commit")
        if body is None:
            return None
        found = parse(commit, body)
        title = decode(found.message.split(b"\n", 1)[0]).strip()
        return Seen(commit, parents, found.author, found.committer, title)


def _covered(export: Export) -> tuple[str, str] | None:
    """The stretch of time of which the export has every request: from, and up to."""
    section = export.sections.get(REQUESTS)
    if section is None or section.done is None:
        return None
    return section.done.since or "", section.done.at


def _covers(covered: tuple[str, str], gathered: Gathered) -> bool:
    period = gathered.selection.period
    places = [one.place.time for one in gathered.selection.landings]
    last = rfc3339(max(places, default=period.start))
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


def _limits(told: ForgeSource, source: Source, *, whole: bool) -> Iterator[Limit]:
    if source.slug and source.slug.casefold() != told.repository.casefold():
        text = "Nothing shows that the forge's records are of this repository: its name differs."
        yield limit("forge-of-another", text, [told.repository], gap=True)
    if not whole:
        text = (
            "The forge's records do not hold every request of the period: a landing without one"
            " may have one."
        )
        yield limit("forge-incomplete", text, _incomplete(told.sections), gap=True)
    if told.unknowns:
        text = "The forge did not tell some things: they are unknown, not absent."
        yield limit("forge-unknown", text, [_said(one) for one in told.unknowns], gap=True)
    if told.unlanded:
        text = (
            "The forge says that these requests were merged into an audited branch, and none of its"
            " landings is the commit that it names."
        )
        yield limit("requests-not-landed", text, [f"#{one}" for one in told.unlanded], gap=True)


def _incomplete(sections: Sequence[ForgeSection]) -> list[str]:
    known = [one for one in sections if one.name == REQUESTS]
    return [f"{REQUESTS} {_reach(one)}" for one in known] or [f"{REQUESTS}: none"]


def _reach(section: ForgeSection) -> str:
    if section.at is None:
        return "were not collected whole"
    return f"from {section.since or 'the beginning'} to {section.at}"


def _said(unknown: ForgeUnknown) -> str:
    needs = f", needs {unknown.needs}" if unknown.needs else ""
    return f"{unknown.record} {unknown.what}: {unknown.reason}{needs} ({unknown.records})"
