"""``affidavit controls``: the group."""

from __future__ import annotations

import click

from affidavit.cli.controls.listing import listed
from affidavit.cli.controls.test import test
from affidavit.cli.ledger.group import Answering

HELP = """Control tests of change management (CC8.1), over every change of a period.

Each test asks the same of every item of its population, and answers pass, deviation, not applicable
or unknown. What a source does not tell is unknown, never a pass.

\b
Examples:
  affidavit controls list
  affidavit controls test --forge service.jsonl --ledger .
"""


@click.group(cls=Answering, help=HELP)
def controls() -> None:
    """Test controls; HELP is what a user is told."""


controls.add_command(listed)
controls.add_command(test)
