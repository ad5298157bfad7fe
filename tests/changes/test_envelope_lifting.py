"""Attested lines through changes: held against a tracker that follows every line by itself."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.errors import FormatError
from affidavit.changes.envelope.lifting import (
    Fitted,
    State,
    added,
    both,
    brought,
    carried,
    clashing,
    fitted,
    lines_of,
    through,
)
from affidavit.changes.envelope.lines import Block, blocks
from affidavit.changes.envelope.touched import ABSENT, Touched
from affidavit.provenance.gitai_log import Keyed, Span, Spans, united, within

TEXTS = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"}\n", b"d\r\n", b"e"]), max_size=14)
NUMBERS = st.sets(st.integers(1, 20))
ONE = Touched(b"a.py", "100644", "100644", "1", "2")
GONE = Touched(b"a.py", "100644", ABSENT, "1", "")
BLOCK = [Block(1, 2, 1, 3)]


def spans(numbers: set[int]) -> Spans:
    return united(Span(number, number) for number in numbers)


def numbers(found: Spans) -> set[int]:
    return {number for first, last in found for number in range(first, last + 1)}


def tracked(attested: set[int], old: list[bytes], new: list[bytes]) -> set[int]:
    """Where each attested line is afterwards, line by line."""
    places: dict[int, int] = {}
    at = new_at = 0
    for block in blocks(old, new):
        while at < block.old_start:
            places[at + 1] = new_at + 1
            at, new_at = at + 1, new_at + 1
        at, new_at = block.old_end, block.new_end
    while at < len(old):
        places[at + 1] = new_at + 1
        at, new_at = at + 1, new_at + 1
    return {places[number] for number in attested if number in places}


@given(st.lists(TEXTS, min_size=2, max_size=6), NUMBERS)
def test_ranges_end_where_each_line_of_them_does(texts: list[list[bytes]], lines: set[int]) -> None:
    expected = {number for number in lines if number <= len(texts[0])}
    found = spans(expected)
    for old, new in pairwise(texts):
        found, expected = carried(found, blocks(old, new)), tracked(expected, old, new)
        assert numbers(found) == expected
        assert found == united(found)


@given(TEXTS, TEXTS, NUMBERS)
def test_a_line_that_is_carried_is_the_same_line(
    old: list[bytes], new: list[bytes], lines: set[int]
) -> None:
    attested = {number for number in lines if number <= len(old)}
    kept = numbers(carried(spans(attested), blocks(old, new)))
    assert sorted(new[number - 1] for number in kept) == sorted(
        old[number - 1] for number in attested if number in tracked_from(old, new)
    )


def tracked_from(old: list[bytes], new: list[bytes]) -> set[int]:
    """The old lines that some line afterwards is."""
    return {number for number in range(1, len(old) + 1) if tracked({number}, old, new)}


@given(TEXTS, TEXTS)
def test_each_line_afterwards_was_brought_or_was_there(old: list[bytes], new: list[bytes]) -> None:
    found = blocks(old, new)
    there = carried(spans(set(range(1, len(old) + 1))), found)
    assert numbers(there) | numbers(brought(found)) == set(range(1, len(new) + 1))
    assert not numbers(there) & numbers(brought(found))


@given(NUMBERS, NUMBERS)
def test_within_is_what_is_in_both(one: set[int], other: set[int]) -> None:
    assert numbers(within(spans(one), spans(other))) == one & other


@given(st.binary(max_size=40))
def test_lines_are_the_file_cut_after_each_line_feed(body: bytes) -> None:
    lines = lines_of(body)
    assert b"".join(lines) == body
    assert all(line.count(b"\n") == 1 and line.endswith(b"\n") for line in lines[:-1])


def test_a_last_line_that_gets_its_line_feed_is_another_line() -> None:
    changed = blocks(lines_of(b"a\nb"), lines_of(b"a\nb\n"))
    assert carried((Span(1, 2),), changed) == (Span(1, 1),)


KEYED: Keyed = {"k": (Span(1, 4),)}


def test_a_file_that_is_not_touched_keeps_its_lines() -> None:
    assert through({b"a.py": KEYED}, {}, lambda _: BLOCK) == {b"a.py": KEYED}


def test_a_file_that_is_gone_or_no_text_any_more_keeps_none() -> None:
    assert through({b"a.py": KEYED}, {b"a.py": GONE}, lambda _: None) == {}


def test_a_key_whose_lines_were_all_replaced_is_gone() -> None:
    state: State = {b"a.py": {"k": (Span(2, 2),), "l": (Span(1, 1), Span(3, 3))}}
    moved = through(state, {b"a.py": ONE}, lambda _: BLOCK)
    assert moved == {b"a.py": {"l": (Span(1, 1), Span(4, 4))}}


def test_only_lines_that_a_change_brought_are_its_own() -> None:
    state: State = {b"a.py": KEYED, b"b.py": KEYED}
    assert added(state, {b"a.py": ONE}, lambda _: BLOCK) == {b"a.py": {"k": (Span(2, 3),)}}


def test_of_a_merge_both_sides_count() -> None:
    one: State = {b"a.py": {"k": (Span(1, 1),)}}
    other: State = {b"a.py": {"k": (Span(2, 2),), "l": (Span(9, 9),)}, b"b.py": KEYED}
    assert both(one, other) == {b"a.py": {"k": (Span(1, 2),), "l": (Span(9, 9),)}, b"b.py": KEYED}


def test_a_line_with_two_keys_is_a_clash() -> None:
    assert clashing({b"a.py": {"k": (Span(1, 4),), "l": (Span(5, 5),)}}) is None
    assert clashing({b"a.py": {"k": (Span(1, 4),), "l": (Span(4, 5),)}}) == "a.py"


def fit(files: dict[str, Keyed], *touched: Touched) -> Fitted:
    by_path = {one.path: one for one in touched}
    return fitted(files, by_path, lambda _: [b"\n"] * 5, lambda _: BLOCK)


def test_a_note_is_good_for_what_its_commit_brought() -> None:
    assert fit({"a.py": KEYED}, ONE) == ({b"a.py": {"k": (Span(2, 3),)}}, 4)


@pytest.mark.parametrize(
    ("path", "keyed", "touched", "why"),
    [
        ("b.py", KEYED, ONE, "brings nothing to b.py"),
        ("a.py", KEYED, GONE, "brings nothing to a.py"),
        ("a.py", {"k": (Span(5, 6),)}, ONE, "past the end of a.py, of 5 lines"),
        ("a.py", {"k": (Span(1, 2),), "l": (Span(2, 3),)}, ONE, "two things of one line of a.py"),
    ],
)
def test_a_note_that_cannot_be_of_its_commit_is_refused(
    path: str, keyed: Keyed, touched: Touched, why: str
) -> None:
    with pytest.raises(FormatError, match=why):
        fit({path: keyed}, touched)


def test_a_note_on_what_is_no_text_is_refused() -> None:
    with pytest.raises(FormatError, match="no text"):
        fitted({"a.py": KEYED}, {b"a.py": ONE}, lambda _: None, lambda _: None)
