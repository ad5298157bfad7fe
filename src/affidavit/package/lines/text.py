"""Lines told on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import visible
from affidavit.package.html.words import at_least, percent, plural
from affidavit.package.lines.shipped import one_line, shipped
from affidavit.package.lines.words import at_most

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from affidavit.audit.lines.model import Counts, LinesReport, Seen

    Rounded = Callable[[int, int], str]

SHOWN = 12
"""Rows of a table that are shown; the other formats have all."""
_CLASSES = ("ai", "human", "automation", "no_signal", "undetermined")


def summary(report: LinesReport, within: str = "") -> Iterator[str]:
    """The lines; none holds a control character.

    Where they are of the files under `within` alone, what is of the whole repository is called so.
    """
    return map(visible, _summary(report, " of the whole repository" if within else ""))


def _summary(report: LinesReport, whole: str) -> Iterator[str]:
    total = report.total
    yield f"{report.repository} at {report.commit[:12]}, {report.time or 'undated'}"
    yield from map(one_line, shipped(report.at))
    yield (
        f"{plural(total.lines, 'line')} in {plural(len(report.files), 'text file')}"
        f" ({plural(report.binary_files, 'binary file')} left out),"
        f" from {plural(report.seen.landings, 'landing')}{whole}"
    )
    most = _of(_most(total), total, at_most)
    yield _row("AI lines", f"{_least(total)}, at most {most}")
    yield _row("label", f"{_of(total.labelled, total)} by the labels of whole landings")
    for name in _CLASSES[1:]:
        yield _row(name.replace("_", "-"), _of(getattr(total, name), total))
    agents = ", ".join(_agent(one.agent, one.model, one.lines) for one in report.agents[:SHOWN])
    yield _row("agents", agents or "none")
    yield _row("critical", f"{_least(report.critical)} of critical paths are AI")
    yield from _ages(report)
    yield from _fates(report, whole)
    yield from _behind(report.seen, whole)
    yield ""
    yield from table("folder", report.directories)
    yield _row("limits", f"{plural(len(report.limits), 'thing')} this cannot see")
    for one in report.limits:
        yield f"  {one.id}: {one.text}"
        yield from (f"    {item}" for item in one.items[:3])


def _behind(seen: Seen, whole: str) -> Iterator[str]:
    """How far it was looked behind landings, and what records were used."""
    yield _row(
        "looked behind",
        f"{plural(seen.split, 'landing')}{whole} split by their commits,"
        f" {plural(seen.unsplit, 'squash', 'squashes')} not",
    )
    for each in seen.records:
        verb = "was" if each.attested == 1 else "were"
        own = f"{each.brought:,} of {plural(each.attested, 'line')} {verb} their commits' own"
        what = own if each.attested else "whole files, no lines"
        used = f"{plural(each.commits, 'commit')}{whole}"
        yield _row("records", f"{each.source}: {used}, {each.refused:,} refused, {what}")


def table(what: str, groups: Sequence[Counts]) -> Iterator[str]:
    """Groups as a table, the largest first."""
    yield f"{what:<34} {'lines':>10} {'AI':>10} {'label':>10} {'unsure':>10}"
    for one in groups[:SHOWN]:
        name = str(getattr(one, "name", None) or getattr(one, "path", ""))
        yield (
            f"{_cut(name):<34} {one.lines:>10,} {_share(one.ai, one, at_least):>10}"
            f" {_share(one.labelled, one):>10} {_share(one.undetermined, one):>10}"
        )
    if len(groups) > SHOWN:
        yield f"  and {len(groups) - SHOWN:,} more"


def _cut(name: str) -> str:
    return name if len(name) <= 34 else f"…{name[-33:]}"


def _row(name: str, text: str) -> str:
    return f"{name:<14} {text}"


def _most(counts: Counts) -> int:
    return counts.ai + counts.undetermined


def _least(counts: Counts) -> str:
    return f"at least {_of(counts.ai, counts, at_least)}"


def _of(part: int, counts: Counts, rounded: Rounded = percent) -> str:
    return f"{part:,} of {counts.lines:,} ({_share(part, counts, rounded)})"


def _share(part: int, counts: Counts, rounded: Rounded = percent) -> str:
    return rounded(part, counts.lines) if counts.lines else "-"


def _agent(agent: str, model: str | None, number: int) -> str:
    return f"{agent}{f' {model}' if model else ''} {number:,}"


def _ages(report: LinesReport) -> Iterator[str]:
    told = ", ".join(f"{one.line_class} {one.median:,}" for one in report.ages)
    if told:
        yield _row("median age", f"in days: {told}")


def _fates(report: LinesReport, whole: str) -> Iterator[str]:
    for days in dict.fromkeys(one.days for one in report.fates):
        each = [one for one in report.fates if one.days == days and one.added]
        told = ", ".join(f"{one.line_class} {percent(one.gone, one.added)}" for one in each)
        if told:
            yield _row("rewritten", f"within {days} days{whole and f',{whole}'}: {told}")
