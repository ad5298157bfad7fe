"""The tests of CC8.1 over a population."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.period import Period, rfc3339
from affidavit.controls.catalogue import CC8_1, IDS
from affidavit.controls.cc8 import emergency, gate
from affidavit.controls.cc8.arrived import arrived, rewritten
from affidavit.controls.cc8.attributed import attributed, checklist
from affidavit.controls.cc8.decided import decided
from affidavit.controls.cc8.lacking import DEPLOYMENTS, POPULATION
from affidavit.controls.cc8.reviewed import on_head, reviewed
from affidavit.controls.cc8.rules import History
from affidavit.controls.cc8.scanned import scanned
from affidavit.controls.cc8.shipped import Traced, shipped
from affidavit.controls.cc8.tested import tested
from affidavit.controls.cc8.unsourced import SOURCES, unsourced
from affidavit.controls.criteria import Criteria
from affidavit.controls.model import Item, Subject, Tally, counted, item, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from affidavit.controls.cc8.case import Case

_OF_CHANGES = {
    "AFF-CC8.1-01": arrived,
    "AFF-CC8.1-03": reviewed,
    "AFF-CC8.1-04": on_head,
    "AFF-CC8.1-05": tested,
    "AFF-CC8.1-06": scanned,
    "AFF-CC8.1-07": attributed,
    "AFF-CC8.1-08": checklist,
    "AFF-CC8.1-11": emergency.emergency,
    "AFF-CC8.1-13": decided,
}


class Population(msgspec.Struct, frozen=True, kw_only=True):
    """What the tests are run over besides changes.

    `absent` says why not all deployments are known; `histories` are those of the audited branches.
    Of the `changes` so many are `emergencies`. `doubts` say why changes may be missing, and
    `unpushed` why pushes may be.
    """

    period: Period
    criteria: Criteria
    histories: tuple[History, ...]
    deployments: tuple[Traced, ...]
    absent: str | None
    changes: int
    emergencies: int
    doubts: tuple[str, ...]
    unpushed: str | None


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: each test, and the rows of all of them in order."""

    tests: tuple[Tally, ...]
    items: tuple[Item, ...]


def of_change(case: Case) -> Iterator[Item]:
    """The rows of one change under every test that is of changes."""
    for test in IDS:
        if test in _OF_CHANGES:
            yield _OF_CHANGES[test](case)
        elif test in SOURCES:
            yield unsourced(test, case)


def scope(criteria: Criteria) -> tuple[str, ...]:
    """The tests that an engagement runs, in their order."""
    return IDS if criteria.scope is None else tuple(one for one in IDS if one in criteria.scope)


def run(rows: Iterable[Item], population: Population, wanted: Sequence[str]) -> Run:
    """All rows in order, and what came of each test of `wanted`.

    `rows` are those of the changes, by `of_change`.
    """
    found = [*rows, *_others(population)]
    by_change = {(one.test, one.item): one for one in found if one.of == "change"}
    found += _deployed(by_change, population)
    order = {test: number for number, test in enumerate(IDS)}
    found.sort(key=lambda one: (order[one.test], one.occurred_at, one.of, one.item))
    asked = {one.id: one for one in CC8_1 if one.id in wanted}
    rows_of: dict[str, list[Item]] = {test: [] for test in asked}
    for one in found:
        if one.test in rows_of:
            rows_of[one.test].append(one)
    return Run(
        tests=tuple(
            counted(test, asked[test].title, asked[test].population, own)
            for test, own in rows_of.items()
        ),
        items=tuple(one for own in rows_of.values() for one in own),
    )


def _others(population: Population) -> Iterator[Item]:
    """Rows of the branches, and of all changes together."""
    start = rfc3339(population.period.start)
    for branch in population.histories:
        yield from rewritten(branch, population.period, population.unpushed)
        yield from gate.days(branch, population.period, population.criteria)
    often = emergency.share(population.emergencies, population.changes, start)
    if often is not None and not population.doubts:
        yield often
    yield from _incomplete(population.doubts, start)


def _incomplete(doubts: Sequence[str], start: str) -> Iterator[Item]:
    """A row under each test of changes, where changes may be missing: it stands for those."""
    if not doubts:
        return
    subject = Subject(of="period", item="population", occurred_at=start)
    asked = [unknown("complete", one, lacks=POPULATION) for one in doubts]
    for test in (*_OF_CHANGES, *SOURCES):
        yield item(test, subject, *asked)


def _deployed(by_change: dict[tuple[str, str], Item], population: Population) -> Iterator[Item]:
    yield from shipped(
        population.deployments,
        by_change,
        period=population.period,
        scope=scope(population.criteria),
    )
    if population.absent is not None:
        subject = Subject(
            of="deployment", item="deployments", occurred_at=rfc3339(population.period.start)
        )
        yield item(
            "AFF-CC8.1-10", subject, unknown("deployments", population.absent, lacks=DEPLOYMENTS)
        )
