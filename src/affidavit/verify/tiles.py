"""The stored tiles above the leaves held against the tree, and what is missing or too much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.ledger.tile import HEIGHT, TOP_LEVEL, WIDTH, layout, tile_path
from affidavit.ledger.tree import HASH_SIZE
from affidavit.verify.result import Code, Problem

if TYPE_CHECKING:
    from affidavit.verify.result import Findings
    from affidavit.verify.source import Layout, Source, TileName
    from affidavit.verify.tree import Tree


def check_tiles(
    source: Source, stored: Layout, *, tree: Tree, required: int, findings: Findings
) -> None:
    """Name each tile that is missing, differs, or is beyond the tree of `stored.end` entries.

    Tiles of leaves were compared when the entries were hashed; here only their names are looked at,
    and those that a wider one took the place of. All tiles of a tree of `required` must be there.
    """
    for name in stored.tiles:
        if not _is_compared(name, stored.end):
            _check_tile(source, name, tree, (stored.end, findings))
    names = set(stored.tiles)
    for path in layout(required):
        level = path.level or 0
        here = (level, path.number, path.width) in names or (level, path.number, WIDTH) in names
        if level and not here and (stored.partial or path.width == WIDTH):
            index = path.number << HEIGHT * (level + 1)
            findings.add(Problem(Code.TILE_MISSING, "the tile is absent", str(path), index))


def _is_compared(name: TileName, end: int) -> bool:
    """Whether it is a tile of leaves that was compared when its entries were hashed."""
    return (
        not name.level and name.number >= 0 and name.width == min(WIDTH, end - name.number * WIDTH)
    )


def _check_tile(source: Source, name: TileName, tree: Tree, known: tuple[int, Findings]) -> None:
    end, findings = known
    level, number, width = name
    if not 0 <= number <= end or not 0 <= level <= TOP_LEVEL or not 0 < width <= WIDTH:
        place, true = f"tile {level}/{number}", b""
    else:
        place = tile_path(level, number, width)
        true = tree.tile(level, number) if level else _leaves(source, number, width, end)
    if width * HASH_SIZE > len(true):
        findings.add(Problem(Code.TILE_BEYOND, "no entries stand below all of the tile", place))
        return
    data = source.tile(level, number, width)
    if data is None or len(data) != width * HASH_SIZE:
        text = f"the tile does not have {width * HASH_SIZE:,} bytes"
        findings.add(Problem(Code.TILE_DIFFERS, text, place))
    elif not true.startswith(data):
        differing = (at for at in range(0, len(data), HASH_SIZE) if _differs(true, data, at))
        index = (number * WIDTH + next(differing) // HASH_SIZE) << HEIGHT * level
        text = "the tile is not that of the tree of the entries"
        findings.add(Problem(Code.TILE_DIFFERS, text, place, index))


def _differs(one: bytes, other: bytes, at: int) -> bool:
    return one[at : at + HASH_SIZE] != other[at : at + HASH_SIZE]


def _leaves(source: Source, number: int, width: int, end: int) -> bytes:
    """The tile of leaves that was compared with the entries, for one at most as wide."""
    walked = min(WIDTH, end - number * WIDTH)
    if walked < width:
        return b""
    return source.tile(0, number, walked) or source.tile(0, number, width) or b""
