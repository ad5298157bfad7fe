"""What a set of records covers: how many there are, how many are whole, what they state."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from affidavit.provenance.gitai_log import count
from affidavit.provenance.records.model import Part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.provenance.records.model import Record


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What the records of one source cover.

    `whole` are those without a problem. `commits` and `trees` are how many different ones they are
    about. `lines` counts the lines that are attested with their numbers, each as often as it is.
    `agents` counts claims by agent, `parts` deeds by part; `problems` records by what is wrong.
    """

    source: str
    records: int
    whole: int
    commits: int
    trees: int
    claims: int
    line_claims: int
    lines: int
    agents: dict[str, int]
    parts: dict[Part, int]
    problems: dict[str, int]


def coverage(records: Iterable[Record]) -> tuple[Coverage, ...]:
    """The coverage of each source among `records`, in the order of their names."""
    by_source: dict[str, _Counted] = {}
    for one in records:
        by_source.setdefault(one.source, _Counted()).take(one)
    return tuple(found.told(source) for source, found in sorted(by_source.items()))


class _Counted:
    """What was counted of one source so far; no record is held."""

    def __init__(self) -> None:
        self.plain: Counter[str] = Counter()
        self.agents: Counter[str] = Counter()
        self.parts: Counter[Part] = Counter()
        self.problems: Counter[str] = Counter()
        self.commits: set[str] = set()
        self.trees: set[str] = set()

    def take(self, one: Record) -> None:
        """Count a record."""
        self.plain.update(
            records=1,
            whole=not one.problems,
            claims=len(one.claims),
            line_claims=len(one.lines),
            lines=sum(count(each.spans) for each in one.lines if each.spans),
        )
        self.agents.update(each.agent for each in one.claims)
        self.agents.update(each.agent for each in one.lines if each.agent)
        self.parts.update(each.part for each in one.deeds)
        self.problems.update(one.problems)
        self.commits.update([one.commit] if one.commit else [])
        self.trees.update([one.tree] if one.tree else [])

    def told(self, source: str) -> Coverage:
        """The counts as they are told."""
        return Coverage(
            source=source,
            records=self.plain["records"],
            whole=self.plain["whole"],
            commits=len(self.commits),
            trees=len(self.trees),
            claims=self.plain["claims"],
            line_claims=self.plain["line_claims"],
            lines=self.plain["lines"],
            agents=dict(sorted(self.agents.items())),
            parts=dict(sorted(self.parts.items())),
            problems=dict(sorted(self.problems.items())),
        )
