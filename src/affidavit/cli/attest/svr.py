"""``affidavit attest svr``."""

from __future__ import annotations

import click

from affidavit.cli.attest.options import about, given, moment, rules, rules_given

HELP = """State which properties of a landing hold: a simple verification result (SVR) v0.2.

They are found out by an audit of the landing alone, and only those that hold are listed:
docs/attest.md says what each of them means.

\b
Exit codes: 0 stated, 3 none of them is shown, or a ledger does not verify: nothing is written.
"""


@click.command(help=HELP)
@about
@rules
def svr(**options: object) -> None:
    """State properties; HELP is what a user is told."""
    from affidavit.app.attests import verified  # noqa: PLC0415 -- help stays quick

    asked = given(options)
    asked.end(verified.svr(asked.judged(), rules_given(options), moment()))
