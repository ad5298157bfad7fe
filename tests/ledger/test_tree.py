from __future__ import annotations

from hashlib import sha256

import pytest
import rfc6962
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.errors import FormatError
from affidavit.ledger.tree import (
    EMPTY_ROOT,
    LARGEST_SIZE,
    Frontier,
    consistency,
    inclusion,
    is_consistent,
    leaf_hash,
    node_hash,
    root,
    root_of_inclusion,
)

# The test tree of Certificate Transparency, published with its implementations.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
ENTRIES = [bytes.fromhex(each) for each in [*LEAVES, "606162636465666768696a6b6c6d6e6f"]]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAF_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
NODE_23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
NODE_45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
NODE_67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
NODE_4567 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
SUBTREES = rfc6962.subtrees(ENTRIES)

COMMON = rfc6962.entries(1500)
HASHES = [leaf_hash(each) for each in COMMON]
SIZES = st.integers(1, len(COMMON))


def hashes(*hexadecimal: str) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(each) for each in hexadecimal)


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_are_found(size: int) -> None:
    assert root(size, SUBTREES) == bytes.fromhex(ROOTS[size])


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, hashes()),
        (0, 8, hashes(LEAF_1, NODE_23, NODE_4567)),
        (5, 8, hashes(LEAF_4, NODE_67, ROOTS[4])),
        (2, 3, hashes(ROOTS[2])),
        (1, 5, hashes(ROOTS[1], NODE_23, LEAF_4)),
    ],
)
def test_the_published_inclusion_proofs_are_made_and_lead_to_the_root(
    index: int, size: int, path: tuple[bytes, ...]
) -> None:
    assert inclusion(index, size, SUBTREES) == path
    found = root_of_inclusion(leaf_hash(ENTRIES[index]), index, size, path)
    assert found == bytes.fromhex(ROOTS[size])


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (1, 1, hashes()),
        (1, 8, hashes(LEAF_1, NODE_23, NODE_4567)),
        (6, 8, hashes(NODE_45, NODE_67, ROOTS[4])),
        (2, 5, hashes(NODE_23, LEAF_4)),
    ],
)
def test_the_published_consistency_proofs_are_made_and_hold(
    old: int, new: int, path: tuple[bytes, ...]
) -> None:
    assert consistency(old, new, SUBTREES) == path
    assert is_consistent(old, new, (rfc6962.mth(ENTRIES[:old]), rfc6962.mth(ENTRIES[:new])), path)


@given(SIZES, st.data())
def test_roots_and_proofs_are_those_of_the_definition(size: int, data: st.DataObject) -> None:
    entries = COMMON[:size]
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    subtrees = rfc6962.subtrees(entries)
    assert root(size, subtrees) == rfc6962.mth(entries)
    assert list(inclusion(index, size, subtrees)) == rfc6962.path(index, entries)
    assert list(consistency(old, size, subtrees)) == rfc6962.proof(old, entries)


def test_every_proof_of_every_small_tree_holds() -> None:
    roots = [rfc6962.mth(COMMON[:size]) for size in range(34)]
    for size in range(1, 34):
        for at in range(size):
            path = rfc6962.path(at, COMMON[:size])
            assert root_of_inclusion(HASHES[at], at, size, path) == roots[size]
            proof = rfc6962.proof(at + 1, COMMON[:size])
            assert is_consistent(at + 1, size, (roots[at + 1], roots[size]), proof)


@given(st.integers(0, 600), st.lists(st.integers(0, 300), max_size=5))
def test_an_edge_grown_in_any_steps_has_the_root_of_all_leaves(size: int, steps: list[int]) -> None:
    edge = Frontier().extended(HASHES[:size])
    for step in steps:
        edge = edge.extended(HASHES[edge.size : edge.size + step])
    assert edge.root() == rfc6962.mth(COMMON[: edge.size])
    assert edge == Frontier().extended(HASHES[: edge.size])


def test_an_edge_is_the_perfect_subtrees_from_left_to_right() -> None:
    edge = Frontier().extended(HASHES[:13])
    parts = (COMMON[:8], COMMON[8:12], COMMON[12:13])
    assert edge == Frontier(13, tuple(rfc6962.mth(each) for each in parts))


@pytest.mark.parametrize(
    ("size", "peaks"),
    [(-1, ()), (0, (b"a" * 32,)), (3, (b"a" * 32,)), (1, (b"a" * 31,)), (LARGEST_SIZE + 1, ())],
)
def test_an_edge_that_no_tree_has_is_refused(size: int, peaks: tuple[bytes, ...]) -> None:
    with pytest.raises(FormatError):
        Frontier(size, peaks)


def test_the_empty_tree_has_the_root_that_the_rfc_gives_it() -> None:
    nothing = Frontier()
    assert (EMPTY_ROOT, nothing.root(), root(0, SUBTREES)) == (sha256(b"").digest(),) * 3
    assert nothing.extended([]) == nothing


def uniform(height: int, number: int) -> bytes:
    """The subtrees of a tree whose leaves are all alike, however large."""
    del number
    top = leaf_hash(b"")
    for _ in range(height):
        top = node_hash(top, top)
    return top


@pytest.mark.parametrize("size", [10**7, 2**40 + 1, LARGEST_SIZE])
def test_proofs_stay_short_in_trees_of_any_size(size: int) -> None:
    whole = root(size, uniform)
    for at in (0, size // 3, size - 1):
        path = inclusion(at, size, uniform)
        assert len(path) <= size.bit_length()
        assert root_of_inclusion(leaf_hash(b""), at, size, path) == whole
        steps = consistency(at + 1, size, uniform)
        assert len(steps) <= size.bit_length() + 1
        assert is_consistent(at + 1, size, (root(at + 1, uniform), whole), steps)
