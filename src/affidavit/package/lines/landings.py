"""The lines that landings brought: as text, as JSON and as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.audit.lines.model import Counts
from affidavit.package.csv_report import line
from affidavit.package.html.words import plural
from affidavit.package.lines.shipped import one_line, shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.audit.lines.landings import LandingsReport

COLUMNS = ("commit", "landed_at", "label", *Counts.__struct_fields__)
"""Columns of the CSV: a row for each landing."""
MOST = 1_000
"""Landings that text names."""
_CLASSES = ("ai", "human", "automation", "no_signal", "undetermined")


def json(report: LandingsReport) -> bytes:
    """``affidavit/landing-lines@1``, indented, with a line feed at the end."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def csv(report: LandingsReport) -> Iterator[str]:
    """The lines of the CSV, with their ends; safe to open in a spreadsheet."""
    yield line(COLUMNS)
    for one in report.landings:
        numbers = (str(getattr(one, name)) for name in Counts.__struct_fields__)
        yield line((one.commit, one.landed_at or "", one.label, *numbers))


def text(report: LandingsReport) -> Iterator[str]:
    """What a person is told: the newest landings, and the sum of all."""
    yield f"{report.repository} at {report.commit[:12]}"
    yield from map(one_line, shipped(report.at))
    if report.since:
        yield f"since          {report.since}"
    yield ""
    names = (one.replace("_", "-") for one in _CLASSES)
    yield "".join((f"{'landing':<14}{'landed':<12}{'label':<14}", *(f"{one:>13}" for one in names)))
    for one in report.landings[:MOST]:
        landed = (one.landed_at or "undated")[:10]
        yield f"{one.commit[:12]:<14}{landed:<12}{one.label:<14}{_numbers(one)}"
    if len(report.landings) > MOST:
        more = plural(len(report.landings) - MOST, "landing")
        yield f"and {more} more: --format csv has them all"
    yield f"{'all':<40}{_numbers(report.total)}"
    yield ""
    yield f"landings       {len(report.landings):,} brought lines, {report.without:,} none"
    if report.undated:
        undated = plural(report.undated, "landing")
        yield f"undated        {undated} without a time: not known if asked for"
    for limit in report.limits:
        yield f"  {limit.id}: {limit.text}"


def _numbers(counts: Counts) -> str:
    return "".join(f"{getattr(counts, name):>13,}" for name in _CLASSES)
