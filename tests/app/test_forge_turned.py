"""Which landings came by a merge the wrong way round, on histories drawn by hand."""

from __future__ import annotations

import pytest

from affidavit.app.forge.bringing import Bringing
from affidavit.app.forge.requests import Pushed
from affidavit.app.forge.turned import Line, Tip, turned
from affidavit.sources.git.graph import Graph

ROOT: dict[str, tuple[str, ...]] = {"a": ()}
STRAIGHT = {**ROOT, "b": ("a",), "c": ("b",)}
TURNED = {**STRAIGHT, "x": ("a",), "m": ("x", "c")}
"""The branch was at c; m merges that into x, so its landings are m, x, a."""
AGREED = {**STRAIGHT, "x": ("a",), "m": ("c", "x")}
ORPHAN = {**STRAIGHT, "o": (), "p": ("o",), "m": ("p", "c")}


def push(before: str, after: str, time: int) -> Pushed:
    return Pushed("refs/heads/main", before, after, time, merge=False)


def found(
    parents: dict[str, tuple[str, ...]], *pushes: Pushed, merged: tuple[Tip, ...] = ()
) -> dict[str, str]:
    """What is told of the branch whose head is the last commit of `parents`."""
    chain, at = list[str](), list(parents)[-1]
    while at in parents:
        chain.append(at)
        at = next(iter(parents[at]), "")
    line = Line("main", chain, dict.fromkeys(chain, 0), pushes)
    return turned(line, merged, Bringing(Graph(parents=parents), {"main": chain}))


@pytest.mark.parametrize(
    ("parents", "pushes", "expected"),
    [
        pytest.param(TURNED, (push("c", "m", 3),), {"m": "c", "x": "c"}, id="the wrong way round"),
        pytest.param(AGREED, (push("c", "m", 3),), {}, id="the right way round"),
        pytest.param(TURNED, (), {}, id="no push is known"),
        pytest.param(
            ORPHAN,
            (push("c", "m", 3),),
            {"m": "c", "p": "c", "o": "c"},
            id="a beginning of its own",
        ),
        pytest.param(
            {**TURNED, "n": ("m",)},
            (push("c", "n", 3),),
            {"m": "c", "x": "c"},
            id="more was pushed on top of it",
        ),
        pytest.param(
            TURNED,
            (push("b", "c", 2), push("c", "m", 3)),
            {"m": "c", "x": "c"},
            id="the newest tip counts",
        ),
        pytest.param(STRAIGHT, (push("z", "c", 3),), {}, id="what it was at is not known"),
        pytest.param(STRAIGHT, (push("0" * 40, "c", 3),), {}, id="the push made the branch"),
    ],
)
def test_landings_below_such_a_merge_came_with_it(
    parents: dict[str, tuple[str, ...]], pushes: tuple[Pushed, ...], expected: dict[str, str]
) -> None:
    assert found(parents, *pushes) == expected


def test_what_was_taken_off_by_force_may_come_back_by_a_merge() -> None:
    forced = push("c", "a", 3)
    back = {**STRAIGHT, "m": ("a", "c")}
    assert found(back, push("a", "c", 2), forced, push("a", "m", 4)) == {}


@pytest.mark.parametrize(
    ("pushes", "expected"),
    [
        ((), {"m": "c", "x": "c"}),
        ((push("a", "x", 1),), {"m": "c", "x": "c"}),
        ((push("x", "m", 3),), {}),
        ((push("a", "m", 3),), {}),
    ],
)
def test_a_request_that_became_no_landing_tells_it_but_where_a_push_says_otherwise(
    pushes: tuple[Pushed, ...], expected: dict[str, str]
) -> None:
    assert found(TURNED, *pushes, merged=(Tip(2, "c"), Tip(1, "z"), Tip(1, "a"))) == expected


def test_where_the_history_is_cut_off_the_merge_alone_is_told() -> None:
    cut: dict[str, tuple[str, ...]] = {"c": ("b",), "x": ("a",), "m": ("x", "c")}
    assert found(cut, push("c", "m", 3)) == {"m": "c"}
