from __future__ import annotations

import pytest

from affidavit.changes.chain import (
    DAY,
    Place,
    brought_in,
    first_parents,
    out_of_order,
    places,
    reachable,
)

PARENTS = {
    "m": ("b", "s2"),
    "s2": ("s1",),
    "s1": ("a",),
    "b": ("a",),
    "a": (),
    "elsewhere": (),
}


def test_the_first_parents_lead_to_the_root() -> None:
    assert first_parents(PARENTS, "m") == ["m", "b", "a"]


def test_the_chain_ends_where_commits_were_not_read() -> None:
    assert first_parents({"c": ("b",), "b": ("lost",)}, "c") == ["c", "b"]
    assert first_parents({}, "c") == []


def test_a_landing_brings_in_what_only_it_reaches() -> None:
    assert brought_in(PARENTS, "m") == {"m": ["m", "s2", "s1"], "b": ["b"], "a": ["a"]}


def test_what_cannot_be_reached_from_an_unread_first_parent_stays_with_the_merge() -> None:
    parents = {"m": ("lost", "s"), "s": ("root",), "root": ()}
    assert brought_in(parents, "m") == {"m": ["m", "s", "root"]}


@pytest.mark.parametrize(
    ("heads", "without", "found"),
    [
        (["m"], [], {"m", "b", "s2", "s1", "a"}),
        (["m"], ["b"], {"m", "s2", "s1"}),
        (["b", "elsewhere"], [], {"b", "a", "elsewhere"}),
        (["unread"], [], set()),
        (["b"], ["m"], set()),
    ],
)
def test_reachable_is_what_heads_reach_and_the_others_do_not(
    heads: list[str], without: list[str], found: set[str]
) -> None:
    assert reachable(PARENTS, heads, without) == found


def test_places_never_go_back_and_changes_bear_their_own_day() -> None:
    times = {"a": 2 * DAY, "b": 0, "c": None, "d": 2 * DAY + 5}
    assert places(["d", "c", "b", "a"], times) == {
        "a": Place(2 * DAY, "CHG-1970-01-03-001"),
        "b": Place(2 * DAY, "CHG-1970-01-01-001"),
        "c": Place(2 * DAY, "CHG-1970-01-03-002"),
        "d": Place(2 * DAY + 5, "CHG-1970-01-03-003"),
    }


def test_landings_before_any_usable_date_lie_at_the_beginning_of_time() -> None:
    assert places(["b", "a"], {"b": -DAY}) == {
        "a": Place(0, "CHG-1970-01-01-001"),
        "b": Place(0, "CHG-1969-12-31-001"),
    }


@pytest.mark.parametrize(
    ("own", "place", "odd"),
    [(0, DAY, False), (0, DAY + 1, True), (DAY, 0, False), (DAY + 1, 0, True), (None, 0, True)],
)
def test_a_day_is_borne(own: int | None, place: int, *, odd: bool) -> None:
    assert out_of_order(own, place) is odd
