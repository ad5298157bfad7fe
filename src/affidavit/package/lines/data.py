"""Lines as JSON and as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.audit.lines.model import Counts
from affidavit.package.csv_report import cell, line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.audit.lines.model import LinesReport

COLUMNS = ("path", "language", "owners", "critical", *Counts.__struct_fields__)
"""Columns of the CSV: a row for each file."""


def json(report: LinesReport) -> bytes:
    """``affidavit/lines@1``, indented, with a line feed at the end."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def csv(report: LinesReport) -> Iterator[str]:
    """The lines of the CSV, with their ends; safe to open in a spreadsheet."""
    yield line(COLUMNS)
    for one in report.files:
        numbers = (str(getattr(one, name)) for name in Counts.__struct_fields__)
        critical = "yes" if one.critical else "no"
        yield line((cell(one.path), one.language, cell("; ".join(one.owners)), critical, *numbers))
