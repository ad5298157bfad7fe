"""``affidavit changes export``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from affidavit.cli.changes.options import about, choice, split, tell_gaps, wanted
from affidavit.cli.ledger.answers import FILE

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMATS = ("html", "json", "csv")
DEFAULT = "affidavit-changes"
HELP = """Write the records of changes: changes.html, changes.json and changes.csv.

REPO is a repository (default: here). Each value has its source and what stands behind it beside it.
With --with-evidence a new folder gets a file for each change, the forge's records that it rests on
as they were collected, and an index with the digests of all.

\b
Examples:
  affidavit changes export --forge service.jsonl --since 2026-01-01 --until 2026-03-31
  affidavit changes export --ai --format csv --output ai-changes
  affidavit changes export --recent 20 --forge service.jsonl --with-evidence evidence
"""


@click.command(help=HELP)
@click.argument("repo", default=Path(), type=FILE)
@about
@choice
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(FORMATS),
    help="What to write; repeatable, default all.",
)
@click.option(
    "--output",
    metavar="DIR",
    type=FILE,
    help=f"Where it is written (default: {DEFAULT}; nowhere with --with-evidence alone).",
)
@click.option(
    "--with-evidence", "evidence", metavar="DIR", type=FILE, help="A new folder for an auditor."
)
def export(
    *, formats: Sequence[str], output: Path | None, evidence: Path | None, **options: object
) -> None:
    """Write change records; HELP is what a user is told."""
    from affidavit.app.records.exporting import Places, exported  # noqa: PLC0415
    from affidavit.cli.progress import progress  # noqa: PLC0415

    given, chosen = split(options)
    usual = None if evidence and not formats else Path(DEFAULT)
    places = Places(
        output=output or usual,
        formats=tuple(one for one in FORMATS if one in (formats or FORMATS)),
        evidence=evidence,
    )
    with progress(quiet=given.quiet) as told:
        done = exported(wanted(given), places, chosen, told)
    tell_gaps(done.limits)
    names = ", ".join(map(str, done.written))
    click.echo(f"{done.count:,} of {done.of:,} changes: {names}")
