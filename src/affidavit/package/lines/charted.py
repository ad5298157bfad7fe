"""The sections of the page of lines that draw: the treemap and the trend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.package.html.words import at_least, count, escaped, plural
from affidavit.package.lines.drawing import PARTS, SMALLEST, Map, legend, place, row
from affidavit.package.lines.frame import Drawn, Head, key, section, table
from affidavit.package.lines.tree import cut, tree
from affidavit.package.lines.trend import HIGH, SHARES, axis, labels, landed, shares, top, trend
from affidavit.package.lines.words import CLASSES, bounds, of_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.audit.lines.model import LinesReport, MonthLines
    from affidavit.package.lines.treemap import Tile

FOLDERS = 300
"""Folders in the table beside the treemap, the largest."""
_NUM = "num"


def where(report: LinesReport) -> Iterator[str]:
    """The treemap, and a table of its folders."""
    yield section("map", "Where the lines are")
    root = cut(tree((one.path, one) for one in report.files), PARTS, SMALLEST)
    if not root.parts:
        yield '<p class="nothing">There are no lines of text here.</p>\n</section>'
        return
    drawn = Map(root)
    yield (
        '<p class="note">Each rectangle is a file, in its folder: the area is its lines, the shade'
        " the least share of them that is AI, and the hatched part at the foot the share that is"
        f" undetermined. Small files of a folder are gathered{_empty(report)}.</p>"
    )
    yield f'{legend()}\n<div class="sheet-of-map" id="treemap">{drawn.svg()}</div>'
    folders = sorted(drawn.folders, key=lambda one: (-one.node.sums.lines, one.depth))
    yield '<details class="fold"><summary>The same as a table of folders</summary>'
    heads = (Head("Folder"), Head("Files", _NUM), Head("Lines", _NUM), Head("AI, at least", _NUM),
             Head("Undetermined", _NUM), Head("Label", _NUM))  # fmt: skip
    rows = ((_folder(one), *row(one)) for one in folders[:FOLDERS])
    yield from table("Folders of the treemap, the largest first", heads, rows, sort="folders")
    if len(folders) > FOLDERS:
        yield f'<p class="note">{count(len(folders) - FOLDERS)} smaller folders are drawn, too.</p>'
    yield "</details>\n</section>"


def _empty(report: LinesReport) -> str:
    number = sum(not one.lines for one in report.files)
    return f"; {plural(number, 'file')} without a line not drawn" if number else ""


def _folder(one: Tile) -> Drawn:
    """The folder's name, and for a script where it lies in the drawing."""
    box = " ".join(place(one.box))
    name = escaped(one.node.path) or "all files"
    return Drawn(f'<span class="folder-name" data-box="{box}">{name}</span>')


def landing(report: LinesReport) -> Iterator[str]:
    """Lines that landed by month, and the AI share of them."""
    yield section("trend", "Lines landed by month")
    found = trend(report.months, report.time)
    if not found.months:
        yield '<p class="nothing">No landing has a date.</p>'
    else:
        end = top(found.months)
        yield (
            '<p class="note">What landed in each month (UTC), whether or not it is left, of the'
            " whole branch, whatever path was asked for. A month without a landing is a gap. The"
            " first and the last month may be partial.</p>"
        )
        yield f'<ul class="legend">{"".join(_key(found.months))}</ul>\n<div class="months">'
        yield '<h3>Lines landed, by whose they are</h3>\n<div class="plot">'
        yield f"{axis(HIGH, count(end), count(end // 2) if end > 1 else '')}"
        yield f"{landed(found.months)}</div>\n<h3>The AI share of them, at least; hatched: at most"
        yield f'</h3>\n<div class="plot">{axis(SHARES, "100%", "50%")}{shares(found.months)}</div>'
        yield f'<div class="plot">{labels(found.months)}</div>\n</div>'
    others = (("Before the months drawn", found.earlier),
              ("Dated after this commit", found.later),
              ("Without a usable date", found.undated))  # fmt: skip
    for words, one in others:
        if one:
            yield f'<p class="note"><b>{words}</b> ({one.month}): {_told(one)}.</p>'
    yield from _table(found.months)
    yield "</section>"


def _key(months: tuple[MonthLines, ...]) -> Iterator[str]:
    for one, words in CLASSES.items():
        if any(of_class(month, one) for month in months):
            yield f"<li>{key(f'c-{one}')}{words}</li>"


def _told(one: MonthLines) -> str:
    share = f", AI {bounds(one)}" if one.lines else ""
    return f"{plural(one.landings, 'landing')}, {plural(one.lines, 'line')}{share}"


def _table(months: tuple[MonthLines, ...]) -> Iterator[str]:
    if not months:
        return
    yield '<details class="fold"><summary>The same numbers as a table</summary>'
    heads = [Head("Month"), Head("Landings", _NUM), Head("Lines", _NUM)]
    heads += [Head(words, _NUM) for words in CLASSES.values()]
    heads.append(Head("AI, at least", _NUM))
    rows = (
        (
            one.month,
            count(one.landings) if one.landings else "none",
            count(one.lines),
            *(count(of_class(one, each)) for each in CLASSES),
            at_least(one.ai, one.lines) if one.lines else "no lines",
        )
        for one in months
    )
    yield from table("The months as numbers", heads, rows, sort="by-month")
    yield "</details>"
