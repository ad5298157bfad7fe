"""What was recovered of notes, as text for people and as a CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.package.csv_report import cell, line
from affidavit.package.html.words import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.recovery.model import Recovered, Row

COLUMNS = (
    *("landing", "outcome", "rung", "change", "head", "commits", "notes", "attested", "brought"),
    *("lines", "refused", "written", "why"),
)
QUIET = frozenset({"merge", "nothing", "no-note", "number"})
"""Outcomes of landings that text only counts: behind them is no note."""
MOST = 1_000
"""Landings that text names."""


def csv(found: Recovered) -> Iterator[str]:
    """The lines of the CSV, with their ends; safe to open in a spreadsheet."""
    yield line(COLUMNS)
    for one in found.rows:
        numbers = (one.commits, one.notes, one.attested, one.brought, one.lines)
        yield line(
            (
                *(one.landing, one.outcome, one.rung, cell(one.change or " ".join(one.among))),
                *(one.head or "", *map(str, numbers), str(len(one.refused) + one.more_refused)),
                *("yes" if one.written else "no", cell(one.why or "")),
            )
        )


def text(found: Recovered) -> Iterator[str]:
    """What a person is told: the landings with notes behind them, and the totals."""
    shown = [one for one in found.rows if one.outcome not in QUIET]
    for one in shown[:MOST]:
        yield f"{one.landing[:12]}   {one.outcome:<12} {_told(one)}"
    if len(shown) > MOST:
        yield f"and {plural(len(shown) - MOST, 'landing')} more"
    yield f"branch         {found.branch} at {found.head[:12]}"
    yield f"landings       {found.landings:,}, {found.noted:,} with a note of their own"
    yield f"without        {_counts(found.outcomes)}"
    yield f"notes          {found.notes:,}, {found.orphaned:,} on no commit of the branch"
    if found.orphaned:
        yield f"of these       {_counts(found.fates)}"
    for rung, each in found.rungs.items():
        yield (
            f"{rung:<14} {plural(each.landings, 'landing')}, {plural(each.notes, 'note')},"
            f" {plural(each.lines, 'line')} of {each.attested:,}"
        )
    if found.git is None:
        yield "replay         left out: git 2.38 or newer is needed"
    for one_unread in found.unread:
        yield f"not read       {one_unread}"
    yield _end(found)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items() if count) or "none"


def _told(one: Row) -> str:
    what = one.change or ", ".join(one.among)
    parts = [f"by {one.rung}"] if one.rung != "none" else []
    parts += [what] if what else []
    if one.note is not None:
        written = ", written" * one.written
        parts.append(f"{plural(one.lines, 'line')} of {one.attested:,}{written}")
    if one.why:
        parts.append(one.why)
    if one.refused:
        parts.append(f"{plural(len(one.refused) + one.more_refused, 'note')} refused")
    return "; ".join(parts)


def _end(found: Recovered) -> str:
    possible = sum(one.note is not None for one in found.rows)
    if found.written:
        written = plural(found.written, "note")
        return f"written        {written}: git push origin refs/notes/ai shares what is written"
    done = "not written: --write does" if possible else "there is nothing to write"
    return f"recovered      {plural(possible, 'note')}, {done}"
