"""The treemap: areas are lines, nothing lies over another, and nothing is lost when it is cut."""

from __future__ import annotations

import math
import re
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from line_reports import EVIL, counts

from affidavit.package.lines.drawing import (
    PARTS,
    RECTANGLES,
    SHEET,
    SMALLEST,
    Map,
    level,
    place,
)
from affidavit.package.lines.tree import DEEPEST, Node, Sums, cut, tree
from affidavit.package.lines.treemap import Box, Tile, squarified, tiles

if TYPE_CHECKING:
    from affidavit.audit.lines.model import Counts

VALUES = st.lists(st.integers(1, 10**7), min_size=1, max_size=40).map(
    lambda found: sorted(found, reverse=True)
)
NAMES = st.sampled_from(["a", "b", "c", "src", "x.py", "y.py", "é", "長い名前"])
PATHS = st.lists(NAMES, min_size=1, max_size=12).map("/".join)
FILES = st.dictionaries(PATHS, st.integers(0, 5_000), min_size=1, max_size=60)
RIM = 1e-6


def smaller(box: Box) -> Box:
    """The same without its rim, where floating point numbers end."""
    return Box(box.x + RIM, box.y + RIM, max(box.wide - 2 * RIM, 0), max(box.high - 2 * RIM, 0))


def leaves(root: Node) -> list[Tile]:
    return [one for one in tiles(root, SHEET) if not one.node.parts and one.depth]


def of(files: dict[str, int]) -> Node:
    return tree((path, counts(ai=number)) for path, number in files.items())


@given(VALUES)
def test_areas_are_in_proportion_and_add_up(values: list[int]) -> None:
    found = squarified(values, SHEET)
    scale = SHEET.area / sum(values)
    assert len(found) == len(values)
    assert all(
        math.isclose(box.area, value * scale, rel_tol=1e-6, abs_tol=RIM)
        for box, value in zip(found, values, strict=True)
    )
    assert math.isclose(sum(box.area for box in found), SHEET.area, rel_tol=1e-9)


@given(VALUES)
def test_no_rectangle_lies_over_another_or_outside(values: list[int]) -> None:
    found = squarified(values, SHEET)
    pairs = combinations(map(smaller, found), 2)
    assert not [pair for pair in pairs if pair[0].overlaps(pair[1])]
    assert all(
        box.x >= -RIM
        and box.y >= -RIM
        and box.x + box.wide <= SHEET.wide + RIM
        and box.y + box.high <= SHEET.high + RIM
        for box in found
    )


def test_equal_values_make_pieces_that_are_nearly_squares() -> None:
    ratios = [
        max(b.wide / b.high, b.high / b.wide) for b in squarified([1] * 12, Box(0, 0, 40, 30))
    ]
    assert max(ratios) <= 1.4


@given(FILES)
def test_the_area_of_every_file_and_folder_is_its_lines(files: dict[str, int]) -> None:
    root = of(files)
    total = sum(files.values())
    assert root.sums.lines == total
    assert all(
        math.isclose(one.box.area, SHEET.area * one.node.sums.lines / total, rel_tol=1e-6)
        for one in tiles(root, SHEET)
        if total
    )
    assert len(leaves(root)) == sum(bool(number) for number in files.values())


@given(FILES, st.integers(2, 30))
def test_a_tree_that_is_cut_has_few_parts_and_every_line_and_file(
    files: dict[str, int], most: int
) -> None:
    root = of(files)
    found = cut(root, most, 0.0)
    shown = leaves(found)
    assert len(shown) <= most
    assert found.sums == root.sums
    assert sum(one.node.sums.lines for one in shown) == sum(files.values())
    assert sum(one.node.sums.files for one in shown) == sum(bool(n) for n in files.values())


def test_small_files_are_gathered_in_their_folder_and_counted() -> None:
    files = {"src/big.py": 9_000, "src/c.py": 3, "src/d.py": 2, "docs/a.md": 1_000}
    shown = [
        (one.node.name, one.node.path, one.node.sums.lines)
        for one in leaves(cut(of(files), 9, 0.01))
    ]
    assert shown == [
        ("big.py", "src/big.py", 9_000),
        ("2 more files", "src", 5),
        ("a.md", "docs/a.md", 1_000),
    ]


def test_one_small_file_alone_is_shown_and_not_gathered() -> None:
    found = leaves(cut(of({"big.py": 9_000, "small.py": 3}), 9, 0.01))
    assert [one.node.name for one in found] == ["big.py", "small.py"]


def test_folders_that_hold_nothing_but_a_folder_are_one() -> None:
    root = of({"a/b/c/x.py": 2, "a/b/c/y.py": 1})
    assert [(one.name, one.path) for one in root.parts] == [("a/b/c", "a/b/c")]


def test_a_path_of_a_thousand_folders_is_followed_to_a_bound() -> None:
    deep = "/".join(["d", "e"] * 500)
    root = of({deep: 3, "d/x": 1})
    assert max(one.depth for one in tiles(root, SHEET)) <= DEEPEST + 1
    assert [one.node.path for one in leaves(root)] == [deep, "d/x"]


@pytest.mark.parametrize(
    ("found", "shade"),
    [(counts(no_signal=9), 0), (counts(ai=1, no_signal=99), 1), (counts(ai=2, no_signal=8), 2),
     (counts(ai=59, no_signal=41), 3), (counts(ai=6, no_signal=4), 4), (counts(ai=8), 5),
     (counts(undetermined=9), 0)],
)  # fmt: skip
def test_the_shade_is_the_least_share_of_ai_lines(found: Counts, shade: int) -> None:
    assert level(Sums(found.lines, found.ai, found.undetermined, found.labelled, 1)) == shade


def a_map(files: int) -> str:
    found = (
        (f"src/{n % 40}/f{n}.py", counts(ai=n % 90 + 1, undetermined=n % 70)) for n in range(files)
    )
    return Map(cut(tree(found), PARTS, SMALLEST)).svg()


@pytest.mark.parametrize("files", [1, 900, 5_000, 20_000])
def test_a_map_has_no_more_rectangles_than_it_says(files: int) -> None:
    assert 1 <= a_map(files).count("<rect") <= RECTANGLES


def test_the_hatched_part_of_a_tile_is_what_is_undetermined() -> None:
    drawn = Map(tree([("a.py", counts(ai=75, undetermined=25))])).svg()
    assert re.findall(
        r'<rect class="(\w+)" x="([\d.]+)%" y="([\d.]+)%" width="([\d.]+)%" height="([\d.]+)%"',
        drawn,
    ) == [
        ("l4", "0.000", "0.000", "100.000", "100.000"),
        ("hatched", "0.000", "75.000", "100.000", "25.000"),
    ]


def test_a_tile_says_what_it_is_and_how_sure() -> None:
    drawn = Map(tree([("src/a.py", counts(ai=1, undetermined=1, no_signal=1))])).svg()
    assert "<title>src/a.py: 3 lines; AI at least 33.3%, at most 66.7%</title>" in drawn


def test_a_name_that_is_markup_stays_text() -> None:
    drawn = Map(tree([(f"{EVIL}/a", counts(ai=1)), (f"{EVIL}/b", counts(ai=1))])).svg()
    assert [one for one in ("<script", "<img", "\x1b", "\u202e") if one in drawn] == []


def test_names_are_written_only_where_they_fit_and_never_over_another() -> None:
    drawn = Map(tree([("a-long-name-that-fits.py", counts(ai=9_999)), ("b", counts(ai=1))])).svg()
    assert re.findall(r'<text class="([\w -]+)"[^>]*>([^<]+)<', drawn) == [
        ("on-l5 w m n", "a-long-name-that-fits.py")
    ]


def test_the_name_of_a_file_stands_below_that_of_its_folder() -> None:
    files = [("a/big.py", counts(ai=999)), ("a/b.py", counts(ai=1)), ("c/d.py", counts(ai=900))]
    drawn = Map(tree(files)).svg()
    text = re.compile(
        r'<text class="([\w -]+) w m n" x="([\d.]+)%" y="[\d.]+%" dx="4" dy="(\d+)">([^<]+)<'
    )
    assert [(style, down, name) for style, _, down, name in text.findall(drawn)] == [
        ("folder", "12", "a"),
        ("folder", "12", "c"),
        ("on-l5", "26", "big.py"),
        ("on-l5", "26", "d.py"),
    ]


def test_a_place_is_said_in_per_cent_of_the_sheet() -> None:
    assert place(Box(300, 160, 600, 320)) == ("25.000", "25.000", "50.000", "50.000")
