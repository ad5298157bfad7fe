"""The report's tables: agents, people, months, directories, critical paths, coverage."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

import msgspec

from affidavit.audit.model import (
    AgentRow,
    Coverage,
    CriticalRow,
    DirectoryRow,
    MonthRow,
    Overlap,
    PersonRow,
    SourceCoverage,
)
from affidavit.changes.model import Grade, PersonRole
from affidavit.changes.people import noreply_login, shared_address
from affidavit.provenance.model import PartyKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from affidavit.changes.model import Landing, Participant
    from affidavit.provenance.model import Claim

DIRECTORIES = 200
"""Directories that the report lists: those with most AI landings, then most landings."""
SQUASHED = "squash-trailer"
PEOPLE = 2_000
"""People that the report lists: those with most landings."""


def deciding_agents(landing: Landing) -> set[str]:
    """The agents that `landing` is an AI change by."""
    return {claim.agent for claim in landing.deciding}


def agents(landings: Iterable[Landing]) -> tuple[AgentRow, ...]:
    """Every agent with its landings, most landings first."""
    decided: Counter[str] = Counter()
    assisted: Counter[str] = Counter()
    models: dict[str, set[str]] = defaultdict(set)
    for landing in landings:
        if not landing.claims:
            continue
        wrote = deciding_agents(landing)
        decided.update(wrote)
        assisted.update(_assisting(landing.claims) - wrote)
        for claim in landing.claims:
            if claim.model and claim.tier != "D":
                models[claim.agent].add(claim.model)
    rows = [
        AgentRow(
            agent=agent,
            landings=decided[agent],
            assisted=assisted[agent],
            models=tuple(sorted(models[agent])[:50]),
        )
        for agent in decided.keys() | assisted.keys()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.landings, -row.assisted, row.agent)))


def _assisting(claims: Iterable[Claim]) -> set[str]:
    roles = (Role.SUGGESTION, Role.ASSIST)
    return {claim.agent for claim in claims if claim.role in roles and claim.tier != "D"}


class _Met(msgspec.Struct):
    """How many landings somebody had the same part in, and of what sort they were."""

    landings: int = 0
    ai: int = 0
    self_merged: int = 0


class _Tally(msgspec.Struct):
    names: Counter[str]
    email: str
    landings: int = 0
    ai: int = 0
    merged: int = 0
    self_merged: int = 0


_PART = frozenset(
    {PersonRole.AUTHOR, PersonRole.CO_AUTHOR, PersonRole.COMMITTER, PersonRole.MERGER}
)


def people(landings: Iterable[Landing]) -> tuple[PersonRow, ...]:
    """Every person who wrote, committed or merged, most landings first; `PEOPLE` at most.

    A person who goes by several names is listed by the one met most often.
    """
    tallies: dict[str, _Tally] = {}
    met: dict[Participant, _Met] = {}
    for landing in landings:
        ai, self_merged = landing.ai, landing.review.self_merged is True
        for one in landing.authors:
            found = met.get(one)
            if found is None:
                found = met[one] = _Met()
            found.landings += 1
            found.ai += ai
            found.self_merged += self_merged
    for one, found in met.items():
        tally = _tally(one, tallies)
        if tally is None:
            continue
        merged = PersonRole.MERGER in one.roles
        tally.names[one.name] += found.landings
        tally.landings += found.landings
        tally.ai += found.ai
        tally.merged += found.landings if merged else 0
        tally.self_merged += found.self_merged if merged else 0
    rows = [
        PersonRow(
            name=_usual(tally.names),
            email=tally.email,
            landings=tally.landings,
            ai_landings=tally.ai,
            merged=tally.merged,
            self_merged=tally.self_merged,
        )
        for tally in tallies.values()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.landings, row.email, row.name))[:PEOPLE])


def _tally(one: Participant, tallies: dict[str, _Tally]) -> _Tally | None:
    """Where `one` is counted; ``None`` for who is no person or had no part in it."""
    if one.kind is not PartyKind.PERSON or not _PART.intersection(one.roles):
        return None
    key = noreply_login(one.email) or one.email.casefold()
    if shared_address(one.email):
        key = f"{one.name.casefold()} {key}"
    return tallies.setdefault(key, _Tally(Counter(), one.email))


def _usual(names: Counter[str]) -> str:
    """The name most often met; of several the first in order."""
    return min(names, key=lambda name: (-names[name], name))


def months(landings: Sequence[Landing]) -> tuple[MonthRow, ...]:
    """Every UTC month with a landing, oldest first."""
    total: Counter[str] = Counter()
    ai: Counter[str] = Counter()
    by_agent: dict[str, Counter[str]] = defaultdict(Counter)
    for landing in landings:
        month = landing.time[:7]
        total[month] += 1
        if landing.ai:
            ai[month] += 1
            by_agent[month].update(deciding_agents(landing))
    return tuple(
        MonthRow(
            month=month,
            landings=total[month],
            ai=ai[month],
            agents=dict(sorted(by_agent[month].items())),
        )
        for month in sorted(total)
    )


def directories(
    touched: Mapping[str, Iterable[str]], landings: Iterable[Landing]
) -> tuple[DirectoryRow, ...]:
    """The share of AI landings by top-level directory; `touched` is by commit id."""
    total: Counter[str] = Counter()
    ai: Counter[str] = Counter()
    for landing in landings:
        names = set(touched.get(landing.commit, ()))
        if not names:
            continue
        total.update(names)
        if landing.ai:
            ai.update(names)
    rows = [DirectoryRow(path=name, landings=total[name], ai=ai[name]) for name in total]
    return tuple(sorted(rows, key=lambda row: (-row.ai, -row.landings, row.path))[:DIRECTORIES])


def critical(patterns: Sequence[str], landings: Iterable[Landing]) -> tuple[CriticalRow, ...]:
    """AI landings by the critical-path pattern they touched, in the order of `patterns`."""
    touched: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    for landing in landings:
        if landing.ai:
            touched.update(landing.critical_paths)
            if landing.review.grade in (Grade.R2, Grade.R3, Grade.R4):
                shown.update(landing.critical_paths)
    return tuple(
        CriticalRow(pattern=pattern, ai=touched[pattern], reviewer_shown=shown[pattern])
        for pattern in patterns
        if touched[pattern]
    )


def sources(found: Sequence[Claim]) -> set[str]:
    """The sources that decide; a squashed trailer repeated at the end of the message is one."""
    ended = {claim.digest for claim in found if claim.source != SQUASHED}
    return {
        claim.source
        for claim in found
        if claim.decides and not (claim.source == SQUASHED and claim.digest in ended)
    }


def coverage(
    seen: Mapping[str, Sequence[str]], commits: int, silent: int, *, missing: int
) -> Coverage:
    """What each source saw: `seen` has the sources by commit, of which `silent` say nothing."""
    single = Counter(source for sources in seen.values() for source in sources)
    pairs = Counter(pair for sources in seen.values() for pair in combinations(sorted(sources), 2))
    return Coverage(
        sources=tuple(
            SourceCoverage(source=source, commits=count) for source, count in sorted(single.items())
        ),
        overlaps=tuple(
            Overlap(sources=pair, commits=count) for pair, count in sorted(pairs.items())
        ),
        commits=commits,
        no_signal=silent,
        missing_objects=missing,
    )
