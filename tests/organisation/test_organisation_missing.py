"""Each source missing in turn: what rested on it is unknown, and nothing gets better by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from generated import Wish, organisation
from judging import Desk, desk, judged, lacking
from oracle import DEVIATION, NA, PASS, UNKNOWN, items
from plans import DECOYS, PLANS
from written_export import Lacking

if TYPE_CHECKING:
    from oracle import Found

EVERYTHING = tuple(one.name for one in (*PLANS, *DECOYS))


class Case(NamedTuple):
    """What is missing, and the tests of which nothing passes then."""

    without: Lacking
    tests: str
    classic: bool = False


def section(name: str, tests: str, *, classic: bool = False) -> Case:
    return Case(Lacking(sections=frozenset([name])), tests, classic)


CASES = {
    "requests": section("pull_requests", "01 03 04 08 11"),
    "checks": section("checks", "05"),
    "pushes": section("activity", ""),
    "snapshots of classic rules": section("rules", "05 12", classic=True),
    "snapshots beside rulesets": section("rules", "05"),
    "rulesets": section("rulesets", "12"),
    "deployments": section("deployments", "10"),
    "the repository": section("repository", ""),
    "reviews": Case(Lacking(missing=("reviews",)), "03 04 08 11"),
    "events": Case(Lacking(missing=("events",)), "03 04 08 11"),
    "commits": Case(Lacking(missing=("commits",)), ""),
    **{
        f"that {name} are whole": Case(Lacking(undone=frozenset([name])), "")
        for name in ("pull_requests", "checks", "activity", "rules", "rulesets", "deployments")
    },
}


class Whole(NamedTuple):
    """An organisation with nothing missing, and what is said of it."""

    desk: Desk
    found: Found
    plans: dict[str, str]


def _whole(classic: bool, folder: pytest.TempPathFactory) -> Whole:  # noqa: FBT001
    wish = Wish(3, 110, plain=True, classic=classic, deck=EVERYTHING)
    org = organisation(wish)
    at = desk(org, folder.mktemp("whole") / "org")
    names = items(org)
    plans = {names[id(one)]: one.plan for one in org.changes}
    return Whole(at, judged(at), plans)


@pytest.fixture(scope="module")
def rulesets(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return _whole(classic=False, folder=tmp_path_factory)


@pytest.fixture(scope="module")
def classic(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return _whole(classic=True, folder=tmp_path_factory)


def better(whole: Found, found: Found) -> list[tuple[str, str]]:
    """The items that pass for want of a source."""
    return [key for key in whole if whole[key] != PASS and found.get(key) == PASS]


def worse(whole: Found, found: Found) -> list[tuple[str, str]]:
    """The items that deviate for want of a source."""
    return [key for key in whole if whole[key] != DEVIATION and found.get(key) == DEVIATION]


def passing(whole: Found, found: Found, tests: str) -> list[tuple[str, str]]:
    """What passes of these tests, of items that there are with everything."""
    return [
        key for key in whole if key[0][-2:] in tests.split() and found.get(key, UNKNOWN) == PASS
    ]


@pytest.mark.parametrize("name", CASES)
def test_without_a_part_of_the_export_nothing_passes_that_rests_on_it(
    name: str, rulesets: Whole, classic: Whole
) -> None:
    case = CASES[name]
    whole = classic if case.classic else rulesets
    lacking(whole.desk, case.without)
    found = judged(whole.desk, forge="lacking.jsonl")
    assert better(whole.found, found) == []
    assert worse(whole.found, found) == []
    assert passing(whole.found, found, case.tests) == []
    assert passing(whole.found, whole.found, case.tests) or not case.tests


def test_without_an_export_nothing_passes_that_rests_on_it(rulesets: Whole) -> None:
    found = judged(rulesets.desk, forge=None)
    assert better(rulesets.found, found) == []
    assert worse(rulesets.found, found) == []
    assert passing(rulesets.found, found, "01 03 04 05 08 10 11 12") == []
    assert {result for (test, _), result in found.items() if test[-2:] in ("01", "12")} == {UNKNOWN}


def test_without_a_ledger_scans_decisions_and_prompts_are_unknown(rulesets: Whole) -> None:
    found = judged(rulesets.desk, ledger=False)
    assert better(rulesets.found, found) == []
    assert worse(rulesets.found, found) == []
    for test, allowed in (("06", {UNKNOWN}), ("13", {UNKNOWN}), ("07", {UNKNOWN, NA, DEVIATION})):
        of_test = {result for (one, _), result in found.items() if one[-2:] == test}
        assert of_test <= allowed


def test_without_identities_nobody_is_known_to_be_entitled(
    rulesets: Whole, tmp_path_factory: pytest.TempPathFactory
) -> None:
    org = rulesets.desk.org
    nobody = desk(org, tmp_path_factory.mktemp("nobody") / "org", identities=False)
    found = judged(nobody)
    assert better(rulesets.found, found) == []
    assert worse(rulesets.found, found) == []
    assert passing(rulesets.found, found, "11") == []
    emergencies = [
        key for key, one in rulesets.found.items() if key[0][-2:] == "11" and one == PASS
    ]
    assert emergencies
    assert {found[key] for key in emergencies} == {UNKNOWN}
