"""``affidavit changes metrics``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from affidavit.base.text import visible
from affidavit.cli.changes.options import about, split, tell_gaps, wanted
from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.records.measuring import Measured
    from affidavit.changes.record.measures import Measure

HELP = """Measure AI changes and others beside each other: review, checks, tests, size, reverts.

Each number says of how many changes it is, and of how many it is unknown, with the reason below;
where there are none it reads none. Tests and coverage are those of a ledger (--ledger). AI
changes are those that a signal shows: an agent that left no trace is among the others.
"""
_LABELS = {
    "reviewed": "approved by enough persons",
    "seconds_to_approval": "median time to an approval",
    "checks_passed": "all checks passed before",
    "tests_passed": "recorded tests all passed",
    "coverage_points": "median change of coverage",
    "files": "median files changed",
    "lines": "median lines changed",
    "merged": "closed requests merged",
    "reverted": "reverted by another change",
}
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


@click.command(help=HELP)
@click.argument("repo", default=Path(), type=FILE)
@about
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def metrics(*, as_json: bool, **options: object) -> None:
    """Measure changes; HELP is what a user is told."""
    from affidavit.app.records.asking import found  # noqa: PLC0415
    from affidavit.app.records.measuring import measured  # noqa: PLC0415
    from affidavit.cli.progress import progress  # noqa: PLC0415

    given, _ = split(options)
    with progress(quiet=given.quiet) as told:
        every = found(wanted(given), told)
        answer = measured(every, every.changes, told)
    if as_json:
        tell(answer)
        return
    tell_gaps(every.report.limits)
    for line in _lines(answer):
        click.echo(line)


def _lines(found: Measured) -> Iterator[str]:
    others = found.changes - found.ai_changes
    yield f"{'':<28}{f'AI ({found.ai_changes:,})':<30}other ({others:,})"
    for name, label in _LABELS.items():
        ai, other = _words(name, found.ai[name]), _words(name, found.other[name])
        yield f"{label:<28}{ai:<30}{other}"
    whys: dict[str, dict[str, None]] = {}
    for name, label in _LABELS.items():
        for one in (found.ai[name], found.other[name]):
            if one.why is not None:
                whys.setdefault(one.why, {})[label] = None
    for why, labels in whys.items():
        yield visible(f"unknown: {', '.join(labels)}: {why}")


def _words(name: str, one: Measure) -> str:
    from affidavit.package.html.words import percent  # noqa: PLC0415

    if one.numerator is None or one.denominator is None:
        return "unknown"
    if not one.denominator:
        return "none"
    of = f"{one.numerator:,} of {one.denominator:,}"
    unknown = f", {one.unknown:,} unknown" if one.unknown else ""
    if name not in _MEDIANS:
        return f"{of} ({percent(one.numerator, one.denominator)}){unknown}"
    if one.median is None:
        return f"none of {one.denominator:,}{unknown}"
    return f"{_MEDIANS[name](one.median)} ({of}){unknown}"


def _plain(median: float) -> str:
    return f"{median:g}"


def _points(median: float) -> str:
    return f"{median:+.1f} points"


def _time(seconds: float) -> str:
    size, unit = next((each for each in _UNITS if seconds >= each[0]), _UNITS[-1])
    return f"{seconds / size:.1f} {unit}"


_MEDIANS = {
    "seconds_to_approval": _time,
    "coverage_points": _points,
    "files": _plain,
    "lines": _plain,
}
"""How the middle of each is written."""
