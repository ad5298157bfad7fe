"""``affidavit policy replay``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.cli.ledger.answers import FILE, found
from affidavit.cli.policy.options import json_option, opa_option, show

if TYPE_CHECKING:
    from pathlib import Path

HELP = """Make the recorded decisions of a ledger again, and tell what differs.

Each with its recorded bundle and input, as far as the ledger and its vault have them, or they are
given, or the base of the change has the bundle and --repo says where that is. Exit code 1: one
differs; 3: one cannot be made again, there is none, or the ledger does not count as verified.
"""


@click.command(help=HELP)
@click.option("--ledger", metavar="DIR", type=FILE, help="The ledger (default: the one of here).")
@click.option("--since", metavar="D", help="First UTC day, or RFC 3339 time.")
@click.option("--until", metavar="D", help="Last UTC day, included; or a time, excluded.")
@click.option("--bundle", "bundles", metavar="DIR", type=FILE, multiple=True, help="Repeatable.")
@click.option("--input", "asked", metavar="FILE", type=FILE, multiple=True, help="Repeatable.")
@click.option("--repo", metavar="DIR", type=FILE, help="The repository of the changes.")
@opa_option
@json_option
@click.pass_context
def replay(context: click.Context, /, ledger: Path | None, **options: object) -> None:
    """Repeat decisions; HELP is what a user is told."""
    from affidavit.app.policy.replaying import Asked, replayed  # noqa: PLC0415 -- help stays quick
    from affidavit.package.policy.data import replay_told  # noqa: PLC0415
    from affidavit.package.policy.text import replayed as lines  # noqa: PLC0415

    as_json = bool(options.pop("as_json"))
    done = replayed(found(ledger), Asked(**options))  # type: ignore[arg-type]
    show(replay_told(done), lines(done), as_json=as_json)
    context.exit(done.exit_status)
