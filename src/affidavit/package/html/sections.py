"""What the page's tables show: how much of each list stands in the page, and what it leads to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from affidavit.audit.exceptions import landings_of
from affidavit.changes.gated import GateState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from affidavit.audit.model import AuditException, PersonRow, Report
    from affidavit.changes.model import Landing

Row = TypeVar("Row")

EXCEPTIONS = 2_000
"""Exceptions in the page; exceptions.csv has all."""
FIRST = 8
"""Rows of a group of exceptions that stand open."""
AGENTS = 100
"""Agents in the page, those with most landings."""
COLUMNS = 16
"""Agents that have a column in the table by month."""
CRITICAL = 200
"""Critical paths in the page."""
OVERLAPS = 100
"""Pairs of sources in the page."""
PEOPLE = 200
"""People in the page, those with most landings."""
DIRECTORIES = 40
"""Top-level directories in the page, those with most landings."""
DEPLOYMENTS = 200
"""Deployments in the page, the oldest."""
UNLANDED = 100
"""Requests in the page whose commit is no landing, the first."""
SETTINGS = 500
"""Settings of the repository's own files in the page."""
STRIPS = 8
"""Agents that have a strip of their own beside the table."""

NAMES = {
    "history-rewritten": "History rewritten since an earlier report",
    "self-merged": "Merged by one of its authors",
    "no-review-evidence": "No evidence of a review",
    "outside-requests": "Outside of every request",
    "deployment-without-change": "Deployed, and on no audited branch",
    "unapproved": "Merged without enough approvals",
    "ungated": "Not known to have passed the gate",
    "date-out-of-order": "Date out of order",
}
"""What an exception's rule is called; docs/exceptions.md says more."""


class ExceptionRow(msgspec.Struct, frozen=True, kw_only=True):
    """An exception, with the change it is about where that is a landing of the period."""

    commit: str
    reason: str
    change: str
    title: str


class RuleExceptions(msgspec.Struct, frozen=True, kw_only=True):
    """The exceptions of one rule: `count` in all, of which `first` stand open and `rest` folded.

    `name` is empty where the rule has none here.
    """

    id: str
    name: str
    count: int
    first: tuple[ExceptionRow, ...]
    rest: tuple[ExceptionRow, ...]


class Exceptions(msgspec.Struct, frozen=True, kw_only=True):
    """All exceptions in groups.

    `total` counts them, `landings` what they are on, and `shown` those that are in the page.
    """

    total: int
    landings: int
    shown: int
    groups: tuple[RuleExceptions, ...]


def exceptions(report: Report) -> Exceptions:
    """The exceptions by rule, in the report's order of rules and inside each.

    Where there are more than `EXCEPTIONS`, the rarest rules have all of theirs shown: what is rare
    is what would be missed.
    """
    landings = {landing.commit: landing for landing in report.landings}
    by_rule: dict[str, list[AuditException]] = {}
    for each in report.exceptions:
        by_rule.setdefault(each.id, []).append(each)
    room = _room({rule: len(found) for rule, found in by_rule.items()})
    groups = []
    for rule, found in by_rule.items():
        rows = tuple(_row(each, landings.get(each.commit)) for each in found[: room[rule]])
        groups.append(
            RuleExceptions(
                id=rule,
                name=NAMES.get(rule, ""),
                count=len(found),
                first=rows[:FIRST],
                rest=rows[FIRST:],
            )
        )
    total, shown = len(report.exceptions), sum(room.values())
    on = len(landings_of(report.exceptions))
    return Exceptions(total=total, landings=on, shown=shown, groups=tuple(groups))


def _room(counts: Mapping[str, int]) -> dict[str, int]:
    """How many rows each rule gets of `EXCEPTIONS`, the rarest rule first."""
    left, room = EXCEPTIONS, {}
    for rule, count in sorted(counts.items(), key=lambda item: (item[1], item[0])):
        room[rule] = min(count, left)
        left -= room[rule]
    return room


def _row(exception: AuditException, landing: Landing | None) -> ExceptionRow:
    reason = exception.reason
    if landing:
        # The title stands in a place of its own.
        reason = reason.removesuffix(f": {landing.title}")
    return ExceptionRow(
        commit=exception.commit,
        reason=reason[:1].upper() + reason[1:],
        change=landing.change if landing else "",
        title=landing.title if landing else "",
    )


class Tables:
    """The report's lists, cut to what a page holds; each cut is said beside the table."""

    def __init__(self, report: Report) -> None:
        self.agents = _cut(report.agents, AGENTS)
        self.people = _cut(report.people, PEOPLE)
        self.directories = _cut(report.directories, DIRECTORIES)
        self.critical = _cut(report.critical, CRITICAL)
        self.overlaps = _cut(report.coverage.overlaps, OVERLAPS)
        self.settings = _cut(report.settings, SETTINGS)
        self.self_mergers = _self_mergers(report.people)
        made = [row for row in report.agents if row.landings]
        self.strips = made[:STRIPS]
        self.columns = made[:COLUMNS]
        self.more_columns = len(made) - len(self.columns)
        self.gaps = tuple(each for each in report.limits if each.gap)
        self.notices = tuple(each for each in report.limits if not each.gap)
        forge = None if isinstance(report.forge, msgspec.UnsetType) else report.forge
        self.forge = forge
        self.deployments = _cut(forge.deployments.rows if forge else (), DEPLOYMENTS)
        self.unlanded = _cut(forge.unlanded if forge else (), UNLANDED)
        given = report.statements
        self.statements = () if isinstance(given, msgspec.UnsetType) else given
        self.gates = gates(report.landings)
        self.most = max((row.landings for row in self.directories.rows), default=0)


def gates(landings: Iterable[Landing]) -> tuple[tuple[str, int], ...]:
    """What became at the gate of the landings whose base asks for one, in words and how often."""
    found = Counter(one.sworn.gate.state for one in landings if one.sworn and one.sworn.gate)
    return tuple((_GATES[state], found[state]) for state in GateState) if found else ()


_GATES = {
    GateState.ALLOWED: "allowed, before the merge",
    GateState.REFUSED: "refused, and merged all the same",
    GateState.UNDECIDED: "not decided, and merged all the same",
    GateState.NONE: "merged without a decision",
    GateState.UNKNOWN: "unknown",
}


class Cut(msgspec.Struct, Generic[Row], frozen=True):
    """The `rows` of a list that stand in the page, and how many `more` it has."""

    rows: Sequence[Row]
    more: int


def _cut(rows: Sequence[Row], limit: int) -> Cut[Row]:
    return Cut(rows[:limit], max(len(rows) - limit, 0))


def _self_mergers(people: Sequence[PersonRow]) -> tuple[PersonRow, ...]:
    """Those who merged their own work, most often first, at most `PEOPLE`."""
    found = sorted(
        (row for row in people if row.self_merged),
        key=lambda row: (-row.self_merged, row.name, row.email),
    )
    return tuple(found[:PEOPLE])
