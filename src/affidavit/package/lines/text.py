"""Lines told on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import visible
from affidavit.package.html.words import plural
from affidavit.package.lines.shipped import one_line, shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.audit.lines.model import Counts, LinesReport

SHOWN = 12
"""Rows of a table that are shown; the other formats have all."""
_CLASSES = ("ai", "human", "automation", "no_signal", "undetermined")


def summary(report: LinesReport) -> Iterator[str]:
    """The lines; none holds a control character."""
    return map(visible, _summary(report))


def _summary(report: LinesReport) -> Iterator[str]:
    total, seen = report.total, report.seen
    yield f"{report.repository} at {report.commit[:12]}, {report.time or 'undated'}"
    yield from map(one_line, shipped(report.at))
    yield (
        f"{plural(total.lines, 'line')} in {plural(len(report.files), 'text file')}"
        f" ({plural(report.binary_files, 'binary file')} left out),"
        f" from {plural(seen.landings, 'landing')}"
    )
    yield _row("AI lines", f"at least {_of(total.ai, total)}, at most {_of(_most(total), total)}")
    yield _row("label", f"{_of(total.labelled, total)} by the labels of whole landings")
    for name in _CLASSES[1:]:
        yield _row(name.replace("_", "-"), _of(getattr(total, name), total))
    agents = ", ".join(_agent(one.agent, one.model, one.lines) for one in report.agents[:SHOWN])
    yield _row("agents", agents or "none")
    yield _row("critical", f"{_of(report.critical.ai, report.critical)} of critical paths are AI")
    yield from _ages(report)
    yield from _fates(report)
    yield _row(
        "looked behind",
        f"{plural(seen.split, 'landing')} split by their commits,"
        f" {plural(seen.unsplit, 'squash', 'squashes')} not",
    )
    for each in seen.records:
        own = f"{each.brought:,} of {each.attested:,} lines were their commits' own"
        what = own if each.attested else "whole files, no lines"
        used = plural(each.commits, "commit")
        yield _row("records", f"{each.source}: {used}, {each.refused:,} refused, {what}")
    yield ""
    yield from table("folder", report.directories)
    yield _row("limits", f"{plural(len(report.limits), 'thing')} this cannot see")
    for one in report.limits:
        yield f"  {one.id}: {one.text}"
        yield from (f"    {item}" for item in one.items[:3])


def table(what: str, groups: Sequence[Counts]) -> Iterator[str]:
    """Groups as a table, the largest first."""
    yield f"{what:<34} {'lines':>10} {'AI':>7} {'label':>7} {'unsure':>7}"
    for one in groups[:SHOWN]:
        name = str(getattr(one, "name", None) or getattr(one, "path", ""))
        yield (
            f"{_cut(name):<34} {one.lines:>10,} {_percent(one.ai, one):>7}"
            f" {_percent(one.labelled, one):>7} {_percent(one.undetermined, one):>7}"
        )
    if len(groups) > SHOWN:
        yield f"  and {len(groups) - SHOWN:,} more"


def _cut(name: str) -> str:
    return name if len(name) <= 34 else f"…{name[-33:]}"


def _row(name: str, text: str) -> str:
    return f"{name:<14} {text}"


def _most(counts: Counts) -> int:
    return counts.ai + counts.undetermined


def _of(part: int, counts: Counts) -> str:
    return f"{part:,} of {counts.lines:,} ({_percent(part, counts)})"


def _percent(part: int, counts: Counts) -> str:
    return f"{100 * part / counts.lines:.1f}%" if counts.lines else "-"


def _agent(agent: str, model: str | None, number: int) -> str:
    return f"{agent}{f' {model}' if model else ''} {number:,}"


def _ages(report: LinesReport) -> Iterator[str]:
    told = ", ".join(f"{one.line_class} {one.median:,}" for one in report.ages)
    if told:
        yield _row("median age", f"in days: {told}")


def _fates(report: LinesReport) -> Iterator[str]:
    for days in dict.fromkeys(one.days for one in report.fates):
        each = [one for one in report.fates if one.days == days and one.added]
        told = ", ".join(f"{one.line_class} {100 * one.gone / one.added:.1f}%" for one in each)
        if told:
            yield _row("rewritten", f"within {days} days: {told}")
