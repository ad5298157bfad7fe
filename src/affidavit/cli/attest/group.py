"""``affidavit attest``: the group."""

from __future__ import annotations

import click

from affidavit.cli.attest.source_vsa import source_vsa
from affidavit.cli.attest.svr import svr
from affidavit.cli.attest.test_result import test_result
from affidavit.cli.ledger.group import Answering

HELP = """Statements of in-toto about a landing, made of the evidence for it, for other tools.

\b
Examples:
  affidavit attest test-result --commit HEAD --forge service.jsonl
  affidavit attest svr --commit HEAD --forge service.jsonl --output svr.json
  affidavit attest source-vsa --commit HEAD --level SLSA_SOURCE_LEVEL_2 \\
      --policy https://firm.example/policy --require APPROVED
"""


@click.group(cls=Answering, help=HELP)
def attest() -> None:
    """Make statements; HELP is what a user is told."""


for _command in (test_result, svr, source_vsa):
    attest.add_command(_command)
