"""``affidavit claims show``."""

from __future__ import annotations

import click

from affidavit.cli.claims.looking import Looking, options

HELP = """Tell everything that is claimed of one commit, and where it stands.

REV is a commit. What its message and identities say comes first, then each record of another tool
with its place, its lines and what of it could not be read.

\b
Examples:
  affidavit claims show HEAD
  affidavit claims show v1.2.0 --json

\b
Exit codes: 0 done, 3 something could not be read.
"""


@click.command(help=HELP)
@click.argument("rev")
@options
def show(rev: str, **given: object) -> None:
    """Show claims; HELP is what a user is told."""
    from affidavit.app.claimed.looking import shown  # noqa: PLC0415 -- help stays quick
    from affidavit.app.claimed.telling import about_commit  # noqa: PLC0415
    from affidavit.app.receipts.commits import commit_of  # noqa: PLC0415

    looking = Looking(**given)  # type: ignore[arg-type]  # click has checked them
    with looking.opened() as (here, told):
        source = here.source
        found = shown(here, commit_of(source.git, source.refs, source.objects, rev), told)
    looking.answer(found, about_commit(found))
