"""``affidavit changes``: the group."""

from __future__ import annotations

import click

from affidavit.cli.changes.export import export
from affidavit.cli.changes.listing import listed
from affidavit.cli.changes.metrics import metrics
from affidavit.cli.changes.show import show
from affidavit.cli.ledger.group import Answering

HELP = """Change records: who made, reviewed, tested, merged and shipped a change, with the sources.

A record is put together from git, the records of a forge (affidavit collect) and a ledger. Each
value says where it comes from and how far it can be believed; what is not known is named.

\b
Examples:
  affidavit changes list --ai
  affidavit changes show CHG-2026-01-05-001 --forge service.jsonl
  affidavit changes export --forge service.jsonl --output evidence
"""


@click.group(cls=Answering, help=HELP)
def changes() -> None:
    """Look at changes; HELP is what a user is told."""


for _command in (listed, show, export, metrics):
    changes.add_command(_command)
