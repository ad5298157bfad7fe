"""Whatever an export says of a branch, consecutive periods hold each landing once."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.base.period import rfc3339
from forge_exports import export, push, request, told
from forgelines import pull_commit
from gitrepo import Repo
from histories import EARLIEST, LATEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.changes.forge.model import Record

ANN = "Ann Lee <ann@firm.mail>"
DAY = 86_400
START = 1_767_225_600
TIMES = st.integers(0, 9).map(lambda day: rfc3339(START + day * DAY))


class Line(NamedTuple):
    """A branch of ten landings, two of them merges; its commits, and heads that were merged."""

    repo: Repo
    commits: list[str]
    heads: list[str]


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        repo = Repo(Path(folder) / "repo")
        commits = [repo.commit("0", author=ANN, date=rfc3339(START))]
        heads = []
        for number in range(1, 10):
            date = rfc3339(START + (number * 7 % 10) * DAY)
            if number in {4, 8}:
                heads.append(repo.commit("Side", branch=f"s{number}", at="main", date=date))
                commits.append(repo.merge(f"s{number}", author=ANN, date=date))
            else:
                commits.append(repo.commit(str(number), author=ANN, date=date))
        yield Line(repo, commits, heads)


@st.composite
def records(draw: st.DrawFn) -> list[tuple[str, int, int, str, int]]:
    """Sort, two places on the branch, a time, and how many commits a request has."""
    one = st.tuples(
        st.sampled_from(["request", "push", "else"]),
        st.integers(0, 9),
        st.integers(0, 9),
        TIMES,
        st.integers(0, 4),
    )
    return draw(st.lists(one, max_size=8))


def made(line: Line, drawn: list[tuple[str, int, int, str, int]]) -> Iterator[Record]:
    for number, (sort, place, other, at, count) in enumerate(drawn, 1):
        if sort == "push":
            yield push(number, line.commits[other], line.commits[place], at)
            continue
        below = range(max(place - count + 1, 0), place + 1)
        commits = tuple(pull_commit(f"{one:040x}", message=str(one)) for one in below)
        yield request(
            number,
            line.commits[place],
            at,
            commits=commits,
            head_oid=line.heads[other % 2] if other else None,
            base_ref="main" if sort == "request" else "develop",
        )


@given(records(), st.lists(st.integers(0, 9), min_size=1, max_size=3, unique=True))
@settings(max_examples=15)
def test_consecutive_periods_hold_each_landing_once(
    line: Line, drawn: list[tuple[str, int, int, str, int]], cuts: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        forge = export(Path(folder) / "forge.jsonl", made(line, drawn))
        bounds = [EARLIEST, *(rfc3339(START + cut * DAY) for cut in sorted(cuts)), LATEST]
        parts = [told(line.repo, forge, first, last) for first, last in pairwise(bounds)]
        whole = told(line.repo, forge)
    assert [one.commit for one in whole.landings] == line.commits[::-1]
    found = [one for part in parts for one in part.landings]
    times = {one.commit: (one.time, one.members) for one in whole.landings}
    assert sorted(one.commit for one in found) == sorted(line.commits)
    assert {one.commit: (one.time, one.members) for one in found} == times
    for part in parts:
        reconciliation = part.population.reconciliation
        assert reconciliation.differences == ()
        assert reconciliation.reachable == reconciliation.accounted
