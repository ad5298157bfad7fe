"""``affidavit identity``: the group."""

from __future__ import annotations

import click

from affidavit.cli.identity.check import check
from affidavit.cli.identity.listing import listed
from affidavit.cli.identity.suggest import suggest
from affidavit.cli.ledger.group import Answering

HELP = """Persons, agents and bots: who they are, what joins their accounts, what they may do.

They are declared in affidavit.toml inside the repository. `list --at` tells which version of the
file was in force at a time: today's says nothing of then.

\b
Examples:
  affidavit identity check
  affidavit identity list --at 2026-03-31
  affidavit identity suggest . --export forge.jsonl
"""


@click.group(cls=Answering, help=HELP)
def identity() -> None:
    """Look at identities; HELP is what a user is told."""


for _command in (listed, check, suggest):
    identity.add_command(_command)
