"""Where records of one commit say different things: told side by side, and none is chosen."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.provenance.catalogue import UNSPECIFIED
from affidavit.provenance.gitai_log import united
from affidavit.provenance.overlay import MOST, overlaid
from affidavit.provenance.records.model import Attests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from affidavit.provenance.gitai_log import Spans
    from affidavit.provenance.records.model import Record

AGENTS, LINES = "agents", "lines"


class Saying(msgspec.Struct, frozen=True, order=True):
    """What sources say: `says` is an agent, several joined by a comma, or ``a person``.

    Two records of one source may say different things of lines.
    """

    sources: tuple[str, ...]
    says: str


class Contradiction(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Two things that are said of one commit and cannot both be.

    `about` is ``agents``, where no agent is named by both, or ``lines``: then `lines` of `path` are
    attested to different hands.
    """

    commit: str
    about: str
    path: str = ""
    lines: int = 0
    said: tuple[Saying, Saying]


class _Voice(NamedTuple):
    """What one record says of lines, by its number; a person is no agent."""

    agent: str
    record: int
    source: str

    @property
    def saying(self) -> str:
        return self.agent or "a person"


def contradictions(
    commit: str, records: Iterable[Record], named: Mapping[str, Iterable[str]]
) -> tuple[Contradiction, ...]:
    """What `records` of `commit` say against each other; `named` has agents by source besides."""
    agents: dict[str, set[str]] = {source: set(each) for source, each in named.items()}
    lines: dict[str, dict[_Voice, list[Spans]]] = {}
    for number, record in enumerate(records):
        told = agents.setdefault(record.source, set())
        told.update(one.agent for one in record.claims if one.decides)
        for one in record.lines:
            told.update([one.agent] if one.agent and one.attests is not Attests.UNKNOWN else [])
            if one.spans and one.attests in (Attests.AI, Attests.HUMAN):
                agent = (one.agent or UNSPECIFIED) if one.attests is Attests.AI else ""
                voice = _Voice(agent, number, record.source)
                lines.setdefault(one.path, {}).setdefault(voice, []).append(one.spans)
    return tuple(sorted((*_of_agents(commit, agents), *_of_lines(commit, lines))))


def apart(named: Iterable[set[str]]) -> bool:
    """Whether records that name these agents contradict each other: none is named by all of them.

    A record that names nobody who is known contradicts nobody.
    """
    known = [one for one in (each - {"", UNSPECIFIED} for each in named) if one]
    return bool(known) and not set.intersection(*known)


def _of_agents(commit: str, agents: Mapping[str, set[str]]) -> Iterator[Contradiction]:
    known = {source: each - {"", UNSPECIFIED} for source, each in sorted(agents.items())}
    for (one, mine), (other, theirs) in combinations(known.items(), 2):
        if mine and theirs and mine.isdisjoint(theirs):
            said = (
                Saying((one,), ", ".join(sorted(mine))),
                Saying((other,), ", ".join(sorted(theirs))),
            )
            yield Contradiction(commit=commit, about=AGENTS, said=said)


def _of_lines(
    commit: str, lines: Mapping[str, Mapping[_Voice, list[Spans]]]
) -> Iterator[Contradiction]:
    for path, voices in lines.items():
        counts: Counter[tuple[str, str]] = Counter()
        sources: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
        said = sorted(voices)
        for start, end, on in overlaid(united(*voices[one]) for one in said):
            pairs = _pairs([said[number] for number in on[:MOST]])
            for pair, (mine, theirs) in pairs.items():
                counts[pair] += end - start
                both = sources.setdefault(pair, (set(), set()))
                both[0].update(mine)
                both[1].update(theirs)
        for (one, other), number in counts.items():
            mine, theirs = sources[one, other]
            of = (Saying(tuple(sorted(mine)), one), Saying(tuple(sorted(theirs)), other))
            yield Contradiction(commit=commit, about=LINES, path=path, lines=number, said=of)


def _pairs(on: Sequence[_Voice]) -> dict[tuple[str, str], tuple[set[str], set[str]]]:
    """What is said of one line that cannot both be, in pairs, each with the sources that say it."""
    by_record: dict[int, set[str]] = {}
    sources: dict[str, set[str]] = {}
    for one in on:
        sources.setdefault(one.saying, set()).add(one.source)
        by_record.setdefault(one.record, set()).add(one.agent)
    differ = apart(by_record.values())
    found: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    if not differ and all(one.agent for one in on):
        return found
    for one, other in combinations(on, 2):
        if one.agent and differ and _exclude(one, other, by_record):
            found[one.saying, other.saying] = (sources[one.saying], sources[other.saying])
        elif other.agent and not one.agent:
            found[other.saying, one.saying] = (sources[other.saying], sources[one.saying])
    return found


def _exclude(one: _Voice, other: _Voice, by_record: Mapping[int, set[str]]) -> bool:
    """Whether each of two known agents is named by a record that does not name the other."""
    return (
        one.agent != other.agent
        and UNSPECIFIED not in (one.agent, other.agent)
        and other.agent not in by_record[one.record]
        and one.agent not in by_record[other.record]
    )
