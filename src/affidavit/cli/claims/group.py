"""``affidavit claims``: the group."""

from __future__ import annotations

import click

from affidavit.cli.claims.listing import listing
from affidavit.cli.claims.show import show
from affidavit.cli.claims.write import write
from affidavit.cli.ledger.group import Answering

HELP = """What records of agents' tools claim of commits and lines.

\b
Examples:
  affidavit claims list
  affidavit claims show HEAD
  affidavit claims write --form git-ai
  affidavit claims write v1.0..v1.1 --form agent-trace --to traces.jsonl
"""


@click.group(cls=Answering, help=HELP)
def claims() -> None:
    """Work on claims; HELP is what a user is told."""


for _command in (listing, show, write):
    claims.add_command(_command)
