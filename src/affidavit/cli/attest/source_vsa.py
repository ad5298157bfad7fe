"""``affidavit attest source-vsa``."""

from __future__ import annotations

import click

from affidavit.base.errors import UsageError
from affidavit.cli.attest.options import about, given, moment, rules, rules_given

LEVELS = tuple(f"SLSA_SOURCE_LEVEL_{number}" for number in range(5))
HELP = """Summarise the verification of a source revision: SLSA's verification summary v1.

The level is what you state of the source; it is not found out here. The properties beside it are,
by an audit of the landing alone, and stand there as ORG_SOURCE_…: docs/attest.md says what each of
them means.

\b
Exit codes: 0 it passed, 1 it failed: the gate refused, or what --require names is not shown,
3 no property is shown and none is required, or a ledger does not verify: nothing is written.
"""


@click.command(name="source-vsa", help=HELP)
@about
@rules
@click.option(
    "--level", type=click.Choice(LEVELS), required=True, help="What you state of the source."
)
@click.option("--resource", metavar="URI", help="The source (default: its remote address).")
@click.option(
    "--require",
    "required",
    multiple=True,
    metavar="PROPERTY",
    help="It failed if this property is not shown; repeatable.",
)
def source_vsa(
    *, level: str, resource: str | None, required: tuple[str, ...], **options: object
) -> None:
    """Summarise a verification; HELP is what a user is told."""
    from affidavit.app.attests import verified  # noqa: PLC0415 -- help stays quick

    asked = given(options)
    found = rules_given(options)
    if not found.policy:
        raise UsageError("a summary names the policy that it was held to: give --policy")
    source = verified.Source(level=level, address=resource or "", required=required)
    asked.end(verified.source_vsa(asked.judged(), found, source, moment()))
