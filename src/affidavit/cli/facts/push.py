"""``affidavit facts push``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from pathlib import Path

HELP = """Share the signed facts in the notes of a repository with REMOTE; sign nothing.

Both then have all lines of both, nothing is forced. This is what is left to do where
`affidavit facts sign --push` signed the facts and could not push them.
"""


@click.command(help=HELP)
@click.argument("remote")
@click.option("--repo", metavar="DIR", type=FILE, default=".", help="The repository of the notes.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def push(remote: str, *, repo: Path, as_json: bool) -> None:
    """Share notes; HELP is what a user is told."""
    from affidavit.app.facts.signing import pushed  # noqa: PLC0415

    pushed(repo, remote)
    if as_json:
        tell({"pushed": remote})
    else:
        click.echo(visible(f"pushed to      {remote}"))
