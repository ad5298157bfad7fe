"""``changes.csv``: one row for each change, safe to open in a spreadsheet."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from affidavit.package.csv_report import CELL, cell, line
from affidavit.package.place import replacing
from affidavit.package.records.lines import FIELDS, row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from affidavit.changes.record.model import ChangeRecord
    from affidavit.changes.record.value import Source
    from affidavit.package.records.lines import Line

PLAIN = ("id", "repository", "commits", "kinds", "branches", "grade", "ai", "exceptions", "review")
"""Columns that follow from others."""
COLUMNS = (*PLAIN, *(name for field in FIELDS for name in (field, f"{field}_from")))
"""Each field has a column with its values and one with what stands behind each of them."""


@contextmanager
def writing(place: Path) -> Iterator[Callable[[ChangeRecord], None]]:
    """What takes records, one after the other, for the file at `place`.

    Raises:
        OutputError: It cannot be written.
    """
    with replacing(place) as file:
        file.write(line(COLUMNS).encode())

        def take(record: ChangeRecord) -> None:
            file.write(line(tuple(_cells(record))).encode())

        yield take


def _cells(record: ChangeRecord) -> Iterator[str]:
    members = record.members
    branches = dict.fromkeys(name for one in members for name in one.branches)
    yield from (record.id, _cell([record.repository]))
    yield from (_cell([one.commit for one in members]), _cell([one.kind for one in members]))
    yield from (_cell(list(branches)), record.grade, "yes" if record.ai else "no")
    yield from (_cell(list(record.exceptions)), _cell(list(record.review)))
    for field in FIELDS:
        found = row(record, field)
        lines = (*found.lines, *([found.end] if found.end else ()))
        yield _cell([one.words for one in lines])
        yield _cell([_behind(one) for one in lines])


def _behind(one: Line) -> str:
    return f"{one.strength} {_at(one.source)}" if one.source else one.strength


def _at(source: Source) -> str:
    digest = f" {source.digest}" if source.digest else ""
    return f"{source.kind} {source.at}{digest}"


def _cell(found: list[str]) -> str:
    return cell("; ".join(found)[:CELL])[:CELL]
