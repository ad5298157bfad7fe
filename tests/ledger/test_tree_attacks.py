"""Proofs that must not hold, and questions that have no answer."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import rfc6962
from hypothesis import assume, given
from hypothesis import strategies as st

from affidavit.base.errors import FormatError
from affidavit.ledger.tree import (
    EMPTY_ROOT,
    LARGEST_SIZE,
    consistency,
    inclusion,
    is_consistent,
    leaf_hash,
    root,
    root_of_inclusion,
)

ENTRIES = rfc6962.entries(700)
ROOTS = [rfc6962.mth(ENTRIES[:size]) for size in range(len(ENTRIES) + 1)]
SIZES = st.integers(1, len(ENTRIES))


def flipped(data: bytes, bit: int) -> bytes:
    """`data` with one bit changed."""
    at, mask = bit // 8 % len(data), 1 << bit % 8
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


@st.composite
def altered(draw: st.DrawFn, path: list[bytes]) -> list[bytes]:
    """`path` with a bit changed, a hash dropped, added, doubled or two swapped."""
    at = draw(st.integers(0, max(0, len(path) - 1)))
    changes = [[*path[:at], draw(st.binary(min_size=32, max_size=32)), *path[at:]]]
    changes.append([*path, *path[at : at + 1], b"\x00" * 32])
    if path:
        bit = draw(st.integers(0, 255))
        changes.append([*path[:at], flipped(path[at], bit), *path[at + 1 :]])
        changes.append([*path[:at], *path[at + 1 :]])
        changes.append([*path[:at], path[at], *path[at:]])
        changes.append([*path[at:], *path[:at]])
    changed = draw(st.sampled_from(changes))
    assume(changed != path)
    return changed


@dataclass(frozen=True, slots=True)
class Claim:
    """That an entry's hash is at an index of the tree of a size, which has its known root."""

    leaf: bytes
    index: int
    size: int

    def holds(self, path: list[bytes]) -> bool:
        try:
            found = root_of_inclusion(self.leaf, self.index, self.size, path)
        except FormatError:
            return False
        return found == ROOTS[self.size]


@given(SIZES, st.data())
def test_an_entry_is_proven_by_its_own_path_alone(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    claim = Claim(leaf_hash(ENTRIES[index]), index, size)
    path = rfc6962.path(index, ENTRIES[:size])
    assert claim.holds(path)
    assert not claim.holds(data.draw(altered(path)))


@given(SIZES, st.data())
def test_a_path_proves_no_other_entry_index_or_size(size: int, data: st.DataObject) -> None:
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    another = data.draw(SIZES)
    leaf, path = leaf_hash(ENTRIES[index]), rfc6962.path(index, ENTRIES[:size])
    assert Claim(leaf, other, size).holds(path) == (other == index)
    assert Claim(leaf, index, another).holds(path) == (another == size)
    assert not Claim(flipped(leaf, data.draw(st.integers(0, 255))), index, size).holds(path)


def test_a_node_within_the_tree_does_not_pass_for_an_entry() -> None:
    left, right = leaf_hash(ENTRIES[0]), leaf_hash(ENTRIES[1])
    path = rfc6962.path(0, ENTRIES[:4])
    assert not Claim(leaf_hash(left + right), 0, 4).holds(path[1:])
    assert not Claim(leaf_hash(b"\x01" + left + right), 0, 4).holds(path[1:])


@given(SIZES, st.data())
def test_only_its_own_path_proves_that_a_tree_grew(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, new))
    path = rfc6962.proof(old, ENTRIES[:new]) if old else []
    roots = (ROOTS[old], ROOTS[new])
    assert is_consistent(old, new, roots, path)
    assert not is_consistent(old, new, roots, data.draw(altered(path)))


@given(SIZES, SIZES, SIZES, st.data())
def test_a_path_proves_growth_between_its_own_two_sizes_alone(
    new: int, one: int, other: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, new))
    assume((one, other) != (old, new) and one != other)
    path = rfc6962.proof(old, ENTRIES[:new])
    assert not is_consistent(one, other, (ROOTS[one], ROOTS[other]), path)


@given(SIZES, st.data())
def test_a_tree_with_another_past_is_never_a_continuation(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    at = data.draw(st.integers(0, old - 1))
    forged = [*ENTRIES[:at], b"another", *ENTRIES[at + 1 : new]]
    for path in (rfc6962.proof(old, forged), rfc6962.proof(old, ENTRIES[:new])):
        assert not is_consistent(old, new, (ROOTS[old], rfc6962.mth(forged)), path)
        assert not is_consistent(old, new, (rfc6962.mth(forged[:old]), ROOTS[new]), path)


@given(SIZES, SIZES, st.lists(st.binary(min_size=32, max_size=32), max_size=12))
def test_hashes_out_of_nowhere_prove_nothing(old: int, new: int, path: list[bytes]) -> None:
    assume(old != new)
    assert not is_consistent(old, new, (ROOTS[old], ROOTS[new]), path)


@pytest.mark.parametrize(
    ("old", "new", "roots"),
    [
        pytest.param(2, 1, (ROOTS[2], ROOTS[1]), id="shrunk"),
        pytest.param(-1, 1, (ROOTS[1], ROOTS[1]), id="negative"),
        pytest.param(1, 2**63, (ROOTS[1], ROOTS[2]), id="too large"),
        pytest.param(1, 1, (ROOTS[1], ROOTS[2]), id="two roots of one size"),
        pytest.param(0, 0, (ROOTS[1], ROOTS[1]), id="an empty tree with another root"),
        pytest.param(0, 2, (ROOTS[1], ROOTS[2]), id="from an empty tree with another root"),
        pytest.param(1, 1, (b"", b""), id="no roots"),
        pytest.param(1, 1, (ROOTS[1] + b"\x00", ROOTS[1] + b"\x00"), id="roots of 33 bytes"),
    ],
)
def test_sizes_and_roots_of_no_growth_are_refused(
    old: int, new: int, roots: tuple[bytes, bytes]
) -> None:
    assert not is_consistent(old, new, roots, ())


def test_every_tree_is_a_continuation_of_the_empty_one() -> None:
    assert is_consistent(0, 5, (EMPTY_ROOT, ROOTS[5]), ())
    assert is_consistent(0, 0, (EMPTY_ROOT, EMPTY_ROOT), ())
    assert consistency(0, 5, rfc6962.subtrees(ENTRIES)) == ()


@pytest.mark.parametrize("width", [0, 1, 31, 33, 64])
def test_a_hash_of_another_width_proves_nothing(width: int) -> None:
    odd = b"a" * width
    assert not is_consistent(1, 2, (ROOTS[1], ROOTS[2]), [odd])
    for leaf, path in ((odd, ROOTS[1]), (ROOTS[1], odd)):
        with pytest.raises(FormatError, match="a hash is 32 bytes"):
            root_of_inclusion(leaf, 0, 2, [path])


@pytest.mark.parametrize(
    ("index", "size"), [(0, 0), (1, 1), (-1, 1), (5, 4), (0, LARGEST_SIZE + 1), (0, -1)]
)
def test_an_index_outside_the_tree_is_refused(index: int, size: int) -> None:
    with pytest.raises(FormatError, match=str(size)):
        root_of_inclusion(ROOTS[1], index, size, [])
    with pytest.raises(FormatError, match=str(size)):
        inclusion(index, size, rfc6962.subtrees(ENTRIES))


@pytest.mark.parametrize(("old", "new"), [(2, 1), (-1, 1), (0, -1), (1, LARGEST_SIZE + 1)])
def test_growth_between_impossible_sizes_has_no_proof(old: int, new: int) -> None:
    with pytest.raises(FormatError):
        consistency(old, new, rfc6962.subtrees(ENTRIES))


@pytest.mark.parametrize("size", [-1, LARGEST_SIZE + 1])
def test_a_tree_of_an_impossible_size_has_no_root(size: int) -> None:
    with pytest.raises(FormatError, match="cannot have"):
        root(size, rfc6962.subtrees(ENTRIES))


def test_a_path_of_a_hundred_thousand_hashes_is_refused_at_once() -> None:
    path = [ROOTS[1]] * 100_000
    assert not is_consistent(5, LARGEST_SIZE, (ROOTS[5], ROOTS[6]), path)
    with pytest.raises(FormatError, match="longer than the path"):
        root_of_inclusion(ROOTS[1], 5, LARGEST_SIZE, path)
    with pytest.raises(FormatError, match="shorter than the path"):
        root_of_inclusion(ROOTS[1], 5, LARGEST_SIZE, path[:3])
