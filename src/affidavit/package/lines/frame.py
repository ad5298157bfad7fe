"""What pages of lines have in common: their head, their parts and their tables."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from affidavit.changes.lines.model import LineClass
from affidavit.package.html.words import at_least, count, escaped, percent
from affidavit.package.lines.words import CLASSES, of_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from affidavit.audit.lines.model import Counts
    from affidavit.base.limit import Limit

LONG = 2_000
"""Characters of a sentence with foreign words in it."""
_PATTERNS = (
    '<svg class="patterns" width="0" height="0" aria-hidden="true"><defs>'
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6"/>'
    '<rect class="hatch-line" width="2.2" height="6"/></pattern>'
    '<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="dots-ground" width="6" height="6"/>'
    '<circle class="dots-dot" cx="3" cy="3" r="1.1"/></pattern>'
    '<pattern id="rows" width="6" height="4" patternUnits="userSpaceOnUse">'
    '<rect class="rows-ground" width="6" height="4"/>'
    '<rect class="rows-line" width="6" height="1"/></pattern></defs></svg>'
)


class Head(NamedTuple):
    """What stands above a column: its words, and whether the column holds numbers or a drawing."""

    words: str
    kind: str = ""


class Drawn(str):
    """Markup made here, with what is foreign in it escaped."""

    __slots__ = ()


class Page(NamedTuple):
    """How a page begins."""

    title: str
    lead: str
    """Markup."""
    facts: tuple[tuple[str, str], ...]
    """Terms, and markup."""
    parts: tuple[tuple[str, str], ...]
    """Ids of sections, and what they are called."""


def begin(page: Page, heading: str) -> Iterator[str]:
    """All that stands before the first section."""
    style, script = asset("style.css", "affidavit.package.html") + asset("lines.css"), _script()
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield (
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
        f" style-src '{_hash(style)}'; script-src '{_hash(script)}';"
        " base-uri 'none'; form-action 'none'\">"
    )
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{escaped(page.title)}</title>\n<style>{style}</style>\n</head>"
    first, name = page.parts[0]
    yield f'<body class="lines">\n<a class="skip" href="#{first}">Skip to {name.lower()}</a>'
    yield f'{_PATTERNS}\n<header class="masthead">\n<div class="sheet">'
    yield f'<h1>{escaped(heading)}</h1>\n<p class="lead">{page.lead}</p>\n<dl class="facts">'
    yield from (f"<div><dt>{term}</dt><dd>{value}</dd></div>" for term, value in page.facts)
    links = "".join(f'<li><a href="#{one}">{words}</a></li>' for one, words in page.parts)
    yield f'</dl>\n<nav aria-label="Sections"><ul>{links}</ul></nav>\n</div>\n</header>'
    yield '<main class="sheet">'


def end(tool: str) -> Iterator[str]:
    """All that stands after the last section."""
    yield "</main>"
    yield f'<footer class="sheet"><p>Made by {escaped(tool)}. It shows evidence; conclusions are'
    yield "the reader's.</p></footer>"
    yield f"<script>{_script()}</script>\n</body>\n</html>"


def _script() -> str:
    return asset("lines.js")


def asset(name: str, package: str = "affidavit.package.lines") -> str:
    """The text of a file that lies beside the code."""
    return files(package).joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    """The hash of an element's text as a content security policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def section(name: str, heading: str) -> str:
    """The beginning of a section."""
    return (
        f'<section id="{name}" aria-labelledby="{name}-h" tabindex="-1">'
        f'\n<h2 id="{name}-h">{heading}</h2>'
    )


def table(
    caption: str, heads: Sequence[Head], rows: Iterable[Sequence[str]], *, sort: str = ""
) -> Iterator[str]:
    """A table whose first column names its rows; `sort` is the id that a script sorts it by.

    Cells are escaped unless they are `Drawn`.
    """
    name = escaped(caption)
    mark = f' id="{sort}" class="sortable"' if sort else ""
    yield f'<div class="scroll" role="region" aria-label="{name}" tabindex="0">'
    yield f"<table{mark}><caption>{name}</caption>\n<thead><tr>"
    for head in heads:
        style = f' class="{head.kind}"' if head.kind else ""
        words = f'<span class="quiet">{head.words}</span>' if head.kind == "wide" else head.words
        yield f'<th scope="col"{style}>{words}</th>'
    yield "</tr></thead>\n<tbody>"
    for first, *rest in rows:
        cells = "".join(
            f'<td class="{head.kind}">{_cell(cell)}</td>'
            if head.kind
            else f"<td>{_cell(cell)}</td>"
            for head, cell in zip(heads[1:], rest, strict=True)
        )
        yield f'<tr><th scope="row">{_cell(first)}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _cell(text: str) -> str:
    return text if isinstance(text, Drawn) else escaped(text)


def segments(counts: Counts) -> list[tuple[str, str, int]]:
    """Style, words and lines of each class."""
    return [(f"c-{one}", words, of_class(counts, one)) for one, words in CLASSES.items()]


def legend(counts: Counts) -> str:
    """What the patterns of the classes mean, and how many lines are of each that has some."""
    items = (
        f"<li>{key(f'c-{one}')}{words} <b>{count(number)}</b>"
        f' <span class="share">{_share(one, number, counts.lines)}</span></li>'
        for one, words in CLASSES.items()
        if (number := of_class(counts, one))
    )
    return f'<ul class="legend">{"".join(items)}</ul>'


def _share(line_class: LineClass, number: int, total: int) -> str:
    """A lower bound is not rounded up."""
    return (at_least if line_class is LineClass.AI else percent)(number, total)


def key(style: str) -> str:
    """A sample of a pattern."""
    return (
        '<svg class="sample" width="14" height="14" aria-hidden="true">'
        f'<rect class="{style}" width="14" height="14"/></svg>'
    )


def limits(found: Sequence[Limit]) -> Iterator[str]:
    """What bounds what the page can claim."""
    if not found:
        yield '<p class="nothing">Nothing was met here that bounds it further.</p>'
        return
    yield '<ul class="limits">'
    for one in found:
        items = f": {', '.join(one.items)}" if one.items else ""
        number = f" ({count(one.count)})" if one.count else ""
        yield f"<li><b>{escaped(one.id)}</b> {escaped(f'{one.text}{number}{items}', LONG)}</li>"
    yield "</ul>"


def style(line_class: str) -> str:
    """The style of the class of that value."""
    return f"c-{line_class}" if line_class in {*LineClass} else "c-no-signal"
