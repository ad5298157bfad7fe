"""``landings.csv`` and ``exceptions.csv``, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from affidavit.base.text import visible
from affidavit.package.place import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from affidavit.audit.model import Report
    from affidavit.changes.model import Landing, Participant

CELL = 32_000
"""Characters of one cell: spreadsheets cut at 32,767."""
ROWS = 1_000
"""Rows that are written together."""
_FORMULA = frozenset("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
_SPLIT = re.compile(r';(\s*+)(?=["\s]*+[=+\-@\uff1d\uff0b\uff0d\uff20])')
_MERGED = {True: "yes", False: "no", None: "unknown"}
LANDING_COLUMNS = (
    "change",
    "commit",
    "landed_at",
    "committed_at",
    "branches",
    "kind",
    "marks",
    "title",
    "authorship",
    "unrefined",
    "agents",
    "pull_request_forge",
    "pull_request_number",
    "pull_request_proof",
    "review_grade",
    "self_merged",
    "authors",
    "commits",
    "claims",
    "critical_paths",
    "exceptions",
)
EXCEPTION_COLUMNS = ("id", "commit", "reason")


def write_landings(report: Report, place: Path) -> None:
    """Write one row for each landing.

    Raises:
        OutputError: It cannot be written.
    """
    _write(place, LANDING_COLUMNS, (_landing(one) for one in report.landings))


def write_exceptions(report: Report, place: Path) -> None:
    """Write one row for each exception.

    Raises:
        OutputError: It cannot be written.
    """
    rows = ((one.id, one.commit, cell(one.reason)) for one in report.exceptions)
    _write(place, EXCEPTION_COLUMNS, rows)


def cell(text: str) -> str:
    """`text` on one line, with a quote before what a spreadsheet would take for a formula.

    Also after each semicolon: where that is the separator of lists, a cell may be split there. For
    every cell that holds anything typed by somebody; the others are words of ours.
    """
    shown = visible(text)
    if ";" in shown:
        shown = _SPLIT.sub(r";\1'", shown)
    return "'" + shown if shown.lstrip()[:1] in _FORMULA else shown


_repeated = lru_cache(maxsize=10_000)(cell)
"""The same for cells that many rows share."""


@lru_cache(maxsize=10_000)
def _person(who: Participant) -> str:
    return f"{who.name} <{who.email}> ({who.kind}: {', '.join(who.roles)})"


def _write(place: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    every = chain((columns,), rows)
    with replacing(place) as file:
        while together := list(islice(every, ROWS)):
            text = io.StringIO(newline="")
            csv.writer(text, lineterminator="\r\n").writerows(together)
            file.write(text.getvalue().encode())


def _landing(one: Landing) -> Sequence[str]:
    pull = one.pull_request
    merged = _MERGED[one.review.self_merged]
    people = "; ".join(map(_person, one.authors))
    return (
        one.change,
        one.commit,
        one.landed_at,
        one.committed_at or "",
        _repeated(" ".join(one.branches)),
        one.kind,
        " ".join(one.marks),
        cell(one.title),
        one.authorship,
        "yes" if one.unrefined else "no",
        _repeated(" ".join(sorted({claim.agent for claim in one.deciding}))) if one.ai else "",
        pull.forge if pull else "",
        cell(pull.number) if pull else "",
        pull.proof if pull else "",
        one.review.grade,
        merged,
        _repeated(people[:CELL])[:CELL],
        str(len(one.commits)),
        " ".join(dict.fromkeys(claim.rule for claim in one.claims)),
        _repeated("; ".join(one.critical_paths)[:CELL])[:CELL],
        " ".join(one.exceptions),
    )
