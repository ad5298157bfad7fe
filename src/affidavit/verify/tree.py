"""The tree above the entries, recomputed: 256 leaves at a time, then what stands on those."""

from __future__ import annotations

from hashlib import sha256
from struct import iter_unpack
from typing import TYPE_CHECKING

from affidavit.ledger.tile import HEIGHT, TILE_BYTES, WIDTH
from affidavit.ledger.tree import HASH_SIZE, fold, heights

if TYPE_CHECKING:
    from collections.abc import Mapping

_TWO = 2 * HASH_SIZE
_PAIR = f"{_TWO}s"


def rows_above(row: bytes) -> list[bytes]:
    """`row`, hashes one after the other, and the rows over it; an odd hash has none above it."""
    rows = [row]
    while len(row) >= _TWO:
        pairs = iter_unpack(_PAIR, row[: len(row) // _TWO * _TWO])
        row = b"".join([sha256(b"\x01" + pair).digest() for (pair,) in pairs])
        rows.append(row)
    return rows


def peaks(rows: list[bytes], size: int) -> list[bytes]:
    """The perfect subtrees over the first `size` hashes of the lowest of `rows`, left to right."""
    ends = [(height, (size >> height) * HASH_SIZE) for height in heights(size)]
    return [rows[height][end - HASH_SIZE : end] for height, end in ends]


class Tree:
    """The tree above full tiles: `tiles` are the hashes of those, in order.

    `edges` holds, for each size asked for that is no multiple of 256, the hash over its leaves
    right of the full tiles.
    """

    def __init__(self, tiles: bytes, edges: Mapping[int, bytes]) -> None:
        self._rows = rows_above(tiles)
        self._edges = edges

    def root(self, size: int) -> bytes | None:
        """The root over the first `size` entries; None where there are not as many."""
        full, rest = divmod(size, WIDTH)
        if full * HASH_SIZE > len(self._rows[0]) or (rest and size not in self._edges):
            return None
        return fold([*peaks(self._rows, full), *([self._edges[size]] if rest else [])])

    def tile(self, level: int, number: int) -> bytes:
        """The hashes of a tile of level 1 or above, as wide as the tree has it, or none."""
        height = HEIGHT * (level - 1)
        row = self._rows[height] if height < len(self._rows) else b""
        return row[number * TILE_BYTES : (number + 1) * TILE_BYTES]
