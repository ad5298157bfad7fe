"""Populations whose landings a forge dates: still whole, still a partition."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from test_population_properties import drawn, history

from affidavit.audit.selection import History, period_of, population_digest, select
from affidavit.base.period import EARLIEST, LATEST, Period, months_before
from affidavit.changes.chain import By, Dated, first_parents, places

if TYPE_CHECKING:
    from test_population_properties import Drawn

DATES = st.dictionaries(
    st.integers(0, 13).map(str),
    st.builds(Dated, st.integers(0, 10), st.sampled_from(By)),
    max_size=8,
)


def dated(made: Drawn, dates: dict[str, Dated]) -> History:
    return msgspec.structs.replace(history(made), dated=dates)


def times(made: Drawn, dates: dict[str, Dated]) -> dict[str, int]:
    """When each landing landed: by the forge, else by its place."""
    found = {}
    for head in made.heads.values():
        where = places(first_parents(made.parents, head), made.times)
        found.update({one: dates[one].time if one in dates else where[one].time for one in where})
    return found


@given(drawn(), DATES, st.lists(st.integers(-1, 12), min_size=1, max_size=4, unique=True))
@settings(max_examples=60)
def test_a_period_holds_just_what_landed_in_it(
    made: Drawn, dates: dict[str, Dated], cuts: list[int]
) -> None:
    bounds = sorted({EARLIEST, *cuts, LATEST})
    landed = times(made, dates)
    for start, end in pairwise(bounds):
        found = select(dated(made, dates), made.heads, Period(start, end))
        assert set(found.ids) == {one for one, time in landed.items() if start <= time < end}
        assert found.later == sum(time >= end for time in landed.values())


@given(drawn(), DATES, st.integers(0, 10), st.integers(1, 10))
@settings(max_examples=60)
def test_all_that_is_in_a_period_is_accounted_for_whatever_lies_between(
    made: Drawn, dates: dict[str, Dated], start: int, span: int
) -> None:
    found = select(dated(made, dates), made.heads, Period(start, start + span))
    assert found.reconciliation.differences == ()
    assert found.reconciliation.reachable == found.reconciliation.accounted
    assert all(row.reachable == row.accounted for row in found.branches)


@given(drawn(), DATES)
@settings(max_examples=60)
def test_order_ids_and_digest_are_those_of_git_alone(made: Drawn, dates: dict[str, Dated]) -> None:
    ever = Period(EARLIEST, LATEST)
    alone = select(history(made), made.heads, ever)
    found = select(dated(made, dates), made.heads, ever)
    assert [(one.commits, one.place) for one in found.landings] == [
        (one.commits, one.place) for one in alone.landings
    ]
    assert population_digest(found.landings) == population_digest(alone.landings)


@given(drawn(), DATES)
@settings(max_examples=60)
def test_the_default_period_ends_with_what_landed_last(
    made: Drawn, dates: dict[str, Dated]
) -> None:
    period = period_of(dated(made, dates), list(made.heads.values()), start=None, end=None)
    landed = times(made, dates).values()
    assert period.end == max(landed) + 1
    assert period.start == max(months_before(period.end, 12), min(landed))
