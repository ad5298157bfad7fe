"""Populations of random histories, against git's own walk: nothing lost, nothing counted twice."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.audit.selection import (
    History,
    Selected,
    period_of,
    population_digest,
    select,
)
from affidavit.base.errors import PeriodError
from affidavit.base.period import EARLIEST, LATEST, Period
from affidavit.changes.chain import brought_in, first_parents, out_of_order, places, reachable
from gitrepo import Repo
from histories import audited

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = 86_400
TIMES = st.one_of(
    st.none(),
    st.sampled_from([-DAY, -1, 0, 1, 4_070_908_800, 1_767_225_600]),
    st.integers(1_767_225_600, 1_767_225_600 + 5 * DAY),
)


class Drawn(NamedTuple):
    """A random history: `order` has children before parents; `heads` are two branches."""

    parents: dict[str, tuple[str, ...]]
    times: dict[str, int | None]
    order: list[str]
    heads: dict[str, str]


@st.composite
def drawn(draw: st.DrawFn, most: int = 14) -> Drawn:
    """Commits named by number, each with up to three of the earlier ones as its parents."""
    count = draw(st.integers(1, most))
    parents: dict[str, tuple[str, ...]] = {}
    for number in range(count):
        earlier = st.sampled_from([str(n) for n in range(number)]) if number else st.nothing()
        least = 1 if number and draw(st.integers(0, 5)) else 0
        chosen = draw(st.lists(earlier, min_size=least, max_size=min(number, 3), unique=True))
        parents[str(number)] = tuple(chosen)
    times = {commit: draw(TIMES) for commit in parents}
    second = draw(st.sampled_from(sorted(parents)))
    heads = {"main": str(count - 1), "other": second}
    return Drawn(parents, times, [str(n) for n in range(count - 1, -1, -1)], heads)


def history(made: Drawn) -> History:
    """What was drawn, as far as the heads reach."""
    seen = reachable(made.parents, made.heads.values())
    return History(
        parents={commit: made.parents[commit] for commit in seen},
        times=made.times,
        absent={},
    )


@given(drawn())
@settings(max_examples=60)
def test_every_commit_is_in_exactly_one_landing_of_each_branch(made: Drawn) -> None:
    for head in made.heads.values():
        shares = brought_in(made.parents, head)
        commits = [commit for share in shares.values() for commit in share]
        assert len(commits) == len(set(commits))
        assert set(commits) == reachable(made.parents, [head])
        assert list(shares) == first_parents(made.parents, head)


@given(drawn())
@settings(max_examples=60)
def test_a_landing_has_what_it_reaches_and_its_first_parent_does_not(made: Drawn) -> None:
    for landing, share in brought_in(made.parents, made.heads["main"]).items():
        before = made.parents[landing][:1]
        assert set(share) == reachable(made.parents, [landing], before)
        assert share[0] == landing
        rank = {commit: index for index, commit in enumerate(share)}
        assert all(
            rank[commit] < rank[parent]
            for commit in share
            for parent in made.parents[commit]
            if parent in rank
        )


@given(drawn(), st.lists(st.integers(EARLIEST, LATEST), min_size=1, max_size=4, unique=True))
@settings(max_examples=60)
def test_consecutive_periods_partition_the_landings(made: Drawn, cuts: list[int]) -> None:
    bounds = sorted({EARLIEST, *cuts, LATEST})
    known = history(made)
    spans = [Period(start, end) for start, end in pairwise(bounds)]
    found = [select(known, made.heads, period).landings for period in spans]
    whole = select(known, made.heads, Period(EARLIEST, LATEST)).landings
    each = [one for part in found for one in part]
    assert sorted(one.commits for one in each) == sorted(one.commits for one in whole)
    assert {one.commits[0] for one in whole} == {
        commit for head in made.heads.values() for commit in first_parents(made.parents, head)
    }


@given(drawn(), st.integers(-2 * DAY, 4_200_000_000), st.integers(1, 4_200_000_000))
@settings(max_examples=60)
def test_what_is_reachable_in_a_period_is_accounted_for(made: Drawn, start: int, span: int) -> None:
    found = select(history(made), made.heads, Period(start, start + span))
    assert found.reconciliation.differences == ()
    assert found.reconciliation.reachable == found.reconciliation.accounted
    assert [row.branch for row in found.branches] == ["main", "other"]
    assert all(row.reachable == row.accounted for row in found.branches)


@given(drawn())
@settings(max_examples=60)
def test_a_place_is_the_latest_date_on_the_way(made: Drawn) -> None:
    chain = first_parents(made.parents, made.heads["main"])
    where = places(chain, made.times)
    for index, commit in enumerate(chain):
        dates = [time for one in chain[index:] if (time := made.times[one]) is not None]
        # A history that begins without a usable date begins in 1970, and time never runs back.
        begins = [0] if made.times[chain[-1]] is None else []
        assert where[commit].time == max([*begins, *dates])


@given(drawn())
@settings(max_examples=60)
def test_change_ids_are_unique_and_stay_as_the_branch_grows(made: Drawn) -> None:
    chain = first_parents(made.parents, made.heads["main"])
    where = places(chain, made.times)
    assert len({place.change for place in where.values()}) == len(chain)
    for length in range(1, len(chain)):
        assert places(chain[length:], made.times) == {one: where[one] for one in chain[length:]}


@given(drawn())
def test_landings_dated_into_the_period_and_lying_outside_are_displaced(made: Drawn) -> None:
    period = Period(1_767_225_600, 1_767_225_600 + 2 * DAY)
    known = history(made)
    found = select(known, made.heads, period)
    inside = {one.commits[0] for one in found.landings}
    expected = {
        commit
        for chain in found.chains.values()
        for commit in chain
        if (own := made.times[commit]) is not None
        and own in period
        and commit not in inside
        and out_of_order(own, places(chain, made.times)[commit].time)
    }
    assert {one.commit for one in found.displaced} == expected


@given(drawn())
def test_the_default_period_holds_the_newest_landing(made: Drawn) -> None:
    known = history(made)
    period = period_of(known, list(made.heads.values()), start=None, end=None)
    head = made.heads["main"]
    newest = max(
        places(first_parents(made.parents, one), made.times)[one].time
        for one in made.heads.values()
    )
    assert period.end == newest + 1
    assert newest in period
    assert head in known.parents


def test_the_population_digest_is_that_of_its_sorted_lines() -> None:
    known = History(parents={"b": ("a",), "a": ()}, times={"a": 5, "b": 0}, absent={})
    landings = select(known, {"main": "b"}, Period(0, 10)).landings
    assert landings == (
        Selected(commits=("b",), place=landings[0].place, branches=("main",)),
        Selected(commits=("a",), place=landings[1].place, branches=("main",)),
    )
    # printf 'a CHG-1970-01-01-001 5\nb CHG-1970-01-01-002 5\n' | sha256sum
    assert population_digest(landings) == (
        "sha256:78d6b7f26f8b70d20c93260187988875ace681254733ae9797f2831ac0e45448"
    )


def test_a_parent_that_could_not_be_read_is_a_named_difference() -> None:
    known = History(parents={"b": ("a",)}, times={"b": 5}, absent={"a": "missing", "z": "other"})
    found = select(known, {"main": "b"}, Period(0, 10)).reconciliation
    assert (found.reachable, found.accounted) == (2, 1)
    assert [(one.commit, one.reason) for one in found.differences] == [("a", "missing")]


def test_a_start_after_the_end_is_refused() -> None:
    known = History(parents={"a": ()}, times={"a": 5}, absent={})
    with pytest.raises(PeriodError):
        period_of(known, ["a"], start=7, end=6)


def built(made: Drawn, place: Path) -> tuple[Repo, dict[str, str]]:
    """The drawn history as git objects, with the id of each commit."""
    repo = Repo(place)
    ids: dict[str, str] = {}
    for name, parents in made.parents.items():
        time = made.times[name]
        ids[name] = repo.commit(
            name,
            date=time if time is not None and time >= 0 else 0,
            parents=[ids[one] for one in parents],
            branch="scratch",
            files={},
        )
    for name, head in made.heads.items():
        repo.branch(name, at=ids[head])
    return repo, ids


def git_says(repo: Repo, *args: str) -> list[str]:
    return repo.git("rev-list", *args).decode().split()


def shares_by_git(repo: Repo, head: str) -> dict[str, set[str]]:
    """What each landing brought in, asked of git one by one."""
    return {
        landing: set(git_says(repo, landing, f"^{landing}^1"))
        if git_says(repo, "--max-count=1", "--min-parents=1", "--no-walk", landing)
        else set(git_says(repo, landing))
        for landing in git_says(repo, "--first-parent", head)
    }


@given(drawn(most=8))
@settings(max_examples=25)
def test_the_audit_agrees_with_git_on_every_landing(made: Drawn) -> None:
    with tempfile.TemporaryDirectory() as place:
        repo, _ = built(made, Path(place) / "r")
        report = audited(repo, branches=("main", "other"))
        for name in ("main", "other"):
            expected = shares_by_git(repo, name)
            mine = [one for one in report.landings if name in one.branches]
            assert {one.commit: set(one.commits) for one in mine} == expected
        assert _order(report.landings, "main") == git_says(repo, "--first-parent", "main")
        assert report.population.commits == len(git_says(repo, "main", "other"))


def _order(landings: Sequence[object], branch: str) -> list[str]:
    found = [one for one in landings if branch in getattr(one, "branches", ())]
    return [getattr(one, "commit", "") for one in found]
