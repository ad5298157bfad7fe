"""``affidavit changes list``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from affidavit.base.text import shortened, visible
from affidavit.cli.changes.options import about, choice, split, tell_gaps, wanted
from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.records.asking import Found
    from affidavit.app.records.summing import Summary

HELP = """List the changes of a period, the newest first.

REPO is a repository (default: here). The landings of one rebased request are one change. With the
records of a forge (--forge) grades are those of real approvals.

\b
Examples:
  affidavit changes list --ai --grade R0 --grade R1
  affidavit changes list ../service --forge service.jsonl --recent 20
"""
_TITLE = 72
FORMAT = "affidavit/changes-list@1"


@click.command("list", help=HELP)
@click.argument("repo", default=Path(), type=FILE)
@about
@choice
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def listed(*, as_json: bool, **options: object) -> None:
    """List changes; HELP is what a user is told."""
    from affidavit.app.records.asking import found  # noqa: PLC0415
    from affidavit.app.records.summing import summary  # noqa: PLC0415
    from affidavit.cli.progress import progress  # noqa: PLC0415

    given, chosen = split(options)
    with progress(quiet=given.quiet) as told:
        every = found(wanted(given), told)
    rows = [summary(one) for one in chosen.of(every.changes)]
    if as_json:
        tell(_answer(every, rows))
        return
    tell_gaps(every.report.limits)
    for line in _lines(rows, len(every.changes)):
        click.echo(visible(line))


def _answer(of: Found, rows: Sequence[Summary]) -> dict[str, object]:
    from affidavit.audit.gaps import gaps  # noqa: PLC0415

    limits = gaps(of.report.limits)
    return {"format": FORMAT, "of": len(of.changes), "limits": limits, "changes": rows}


def _lines(rows: Sequence[Summary], of: int) -> Iterator[str]:
    width = max((len(one.id) for one in rows), default=0)
    request = max((len(one.request or "") for one in rows), default=0)
    for one in rows:
        agents = f"  ({', '.join(one.agents)})" if one.agents else ""
        broken = f"  {' '.join(one.exceptions)}" if one.exceptions else ""
        title = shortened(one.title, _TITLE)
        named = f"{one.request or '':<{request}}"
        yield (
            f"{one.id:<{width}}  {one.commit[:12]}  {one.grade}  {one.authorship:<10}"
            f"  {named}  {title}{agents}{broken}"
        )
    yield f"{len(rows):,} of {of:,} change{'s' * (of != 1)}"
