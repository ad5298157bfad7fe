"""Control tests for a terminal: a line for each test, and what deviates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import shortened, visible
from affidavit.changes.forge.approvals import Answer
from affidavit.controls.model import Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.controls.model import Item, Tally
    from affidavit.package.controls.data import ControlTests

SHOWN = 20
"""Deviations of a test that are shown."""
_POPULATION = "population"
_STANDS = "one item of each test, population, is no change: it stands for those that may be missing"
_COLUMNS = ("items", "pass", "deviate", "waived", "n/a", "unknown")


def text(found: ControlTests) -> Iterator[str]:
    """The lines."""
    yield f"{visible(found.repository)}  {found.period.start} to {found.period.end}"
    yield f"{found.changes:,} changes, population {found.population}"
    yield f"forge: {found.forge or 'no records given'}; ledger: {found.ledger or 'none given'}"
    file = f" ({visible(found.criteria.file)}, {found.criteria.digest})" if (
        found.criteria.file
    ) else ""  # fmt: skip
    yield f"criteria set by {found.criteria.by}{file}"
    yield f"branches: {visible(', '.join(found.branches))}"
    for name in found.files:
        yield f"given: {visible(name)}"
    for note in found.notes:
        yield f"note: {shortened(note, 300)}"
    yield ""
    width = max((len(one.title) for one in found.tests), default=0)
    heads = "".join(f"{one:>9}" for one in _COLUMNS)
    yield f"{'test':<13} {'':<{width}}{heads}"
    for one in found.tests:
        yield _row(one, width)
    if any(one.item == _POPULATION for one in found.items):
        yield _STANDS
    for one in found.tests:
        yield from _of_test(one, [row for row in found.items if row.test == one.test])


def _row(one: Tally, width: int) -> str:
    numbers = (
        *(one.items, one.passed, one.deviations),
        *(one.waived, one.not_applicable, one.unknown),
    )
    return f"{one.test:<13} {one.title:<{width}}{''.join(f'{number:>9,}' for number in numbers)}"


def _of_test(test: Tally, rows: Sequence[Item]) -> Iterator[str]:
    deviating = [one for one in rows if one.result is Result.DEVIATION]
    if deviating or test.sources_missing:
        yield ""
        yield f"{test.test}  {test.title}"
    for one in deviating[:SHOWN]:
        request = f" {one.request}" if one.request else ""
        yield f"  deviates  {visible(one.item)}{request}  {one.occurred_at}  {_why(one)}"
    if len(deviating) > SHOWN:
        yield f"  and {len(deviating) - SHOWN:,} more, in --json and --csv"
    for lacking, count in test.sources_missing:
        yield f"  unknown   {count:,} for want of {lacking}"


def _why(one: Item) -> str:
    failed = [each for each in one.attributes if each.answer is Answer.NO]
    return "; ".join(f"{each.name}: {shortened(each.why, 200)}" for each in failed)
