"""``affidavit ledger cosign``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from affidavit.cli.ledger.answers import FILE, common, found, tell
from affidavit.cli.progress import progress

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.witness.asking import Asked
    from affidavit.app.witness.collected import Collected


@click.command()
@click.option("--policy", metavar="FILE", type=FILE, required=True, help="A C2SP tlog-policy.")
@common
@click.pass_context
def cosign(context: click.Context, *, policy: Path, place: Path | None, as_json: bool) -> None:
    """Ask the witnesses of a policy to cosign the newest checkpoint, and keep what they sign.

    A witness of the policy is asked if its line has an address. Ends with 0 if those that signed
    now meet the policy's quorum, else with 3: also where what was kept earlier would meet it, since
    nobody has seen the log since then.
    """
    from affidavit.app.witness.collected import collected  # noqa: PLC0415

    with progress(quiet=as_json) as told:
        done = collected(found(place), policy, told)
    if as_json:
        tell(done)
    else:
        for one in done.witnesses:
            click.echo(f"{one.witness:<14} {_answer(one)}")
        click.echo(f"quorum         {_quorum(done)}")
    context.exit(0 if done.quorum else 3)


def _answer(one: Asked) -> str:
    if one.problem is None:
        return f"cosigned at {_time(one.time or 0)}"
    kept = "" if one.kept is None else f"; kept from {_time(one.kept)}"
    return f"{one.problem}{kept}"


def _quorum(done: Collected) -> str:
    entries = "1 entry" if done.size == 1 else f"{done.size:,} entries"
    if done.quorum:
        return f"met for {entries}"
    return f"not met for {entries}{': it was met before, not now' if done.kept else ''}"


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
