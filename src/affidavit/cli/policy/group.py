"""``affidavit policy``: the group."""

from __future__ import annotations

import click

from affidavit.cli.ledger.group import Answering
from affidavit.cli.policy.begin import init
from affidavit.cli.policy.diff import diff
from affidavit.cli.policy.evaluate import evaluate
from affidavit.cli.policy.explain import explain
from affidavit.cli.policy.replay import replay
from affidavit.cli.policy.test import test

HELP = """Policies in Rego: what must be so before a change is merged.

A bundle is a folder with policy.toml, files of Rego, data.json, and tests. What nobody vouches for
is evaluated in a process of its own, within limits, and has no network, clock or files.

\b
Examples:
  affidavit policy init
  affidavit policy test affidavit/policy
  affidavit policy explain affidavit/policy --input input.json
  affidavit policy replay --ledger .
"""


@click.group(cls=Answering, help=HELP)
def policy() -> None:
    """Try policies; HELP is what a user is told."""


for _command in (init, test, evaluate, explain, diff, replay):
    policy.add_command(_command)
