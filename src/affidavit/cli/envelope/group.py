"""``affidavit envelope``: the group."""

from __future__ import annotations

import click

from affidavit.cli.envelope.create import create
from affidavit.cli.envelope.join import join
from affidavit.cli.envelope.write_back import write_back
from affidavit.cli.ledger.group import Answering

HELP = """What a change is before it lands, and by what its landing is found to be that change.

A squash or a rebase makes new commits, and what was said of the old ones is lost. An envelope keeps
what the change does to every path, who made it and what was said of it.

\b
Examples:
  affidavit envelope create --base main --head feature --bundle facts.jsonl
  affidavit envelope join --envelopes 1a2b3c4d5e6f.envelope.json HEAD
  affidavit envelope join --pulls --since 2026-01-01
  affidavit envelope write-back HEAD --envelope 1a2b3c4d5e6f.envelope.json --notes
"""


@click.group(cls=Answering, help=HELP)
def envelope() -> None:
    """Make envelopes and join landings; HELP is what a user is told."""


for _command in (create, join, write_back):
    envelope.add_command(_command)
