"""Runs of lines against the plainest model there is: a list with an entry for each line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.errors import FormatError
from affidavit.provenance.blame.inner import cut
from affidavit.provenance.blame.runs import Runs

if TYPE_CHECKING:
    from affidavit.provenance.blame.change import Hunk

Lines = list[tuple[int, int]]
"""By line its origin and the number that it had there."""


@st.composite
def hunks(draw: st.DrawFn, lines: int) -> list[Hunk]:
    """Blocks that fit a file of so many lines; some touch, and some do nothing."""
    found = []
    old = new = 0
    for _ in range(draw(st.integers(0, 4))):
        equal = draw(st.integers(0, lines - old))
        removed = draw(st.integers(0, min(4, lines - old - equal)))
        added = draw(st.integers(0, 4))
        start, new_start = old + equal, new + equal
        old, new = start + removed, new_start + added
        found.append((start, old, new_start, new))
    return found


@st.composite
def histories(draw: st.DrawFn) -> list[list[Hunk]]:
    """What several origins did to an empty file, one after the other."""
    found = []
    lines = 0
    for _ in range(draw(st.integers(1, 8))):
        blocks = draw(hunks(lines))
        lines += sum(new_end - new - (end - start) for start, end, new, new_end in blocks)
        found.append(blocks)
    return found


def spliced(lines: Lines, blocks: list[Hunk], origin: int) -> Lines:
    found: Lines = []
    at = 0
    for start, end, new_start, new_end in blocks:
        found += lines[at:start]
        found += [(origin, number) for number in range(new_start, new_end)]
        at = end
    return found + lines[at:]


def listed(runs: Runs) -> Lines:
    return [(origin, start + n) for origin, start, count in runs for n in range(count)]


def made(*runs: tuple[int, int, int]) -> Runs:
    found = Runs()
    for run in runs:
        found.append(*run)
    return found


@given(histories())
def test_what_origins_did_one_after_the_other_gives_the_lines_of_a_list(
    history: list[list[Hunk]],
) -> None:
    runs = Runs()
    lines: Lines = []
    for origin, blocks in enumerate(history):
        runs.splice(blocks, origin)
        lines = spliced(lines, blocks, origin)
        assert (listed(runs), runs.lines) == (lines, len(lines))
        assert all(runs.counts), "no run is empty"


@given(histories())
def test_the_lines_that_went_are_those_that_the_list_has_no_more(
    history: list[list[Hunk]],
) -> None:
    runs = Runs()
    for origin, blocks in enumerate(history):
        before = listed(runs)
        went = runs.splice(blocks, origin)
        gone = Counter((one, start + n) for one, start, count in went for n in range(count))
        assert gone == Counter(line for start, end, *_ in blocks for line in before[start:end])


@given(histories(), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=4))
def test_pieces_are_cut_as_from_the_list(
    history: list[list[Hunk]], steps: list[tuple[int, int]]
) -> None:
    runs = Runs()
    for origin, blocks in enumerate(history):
        runs.splice(blocks, origin)
    spans, at = [], 0
    for skipped, length in steps:
        spans.append((at + skipped, length))
        at += skipped + length
    pieces = list(cut(runs, spans))
    assert [
        (at + n, (origin, first + n)) for at, count, origin, first in pieces for n in range(count)
    ] == [
        (line, one)
        for start, length in spans
        for line, one in list(enumerate(listed(runs)))[start : start + length]
    ]


@given(histories())
def test_a_copy_stays_as_it_was_when_the_first_is_changed(history: list[list[Hunk]]) -> None:
    runs = Runs()
    for origin, blocks in enumerate(history):
        copy, lines = runs.copy(), listed(runs)
        runs.splice(blocks, origin)
        assert listed(copy) == lines


def test_what_was_found_out_of_runs_stays_beside_how_they_changed_since() -> None:
    runs = made((7, 100, 10))
    runs.splice([(0, 1, 0, 0)], 8)
    runs.told = "it"
    runs.splice([(3, 5, 3, 4)], 9)
    assert (runs.told, runs.since) == ("it", [([(7, 104, 2)], [(3, 5, 3, 4)], 9)])
    assert (runs.copy().told, runs.copy().since) == (None, [])
    runs.append(8, 0, 1)
    assert not runs.told
    assert not runs.since


def test_what_was_found_out_of_runs_is_forgotten_when_they_changed_often() -> None:
    runs = made((7, 0, 1))
    runs.told = "it"
    for number in range(101):
        assert (runs.told, len(runs.since)) == ("it", number)
        runs.splice([(0, 1, 0, 1)], 8)
    assert not runs.told
    assert not runs.since


def test_a_block_inside_a_run_leaves_its_two_ends() -> None:
    runs = made((7, 100, 10))
    assert runs.splice([(3, 5, 3, 4)], 8) == [(7, 103, 2)]
    assert list(runs) == [(7, 100, 3), (8, 3, 1), (7, 105, 5)]
    assert len(runs) == 3


def test_a_block_over_several_runs_tells_what_went_of_each() -> None:
    runs = made((1, 0, 3), (2, 0, 1), (3, 0, 3))
    assert runs.splice([(1, 6, 1, 1)], 9) == [(1, 1, 2), (2, 0, 1), (3, 0, 2)]
    assert list(runs) == [(1, 0, 1), (3, 2, 1)]


def test_nothing_is_replaced_by_no_block() -> None:
    runs = made((1, 0, 3))
    assert (runs.splice([], 9), list(runs)) == ([], [(1, 0, 3)])


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        pytest.param(
            [(0, 4, 0, 1)], "git replaces lines up to 4 of a file that has 3", id="beyond the end"
        ),
        pytest.param(
            [(4, 4, 4, 5)], "git replaces lines up to 4 of a file that has 3", id="put beyond"
        ),
        *(
            pytest.param(blocks, "git's blocks of lines do not follow each other", id=name)
            for name, blocks in {
                "upwards": [(2, 3, 2, 3), (0, 1, 0, 1)],
                "overlapping": [(0, 2, 0, 2), (1, 3, 2, 3)],
                "old end before its start": [(2, 1, 2, 3)],
                "new end before its start": [(1, 2, 1, 0)],
                "before the first line": [(-1, 0, -1, 0)],
                "elsewhere than the lines above allow": [(1, 2, 2, 3)],
                "more equal lines after than before": [(0, 1, 0, 2), (2, 3, 4, 5)],
                "more lines than a file can have": [(0, 1, 0, 1 << 32)],
            }.items()
        ),
    ],
)
def test_blocks_that_do_not_fit_are_refused_and_change_nothing(
    blocks: list[Hunk], said: str
) -> None:
    runs = made((1, 0, 2), (2, 5, 1))
    with pytest.raises(FormatError) as caught:
        runs.splice(blocks, 9)
    assert caught.value.message == said
    assert list(runs) == [(1, 0, 2), (2, 5, 1)]


@given(st.integers(0, 12), st.data())
def test_blocks_fit_a_file_or_are_refused(lines: int, data: st.DataObject) -> None:
    number = st.integers(-2, 14)
    blocks = data.draw(st.lists(st.tuples(number, number, number, number), max_size=3))
    runs = made(*[(0, 0, lines)] * bool(lines))
    before = listed(runs)
    try:
        runs.splice(blocks, 1)
    except FormatError:
        assert listed(runs) == before
    else:
        assert listed(runs) == spliced(before, blocks, 1)
