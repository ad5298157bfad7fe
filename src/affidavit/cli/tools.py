"""``affidavit tools``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from affidavit.base.text import shortened, visible
from affidavit.cli.changes.options import about, split, tell_gaps, wanted
from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.records.asking import Found
    from affidavit.app.records.tools import Tool

HELP = """List every AI tool that the period shows: models, first and last use, changes, evidence.

REPO is a repository (default: here). With the records of a forge (--forge) also accounts of tools
that opened or reviewed requests. A tool that left no trace is not seen.

\b
Examples:
  affidavit tools
  affidavit tools ../service --forge service.jsonl --since 2026-01-01 --json
"""
_SHOWN = 80


@click.command(help=HELP)
@click.argument("repo", default=Path(), type=FILE)
@about
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def tools(*, as_json: bool, **options: object) -> None:
    """List AI tools; HELP is what a user is told."""
    from affidavit.app.records.asking import found  # noqa: PLC0415
    from affidavit.app.records.closing import unclosed  # noqa: PLC0415
    from affidavit.app.records.tools import tools as seen  # noqa: PLC0415
    from affidavit.cli.progress import progress  # noqa: PLC0415

    given, _ = split(options)
    with progress(quiet=given.quiet) as told:
        every = found(wanted(given), told)
        answer = seen(every)
    if as_json:
        tell(_answer(every, answer))
        return
    tell_gaps(every.report.limits)
    for one in answer:
        for line in _lines(one):
            click.echo(visible(line))
    if not answer:
        click.echo("no AI tool is named in the period: that none was used is not shown")
        if why := unclosed(every):
            click.echo(visible(f"whether an account of one opened or reviewed is unknown: {why}"))


def _answer(of: Found, tools: Sequence[Tool]) -> dict[str, object]:
    from affidavit.app.records.closing import unclosed  # noqa: PLC0415
    from affidavit.app.records.tools import FORMAT  # noqa: PLC0415
    from affidavit.audit.gaps import gaps  # noqa: PLC0415

    period = of.report.period
    head = {"format": FORMAT, "start": period.start, "end": period.end}
    return {**head, "why": unclosed(of), "limits": gaps(of.report.limits), "tools": tools}


def _lines(one: Tool) -> Iterator[str]:
    yield f"{one.agent}: {one.first} to {one.last}"
    sessions = f", {one.sessions:,} sessions" if one.sessions else ", sessions unknown"
    yield f"  models     {', '.join(one.models) or 'unknown'}{sessions}"
    yield f"  changes    {one.changes:,} as an author, {one.others:,} otherwise"
    if one.accounts or one.why is not None:
        yield f"  forge      {_on_forge(one)}"
    for found in one.evidence:
        count = f"{found.commits:,} commit{'s' * (found.commits != 1)}"
        text = shortened(found.text, _SHOWN)
        yield (
            f"  evidence   {found.rule} tier {found.tier} {found.role}, {count},"
            f" such as {found.commit[:12]}: {text}"
        )


def _on_forge(one: Tool) -> str:
    accounts = ", ".join(one.accounts) or "accounts unknown"
    opened = "unknown" if one.opened is None else f"{one.opened:,}"
    reviewed = "unknown" if one.reviewed is None else f"{one.reviewed:,}"
    why = f": {one.why}" if one.why else ""
    return f"{accounts}: opened {opened} requests, reviewed {reviewed}{why}"
