"""``affidavit notes``: the group."""

from __future__ import annotations

import click

from affidavit.cli.ledger.group import Answering
from affidavit.cli.notes.recover import recover

HELP = """Notes that say line by line who wrote what.

\b
Examples:
  affidavit notes recover
  affidavit notes recover --write
  affidavit notes recover path/to/repository --branch main --output table.csv
"""


@click.group(cls=Answering, help=HELP)
def notes() -> None:
    """Work on notes; HELP is what a user is told."""


notes.add_command(recover)
