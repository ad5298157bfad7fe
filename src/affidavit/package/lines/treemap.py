"""Where each part of a tree lies in a sheet: its area is its lines, nothing lies over another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.package.lines.tree import Node


class Box(NamedTuple):
    """A rectangle of the sheet."""

    x: float
    y: float
    wide: float
    high: float

    @property
    def area(self) -> float:
        """Its area."""
        return self.wide * self.high

    def overlaps(self, other: Box) -> bool:
        """Whether the two have more than an edge in common."""
        across = self.x < other.x + other.wide and other.x < self.x + self.wide
        return across and self.y < other.y + other.high and other.y < self.y + self.high


class Tile(NamedTuple):
    """A part of the tree in its place; `depth` is how many folders hold it."""

    node: Node
    box: Box
    depth: int


def tiles(root: Node, sheet: Box) -> Iterator[Tile]:
    """All parts, each folder before what it holds; the root itself is the sheet."""
    waiting = [Tile(root, sheet, 0)]
    while waiting:
        one = waiting.pop()
        yield one
        parts = one.node.parts
        boxes = squarified([part.sums.lines for part in parts], one.box)
        each = zip(parts, boxes, strict=True)
        waiting.extend(reversed([Tile(part, box, one.depth + 1) for part, box in each]))


def squarified(values: Sequence[int], box: Box) -> list[Box]:
    """`box` divided in proportion to `values`, in pieces that are as near to squares as can be.

    `values` are above 0, the largest first. Rows are filled along the shorter side for as long as
    that makes their worst piece no longer (Bruls, Huizing, van Wijk: Squarified Treemaps, 2000).
    """
    found: list[Box] = []
    left, at = sum(values), 0
    while at < len(values):
        scale = box.area / left
        side = min(box.wide, box.high)
        end, row = _row(values, at, side=side, scale=scale)
        last = end == len(values)
        row_box, box = _split(box, 1.0 if last else row / left)
        found += _filled(values[at:end], row, row_box, across=row_box.high > row_box.wide)
        left, at = left - row, end
    return found


def _row(values: Sequence[int], at: int, *, side: float, scale: float) -> tuple[int, int]:
    """Where the row that begins at `at` ends, and its sum."""
    row, end = values[at], at + 1
    worst = _worst(values[at], values[at], row, side=side, scale=scale)
    while end < len(values):
        longer = row + values[end]
        then = _worst(values[at], values[end], longer, side=side, scale=scale)
        if then > worst:
            break
        row, worst, end = longer, then, end + 1
    return end, row


def _worst(most: int, least: int, row: int, *, side: float, scale: float) -> float:
    """How long the worst piece of a row is, in its own widths."""
    deep = (row * scale / side) ** 2 if side else 0.0
    if not deep:
        return 0.0
    return max(deep / (least * scale), most * scale / deep)


def _split(box: Box, share: float) -> tuple[Box, Box]:
    """The part of `box` that a row takes along its shorter side, and the rest."""
    x, y, wide, high = box
    if wide >= high:
        taken = wide * share
        return Box(x, y, taken, high), Box(x + taken, y, max(wide - taken, 0.0), high)
    taken = high * share
    return Box(x, y, wide, taken), Box(x, y + taken, wide, max(high - taken, 0.0))


def _filled(values: Sequence[int], total: int, row: Box, *, across: bool) -> list[Box]:
    """The row's pieces one after another."""
    found, before = [], 0
    for value in values:
        start, part = before / total, value / total
        if across:
            found.append(Box(row.x, row.y + start * row.high, row.wide, part * row.high))
        else:
            found.append(Box(row.x + start * row.wide, row.y, part * row.wide, row.high))
        before += value
    return found
