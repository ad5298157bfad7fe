"""``affidavit notes recover``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, tell
from affidavit.cli.pages import deliver
from affidavit.cli.progress import progress

if TYPE_CHECKING:
    from pathlib import Path

HELP = """Bring notes of git-ai that a squash or a rebase left behind to what replaced them.

Each landing of the branch without a note is held against the requests under refs/pull and the
commits with notes that are on no branch. Lines are carried only where it is proven which change the
landing is, and where in it they are; two that fit are ambiguous, and none is chosen. Nothing is
written without --write, and no note is ever written over.

\b
Exit codes: 0 done, 3 something could not be read.
"""


@click.command(help=HELP)
@click.argument("repo", required=False, type=FILE, default=".")
@click.option("--branch", metavar="B", help="The branch (default: the main branch).")
@click.option("--write", is_flag=True, help="Write the notes into refs/notes/ai.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--output", metavar="TABLE.csv", type=FILE, help="Write a row for each landing, too.")
@click.option("--quiet", is_flag=True, help="Do not tell how far the work is.")
@click.pass_context
def recover(
    context: click.Context,
    /,
    *,
    repo: Path,
    output: Path | None,
    as_json: bool,
    quiet: bool,
    **options: object,
) -> None:
    """Recover notes; HELP is what a user is told."""
    from affidavit.app.recovery.model import Asked  # noqa: PLC0415 -- help stays quick
    from affidavit.app.recovery.recovering import recovered  # noqa: PLC0415
    from affidavit.app.recovery.table import csv, text  # noqa: PLC0415

    asked = Asked(repository=repo, **options)  # type: ignore[arg-type]  # click has checked them
    with progress(quiet=quiet or as_json) as told:
        found = recovered(asked, told)
    if output is not None:
        deliver("".join(csv(found)).encode(), output)
    if as_json:
        tell(found)
    else:
        for line in text(found):
            click.echo(visible(line))
    context.exit(found.exit_status)
