"""Landings replayed without any git: what becomes of lines when files come, go, move and change."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from affidavit.base.errors import FormatError
from affidavit.provenance.blame.change import Entry, Status
from affidavit.provenance.blame.replay import Binary, Replay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.provenance.blame.change import Hunks
    from affidavit.provenance.blame.runs import Went

FILE, SYMLINK, LINK, NONE = "100644", "120000", "160000", "000000"
Change = tuple[Entry, "Hunks | None"]
Brought = list[tuple[int, bytes, int, int]]
"""Runs of lines: the landing, the path there, the first line there, and how many."""


def entry(status: str, path: str, *, old: str | None = None, mode: str = FILE) -> Entry:
    """An entry; its ids are like ``old:path`` so that they can be told apart."""
    here, there = path.encode(), (old or path).encode()
    return Entry(Status(status), there, here, FILE, mode, f"old {path}", f"new {path}")


def added(path: str, lines: int) -> Change:
    return entry("A", path), [(0, 0, 0, lines)] if lines else []


def edited(path: str, *hunks: tuple[int, int, int, int]) -> Change:
    return entry("M", path), list(hunks)


def renamed(old: str, path: str, *hunks: tuple[int, int, int, int]) -> Change:
    return entry("R", path, old=old), list(hunks)


def deleted(path: str, lines: int = 0) -> Change:
    return entry("D", path, mode=NONE), [(0, lines, 0, 0)] if lines else []


def binary(path: str, status: str = "M") -> Change:
    return entry(status, path), None


class Played:
    """A replay of these landings, and what it asked and told."""

    def __init__(self, *landings: list[Change]) -> None:
        self.asked: list[tuple[str, str]] = []
        self.gone: Counter[int] = Counter()
        self.taken: list[tuple[int, bytes, int, int, int, str]] = []
        self.answers: dict[tuple[str, str], Hunks] = {}
        self.lengths: dict[str, int] = {}
        self.replay = Replay(self, self.went)
        self.landings = 0
        for one in landings:
            self.landing(one)

    def landing(self, changes: list[Change]) -> None:
        self.replay.begin(self.landings, [one for one, _ in changes])
        for one, hunks in changes:
            self.replay.change(one, hunks)
        self.landings += 1

    def blocks(self, old: str, new: str) -> Hunks | None:
        self.asked.append((old, new))
        return self.answers.get((old, new))

    def lines(self, blob: str) -> int | None:
        return self.lengths.get(blob)

    def went(self, gone: Sequence[Went], landing: int, mode: str) -> None:
        for origin, start, count in gone:
            self.gone[self.replay.origins[origin][0]] += count
            self.taken.append((*self.replay.origins[origin], start, count, landing, mode))

    def brought(self, path: str) -> Brought:
        file = self.replay.text(path.encode())
        assert file is not None
        return [(*self.replay.origins[origin], start, count) for origin, start, count in file]

    @property
    def paths(self) -> set[bytes]:
        return set(self.replay.files)


def test_lines_belong_to_the_landing_that_brought_them() -> None:
    played = Played([added("a", 3)], [added("b", 1)], [edited("a", (1, 2, 1, 3))])
    assert played.brought("a") == [(0, b"a", 0, 1), (2, b"a", 1, 2), (0, b"a", 2, 1)]
    assert played.brought("b") == [(1, b"b", 0, 1)]
    assert played.gone == {0: 1}


def test_lines_go_with_a_renamed_file_and_keep_where_they_are_from() -> None:
    played = Played([added("a", 2)], [renamed("a", "b", (2, 2, 2, 3))], [renamed("b", "c")])
    assert played.brought("c") == [(0, b"a", 0, 2), (1, b"b", 2, 1)]
    assert (played.paths, played.gone) == ({b"c"}, {})


def test_a_file_renamed_to_where_another_was_before_it_went_elsewhere() -> None:
    """Such a landing tells of both, in any order."""
    for order in (1, -1):
        first = [added("a", 1), added("b", 2)]
        played = Played(first, [renamed("b", "c"), renamed("a", "b")][::order])
        assert (played.brought("b"), played.brought("c")) == ([(0, b"a", 0, 1)], [(0, b"b", 0, 2)])
        assert played.paths == {b"b", b"c"}


def test_lines_of_a_deleted_file_are_gone_and_do_not_come_back_with_its_path() -> None:
    played = Played([added("a", 2)], [deleted("a", 2)])
    assert (played.paths, played.gone) == (set(), {0: 2})
    played.landing([added("a", 1)])
    assert played.brought("a") == [(2, b"a", 0, 1)]


def test_a_file_that_becomes_a_symbolic_link_is_another() -> None:
    link = entry("T", "a", mode=SYMLINK), [(0, 0, 0, 1)]
    played = Played([added("a", 5)], [link])
    assert (played.brought("a"), played.gone) == ([(1, b"a", 0, 1)], {0: 5})


def test_a_file_that_becomes_a_commit_of_another_repository_has_no_lines() -> None:
    module = entry("T", "a", mode=LINK), [(0, 0, 0, 1)]
    played = Played([added("a", 5)], [module])
    assert (played.paths, played.gone) == (set(), {0: 5})
    played.landing([(entry("M", "a", mode=LINK), [(0, 1, 0, 1)])])
    played.landing([(entry("R", "b", old="a", mode=LINK), [])])
    played.landing([(entry("D", "b", mode=NONE), [(0, 1, 0, 0)])])
    assert played.paths == set()


def test_empty_files_are_files() -> None:
    played = Played([added("a", 0)], [renamed("a", "b")], [edited("b", (0, 0, 0, 1))])
    assert played.brought("b") == [(2, b"b", 0, 1)]
    played.landing([edited("b", (0, 1, 0, 0))])
    assert (played.brought("b"), played.paths) == ([], {b"b"})


def test_a_change_of_mode_alone_leaves_the_lines() -> None:
    played = Played([added("a", 2)], [edited("a")])
    assert played.brought("a") == [(0, b"a", 0, 2)]


def test_a_binary_file_is_compared_only_when_it_has_lines_after_all() -> None:
    played = Played([added("a", 2)], [binary("a")], [renamed("a", "b")], [binary("b")])
    assert isinstance(played.replay.files[b"b"], Binary)
    assert (played.asked, played.gone) == ([], {})
    played.answers = {
        ("old a", "new a"): [(0, 1, 0, 1)],
        ("old b", "new b"): [(2, 2, 2, 3)],
    }
    played.landing([edited("b", (0, 0, 0, 1))])
    assert played.asked == [("old a", "new a"), ("old b", "new b")]
    assert played.brought("b") == [
        (4, b"b", 0, 1),
        (1, b"a", 0, 1),
        (0, b"a", 1, 1),
        (3, b"b", 2, 1),
    ]
    assert played.gone == {0: 1}


def test_what_is_text_again_is_settled_once_when_asked() -> None:
    played = Played([binary("a", "A")], [binary("a")])
    played.answers = {("old a", "new a"): [(0, 0, 0, 1)]}
    settled = played.replay.settle(b"a")
    assert played.replay.settle(b"a") is settled is played.replay.text(b"a")
    assert played.brought("a") == [(1, b"a", 0, 1), (0, b"a", 0, 1)]
    assert len(played.asked) == 2


def test_a_binary_file_that_changes_again_is_to_be_settled_anew() -> None:
    played = Played([binary("a", "A")])
    played.answers = {("old a", "new a"): [(0, 0, 0, 1)]}
    assert (played.replay.settle(b"a").lines, played.replay.text(b"a") is None) == (1, False)
    played.landing([binary("a")])
    assert (played.replay.text(b"a"), played.replay.settle(b"a").lines) == (None, 2)


def test_what_went_is_the_same_whether_or_not_it_was_settled_in_between() -> None:
    """The landing that took lines is the one that did, not the one that had them compared."""
    answers: dict[tuple[str, str], Hunks] = {("old a", "new a"): [(1, 2, 1, 3)]}
    for settled in (False, True):
        for last in (deleted("a"), edited("a", (0, 1, 0, 0))):
            played = Played([added("a", 2)], [binary("a")])
            played.answers = answers
            if settled:
                played.replay.settle(b"a")
            assert played.taken == []
            played.landing([edited("b"), last])
            assert played.taken == [(0, b"a", 1, 1, 1, FILE), (0, b"a", 0, 1, 2, FILE)]


def test_of_lines_found_after_their_landing_it_is_not_told_that_they_go() -> None:
    played = Played([binary("a", "A")])
    played.answers = {("old a", "new a"): [(0, 0, 0, 3)]}
    played.landing([edited("a", (0, 1, 0, 1))])
    played.landing([deleted("a")])
    assert played.taken == [(1, b"a", 0, 1, 2, FILE)]


def test_a_change_after_what_was_settled_belongs_to_its_own_landing() -> None:
    played = Played([binary("a", "A")])
    played.answers = {("old a", "new a"): [(0, 0, 0, 1)]}
    played.landing([edited("a", (1, 1, 1, 2))])
    assert played.brought("a") == [(0, b"a", 0, 1), (1, b"a", 1, 1)]


def test_lines_of_a_file_that_could_not_be_compared_are_of_an_unknown_hand() -> None:
    played = Played([added("a", 2)], [binary("a")])
    played.lengths = {"new a": 3}
    played.landing([edited("a", (0, 0, 0, 1))])
    assert played.brought("a") == [(2, b"a", 0, 1), (1, b"a", 0, 3)]
    assert (played.replay.lost, played.gone) == ({(1, b"a")}, {0: 2})


def test_a_version_that_is_missing_is_passed_over_for_the_next() -> None:
    played = Played([added("a", 2)], [binary("a")], [(entry("M", "a")._replace(id="last"), None)])
    played.lengths = {"last": 1}
    played.landing([edited("a", (1, 1, 1, 2))])
    assert played.brought("a") == [(2, b"a", 0, 1), (3, b"a", 1, 1)]
    assert played.replay.lost == {(2, b"a")}


def test_a_replay_goes_on_from_another() -> None:
    before = Played([added("a", 2)])
    played = Played()
    played.replay.go_on(before.replay)
    played.landings = 1
    played.landing([edited("a", (2, 2, 2, 3))])
    assert played.brought("a") == [(0, b"a", 0, 2), (1, b"a", 2, 1)]


def test_origins_of_which_no_line_is_left_are_forgotten() -> None:
    played = Played([added("a", 1), added("b", 1)], [edited("a", (0, 1, 0, 1))], [binary("c", "A")])
    played.landing([binary("b")])
    played.answers = {("old c", "new c"): [(0, 0, 0, 2)], ("old b", "new b"): [(1, 1, 1, 2)]}
    played.replay.settle(b"b")
    played.replay.settle(b"c")
    before = {path: played.brought(path) for path in ("a", "b", "c")}
    played.replay.forget()
    assert {path: played.brought(path) for path in before} == before
    assert played.replay.origins == [(0, b"b"), (1, b"a"), (3, b"b"), (2, b"c")]
    assert (played.replay.used, played.replay.late) == (4, {2, 3})


@pytest.mark.parametrize("before", [FILE, SYMLINK, LINK])
def test_a_binary_file_in_place_of_something_else_begins_with_nothing(before: str) -> None:
    """Neither a link's target nor a commit of another repository is part of its lines."""
    first = Entry(Status.ADDED, b"a", b"a", NONE, before, "0", "1"), [(0, 0, 0, 1)]
    made = Entry(Status.RETYPED, b"a", b"a", before, FILE, "1", "2")
    played = Played([first], [(made, None)])
    played.answers = {("0", "2"): [(0, 0, 0, 3)]}
    played.replay.settle(b"a")
    assert played.asked == [("0", "2")]
    assert played.brought("a") == [(1, b"a", 0, 3)]


def test_a_binary_file_goes_without_a_question() -> None:
    played = Played([binary("a", "A")], [(entry("D", "a", mode=NONE), None)])
    assert (played.paths, played.asked) == (set(), [])


def test_blocks_that_do_not_fit_are_an_error() -> None:
    played = Played([added("a", 2)])
    with pytest.raises(FormatError):
        played.landing([edited("a", (5, 6, 5, 6))])
