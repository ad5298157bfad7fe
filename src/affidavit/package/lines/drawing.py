"""The treemap drawn: shade for the share of AI lines, hatching for what is undetermined."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.text import shortened
from affidavit.package.html.words import count, escaped, percent, plural, shown
from affidavit.package.lines.treemap import Box, Tile, tiles
from affidavit.package.lines.words import at_most, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.package.lines.tree import Node, Sums

SHEET = Box(0.0, 0.0, 1200.0, 640.0)
"""The sheet; a page shows it in per cent of the width and height that it has."""
PARTS = 1_050
"""Files and gathered ones that are drawn."""
RECTANGLES = 1_500
"""Rectangles in all, with frames of folders and hatching."""
SMALLEST = 40 / SHEET.area
"""The least share of the sheet of a part that is not gathered."""
LEVELS = ("no AI line", "under 20%", "20% to 40%", "40% to 60%", "60% to 80%", "80% and more AI")
"""What each shade means."""
FRAMED = 2
"""Folders within each other that have a frame."""
_WIDTHS = (("w", 1100.0), ("m", 700.0), ("n", 330.0))
"""How wide a sheet is at least on a wide, a middling and a narrow screen, in pixels."""
_TALL = 14.0
_LETTER = 6.4
_WIDE_LETTER = 12.0
_LOW = 0.85
_ROWS = 3
_LEGIBLE = 9
_WORTH = SHEET.area / 250
_LEAST_HATCH = 4.0
_NAMED = 60


def level(sums: Sums) -> int:
    """Which of `LEVELS` the AI share is of."""
    if not sums.ai:
        return 0
    return min(1 + 5 * sums.ai // sums.lines, 5)


class Map:
    """A treemap of a tree that was cut to size."""

    def __init__(self, root: Node) -> None:
        found = list(tiles(root, SHEET))
        self.folders = [one for one in found if one.node.parts]
        self.leaves = [one for one in found if not one.node.parts and one.depth]

    def svg(self) -> str:
        """The drawing; its `aria-label` says what it is, and the table beside it says the same."""
        frames = [one for one in reversed(self.folders) if 0 < one.depth <= FRAMED]
        room = RECTANGLES - len(self.leaves) - len(frames)
        body = (
            *map(_tile, self.leaves),
            *_hatched(self.leaves, room),
            *(_rect(one.box, f"frame d{one.depth}") + "/>" for one in frames),
            *_written(frames[::-1], self.leaves),
        )
        return (
            '<svg class="map" width="100%" role="img" aria-label="Files by folder as rectangles:'
            " the area is the lines, the shade the share of AI lines, hatching what is"
            f' undetermined. The table of folders says the same.">{"".join(body)}</svg>'
        )


def place(box: Box) -> tuple[str, str, str, str]:
    """Where `box` lies in the sheet, in per cent: left, top, width, height."""
    return (
        f"{100 * box.x / SHEET.wide:.3f}",
        f"{100 * box.y / SHEET.high:.3f}",
        f"{100 * box.wide / SHEET.wide:.3f}",
        f"{100 * box.high / SHEET.high:.3f}",
    )


def _rect(box: Box, style: str) -> str:
    x, y, wide, high = place(box)
    return f'<rect class="{style}" x="{x}%" y="{y}%" width="{wide}%" height="{high}%"'


def _tile(one: Tile) -> str:
    sums, node = one.node.sums, one.node
    path = node.path if sums.files == 1 else f"{node.path or 'root'}: {node.name}"
    told = f"{plural(sums.lines, 'line')}; AI at least {share(sums.ai, sums.lines)}"
    if sums.undetermined:
        told += f", at most {at_most(sums.ai + sums.undetermined, sums.lines)}"
    return f"{_rect(one.box, f'l{level(sums)}')}><title>{escaped(f'{path}: {told}')}</title></rect>"


def _hatched(leaves: Sequence[Tile], room: int) -> list[str]:
    """The lower part of each tile, as much of it as is undetermined, where it can be seen."""
    found = []
    for one in leaves:
        x, y, wide, high = one.box
        part = high * one.node.sums.undetermined / one.node.sums.lines
        strip = Box(x, y + high - part, wide, part)
        if strip.area >= _LEAST_HATCH:
            found.append(strip)
    found.sort(key=lambda one: -one.area)
    return [_rect(one, "hatched") + "/>" for one in found[: max(room, 0)]]


class _Name(NamedTuple):
    """A name and the tile that it would be written on."""

    tile: Tile
    text: str
    style: str


def _written(folders: Sequence[Tile], leaves: Sequence[Tile]) -> Iterator[str]:
    """The names that there is room for; each says by its style on which screens."""
    largest = sorted(leaves, key=lambda one: -one.box.area)
    names = [
        *(_Name(one, shown(one.node.name, _NAMED), "folder") for one in folders),
        *(
            _Name(one, shown(one.node.name, _NAMED), f"on-l{level(one.node.sums)}")
            for one in largest
        ),
    ]
    places: dict[tuple[int, int, str], list[str]] = {}
    for screen, width in _WIDTHS:
        for found in _fitting(names, width):
            places.setdefault(found, []).append(screen)
    for (number, row, text), screens in sorted(places.items()):
        one = names[number]
        x, y, _, _ = place(one.tile.box)
        style, down = " ".join((one.style, *screens)), 12 + row * _TALL
        yield f'<text class="{style}" x="{x}%" y="{y}%" dx="4" dy="{down:g}">{escaped(text)}</text>'


def _fitting(names: Sequence[_Name], width: float) -> Iterator[tuple[int, int, str]]:
    """Which names fit on a sheet so wide, in which row of their tile; no name lies over another."""
    scale, taken = width / SHEET.wide, list[Box]()
    for number, (tile, name, _) in enumerate(names):
        text = _text(tile, name, tile.box.wide * scale)
        if not text:
            continue
        # In pixels of the lowest sheet, which is a narrow screen's.
        y, high = tile.box.y * _LOW, tile.box.high * _LOW
        for row in range(min(int(high / _TALL), _ROWS)):
            box = Box(tile.box.x * scale, y + row * _TALL, _long(text), _TALL)
            if not any(map(box.overlaps, taken)):
                taken.append(box)
                yield number, row, text
                break


def _long(text: str) -> float:
    """How long a text is at the most, in pixels."""
    return sum(_LETTER if one.isascii() else _WIDE_LETTER for one in text) + 6


def _text(tile: Tile, text: str, room: float) -> str:
    """As much of `text` as there is room for; nothing where that would not tell it."""
    if _long(text) <= room:
        return text
    node = tile.node
    if node.sums.files > 1 and not node.parts:
        short = f"+{count(node.sums.files)}"
        return short if tile.box.area >= _WORTH and _long(short) <= room else ""
    cut = shortened(text, int((room - 12) / _LETTER)) if room > 0 else ""
    return cut if len(cut) >= _LEGIBLE and _long(cut) <= room else ""


def legend() -> str:
    """What the shades mean."""
    items = (
        '<li><svg class="sample" width="14" height="14" aria-hidden="true">'
        f'<rect class="{style}" width="14" height="14"/></svg>{words}</li>'
        for style, words in (
            *((f"l{number}", words) for number, words in enumerate(LEVELS)),
            ("hatched", "undetermined"),
        )
    )
    return f'<ul class="legend">{"".join(items)}</ul>'


def row(one: Tile) -> tuple[str, str, str, str, str]:
    """What a table says of a folder: files, lines, AI at least, undetermined, label."""
    sums = one.node.sums
    return (
        count(sums.files),
        count(sums.lines),
        share(sums.ai, sums.lines),
        percent(sums.undetermined, sums.lines),
        percent(sums.labelled, sums.lines),
    )
