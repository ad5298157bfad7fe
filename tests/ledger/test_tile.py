from __future__ import annotations

import pytest
import rfc6962
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.errors import FormatError
from affidavit.ledger.tile import (
    LARGEST_ENTRY,
    Tile,
    TilePath,
    bundle,
    bundle_layout,
    entries_of,
    entries_path,
    layout,
    subtree_of,
    tile_of_path,
    tile_path,
)
from affidavit.ledger.tree import LARGEST_SIZE, root

PATHS = st.builds(
    TilePath,
    st.one_of(st.none(), st.integers(0, 63)),
    st.integers(0, LARGEST_SIZE),
    st.integers(1, 256),
)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("tile/0/000", TilePath(0, 0)),
        ("tile/0/x001/x234/067", TilePath(0, 1_234_067)),
        ("tile/63/999.p/255", TilePath(63, 999, 255)),
        ("tile/1/x001/000.p/1", TilePath(1, 1000, 1)),
        ("tile/entries/000.p/112", TilePath(None, 0, 112)),
        ("tile/entries/x001/234", TilePath(None, 1234)),
    ],
)
def test_a_path_names_its_tile_in_elements_of_three_digits(path: str, named: TilePath) -> None:
    assert (str(named), tile_of_path(path)) == (path, named)


def test_paths_are_made_from_level_number_and_width() -> None:
    assert tile_path(0, 1234, 5) == "tile/0/x001/234.p/5"
    assert tile_path(2, 7) == "tile/2/007"
    assert entries_path(1234) == "tile/entries/x001/234"
    assert entries_path(273, 112) == "tile/entries/273.p/112"


@given(PATHS)
def test_a_path_is_read_back_as_what_it_names(path: TilePath) -> None:
    assert tile_of_path(str(path)) == path


@pytest.mark.parametrize(
    "path",
    [
        *("", "checkpoint", "tile", "tile/0", "tile/0/", "/tile/0/000", "tile/0/000/"),
        *("tile/00/000", "tile/64/000", "tile/-1/000", "tile/x/000", "tile/+1/000", "tile/8/0/000"),
        *("tile/0/0", "tile/0/1234", "tile/0/001/234", "tile/0/x000/001", "tile/0/x001/x234"),
        *("tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/05", "tile/0/000.p/", "tile/0/000.p"),
        *("tile/0/000.p/1\n", "tile/0/000\x00", "tile/0/\u0661\u0662\u0663", "tile/0/../000"),
        *("tile/Entries/000", "tile/entries/../../etc/passwd", "tile/0/000.p/-1", "TILE/0/000"),
        "./tile/0/000",
        "tile/0/" + "x999/" * 6 + "999",
        "tile/0/" + "x001/" * 100_000 + "000",
    ],
)  # fmt: skip
def test_what_no_tile_is_called_is_refused(path: str) -> None:
    with pytest.raises(FormatError, match="path"):
        tile_of_path(path)


@given(st.text(max_size=40) | st.from_regex(r"tile/(entries|[0-9x/.p]{0,9})/[x0-9/.p]{0,12}"))
def test_any_other_text_is_refused_or_is_the_path_of_what_it_names(path: str) -> None:
    try:
        named = tile_of_path(path)
    except FormatError:
        return
    assert str(named) == path


@pytest.mark.parametrize(
    ("level", "number", "width"),
    [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 2**63, 1), (0, 0, 0), (0, 0, 257), (None, -1, 1)],
)
def test_what_is_out_of_bounds_has_no_path(level: int | None, number: int, width: int) -> None:
    with pytest.raises(FormatError, match="no path"):
        TilePath(level, number, width)


@pytest.mark.parametrize("size", [0, 1, 31, 33, 257 * 32])
def test_a_tile_is_made_of_1_to_256_hashes(size: int) -> None:
    with pytest.raises(FormatError, match=f"does not have {size} bytes"):
        Tile(0, 0, b"a" * size)


def test_a_tree_of_70_000_has_the_tiles_that_the_specification_counts() -> None:
    partial = [TilePath(0, 273, 112), TilePath(1, 1, 17), TilePath(2, 0, 1)]
    full = [*(TilePath(0, number) for number in range(273)), TilePath(1, 0)]
    assert list(layout(70_000)) == [*full[:273], partial[0], full[273], *partial[1:]]


def test_a_tree_of_256_has_a_full_tile_and_one_hash_above_it() -> None:
    assert list(layout(256)) == [TilePath(0, 0), TilePath(1, 0, 1)]


def test_entries_lie_in_as_many_bundles_as_there_are_lowest_tiles() -> None:
    assert list(bundle_layout(512)) == [TilePath(None, 0), TilePath(None, 1)]
    assert list(bundle_layout(257)) == [TilePath(None, 0), TilePath(None, 1, 1)]


def test_the_empty_tree_has_no_tile_and_no_bundle() -> None:
    assert [*layout(0), *bundle_layout(0)] == []


@pytest.mark.parametrize("size", [-1, LARGEST_SIZE + 1])
def test_a_tree_of_an_impossible_size_has_no_tiles(size: int) -> None:
    for tiles in (layout(size), bundle_layout(size)):
        with pytest.raises(FormatError, match="cannot have"):
            next(tiles)


def test_a_bundle_is_each_entry_after_its_length() -> None:
    assert bundle([b"", b"a", b"b" * 258]) == b"\x00\x00" + b"\x00\x01a" + b"\x01\x02" + b"b" * 258


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    assert entries_of(bundle(entries), "here", width=len(entries)) == entries


def test_a_bundle_takes_256_entries_and_entries_of_65_535_bytes() -> None:
    full, large = [b"a"] * 256, [b"b" * LARGEST_ENTRY]
    assert entries_of(bundle(full), "here") == full
    assert entries_of(bundle(large), "here", width=1) == large


@pytest.mark.parametrize("entries", [[], [b""] * 257, [b"", b"a" * 65_536]])
def test_what_a_bundle_cannot_hold_is_refused(entries: list[bytes]) -> None:
    with pytest.raises(FormatError, match="1 to 256 entries of at most 65535 bytes"):
        bundle(entries)


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=9), st.integers(1, 256), st.data())
def test_a_bundle_of_another_number_of_entries_is_refused(
    entries: list[bytes], width: int, data: st.DataObject
) -> None:
    whole = bundle(entries)
    cut = data.draw(st.integers(0, len(whole)))
    if (cut, width) == (len(whole), len(entries)):
        assert entries_of(whole, "here", width=width) == entries
    else:
        assert_refused(whole[:cut], len(entries) if cut < len(whole) else width)


def assert_refused(bundled: bytes, width: int) -> None:
    with pytest.raises(FormatError, match=rf"^there: {len(bundled)} bytes are not {width} entries"):
        entries_of(bundled, "there", width=width)


@pytest.mark.parametrize(
    "bundled",
    [b"", b"\x00", b"\x00\x01", b"\x00\x02a", b"\xff\xff", b"\x00\x00\x00", b"\x00\x01ab"],
)
def test_bytes_that_are_not_one_entry_are_refused(bundled: bytes) -> None:
    assert_refused(bundled, 1)


@given(st.binary(max_size=600), st.integers(1, 256))
def test_any_bytes_are_refused_or_are_the_bundle_of_what_they_hold(data: bytes, width: int) -> None:
    try:
        entries = entries_of(data, "here", width=width)
    except FormatError:
        return
    assert (bundle(entries), len(entries)) == (data, width)


LEAVES = [rfc6962.mth([each]) for each in rfc6962.entries(300)]
TILES = {
    (0, 0): b"".join(LEAVES[:256]),
    (0, 1): b"".join(LEAVES[256:]),
    (1, 0): rfc6962.mth(rfc6962.entries(256)),
}


def lookup(level: int, number: int) -> bytes | None:
    return TILES.get((level, number))


def test_subtrees_are_folded_from_tiles() -> None:
    subtrees = rfc6962.subtrees(rfc6962.entries(300))
    for height, number in [(0, 0), (0, 299), (1, 149), (5, 8), (7, 1), (8, 0)]:
        assert subtree_of(lookup)(height, number) == subtrees(height, number)
    assert root(300, subtree_of(lookup)) == rfc6962.mth(rfc6962.entries(300))


def test_a_tile_is_read_once_for_many_questions() -> None:
    asked = list[tuple[int, int]]()

    def watched(level: int, number: int) -> bytes | None:
        asked.append((level, number))
        return lookup(level, number)

    subtree = subtree_of(watched)
    assert subtree(0, 256) == subtree(0, 256) != subtree(0, 257)
    assert asked == [(0, 1)]


@pytest.mark.parametrize(
    ("tile", "said"),
    [
        (None, "tile/0/001: there is no such tile"),
        (b"", "a tile does not have 0 bytes"),
        (b"a" * 33, "a tile does not have 33 bytes"),
        (b"a" * 8224, "a tile does not have 8224 bytes"),
        (b"a" * 32 * 43, "tile/0/001: it ends before hash 43"),
    ],
)
def test_a_tile_that_is_absent_or_not_wide_enough_is_named(tile: bytes | None, said: str) -> None:
    subtree = subtree_of(lambda *place: None if place != (0, 1) else tile)
    with pytest.raises(FormatError, match=said):
        subtree(0, 256 + 43)
