"""Where records of one commit say different things: told side by side, and none is chosen."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.provenance.catalogue import UNSPECIFIED
from affidavit.provenance.gitai_log import count, united, within
from affidavit.provenance.records.model import Attests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from affidavit.provenance.gitai_log import Spans
    from affidavit.provenance.records.model import Record

AGENTS, LINES = "agents", "lines"


class Saying(msgspec.Struct, frozen=True, order=True):
    """What sources say: `says` is an agent, several joined by a comma, or ``a person``."""

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


class _Whom(NamedTuple):
    attests: Attests
    agent: str

    @property
    def name(self) -> str:
        return "a person" if self.attests is Attests.HUMAN else self.agent


def contradictions(
    commit: str, records: Iterable[Record], named: Mapping[str, Iterable[str]]
) -> tuple[Contradiction, ...]:
    """What `records` of `commit` say against each other; `named` has agents by source besides."""
    agents: dict[str, set[str]] = {source: set(each) for source, each in named.items()}
    lines: dict[str, dict[_Whom, dict[str, list[Spans]]]] = {}
    for record in records:
        told = agents.setdefault(record.source, set())
        told.update(one.agent for one in record.claims if one.decides)
        for one in record.lines:
            told.update([one.agent] if one.agent and one.attests is not Attests.UNKNOWN else [])
            if one.spans and one.attests in (Attests.AI, Attests.HUMAN):
                whom = _Whom(one.attests, one.agent if one.attests is Attests.AI else "")
                by_source = lines.setdefault(one.path, {}).setdefault(whom, {})
                by_source.setdefault(record.source, []).append(one.spans)
    return tuple(sorted((*_of_agents(commit, agents), *_of_lines(commit, lines))))


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
    commit: str, lines: Mapping[str, Mapping[_Whom, Mapping[str, list[Spans]]]]
) -> Iterator[Contradiction]:
    for path, whoms in lines.items():
        for (one, mine), (other, theirs) in combinations(sorted(whoms.items()), 2):
            if not _differ(one, other, mine.keys() & theirs.keys()):
                continue
            common = within(_all(mine), _all(theirs))
            if common:
                said = (
                    Saying(tuple(sorted(mine)), one.name),
                    Saying(tuple(sorted(theirs)), other.name),
                )
                yield Contradiction(
                    commit=commit, about=LINES, path=path, lines=count(common), said=said
                )


def _differ(one: _Whom, other: _Whom, both: Iterable[str]) -> bool:
    """Whether one line cannot be by both; of one source two agents may have had a hand in it."""
    if one.attests is not other.attests:
        return True
    return (
        not any(both)
        and UNSPECIFIED not in (one.agent, other.agent)
        and ""
        not in (
            one.agent,
            other.agent,
        )
    )


def _all(by_source: Mapping[str, list[Spans]]) -> Spans:
    return united(*(spans for each in by_source.values() for spans in each))
