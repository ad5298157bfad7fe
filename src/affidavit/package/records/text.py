"""A change record as plain text, as it is filed: values first, the sources numbered below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import visible
from affidavit.changes.record.value import SourceKind
from affidavit.package.html.words import GRADES
from affidavit.package.records.lines import parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.changes.record.model import ChangeRecord
    from affidavit.changes.record.value import Source
    from affidavit.package.records.lines import Line, Row

_WIDTH = 14
_MATCHED = (SourceKind.COMMIT, SourceKind.NOTE)
"""Sources that are named by a commit: a digest is of what a signal matched in it."""


def text(record: ChangeRecord) -> Iterator[str]:
    """The lines of `record`; none holds a control character."""
    return map(visible, _text(record))


def _text(record: ChangeRecord) -> Iterator[str]:
    sources: dict[Source, int] = {}
    title = record.title.value or ""
    yield f"{record.id}: {title}"
    yield f"{record.repository}, grade {record.grade}: {GRADES[record.grade]}"
    for one in record.members:
        change = f"  {one.change}" if one.change != record.id else ""
        yield f"{one.kind} {one.commit} on {', '.join(one.branches)}{change}"
    for part in parts(record):
        yield ""
        yield part.heading
        for row in part.rows:
            yield from _row(row, sources)
    yield from _judged("Evidence of review", record.review)
    yield from _judged("Exceptions", record.exceptions)
    yield ""
    yield "Sources"
    yield from _sources(sources)


def _row(row: Row, sources: dict[Source, int]) -> Iterator[str]:
    label = row.label
    for line in (*row.lines, *([row.end] if row.end else ())):
        yield f"  {label:<{_WIDTH}} {line.words}{_mark(line, sources)}"
        label = ""


def _mark(line: Line, sources: dict[Source, int]) -> str:
    if line.source is None:
        return ""
    return f"  [{line.strength} {sources.setdefault(line.source, len(sources) + 1)}]"


def _judged(heading: str, found: tuple[str, ...]) -> Iterator[str]:
    yield ""
    yield heading
    yield from (f"  {one}" for one in found or ("none",))


def _sources(sources: dict[Source, int]) -> Iterator[str]:
    for source, number in sources.items():
        fetched = f", fetched {source.fetched_at}" if source.fetched_at else ""
        yield f"  [{number}] {source.kind} {source.at}{fetched}"
        if source.digest:
            what = "the matched text: " if source.kind in _MATCHED else ""
            yield f"      {what}{source.digest}"
