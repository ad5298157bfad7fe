"""``affidavit ledger cosign``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from affidavit.cli.ledger.answers import FILE, common, found, tell

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.option("--policy", metavar="FILE", type=FILE, required=True, help="A C2SP tlog-policy.")
@common
@click.pass_context
def cosign(context: click.Context, *, policy: Path, place: Path | None, as_json: bool) -> None:
    """Ask the witnesses of a policy to cosign the newest checkpoint, and keep what they sign.

    A witness of the policy is asked if its line has an address. Ends with 0 if the policy's quorum
    is met, else with 3.
    """
    from affidavit.app.witness.collected import collected  # noqa: PLC0415

    done = collected(found(place), policy)
    if as_json:
        tell(done)
    else:
        for one in done.witnesses:
            seen = datetime.fromtimestamp(one.time or 0, UTC).isoformat()
            click.echo(f"{one.witness:<14} {one.problem or f'cosigned at {seen}'}")
        click.echo(
            f"quorum         {'met' if done.quorum else 'not met'} for {done.size:,} entries"
        )
    context.exit(0 if done.quorum else 3)
