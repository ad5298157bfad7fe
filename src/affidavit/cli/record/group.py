"""``affidavit record``: the group."""

from __future__ import annotations

import click

from affidavit.cli.ledger.group import Answering
from affidavit.cli.record.reports import build, coverage, scan, test
from affidavit.cli.record.typed import deploy, incident

HELP = """Results of CI and scanners, deployments and incidents, recorded as facts.

Each is about a commit and its tree, and says who produced it and how it came here. Ends with 0 when
it was recorded, whatever the result is. Files stay where they are; the fact has their digests.

\b
Examples:
  affidavit record test --commit HEAD --generator "Claude Code" build/junit.xml
  affidavit record scan --commit HEAD --producer semgrep results.sarif --print
"""


@click.group(cls=Answering, help=HELP)
def record() -> None:
    """Record results; HELP is what a user is told."""


for _command in (test, coverage, scan, build, deploy, incident):
    record.add_command(_command)
