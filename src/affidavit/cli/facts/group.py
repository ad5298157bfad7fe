"""``affidavit facts``: the group."""

from __future__ import annotations

import click

from affidavit.cli.facts.key import key
from affidavit.cli.facts.push import push
from affidavit.cli.facts.show import show
from affidavit.cli.facts.sign import sign
from affidavit.cli.ledger.group import Answering

HELP = """Facts that laptops, hooks and CI jobs sign, for a ledger to import.

A bundle is lines that can lie in a file, an artifact or git notes. Until `affidavit ledger import`
takes it in, it counts by its own signature alone.

\b
Examples:
  affidavit facts sign facts.jsonl --output bundle.jsonl
  affidavit facts sign facts.jsonl --notes --push origin
  affidavit facts push origin
  affidavit facts show bundle.jsonl --signers signers.toml --ledger .
"""


@click.group(cls=Answering, help=HELP)
def facts() -> None:
    """Sign facts and look at them; HELP is what a user is told."""


for _command in (sign, show, push, key):
    facts.add_command(_command)
