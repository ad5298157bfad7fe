"""Looking through all records of a repository: what there is, and what contradicts what."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.claimed.forms import FORMS, Place
from affidavit.app.claimed.given import given
from affidavit.app.claimed.model import ClaimsListed, ClaimsShown, FormSeen
from affidavit.base.errors import NoCommitsError
from affidavit.provenance.catalogue import load
from affidavit.provenance.records import checkpoints
from affidavit.provenance.records.contradictions import contradictions
from affidavit.provenance.records.coverage import coverage
from affidavit.provenance.records.entire import CHECKPOINT
from affidavit.provenance.records.entire import SOURCE as ENTIRE
from affidavit.provenance.signals import Signals
from affidavit.provenance.trailers import trailers
from affidavit.sources.git.anywhere import mentioning
from affidavit.sources.git.commit import parse
from affidavit.sources.git.history import KEPT, WHOLE
from affidavit.sources.records import entire

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from affidavit.app.lines.opening import Opened
    from affidavit.app.reading import Progress
    from affidavit.base.limit import Limit
    from affidavit.provenance.model import Claim
    from affidavit.provenance.records.model import Record

MOST_CONTRADICTIONS = 1_000
"""Contradictions that are told one by one."""
MESSAGE = "commit"
"""The source of what a commit's own message and identities say."""


class _Found(NamedTuple):
    """All records, and what the commits that they are about claim themselves."""

    records: Sequence[Record]
    said: Mapping[str, tuple[Claim, ...]]


def listed(opened: Opened, forms: Sequence[str], progress: Progress) -> ClaimsListed:
    """What there is of the `forms`, of all where none is named; and what contradicts what."""
    found = _found(opened, forms, progress)
    progress.step("comparing records")
    by_commit: dict[str, list[Record]] = defaultdict(list)
    for one in found.records:
        if one.commit is not None:
            by_commit[one.commit].append(one)
    against = [
        each
        for commit, records in sorted(by_commit.items())
        for each in contradictions(commit, records, _named(found.said.get(commit, ())))
    ]
    here: dict[str, set[str]] = defaultdict(set)
    for one in found.records:
        if one.commit is not None and one.commit in found.said:
            here[one.source].add(one.commit)
    return ClaimsListed(
        repository=opened.name,
        commit=opened.head,
        commits=len(by_commit.keys() & found.said.keys()),
        forms=tuple(
            FormSeen(covered=one, here=len(here[one.source])) for one in coverage(found.records)
        ),
        contradicted=len({one.commit for one in against}),
        contradictions=tuple(against[:MOST_CONTRADICTIONS]),
        limits=_limits(opened),
    )


def shown(opened: Opened, commit: str, progress: Progress) -> ClaimsShown:
    """What is claimed of one commit of the repository, which `opened` may be at or not.

    Raises:
        NoCommitsError: The commit cannot be read.
    """
    said = _said(opened, [commit])
    if commit not in said:
        raise NoCommitsError(f"the commit {commit[:12]} cannot be read")
    every = _records(opened, (), progress, _linked(said))
    records = tuple(one for one in every if one.commit == commit)
    return ClaimsShown(
        repository=opened.name,
        commit=commit,
        claims=said[commit],
        records=records,
        contradictions=contradictions(commit, records, _named(said[commit])),
        limits=_limits(opened),
    )


def _limits(opened: Opened) -> tuple[Limit, ...]:
    return tuple(sorted({*opened.source.objects.limits, *opened.settings.limits}))


def _named(claims: Iterable[Claim]) -> dict[str, list[str]]:
    """The agents that a commit itself names; what a checkpoint is named by names none."""
    return {MESSAGE: [one.agent for one in claims if one.decides]}


def _found(opened: Opened, forms: Sequence[str], progress: Progress) -> _Found:
    linked: Mapping[str, Sequence[str]] = {}
    source = opened.source
    if (not forms or ENTIRE in forms) and (entire.are_there(source.refs) or opened.records):
        progress.step("looking for checkpoints in messages")
        tips = source.refs.ids.values()
        linked = _linked(_said(opened, mentioning(source.git, tips, "^Entire-Checkpoint:")))
    records = _records(opened, forms, progress, linked)
    progress.step("looking at commits")
    return _Found(records, _said(opened, {one.commit for one in records if one.commit}))


def _records(
    opened: Opened,
    forms: Sequence[str],
    progress: Progress,
    linked: Mapping[str, Sequence[str]],
) -> list[Record]:
    source = opened.source
    place = Place(source.git, source.objects, source.refs, opened.head, linked)
    found: list[Record] = []
    for form, reading in FORMS.items():
        if not forms or form in forms:
            progress.step(f"reading {form}")
            found += reading(place)
    for one in given(opened.records):
        found += _tied(one, linked)
    return found


def _tied(record: Record, linked: Mapping[str, Sequence[str]]) -> Iterator[Record]:
    """A session of a checkpoint for each commit that names that; another record as it is."""
    if record.source != ENTIRE:
        yield record
        return
    for commit in linked.get(dict(record.stated).get(CHECKPOINT, ""), ()):
        claims = tuple(msgspec.structs.replace(one, commit=commit) for one in record.claims)
        yield msgspec.structs.replace(record, commit=commit, claims=claims)


def _linked(said: Mapping[str, tuple[Claim, ...]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for commit, claims in sorted(said.items()):
        for checkpoint in dict.fromkeys(checkpoints.named(claims)):
            found[checkpoint].append(commit)
    return found


def _said(opened: Opened, commits: Iterable[str]) -> dict[str, tuple[Claim, ...]]:
    """What those of the commits that are there claim by message and identities."""
    signals = Signals(load())
    found: dict[str, tuple[Claim, ...]] = {}
    there = sorted(opened.source.objects.have(set(commits)))
    for one in opened.source.objects.read(there, max_size=WHOLE, head=KEPT):
        if one.body is not None and one.kind == "commit":
            commit = parse(one.id, one.body)
            told = trailers(commit.message)
            found[one.id] = signals.claims(commit, told, forge_signed=False)
    return found
