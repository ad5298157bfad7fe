"""``affidavit identity suggest``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from pathlib import Path

HELP = """Propose who may be one person, and which accounts are agents and bots, from the history.

REPO is read (default: here), and with --export what a forge said of accounts and addresses. Each
proposal comes with its reason and the commits that show it, as TOML that can be pasted into
affidavit.toml. Nothing is applied: it is for you to know who is who.
"""


@click.command(help=HELP)
@click.argument("repo", default=".", type=FILE)
@click.option("--export", metavar="FILE", type=FILE, help="The export of a forge, or a ledger.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--quiet", is_flag=True, help="Do not tell how far the work is.")
def suggest(repo: Path, *, export: Path | None, as_json: bool, quiet: bool) -> None:
    """Suggest identities; HELP is what a user is told."""
    from affidavit.app.identity.pasting import pasted  # noqa: PLC0415
    from affidavit.app.identity.suggesting import suggestions  # noqa: PLC0415
    from affidavit.cli.progress import progress  # noqa: PLC0415

    with progress(quiet=quiet) as told:
        found = suggestions(repo, export, told)
    if as_json:
        tell(found)
        return
    for line in pasted(found):
        click.echo(line)
