"""The Merkle tree of RFC 6962, section 2.1, with SHA-256: its hashes, its proofs and their checks.

Every hash is 32 bytes. A tree of `size` entries has the leaves 0 to ``size - 1``. A proof is
made from perfect subtrees that a `Subtree` looks up, so nothing here holds a whole tree: for a
tree of n leaves at most ``2 * log2(n)`` hashes are looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from affidavit.base.errors import FormatError

HASH_SIZE = 32
"""Bytes of a hash."""
LARGEST_SIZE = 2**63 - 1
"""Entries that a log may have: what others' programs count in 64 bits with a sign."""
EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree of no entry."""

Subtree = Callable[[int, int], bytes]
"""From height h and number n: the hash of the leaves ``[n * 2**h, (n + 1) * 2**h)``."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of an entry as a leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above `left` and `right`."""
    return sha256(b"\x01" + left + right).digest()


def parents(nodes: Sequence[bytes]) -> list[bytes]:
    """The hashes of the nodes above each two of `nodes`; an odd one at the end has none yet."""
    pairs = zip(nodes[::2], nodes[1::2], strict=False)
    return [sha256(b"\x01" + left + right).digest() for left, right in pairs]


def perfect(nodes: Sequence[bytes]) -> bytes:
    """The hash above `nodes`, of which there are a power of two."""
    while len(nodes) > 1:
        nodes = parents(nodes)
    return nodes[0]


def rise(edge: list[bytes | None], leaves: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """The perfect subtrees that `leaves`, hashes in order, complete: of height 0, 1, 2 and so on.

    `edge` is the right edge of the tree that they join and is changed to that of the grown one:
    ``edge[h]`` is the hash of the subtree of height h that waits for its right neighbour. The
    change is whole only when the iteration has ended.
    """
    nodes, height = leaves, 0
    while nodes:
        yield nodes
        if height == len(edge):
            edge.append(None)
        waiting = edge[height]
        if waiting is not None:
            nodes = [waiting, *nodes]
        edge[height] = nodes[-1] if len(nodes) % 2 else None
        nodes, height = parents(nodes), height + 1


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root above `peaks`, perfect subtrees from left to right, each smaller than the last."""
    if not peaks:
        return EMPTY_ROOT
    *others, top = peaks
    for peak in reversed(others):
        top = node_hash(peak, top)
    return top


def check_size(size: int) -> None:
    """Nothing, where a tree can have `size` entries.

    Raises:
        FormatError: It cannot: `size` is negative or above `LARGEST_SIZE`.
    """
    if not 0 <= size <= LARGEST_SIZE:
        raise FormatError(f"a tree cannot have {size} entries")


def heights(size: int) -> list[int]:
    """The heights of the perfect subtrees that make up a tree of `size`, from left to right."""
    return [height for height in reversed(range(size.bit_length())) if size >> height & 1]


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a growing tree: enough to grow it on and to tell its root.

    `peaks` are the hashes of its perfect subtrees from left to right, one for each bit that is
    set in `size`.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= LARGEST_SIZE or len(self.peaks) != self.size.bit_count():
            message = f"a tree of {self.size} entries does not have {len(self.peaks)} peaks"
            raise FormatError(message)
        _check_widths(self.peaks)

    def root(self) -> bytes:
        """The root of the tree."""
        return fold(self.peaks)

    def extended(self, leaf_hashes: Sequence[bytes]) -> Frontier:
        """The edge after `leaf_hashes` joined the tree in their order."""
        edge: list[bytes | None] = [None] * self.size.bit_length()
        for height, peak in zip(heights(self.size), self.peaks, strict=True):
            edge[height] = peak
        for _ in rise(edge, leaf_hashes):
            pass
        peaks = tuple(peak for peak in reversed(edge) if peak is not None)
        return Frontier(self.size + len(leaf_hashes), peaks)


def root(size: int, subtree: Subtree) -> bytes:
    """The root of the tree of `size` entries."""
    check_size(size)
    return _span(0, size, subtree)


def inclusion(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The proof that leaf `index` is in the tree of `size`: its audit path, leaf end first.

    Raises:
        FormatError: There is no leaf of that index.
    """
    _check_index(index, size)
    first, end, path = 0, size, list[bytes]()
    while end - first > 1:
        middle = _middle(first, end)
        if index < middle:
            path.append(_span(middle, end, subtree))
            end = middle
        else:
            path.append(_span(first, middle, subtree))
            first = middle
    return tuple(reversed(path))


def consistency(old: int, new: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The proof that the tree of `new` entries begins with the tree of `old`.

    It is empty where the sizes are equal, and where the old tree is: every tree begins so.

    Raises:
        FormatError: The old tree is larger than the new.
    """
    _check_sizes(old, new)
    first, end, path = 0, new, list[bytes]()
    while old not in (0, end):
        middle = _middle(first, end)
        if old <= middle:
            path.append(_span(middle, end, subtree))
            end = middle
        else:
            path.append(_span(first, middle, subtree))
            first = middle
    if first:
        path.append(_span(first, end, subtree))
    return tuple(reversed(path))


def root_of_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that `path` leads to from the hash `leaf` (RFC 9162, section 2.1.3.2).

    The leaf is in the tree when this is the tree's root. Size and root must come from one signed
    checkpoint: a path alone may fit trees of several sizes.

    Raises:
        FormatError: There is no leaf of that index, or `path` is not as long as its path.
    """
    _check_index(index, size)
    _check_widths((leaf, *path))
    node, last, top = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise FormatError("an inclusion proof is longer than the path it stands for")
        if node & 1 or node == last:
            top = node_hash(sibling, top)
            node, last = _turn(node, last)
        else:
            top = node_hash(top, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise FormatError("an inclusion proof is shorter than the path it stands for")
    return top


def is_consistent(old: int, new: int, roots: tuple[bytes, bytes], path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree of `new` entries begins with that of `old`.

    `roots` are the old and the new root, each from the checkpoint that its size is from. Follows
    RFC 9162, section 2.1.4.2. Between equal trees, and from the empty one, only the empty path is
    a proof.
    """
    widths = {len(each) for each in (*roots, *path)}
    if not 0 <= old <= new <= LARGEST_SIZE or widths != {HASH_SIZE}:
        return False
    if old == 0:
        return not path and roots[0] == EMPTY_ROOT and (new > 0 or roots[1] == EMPTY_ROOT)
    if old == new:
        return not path and roots[0] == roots[1]
    return bool(path) and _both_roots(old, new, roots[0], path) == roots


def _both_roots(
    old: int, new: int, old_root: bytes, path: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """The roots that `path` leads to; nothing where its length is wrong. ``0 < old < new``."""
    # A perfect old tree is itself the first node, which the proof leaves out.
    start, *rest = path if old & (old - 1) else (old_root, *path)
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    below = above = start
    for sibling in rest:
        if last == 0:
            return None
        if node & 1 or node == last:
            below, above = node_hash(sibling, below), node_hash(sibling, above)
            node, last = _turn(node, last)
        else:
            above = node_hash(above, sibling)
        node, last = node >> 1, last >> 1
    return None if last else (below, above)


def _turn(node: int, last: int) -> tuple[int, int]:
    """Both numbers at the height where the node is a right child, or the leftmost."""
    while node and not node & 1:
        node, last = node >> 1, last >> 1
    return node, last


def _middle(first: int, end: int) -> int:
    """Where ``[first, end)`` splits: after the largest power of two that is less than it."""
    return first + (1 << (end - first - 1).bit_length() - 1)


def _span(first: int, end: int, subtree: Subtree) -> bytes:
    """The hash of the leaves ``[first, end)``, a span that such splits lead to."""
    peaks = list[bytes]()
    for height in heights(end - first):
        peaks.append(subtree(height, first >> height))
        first += 1 << height
    return fold(peaks)


def _check_index(index: int, size: int) -> None:
    check_size(size)
    if not 0 <= index < size:
        raise FormatError(f"a tree of {size} entries has no entry {index}")


def _check_sizes(old: int, new: int) -> None:
    check_size(new)
    if not 0 <= old <= new:
        raise FormatError(f"a tree of {new} entries does not begin with one of {old}")


def _check_widths(hashes: Sequence[bytes]) -> None:
    if any(len(each) != HASH_SIZE for each in hashes):
        raise FormatError(f"a hash is {HASH_SIZE} bytes")
