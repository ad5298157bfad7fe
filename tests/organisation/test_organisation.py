"""Two thousand changes of one organisation: each planted violation is found, and nothing else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from generated import Wish, organisation
from judging import desk, differences, judged
from oracle import DEVIATION, expected, items
from plans import DECOYS, PLANS
from table import REPORTED, lines, rows

if TYPE_CHECKING:
    from pathlib import Path

    from oracle import Found
    from truth import Organisation

LARGE = Wish(1, 2000, plain=True, configured=True)


@pytest.fixture(scope="module")
def large() -> Organisation:
    return organisation(LARGE)


@pytest.fixture(scope="module")
def truth(large: Organisation) -> Found:
    return expected(large)


def test_of_two_thousand_changes_every_violation_is_found_and_nothing_else(
    large: Organisation, truth: Found, tmp_path: Path
) -> None:
    found = judged(desk(large, tmp_path))
    print("\n".join(lines(rows(large, found))))  # noqa: T201 -- shown where it fails
    assert differences(truth, found) == {}
    assert len(found) > 22_000


def test_every_violation_is_planted_several_times_and_the_oracle_sees_it_in_its_test(
    large: Organisation, truth: Found
) -> None:
    names, seen = items(large), Counter[str]()
    tests = {one.name: f"AFF-CC8.1-{one.test}" for one in PLANS}
    for change in large.changes:
        test = tests.get(change.plan)
        if test and truth.get((test, names[id(change)])) in REPORTED:
            seen[change.plan] += 1
    for test, item, plan in large.planted:
        if truth.get((test, item)) in REPORTED:
            seen[plan] += 1
    assert [one.name for one in PLANS if seen[one.name] < 3] == []
    assert {"fewer", "unchecked", "bypass", "disabled", "forceable"} <= seen.keys()


def test_what_only_looks_like_a_violation_is_none_to_the_oracle(
    large: Organisation, truth: Found
) -> None:
    names = items(large)
    decoys = {one.name for one in DECOYS}
    tests = [f"AFF-CC8.1-{number:02}" for number in (1, 3, 4, 6, 7, 8, 11)]
    seen = Counter(change.plan for change in large.changes if change.plan in decoys)
    reported = {
        (change.plan, test)
        for change in large.changes
        for test in tests
        if change.plan in decoys and truth[test, names[id(change)]] == DEVIATION
    }
    later = "label by somebody entitled later"
    assert reported <= {(later, f"AFF-CC8.1-{test}") for test in ("04", "08", "11")}
    assert [one.name for one in DECOYS if seen[one.name] < 3] == []


def test_the_same_seed_makes_the_same_organisation() -> None:
    small = LARGE._replace(size=150)
    one, again = organisation(small), organisation(small)
    assert [each.message for each in one.commits] == [each.message for each in again.commits]
    assert expected(one) == expected(again)
    assert expected(one) != expected(organisation(small._replace(seed=2)))
