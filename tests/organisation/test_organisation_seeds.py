"""Many small organisations, each with criteria and rules of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from generated import Wish, organisation
from judging import desk, differences, judged
from oracle import DEVIATION, UNKNOWN, expected

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 120
WISHES = [
    Wish(seed, SIZE, classic=seed % 3 == 0, configured=seed % 2 == 0) for seed in range(101, 115)
]
SUFFICIENT = {104, 107}
"""Seeds that run what all of them run."""


@pytest.mark.parametrize(
    "wish",
    [
        pytest.param(
            wish,
            marks=() if wish.seed in SUFFICIENT else pytest.mark.unwatched,
            id=f"seed {wish.seed}",
        )
        for wish in WISHES
    ],
)
def test_what_is_said_of_every_item_is_what_the_oracle_says(wish: Wish, tmp_path: Path) -> None:
    org = organisation(wish)
    assert differences(expected(org), judged(desk(org, tmp_path))) == {}


def test_what_differs_from_seed_to_seed_are_the_criteria_too() -> None:
    asked = [organisation(wish._replace(size=3)).criteria for wish in WISHES]
    assert {one.approvals for one in asked} == {1, 2}
    assert {one.threshold for one in asked} == {"low", "medium", "high", "critical"}
    assert {len(one.scope) for one in asked} == {13, 14}
    assert {one.days for one in asked} == {2, 3}
    assert {len(one.labels) for one in asked} == {1, 2}


def test_where_emergencies_are_many_that_is_a_deviation_of_its_own(tmp_path: Path) -> None:
    org = organisation(Wish(7, 40, plain=True, deck=("emergency",) * 8))
    found = judged(desk(org, tmp_path))
    assert found["AFF-CC8.1-11", "emergencies"] == DEVIATION
    assert differences(expected(org), found) == {}


def test_where_all_are_emergencies_each_may_be_right_and_all_together_are_not(
    tmp_path: Path,
) -> None:
    org = organisation(Wish(8, 12, plain=True, deck=("emergency",) * 12))
    found = judged(desk(org, tmp_path))
    eleven = [result for (test, _), result in found.items() if test == "AFF-CC8.1-11"]
    assert sorted(eleven) == [DEVIATION, "na", *["pass"] * 11]
    assert differences(expected(org), found) == {}


def test_without_trackers_their_tests_are_unknown_for_every_change(tmp_path: Path) -> None:
    wish = next(one for one in WISHES if len(organisation(one).criteria.scope) == 14)
    org = organisation(wish._replace(size=6, deck=()))
    found = judged(desk(org, tmp_path))
    inside = sum(one.inside for one in org.changes)
    for test in ("AFF-CC8.1-02", "AFF-CC8.1-09", "AFF-CC8.1-14"):
        assert [result for (one, _), result in found.items() if one == test] == [UNKNOWN] * inside
