"""``affidavit controls list``."""

from __future__ import annotations

import click

from affidavit.cli.ledger.answers import tell

HELP = """List the control tests: what each asks, and of which population."""


@click.command("list", help=HELP)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def listed(*, as_json: bool) -> None:
    """List the tests; HELP is what a user is told."""
    from affidavit.controls.catalogue import CC8_1  # noqa: PLC0415 -- help stays quick without it

    if as_json:
        tell({"format": "affidavit/controls-list@1", "tests": CC8_1})
        return
    for one in CC8_1:
        click.echo(f"{one.id}  {one.title} ({one.population})")
