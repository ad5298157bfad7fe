"""``control-tests.html``: what control tests came to, as one page without network or script."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

from affidavit.controls.model import Result
from affidavit.package.controls.table import evidence
from affidavit.package.html.charts import stacked
from affidavit.package.html.words import count, escaped, moment, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.controls.model import Attribute, Item, Tally
    from affidavit.package.controls.data import ControlTests

HEADS = (
    *("Test", "Asks", "Items", "Pass", "Deviate"),
    *("Unknown", "Waived", "Not applicable", "Share of items"),
)
ROWS = 500
"""Rows of one test and result that are shown; the worksheet has all."""
_LONG = 1_000
_LEGEND = (
    "The bars: pass dark, deviating in the signal colour, unknown hatched, not applicable or waived"
    " grey. Shown below are the items that deviate or are unknown; the worksheet has every item."
)
_SOURCES = 5
"""Sources of one answer that are shown."""
_SHOWN = {
    Result.DEVIATION: "deviate",
    Result.UNKNOWN: "are unknown",
    Result.WAIVED: "are waived",
}
_HATCH = (
    '<svg class="defs" width="0" height="0" aria-hidden="true"><defs><pattern id="hatch" width="6"'
    ' height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect'
    ' class="hatch-ground" width="6" height="6"/><rect class="hatch-line" width="2" height="6"/>'
    "</pattern></defs></svg>"
)


def page(found: ControlTests) -> Iterator[str]:
    """The page, piece by piece."""
    yield from _head(found)
    yield _HATCH
    yield from _summary(found)
    for one in found.tests:
        yield from _test(one, [row for row in found.items if row.test == one.test])
    yield "</main>\n</body>\n</html>\n"


def _head(found: ControlTests) -> Iterator[str]:
    style = files("affidavit.package.html").joinpath("style.css").read_text("utf-8")
    style += files(__package__ or "").joinpath("controls.css").read_text("utf-8")
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    name = escaped(found.repository)
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
        f" style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{name}: control tests</title>\n<style>{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#tests">Skip to the tests</a>\n'
        f'<header class="masthead">\n<div class="sheet">\n<h1>{name}</h1>\n'
        '<p class="lead">Control tests of CC8.1, over every change of the period. A deviation is a'
        " candidate, and the conclusion is the auditor's. <b>Unknown is never a pass.</b></p>\n"
        '<dl class="facts">\n'
    )
    for term, value in _facts(found):
        yield f"<div><dt>{term}</dt><dd>{value}</dd></div>\n"
    yield '</dl>\n</div>\n</header>\n<main class="sheet">\n'


def _facts(found: ControlTests) -> Iterator[tuple[str, str]]:
    period = f"{moment(found.period.start)} up to, not including, {moment(found.period.end)}"
    yield "Period", escaped(period)
    yield "Changes", count(found.changes)
    yield "Population digest", f"<code>{escaped(found.population)}</code>"
    yield "Records of the forge", f"<code>{escaped(found.forge or 'none was given')}</code>"
    yield "Ledger", escaped(found.ledger or "none was given")
    yield "Branches", escaped(", ".join(found.branches))
    yield "Files given", escaped(", ".join(found.files) or "none")
    criteria = found.criteria
    file = f", {criteria.file} {criteria.digest}" if criteria.file else ""
    yield "Criteria set by", escaped(f"{criteria.by}{file}")


def _summary(found: ControlTests) -> Iterator[str]:
    yield '<section id="tests" aria-labelledby="tests-h" tabindex="-1">\n'
    yield f'<h2 id="tests-h">{plural(len(found.tests), "test")}</h2>\n'
    yield '<table class="tests"><caption class="quiet">What each came to</caption>\n<thead><tr>'
    for head in HEADS:
        yield f'<th scope="col">{head}</th>'
    yield "</tr></thead>\n<tbody>\n"
    for one in found.tests:
        numbers = (
            *(one.items, one.passed, one.deviations),
            *(one.unknown, one.waived, one.not_applicable),
        )
        cells = "".join(f'<td class="number">{count(number)}</td>' for number in numbers)
        yield (
            f'<tr><th scope="row"><a href="#{one.test}">{one.test}</a></th><td>{escaped(one.title)}'
            f'</td>{cells}<td class="picture">{_bar(one)}</td></tr>\n'
        )
    yield "</tbody></table>\n"
    yield f'<p class="legend">{_LEGEND}</p>\n'
    for note in found.notes:
        yield f'<p class="note">{escaped(note, _LONG)}</p>\n'
    yield "</section>\n"


def _bar(one: Tally) -> str:
    segments = [
        ("r3", "pass", one.passed),
        ("r0", "deviate", one.deviations),
        ("r1", "unknown", one.unknown),
        ("volume", "not applicable", one.not_applicable + one.waived),
    ]
    return stacked(segments, one.items, one.test)


def _test(one: Tally, rows: Sequence[Item]) -> Iterator[str]:
    yield f'<section class="test" id="{one.test}" aria-labelledby="h-{one.test}">\n'
    yield f'<h2 id="h-{one.test}">{one.test}: {escaped(one.title)}</h2>\n'
    yield f'<p class="note">{escaped(one.population)}: {plural(one.items, "item")}</p>\n'
    if not rows:
        yield '<p class="note">There was nothing to test.</p>\n'
    for lacking, number in one.sources_missing:
        yield f'<p class="note">{count(number)} unknown for want of: {escaped(lacking)}</p>\n'
    for result, words in _SHOWN.items():
        own = [row for row in rows if row.result is result]
        if own:
            yield from _rows(own, words)
    yield "</section>\n"


def _rows(rows: Sequence[Item], words: str) -> Iterator[str]:
    yield f"<details{' open' if rows[0].result is Result.DEVIATION else ''}>"
    yield f"<summary>{plural(len(rows), 'item')} {words}</summary>\n<table>\n<thead><tr>"
    for head in ("Item", "When", "Asked", "Answer", "Why"):
        yield f'<th scope="col">{head}</th>'
    yield "</tr></thead>\n<tbody>\n"
    for row in rows[:ROWS]:
        yield from _row(row)
    yield "</tbody></table>\n"
    if len(rows) > ROWS:
        yield f'<p class="note">and {count(len(rows) - ROWS)} more, in the worksheet</p>\n'
    yield "</details>\n"


def _row(row: Item) -> Iterator[str]:
    span = f' rowspan="{len(row.attributes)}"' if len(row.attributes) > 1 else ""
    request = f" {escaped(row.request)}" if row.request else ""
    for number, one in enumerate(row.attributes):
        first = (
            f'<th scope="row"{span}>{escaped(row.item)}{request}</th>'
            f"<td{span}>{escaped(moment(row.occurred_at))}</td>"
        )
        yield f"<tr>{'' if number else first}{_asked(one)}</tr>\n"


def _asked(one: Attribute) -> str:
    shown = "".join(
        f"<br><code>{escaped(evidence(each))}</code>" for each in one.sources[:_SOURCES]
    )
    return (
        f"<td>{escaped(one.name)}</td><td>{one.answer}</td>"
        f'<td class="why">{escaped(one.why, _LONG)}{shown}</td>'
    )
