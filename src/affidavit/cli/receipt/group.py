"""``affidavit receipt``: the group."""

from __future__ import annotations

import click

from affidavit.cli.ledger.group import Answering
from affidavit.cli.receipt.create import create
from affidavit.cli.receipt.verify import verify

HELP = """Signed statements about commits, each with the proof that a ledger holds it.

A receipt is one file that can be checked offline. It says who asserts what of a commit; that it is
so, nobody can prove.

\b
Examples:
  affidavit receipt create --commit HEAD --agent "Claude Code" --prompt prompt.txt
  affidavit receipt verify 1a2b3c4d5e6f.receipt.json --key team.vkey --signer alice.vkey --repo .
"""


@click.group(cls=Answering, help=HELP)
def receipt() -> None:
    """Make and verify receipts; HELP is what a user is told."""


for _command in (create, verify):
    receipt.add_command(_command)
