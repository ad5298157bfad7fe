from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
import rfc6962
from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.base.errors import FormatError
from affidavit.ledger.tile import Growth, Tile, layout, subtree_of
from affidavit.ledger.tree import EMPTY_ROOT, LARGEST_SIZE, leaf_hash, node_hash

ENTRIES = rfc6962.entries(70_000)
LEAVES = [leaf_hash(each) for each in ENTRIES]
SIZES = st.integers(0, 3000)


def tile(level: int, number: int, width: int = 256) -> Tile:
    """A tile of our entries, straight from the definition of its hashes."""
    first, span = number * 256 ** (level + 1), 256**level
    starts = range(first, first + width * span, span)
    hashes = b"".join(rfc6962.mth(ENTRIES[start : start + span]) for start in starts)
    return Tile(level, number, hashes)


def grown(*sizes: int) -> tuple[Growth, list[Tile]]:
    """What comes of growing from nothing to each of `sizes` in turn, and the full tiles."""
    growth, full = Growth(), list[Tile]()
    for start, end in pairwise([0, *sizes]):
        full += growth.extend(LEAVES[start:end])
    return growth, full


@cache
def grown_at_once() -> tuple[Growth, list[Tile]]:
    return grown(70_000)


def test_a_tree_of_70_000_grows_the_tiles_of_the_definition() -> None:
    growth, full = grown_at_once()
    tiles = sorted([*full, *growth.partials()], key=lambda each: (each.level, each.number))
    assert tiles == [tile(each.level or 0, each.number, each.width) for each in layout(70_000)]
    assert growth.root() == rfc6962.mth(ENTRIES)


@given(SIZES.filter(bool))
def test_the_tiles_of_any_size_are_those_of_the_definition(size: int) -> None:
    growth, full = grown(size)
    tiles = sorted([*full, *growth.partials()], key=lambda each: (each.level, each.number))
    assert tiles == [tile(each.level or 0, each.number, each.width) for each in layout(size)]
    assert (growth.size, growth.root()) == (size, rfc6962.mth(ENTRIES[:size]))


@settings(max_examples=20)
@given(st.lists(st.integers(0, 70_000), max_size=6))
def test_it_does_not_matter_in_what_steps_a_tree_grew(stops: list[int]) -> None:
    growth, full = grown(*sorted(stops), 70_000)
    once, full_once = grown_at_once()
    assert (growth.size, growth.root(), growth.partials()) == (
        once.size,
        once.root(),
        once.partials(),
    )
    assert full == full_once


def test_tiles_are_given_in_the_order_in_which_they_became_full() -> None:
    _, full = grown(65_536 + 256)
    first = [(0, number) for number in range(256)]
    assert [(each.level, each.number) for each in full] == [*first, (1, 0), (0, 256)]


@given(SIZES, SIZES)
def test_a_tree_goes_on_from_its_partial_tiles(size: int, more: int) -> None:
    growth, _ = grown(size)
    rows = {each.level: each.hashes for each in growth.partials()}
    again = Growth(size, [rows.get(level, b"") for level in range(-(-size.bit_length() // 8))])
    assert (again.root(), again.partials()) == (growth.root(), growth.partials())
    end = size + more
    assert again.extend(LEAVES[size:end]) == growth.extend(LEAVES[size:end])
    assert (again.root(), again.partials()) == (growth.root(), growth.partials())


def test_a_copy_grows_on_its_own() -> None:
    growth, _ = grown(300)
    before = growth.root(), growth.partials(), growth.size
    copy = growth.copy()
    copy.extend(LEAVES[300:600])
    assert (growth.root(), growth.partials(), growth.size) == before
    assert copy.root() == grown(600)[0].root()


def test_nothing_has_grown_yet() -> None:
    growth = Growth()
    assert (growth.extend([]), growth.partials(), growth.root()) == ([], [], EMPTY_ROOT)


def test_the_tiles_that_grew_answer_for_every_subtree() -> None:
    growth, full = grown(66_000)
    tiles = {(each.level, each.number): each.hashes for each in [*full, *growth.partials()]}
    subtree = subtree_of(lambda level, number: tiles.get((level, number)))
    for height, number in [(0, 65_999), (3, 8191), (8, 256), (9, 127), (16, 0)]:
        span = ENTRIES[number << height : (number + 1) << height]
        assert subtree(height, number) == rfc6962.mth(span)


H = b"h" * 32


@pytest.mark.parametrize(
    ("size", "partial"),
    [
        pytest.param(1, [], id="none"),
        pytest.param(1, [H + H], id="too wide"),
        pytest.param(1, [H[:31]], id="a byte short"),
        pytest.param(1, [H, H], id="a level too many"),
        pytest.param(256, [b""], id="a level too few"),
        pytest.param(256, [H, b""], id="on the wrong level"),
        pytest.param(0, [H], id="of an empty tree"),
        pytest.param(-1, [], id="of a negative size"),
        pytest.param(LARGEST_SIZE + 1, [b""] * 8, id="of too large a size"),
    ],
)
def test_partial_tiles_of_another_size_are_refused(size: int, partial: list[bytes]) -> None:
    with pytest.raises(FormatError):
        Growth(size, partial)


@pytest.mark.parametrize("leaf", [b"", b"a", H[:31], H + b"a", H + H])
def test_a_leaf_hash_of_another_width_is_refused_and_changes_nothing(leaf: bytes) -> None:
    growth, _ = grown(7)
    with pytest.raises(FormatError, match="32 bytes"):
        growth.extend([H, leaf])
    assert (growth.size, growth.root()) == (7, rfc6962.mth(ENTRIES[:7]))


def test_a_tree_of_the_largest_size_grows_no_more() -> None:
    growth = Growth(LARGEST_SIZE - 1, [H * 254, *[H * 255] * 6, H * 127])
    growth.extend([H])
    assert growth.size == LARGEST_SIZE
    with pytest.raises(FormatError, match="cannot have"):
        growth.extend([H])


def test_a_level_that_was_full_is_empty_until_its_next_hash() -> None:
    growth, _ = grown(512)
    nodes = [rfc6962.mth(ENTRIES[:256]), rfc6962.mth(ENTRIES[256:512])]
    assert growth.partials() == [Tile(1, 0, b"".join(nodes))]
    assert growth.root() == node_hash(*nodes)
