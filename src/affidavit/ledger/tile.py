"""Tiles: the tree as files of up to 256 hashes, and entries in bundles of as many.

The layout is that of C2SP tlog-tiles (https://c2sp.org/tlog-tiles). A tile of level l holds
nodes of height ``8 * l``; one that is not full yet is partial, and its path says how wide it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from affidavit.base.errors import FormatError
from affidavit.ledger.tree import (
    HASH_SIZE,
    LARGEST_SIZE,
    Subtree,
    check_size,
    fold,
    heights,
    perfect,
    rise,
)

HEIGHT = 8
"""Heights of the tree that a tile spans."""
WIDTH = 1 << HEIGHT
"""Hashes of a full tile, entries of a full bundle."""
LARGEST_ENTRY = 65_535
"""Bytes of the largest entry that a bundle can hold."""
TILE_BYTES = WIDTH * HASH_SIZE
"""Bytes of a full tile."""
TOP_LEVEL = 63
"""The highest level that a path can name."""

TileSource = Callable[[int, int], bytes | None]
"""From level and number: the hashes of the tile, full or as wide as the tree at hand has it."""

_PATH = re.compile(
    r"tile/(?:([0-9]{1,2})|entries)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: `hashes` are 1 to 256 hashes of 32 bytes, one after the other."""

    level: int
    number: int
    hashes: bytes

    def __post_init__(self) -> None:
        if len(self.hashes) % HASH_SIZE or not 1 <= self.width <= WIDTH:
            raise FormatError(f"a tile does not have {len(self.hashes)} bytes")

    @property
    def width(self) -> int:
        """How many hashes it holds."""
        return len(self.hashes) // HASH_SIZE


@dataclass(frozen=True, slots=True)
class TilePath:
    """What a path names: a tile of `level`, or a bundle of entries where that is None."""

    level: int | None
    number: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        in_bounds = 0 <= (self.level or 0) <= TOP_LEVEL and 0 <= self.number <= LARGEST_SIZE
        if not in_bounds or not 1 <= self.width <= WIDTH:
            raise FormatError(f"no path names level {self.level}, {self.number}, {self.width} wide")

    def __str__(self) -> str:
        number, elements = self.number, f"{self.number % 1000:03d}"
        while number := number // 1000:
            elements = f"x{number % 1000:03d}/{elements}"
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{elements}{partial}"


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """The path of a tile in a log, such as ``tile/0/x001/234.p/5``."""
    return str(TilePath(level, number, width))


def entries_path(number: int, width: int = WIDTH) -> str:
    """The path of a bundle of entries in a log, such as ``tile/entries/x001/234``."""
    return str(TilePath(None, number, width))


def tile_of_path(path: str) -> TilePath:
    """What `path` names.

    Raises:
        FormatError: It is not the one path of any tile or bundle.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise FormatError(f"no tile has the path {path[:100]!r}")
    level, elements, width = match.groups()
    number = int(elements.replace("x", "").replace("/", ""))
    named = TilePath(None if level is None else int(level), number, int(width or WIDTH))
    if str(named) != path:
        raise FormatError(f"no tile has the path {path!r}: that would be {named}")
    return named


def layout(size: int) -> Iterator[TilePath]:
    """The tiles of the tree of `size` entries, by level and number."""
    check_size(size)
    level = 0
    while size:
        yield from _row(level, size)
        level, size = level + 1, size >> HEIGHT


def bundle_layout(size: int) -> Iterator[TilePath]:
    """The bundles that hold the entries of the tree of `size`, by number."""
    check_size(size)
    yield from _row(None, size)


def _row(level: int | None, nodes: int) -> Iterator[TilePath]:
    full, width = divmod(nodes, WIDTH)
    for number in range(full):
        yield TilePath(level, number)
    if width:
        yield TilePath(level, full, width)


def bundle(entries: Sequence[bytes]) -> bytes:
    """`entries`, 1 to 256 of at most 65,535 bytes, each after its length in two bytes.

    Raises:
        FormatError: They are too many, none, or one is too large.
    """
    if not 1 <= len(entries) <= WIDTH or max(map(len, entries)) > LARGEST_ENTRY:
        message = f"a bundle holds 1 to {WIDTH} entries of at most {LARGEST_ENTRY} bytes"
        raise FormatError(message)
    return b"".join([part for each in entries for part in (len(each).to_bytes(2), each)])


def entries_of(bundle: bytes, place: str, *, width: int = WIDTH) -> list[bytes]:
    """The `width` entries that `bundle` holds; `place` names it in errors.

    Raises:
        FormatError: It ends within an entry, or holds more or fewer.
    """
    entries, start = list[bytes](), 2
    for _ in range(width):
        end = start + int.from_bytes(bundle[start - 2 : start])
        entries.append(bundle[start:end])
        start = end + 2
    if start - 2 != len(bundle):
        raise FormatError(f"{place}: {len(bundle)} bytes are not {width} entries")
    return entries


def subtree_of(tiles: TileSource) -> Subtree:
    """The hashes of perfect subtrees, from `tiles`. What was read once is kept for a while.

    The tiles are taken as they are: a proof or root made from wrong ones is wrong.

    Raises:
        FormatError: When called: a tile is absent, or holds fewer hashes than are needed.
    """

    @lru_cache(maxsize=WIDTH)
    def nodes(level: int, number: int) -> list[bytes]:
        found = tiles(level, number)
        if found is None:
            raise FormatError(f"{tile_path(level, number)}: there is no such tile")
        return _split(Tile(level, number, found).hashes)

    @lru_cache(maxsize=WIDTH * WIDTH)
    def subtree(height: int, number: int) -> bytes:
        level, above = divmod(height, HEIGHT)
        tile, first = divmod(number << above, WIDTH)
        under = nodes(level, tile)[first : first + (1 << above)]
        if len(under) < 1 << above:
            raise FormatError(f"{tile_path(level, tile)}: it ends before hash {first + len(under)}")
        return perfect(under)

    return subtree


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[start : start + HASH_SIZE] for start in range(0, len(hashes), HASH_SIZE)]


class Growth:
    """A tree that grows: its size, its partial tiles, and what its root is made of.

    Made from the `size` that it begins with and the hashes of the partial tile of each level, the
    lowest first; a level whose tiles are all full has none (``b""``).
    """

    __slots__ = ("_edge", "_rows", "size")

    def __init__(self, size: int = 0, partial: Sequence[bytes] = ()) -> None:
        check_size(size)
        levels = range(max(len(partial), -(-size.bit_length() // HEIGHT)))
        widths = [size >> HEIGHT * level & (WIDTH - 1) for level in levels]
        if [len(hashes) for hashes in partial] != [HASH_SIZE * width for width in widths]:
            raise FormatError(f"the partial tiles are not those of a tree of {size} entries")
        self.size = size
        self._rows = list(partial)
        self._edge: list[bytes | None] = [None] * (HEIGHT * len(widths))
        for level, hashes in enumerate(partial):
            self._lay_edge(level, _split(hashes))

    def _lay_edge(self, level: int, nodes: Sequence[bytes]) -> None:
        """Set the edge's subtrees that are within the partial tile of `level`."""
        start = 0
        for height in heights(len(nodes)):
            end = start + (1 << height)
            self._edge[level * HEIGHT + height] = perfect(nodes[start:end])
            start = end

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        return fold([peak for peak in reversed(self._edge) if peak is not None])

    def extend(self, leaf_hashes: Sequence[bytes]) -> list[Tile]:
        """Add leaves in their order, and return the tiles that became full, in the order they did.

        After an exception the growth is worth nothing: who may fail keeps a `copy`.

        Raises:
            FormatError: The tree would be too large, or a hash is not 32 bytes.
        """
        check_size(self.size + len(leaf_hashes))
        if not {HASH_SIZE}.issuperset(map(len, leaf_hashes)):
            raise FormatError(f"a leaf hash is {HASH_SIZE} bytes")
        full: list[Tile] = []
        for height, nodes in enumerate(rise(self._edge, leaf_hashes)):
            if height % HEIGHT == 0:
                full += self._lay(height // HEIGHT, nodes)
        self.size += len(leaf_hashes)
        full.sort(key=_completion)
        return full

    def _lay(self, level: int, nodes: Sequence[bytes]) -> Iterator[Tile]:
        """The tiles of `level` that `nodes` fill; what is left over is its partial tile now."""
        if level == len(self._rows):
            self._rows.append(b"")
        hashes = self._rows[level] + b"".join(nodes)
        full = len(hashes) // TILE_BYTES
        number = self._full(level)
        for start in range(0, full * TILE_BYTES, TILE_BYTES):
            yield Tile(level, number + start // TILE_BYTES, hashes[start : start + TILE_BYTES])
        self._rows[level] = hashes[full * TILE_BYTES :]

    def _full(self, level: int) -> int:
        """How many tiles of `level` are full."""
        return self.size >> HEIGHT * (level + 1)

    def partials(self) -> list[Tile]:
        """The partial tiles as they are now, the lowest level first."""
        rows = enumerate(self._rows)
        return [Tile(level, self._full(level), hashes) for level, hashes in rows if hashes]

    def copy(self) -> Growth:
        """The same tree, growing on its own."""
        twin = Growth.__new__(Growth)
        twin.size, twin._rows, twin._edge = self.size, self._rows.copy(), self._edge.copy()  # noqa: SLF001
        return twin


def _completion(tile: Tile) -> tuple[int, int]:
    """Where in the order of completion `tile` stands: by its last leaf, then from the bottom."""
    return (tile.number + 1) << HEIGHT * (tile.level + 1), tile.level
