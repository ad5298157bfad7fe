"""``affidavit changes show``."""

from __future__ import annotations

from pathlib import Path

import click

from affidavit.cli.changes.options import about, one, split, tell_gaps, wanted
from affidavit.cli.ledger.answers import FILE, tell

HELP = """Show the record of a change: each value with its source and what stands behind it.

WHICH is the id of a change, a commit (also one that a merge brought in, or one of its request that
the forge's records name), or the number of a request as #12. REPO is the repository (default:
here). What is not known is shown, with the reason.

\b
Examples:
  affidavit changes show CHG-2026-01-05-001 --forge service.jsonl
  affidavit changes show '#12' ../service --forge service.jsonl --ledger ../service
"""


@click.command(help=HELP)
@click.argument("which")
@click.argument("repo", default=Path(), type=FILE)
@about
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def show(*, which: str, as_json: bool, **options: object) -> None:
    """Show a change; HELP is what a user is told."""
    from affidavit.app.records.asking import found, records  # noqa: PLC0415
    from affidavit.cli.progress import progress  # noqa: PLC0415
    from affidavit.package.records.text import text  # noqa: PLC0415

    given, _ = split(options)
    with progress(quiet=given.quiet) as told:
        every = found(wanted(given), told)
        chosen = one(which, every.changes, every.requested)
        (record,) = records(every, [chosen], told)
    tell_gaps(every.report.limits)
    if as_json:
        tell(record)
        return
    for line in text(record):
        click.echo(line)
