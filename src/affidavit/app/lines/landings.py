"""The lines that each landing brought, by whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.lines.lacking import lacking
from affidavit.app.lines.landed import brought
from affidavit.app.lines.stored import followed
from affidavit.app.tool import tool
from affidavit.audit.lines.counting import Count
from affidavit.audit.lines.landings import LandingLines, LandingsReport
from affidavit.base.period import rfc3339, since
from affidavit.changes.lines.model import LineClass

if TYPE_CHECKING:
    from affidavit.app.lines.held import Lines
    from affidavit.app.lines.opening import Opened
    from affidavit.app.reading import Progress


def landings(
    opened: Opened, progress: Progress, *, from_: str | None = None, fresh: bool = False
) -> LandingsReport:
    """What each landing up to the head brought; of those since a day or a time, if given.

    Raises:
        PeriodError: `from_` is no time.
        GitFailedError: git cannot read all of it.
    """
    first = None if from_ is None else since(from_)
    found = followed(opened, progress, fresh=fresh)
    progress.step("counting lines")
    return landings_of(opened, found, first)


def landings_of(opened: Opened, found: Lines, first: int | None = None) -> LandingsReport:
    """The same of lines that were followed already, from the second `first` on."""
    rows: list[LandingLines] = []
    total = Count()
    without = undated = 0
    for number in range(len(found.branch.landings) - 1, -1, -1):
        time = found.branch.times.get(found.branch.landings[number])
        if first is not None and (time is None or time < first):
            undated += time is None
            continue
        one = _landing(found, number)
        if one.lines:
            rows.append(one)
            total.join(one)
        else:
            without += 1
    missing = lacking(opened, found.branch, [one.commit for one in rows])
    return LandingsReport(
        tool=tool(),
        repository=opened.name,
        commit=opened.head,
        since=None if first is None else rfc3339(first),
        at=opened.at,
        total=total.counts(),
        landings=tuple(rows),
        without=without,
        undated=undated,
        limits=tuple(sorted({*found.limits, *opened.settings.limits, *missing})),
    )


def _landing(found: Lines, number: int) -> LandingLines:
    branch = found.branch
    commit = branch.landings[number]
    time = branch.times.get(commit)
    count = Count()
    for line_class, lines in brought(found.history, number):
        count.add(line_class, lines, labelled=found.labelled(number))
    return LandingLines(
        commit=commit,
        landed_at=None if time is None else rfc3339(time),
        label=branch.label.get(commit, LineClass.NO_SIGNAL),
        **count.of,
    )
