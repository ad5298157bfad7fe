"""Commits behind a landing, each compared with every parent: which of them brought each line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.base.errors import FormatError
from affidavit.provenance.blame.change import Entry, Status
from affidavit.provenance.blame.inner import OUTSIDE, Against, Origins, after
from affidavit.provenance.blame.runs import Runs

if TYPE_CHECKING:
    from affidavit.provenance.blame.change import Hunks
    from affidavit.provenance.blame.inner import Files

    Change = tuple[Entry, Hunks | None]

FILE, PROGRAM, SYMLINK, LINK, NONE = "100644", "100755", "120000", "160000", "000000"
SAME = "same"
ENDLESS = 1 << 31


def entry(status: str, path: str, *, old: str | None = None, **rest: str) -> Entry:
    return Entry(
        Status(status),
        (old or path).encode(),
        path.encode(),
        rest.get("old_mode", FILE),
        rest.get("mode", FILE),
        rest.get("old_id", "old"),
        rest.get("id", "new"),
    )


def edited(path: str, *hunks: tuple[int, int, int, int]) -> Change:
    return entry("M", path), hunks


def added(path: str, lines: int) -> Change:
    return entry("A", path), [(0, 0, 0, lines)]


def deleted(path: str) -> Change:
    return entry("D", path, mode=NONE), [(0, 1, 0, 0)]


def renamed(old: str, path: str, *hunks: tuple[int, int, int, int]) -> Change:
    return entry("R", path, old=old), hunks


def moved(old: str, path: str) -> Change:
    """Renamed as it was."""
    return entry("R", path, old=old, old_id=SAME, id=SAME), []


def moded(path: str) -> Change:
    return entry("M", path, mode=PROGRAM, old_id=SAME, id=SAME), []


class Behind:
    """The commits behind a landing, numbered as they come."""

    def __init__(self) -> None:
        self.origins = Origins()
        self.made: list[Files] = []

    def commit(self, *parents: tuple[int | None, list[Change]]) -> int:
        """The number of a commit that did this, compared with each parent; None is outside."""
        against = [Against({} if n is None else self.made[n], did) for n, did in parents]
        self.made.append(after(len(self.made), against, self.origins))
        return len(self.made) - 1

    def lines(self, commit: int, path: str) -> list[tuple[int, str, int, int]] | None:
        """Runs as commit, path, first line and how many."""
        runs = self.made[commit][path.encode()]
        if runs is None:
            return None
        return [(*self._origin(origin), start, count) for origin, start, count in runs]

    def _origin(self, number: int) -> tuple[int, str]:
        commit, path = self.origins.known[number]
        return commit, path.decode()

    def paths(self, commit: int) -> set[str]:
        return {path.decode() for path in self.made[commit]}


@pytest.fixture
def behind() -> Behind:
    return Behind()


def test_what_was_there_before_is_from_outside_and_the_rest_from_its_commit(behind: Behind) -> None:
    one = behind.commit((None, [edited("a", (2, 3, 2, 4))]))
    two = behind.commit((one, [edited("a", (0, 0, 0, 1), (3, 4, 4, 4))]))
    assert behind.lines(two, "a") == [
        (two, "a", 0, 1),
        (-1, "", 0, 2),
        (one, "a", 2, 1),
        (-1, "", 3, ENDLESS - 3),
    ]
    assert behind.origins.known[OUTSIDE] == (-1, b"")


def test_files_that_come_move_and_go(behind: Behind) -> None:
    one = behind.commit((None, [added("a", 2), added("b", 1)]))
    two = behind.commit((one, [renamed("a", "c", (2, 2, 2, 3)), deleted("b"), added("d", 1)]))
    assert behind.paths(two) == {"c", "d"}
    assert behind.lines(two, "c") == [(one, "a", 0, 2), (two, "c", 2, 1)]
    assert behind.paths(one) == {"a", "b"}, "the commit before is as it was"
    assert behind.lines(one, "a") == [(one, "a", 0, 2)]


def test_a_file_renamed_from_outside_keeps_its_lines_there(behind: Behind) -> None:
    one = behind.commit((None, [renamed("a", "b", (0, 1, 0, 1))]))
    assert behind.lines(one, "b") == [(one, "b", 0, 1), (-1, "", 1, ENDLESS - 1)]


def test_what_becomes_something_else_begins_anew(behind: Behind) -> None:
    one = behind.commit((None, [added("a", 3), added("b", 3)]))
    link = entry("T", "a", mode=SYMLINK), [(0, 0, 0, 1)]
    module = entry("T", "b", mode=LINK), [(0, 0, 0, 1)]
    two = behind.commit((one, [link, module]))
    assert (behind.lines(two, "a"), behind.paths(two)) == ([(two, "a", 0, 1)], {"a"})


def test_of_a_file_that_was_binary_nothing_is_known_until_it_comes_anew(behind: Behind) -> None:
    one = behind.commit((None, [(entry("A", "a"), None)]))
    two = behind.commit((one, [(entry("M", "a"), None)]))
    three = behind.commit((two, [edited("a", (0, 0, 0, 1))]))
    assert [behind.lines(number, "a") for number in (one, two, three)] == [None] * 3
    four = behind.commit((three, [deleted("a")]))
    five = behind.commit((four, [added("a", 1)]))
    assert behind.lines(five, "a") == [(five, "a", 0, 1)]


class Sides(Behind):
    """A base with a file of four lines, and two sides that put a line above and below."""

    def __init__(self) -> None:
        super().__init__()
        self.base = self.commit((None, [added("a", 4)]))
        self.ours = self.commit((self.base, [edited("a", (0, 0, 0, 1))]))
        self.theirs = self.commit((self.base, [edited("a", (4, 4, 4, 5))]))


@pytest.fixture
def sides() -> Sides:
    return Sides()


def test_a_merge_takes_each_line_from_the_parent_that_has_it(sides: Sides) -> None:
    merge = sides.commit(
        (sides.ours, [edited("a", (5, 5, 5, 6))]), (sides.theirs, [edited("a", (0, 0, 0, 1))])
    )
    assert sides.lines(merge, "a") == [
        (sides.ours, "a", 0, 1),
        (sides.base, "a", 0, 4),
        (sides.theirs, "a", 4, 1),
    ]


def test_what_no_parent_has_is_of_the_merge(sides: Sides) -> None:
    merge = sides.commit(
        (sides.ours, [edited("a", (3, 4, 3, 4), (5, 5, 5, 6))]),
        (sides.theirs, [edited("a", (0, 0, 0, 1), (2, 3, 3, 4))]),
    )
    assert sides.lines(merge, "a") == [
        (sides.ours, "a", 0, 1),
        (sides.base, "a", 0, 2),
        (merge, "a", 3, 1),
        (sides.base, "a", 3, 1),
        (sides.theirs, "a", 4, 1),
    ]


def test_of_several_parents_the_first_that_has_a_line_counts(sides: Sides) -> None:
    again = sides.commit((sides.base, [edited("a", (4, 4, 4, 5))]))
    for first, second in ((sides.theirs, again), (again, sides.theirs)):
        below = edited("a", (0, 0, 0, 1))
        merge = sides.commit(
            (sides.ours, [edited("a", (5, 5, 5, 6))]), (first, [below]), (second, [below])
        )
        assert sides.lines(merge, "a") == [
            (sides.ours, "a", 0, 1),
            (sides.base, "a", 0, 4),
            (first, "a", 4, 1),
        ]


@pytest.mark.parametrize(
    "same", [pytest.param([], id="untouched"), pytest.param([moded("a")], id="of another mode")]
)
def test_a_file_that_is_equal_in_a_parent_is_wholly_from_there(
    sides: Sides, same: list[Change]
) -> None:
    """Although another parent, named first, has some of its lines too."""
    merge = sides.commit((sides.ours, [edited("a", (1, 5, 1, 5))]), (sides.theirs, same))
    assert sides.lines(merge, "a") == [(sides.base, "a", 0, 4), (sides.theirs, "a", 4, 1)]


def test_a_file_that_is_equal_by_another_name_comes_after_one_by_its_own(sides: Sides) -> None:
    """The file of the first parent is renamed in the merge, that of the third is equal."""
    merge = sides.commit(
        (sides.ours, [moved("a", "b")]),
        (sides.theirs, [renamed("a", "b", (0, 0, 0, 1))]),
        (sides.commit((sides.base, [added("b", 5)])), []),
    )
    assert sides.lines(merge, "b") == [(merge - 1, "b", 0, 5)]


def test_a_file_that_is_equal_by_another_name_is_wholly_from_there(sides: Sides) -> None:
    other = sides.commit((None, [added("b", 5)]))
    merge = sides.commit((other, [edited("b", (0, 1, 0, 1))]), (sides.ours, [moved("a", "b")]))
    assert sides.lines(merge, "b") == [(sides.ours, "a", 0, 1), (sides.base, "a", 0, 4)]


def test_a_file_renamed_on_the_way_is_no_more_where_it_was(sides: Sides) -> None:
    merge = sides.commit(
        (sides.ours, [renamed("a", "b", (5, 5, 5, 6))]),
        (sides.theirs, [renamed("a", "b", (0, 0, 0, 1))]),
    )
    assert sides.paths(merge) == {"b"}
    assert sides.lines(merge, "b") == [
        (sides.ours, "a", 0, 1),
        (sides.base, "a", 0, 4),
        (sides.theirs, "a", 4, 1),
    ]


def test_files_that_a_merge_leaves_out_are_gone(sides: Sides) -> None:
    merge = sides.commit((sides.ours, [deleted("a")]), (sides.theirs, [deleted("a")]))
    assert sides.paths(merge) == set()


def test_a_file_gone_on_one_side_is_gone_after_a_merge_with_the_other(sides: Sides) -> None:
    without = sides.commit((sides.base, [deleted("a")]))
    merge = sides.commit((sides.ours, [deleted("a")]), (without, []))
    assert sides.paths(merge) == set()


def test_what_one_side_left_as_it_was_outside_stays_unnamed(behind: Behind) -> None:
    ours = behind.commit((None, []))
    theirs = behind.commit((None, [edited("a", (0, 0, 0, 1))]))
    merge = behind.commit((ours, []), (theirs, [edited("a", (0, 1, 0, 0))]))
    assert behind.paths(merge) == set()


def test_a_commit_of_another_repository_has_no_lines_after_a_merge(sides: Sides) -> None:
    module = entry("T", "a", mode=LINK), [(0, 0, 0, 1)]
    merge = sides.commit((sides.ours, [module]), (sides.theirs, [module]))
    assert sides.paths(merge) == set()


@pytest.mark.parametrize("first", [True, False])
def test_of_a_file_that_is_binary_in_a_parent_nothing_is_said_after_a_merge(
    sides: Sides, *, first: bool
) -> None:
    """Its lines may be those that another parent does not have."""
    unread: tuple[int, list[Change]] = (sides.ours, [(entry("M", "a"), None)])
    read: tuple[int, list[Change]] = (sides.theirs, [edited("a", (0, 0, 0, 1))])
    merge = sides.commit(unread, read) if first else sides.commit(read, unread)
    assert sides.lines(merge, "a") is None


def test_comparisons_that_give_a_file_several_lengths_are_an_error(sides: Sides) -> None:
    with pytest.raises(FormatError):
        sides.commit(
            (sides.ours, [edited("a", (5, 5, 5, 9))]), (sides.theirs, [edited("a", (0, 0, 0, 1))])
        )


def test_an_origin_has_one_number() -> None:
    origins = Origins()
    assert [origins.number(*one) for one in ((0, b"a"), (0, b"b"), (1, b"a"), (0, b"a"))] == [
        1,
        2,
        3,
        1,
    ]
    assert origins.known == [(-1, b""), (0, b"a"), (0, b"b"), (1, b"a")]


def test_runs_of_a_parent_are_not_changed_by_what_follows(sides: Sides) -> None:
    before = list(sides.made[sides.base][b"a"] or Runs())
    sides.commit(
        (sides.ours, [edited("a", (0, 5, 0, 1))]), (sides.base, [edited("a", (0, 4, 0, 1))])
    )
    assert list(sides.made[sides.base][b"a"] or Runs()) == before
