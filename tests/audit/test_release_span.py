"""What a release reaches: its landings, what it left behind, what it has already."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from affidavit.audit.release.span import Reach, Relation, Span, reach, released
from affidavit.audit.selection import History
from affidavit.changes.chain import first_parents, reachable

Parents = dict[str, tuple[str, ...]]
LINE: Parents = {"a": (), "b": ("a",), "c": ("b",), "d": ("c",)}


def between(base: str | None, head: str) -> Span:
    return Span(head=head, base=base, name="refs/heads/other")


def reached(parents: Parents, base: str | None, head: str) -> Reach:
    return reach(parents, between(base, head))


def history(parents: Parents, times: dict[str, int | None] | None = None) -> History:
    return History(parents=parents, times=times or dict.fromkeys(parents, 100), absent={})


def test_a_release_that_follows_another_has_the_landings_between() -> None:
    assert reached(LINE, "b", "d") == Reach(
        landings=("d", "c"),
        held={"a", "b"},
        new={"c", "d"},
        dropped=set(),
        again={},
        accounted=2,
        absent=set(),
        relation=Relation.ANCESTOR,
    )


def test_without_a_beginning_every_landing_is_in_it() -> None:
    found = reached(LINE, None, "c")
    assert (found.landings, found.relation) == (("c", "b", "a"), Relation.BEGINNING)


def test_what_only_the_beginning_has_is_dropped() -> None:
    parents = {**LINE, "x": ("b",), "y": ("x",)}
    found = reached(parents, "y", "d")
    assert (found.landings, found.dropped) == (("d", "c"), {"x", "y"})
    assert found.relation is Relation.DIVERGED


def test_a_merge_of_an_old_branch_is_one_landing_with_all_of_it() -> None:
    parents = {**LINE, "x": ("a",), "y": ("x",), "m": ("d", "y")}
    found = reached(parents, "d", "m")
    assert (found.landings, found.new, found.accounted) == (("m",), {"m", "x", "y"}, 3)


def test_a_beginning_that_was_merged_in_is_held_and_what_it_had_is_not_new() -> None:
    parents = {**LINE, "x": ("b",), "m": ("c", "x"), "n": ("m",)}
    found = reached(parents, "x", "n")
    assert (found.landings, found.new) == (("n", "m", "c"), {"n", "m", "c"})
    assert (found.again, found.accounted, found.dropped) == ({"m": 1}, 3, set())
    assert found.relation is Relation.ANCESTOR


def test_a_release_that_goes_back_is_empty_and_drops_what_is_above() -> None:
    found = reached(LINE, "d", "b")
    assert (found.landings, found.new, found.dropped) == ((), set(), {"c", "d"})
    assert found.relation is Relation.HELD
    assert reached(LINE, "b", "b").relation is Relation.SAME


def test_a_parent_that_is_not_here_is_named() -> None:
    parents: Parents = {"b": ("a",), "c": ("b",)}
    assert reached(parents, "b", "c").absent == {"a"}


def test_dates_decide_nothing() -> None:
    times: dict[str, int | None] = {"a": 900, "b": 100, "c": 50, "d": None}
    found = released(history(LINE, times), {"main": "d"}, between("b", "d"))
    assert found.ids == ["d", "c"]
    assert (found.displaced, found.later, found.leaps) == ((), 0, ())


def test_a_landing_is_on_the_audited_branches_that_have_it_in_their_line() -> None:
    parents = {**LINE, "x": ("c",)}
    found = released(history(parents), {"main": "d"}, between("a", "x"))
    assert [(one.commits[0], one.branches) for one in found.landings] == [
        ("x", ("refs/heads/other",)),
        ("c", ("main",)),
        ("b", ("main",)),
    ]


def test_an_empty_release_has_no_landing_and_nothing_unaccounted_for() -> None:
    found = released(history(LINE), {"main": "d"}, between("d", "b"))
    assert found.landings == ()
    assert (found.reconciliation.reachable, found.reconciliation.accounted) == (0, 0)


@st.composite
def graphs(draw: st.DrawFn) -> Parents:
    """A history in which each commit has up to two earlier ones as parents."""
    parents: Parents = {}
    for number in range(draw(st.integers(2, 14))):
        known = list(parents)
        count = draw(st.integers(0 if not known else 1, min(2, len(known))))
        chosen = draw(st.permutations(known)) if known else []
        parents[f"c{number:02}"] = tuple(chosen[:count])
    return parents


@given(graphs(), st.data())
def test_every_new_commit_is_in_exactly_one_landing(parents: Parents, data: st.DataObject) -> None:
    base, head = (data.draw(st.sampled_from(list(parents))) for _ in range(2))
    found = reached(parents, base, head)
    chosen = released(history(parents), {"main": head}, between(base, head))
    brought = [one for each in chosen.landings for one in each.commits]
    held = reachable(parents, [base])
    assert found.new == reachable(parents, [head]) - held
    assert sorted(brought) == sorted({*brought})
    assert {*brought} - held == found.new
    assert found.accounted == len(found.new)
    assert chosen.ids == [one for one in first_parents(parents, head) if one not in held]
    assert tuple(chosen.ids) == found.landings
    assert sum(found.again.values()) == len({*brought} & held)
