"""``affidavit collect``: the group."""

from __future__ import annotations

import click

from affidavit.cli.collect.github import github
from affidavit.cli.ledger.group import Answering

HELP = """What a forge knows of changes, in a file that can be read without it.

\b
Examples:
  affidavit collect github acme/payments --since 2026-01-01
  affidavit collect github acme/payments --output payments.jsonl --repo .
"""


@click.group(cls=Answering, help=HELP)
def collect() -> None:
    """Collect what a forge knows; HELP is what a user is told."""


collect.add_command(github)
