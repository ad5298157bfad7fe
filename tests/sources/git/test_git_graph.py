"""The order in which no commit comes before one of its children."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import in_order

from affidavit.sources.git.graph import topological


def test_a_very_deep_history_is_ordered() -> None:
    line = {f"{n}": (f"{n + 1}",) for n in range(50_000)} | {"50000": ()}
    assert topological(line, ["0"]) == [f"{n}" for n in range(50_001)]


@pytest.mark.parametrize(
    ("parents", "heads", "order"),
    [
        pytest.param({}, ["x"], "", id="nothing"),
        pytest.param({"a": ("gone",)}, ["a", "a"], "a", id="a parent elsewhere"),
        pytest.param(
            {"m": ("a", "b"), "a": ("r",), "b": ("r",), "r": ()}, ["m"], "mabr", id="merge"
        ),
        pytest.param(
            {"x": ("a", "b"), "y": ("b", "a"), "a": (), "b": ()},
            ["y", "x"],
            "yxab",
            id="criss-cross",
        ),
        pytest.param(
            {"a": ("b", "b"), "b": ()}, ["b", "a"], "ab", id="a head below, a parent twice"
        ),
        pytest.param(
            {"o": ("a", "b", "c"), "a": (), "b": (), "c": ()}, ["o"], "oabc", id="octopus"
        ),
        pytest.param({"a": (), "b": (), "c": ("a",)}, ["b", "c"], "bca", id="unrelated"),
        pytest.param(
            {"a": (), "b": ("a",), "c": ()}, ["b"], "ba", id="the unreachable are left out"
        ),
    ],
)
def test_the_order_of(parents: dict[str, tuple[str, ...]], heads: list[str], order: str) -> None:
    assert "".join(topological(parents, heads)) == order


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """Commits 0 to n, each with parents among those of a higher number."""
    count = draw(st.integers(1, 30))
    return {
        f"{n}": tuple(f"{above}" for above in draw(st.lists(st.integers(n + 1, count), max_size=4)))
        if n < count
        else ()
        for n in range(count + 1)
    }


@given(graphs(), st.lists(st.integers(0, 30), max_size=4))
def test_children_always_come_first(
    parents: dict[str, tuple[str, ...]], numbers: list[int]
) -> None:
    heads = [f"{n}" for n in numbers]
    order = topological(parents, heads)
    reached: set[str] = set()
    pending = [head for head in heads if head in parents]
    while pending:
        id_ = pending.pop()
        if id_ not in reached:
            reached.add(id_)
            pending.extend(parents[id_])
    assert sorted(order) == sorted(reached)
    kept = {id_: parents[id_] for id_ in order}
    assert in_order(kept, order)
