"""``changes.html``: change records as one page that needs no network and runs no script."""

from __future__ import annotations

import base64
import hashlib
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING

from affidavit.package.html.words import GRADES, count, escaped, moment, plural
from affidavit.package.place import replacing
from affidavit.package.records.lines import parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from affidavit.changes.record.group import Change
    from affidavit.changes.record.model import ChangeRecord
    from affidavit.changes.record.value import Source
    from affidavit.package.records.data import Scope
    from affidavit.package.records.lines import Line, Part

_LONG = 2_000
"""Characters that are shown of one value; the JSON has all."""


@contextmanager
def writing(
    scope: Scope, changes: Sequence[Change], place: Path
) -> Iterator[Callable[[ChangeRecord], None]]:
    """What takes the records of `changes`, one after the other, for the page at `place`.

    Raises:
        OutputError: It cannot be written.
    """
    with replacing(place) as file:
        file.write(_lines(_head(scope), _index(changes)))

        def take(record: ChangeRecord) -> None:
            file.write(_lines(_record(record)))

        yield take
        file.write(b"</main>\n</body>\n</html>\n")


def _lines(*found: Iterator[str]) -> bytes:
    return "".join(f"{line}\n" for each in found for line in each).encode()


def _style() -> str:
    """The report's style, and what these pages add."""
    shared = files("affidavit.package.html").joinpath("style.css").read_text("utf-8")
    return shared + files(__package__ or "").joinpath("records.css").read_text("utf-8")


def _head(scope: Scope) -> Iterator[str]:
    style = _style()
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    name = escaped(scope.repository)
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield (
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
        f" style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'\">"
    )
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{name}: change records</title>\n<style>{style}</style>\n</head>\n<body>"
    yield '<a class="skip" href="#changes">Skip to the changes</a>'
    yield f'<header class="masthead">\n<div class="sheet">\n<h1>{name}</h1>'
    yield (
        '<p class="lead">Change records: who made, reviewed, tested, merged and shipped each'
        " change. Beside each value stands what is behind it. <b>What is not known says so.</b></p>"
    )
    yield '<dl class="facts">'
    for term, value in _facts(scope):
        yield f"<div><dt>{term}</dt><dd>{value}</dd></div>"
    yield '</dl>\n</div>\n</header>\n<main class="sheet">'


def _facts(scope: Scope) -> Iterator[tuple[str, str]]:
    period = f"{moment(scope.start)} up to, not including, {moment(scope.end)}"
    yield "Period", escaped(period)
    yield "Changes", escaped(f"{scope.chosen}; {count(scope.changes)} in the period")
    yield "Head", f"<code>{escaped(scope.head)}</code>"
    yield "Population digest", f"<code>{escaped(scope.population)}</code>"
    forge = scope.forge or "none was given"
    yield "Records of the forge", f"<code>{escaped(forge)}</code>"
    yield "Ledger", escaped(scope.ledger or "none was given")


def _index(changes: Sequence[Change]) -> Iterator[str]:
    yield '<section id="changes" aria-labelledby="changes-h" tabindex="-1">'
    yield f'<h2 id="changes-h">{plural(len(changes), "change")}</h2>'
    yield '<table><caption class="quiet">The changes on this page</caption>\n<thead><tr>'
    for head in ("Change", "Title", "Grade", "Authorship", "Exceptions"):
        yield f'<th scope="col">{head}</th>'
    yield "</tr></thead>\n<tbody>"
    for one in changes:
        newest = one.newest
        broken = dict.fromkeys(rule for each in one.landings for rule in each.exceptions)
        yield (
            f'<tr><th scope="row"><a href="#c-{newest.commit}">{escaped(one.id)}</a></th>'
            f"<td>{escaped(newest.title)}</td><td>{one.grade}</td>"
            f"<td>{escaped(newest.authorship)}</td><td>{escaped(', '.join(broken) or 'none')}</td>"
            "</tr>"
        )
    yield "</tbody></table>\n</section>"


def _record(record: ChangeRecord) -> Iterator[str]:
    commit = record.members[0].commit
    sources: dict[Source, int] = {}
    yield f'<section class="record" id="c-{commit}" aria-labelledby="h-{commit}">'
    yield f'<h2 id="h-{commit}">{escaped(record.id)}: {escaped(record.title.value or "")}</h2>'
    grade = f"grade {record.grade}: {GRADES[record.grade]}"
    landed = ", ".join(f"{one.kind} {one.commit} on {', '.join(one.branches)}"
                       for one in record.members)  # fmt: skip
    yield f'<p class="note">{escaped(grade)}; {escaped(landed, _LONG)}</p>'
    for part in parts(record):
        yield from _part(part, commit, sources)
    yield from _judged("Evidence of review", record.review)
    yield from _judged("Exceptions", record.exceptions)
    yield "<h3>Sources</h3>"
    yield f'<ol class="sources">{"".join(_sources(sources, commit))}</ol>\n</section>'


def _part(part: Part, commit: str, sources: dict[Source, int]) -> Iterator[str]:
    yield f"<table><caption>{escaped(part.heading)}</caption>"
    yield '<colgroup><col class="field"><col><col class="behind"></colgroup>\n<thead><tr>'
    for head in ("Field", "Value", "Behind it"):
        yield f'<th scope="col"><span class="quiet">{head}</span></th>'
    yield "</tr></thead>\n<tbody>"
    for row in part.rows:
        lines = [*row.lines, *([row.end] if row.end else ())]
        for number, line in enumerate(lines):
            first = f'<tr><th scope="row" rowspan="{len(lines)}">{escaped(row.label)}</th>'
            yield "<tr>" if number else first
            style = ' class="open"' if line is row.end else ""
            yield f"<td{style}>{escaped(line.words, _LONG)}</td>"
            yield f'<td class="behind">{_behind(line, commit, sources)}</td></tr>'
    yield "</tbody></table>"


def _behind(line: Line, commit: str, sources: dict[Source, int]) -> str:
    if line.source is None:
        return f"<b>{line.strength}</b>"
    number = sources.setdefault(line.source, len(sources) + 1)
    return f'<b>{line.strength}</b> <a href="#s-{commit}-{number}">source {number}</a>'


def _judged(heading: str, found: Sequence[str]) -> Iterator[str]:
    yield f"<h3>{heading}</h3>"
    items = "".join(f"<li>{escaped(one, _LONG)}</li>" for one in found or ("none",))
    yield f'<ul class="judged">{items}</ul>'


def _sources(sources: dict[Source, int], commit: str) -> Iterator[str]:
    for source, number in sources.items():
        fetched = f", fetched {escaped(moment(source.fetched_at))}" if source.fetched_at else ""
        digest = f"<br><code>{escaped(source.digest)}</code>" if source.digest else ""
        at = escaped(source.at, _LONG)
        yield f'<li id="s-{commit}-{number}">{source.kind} <code>{at}</code>{fetched}{digest}</li>'
