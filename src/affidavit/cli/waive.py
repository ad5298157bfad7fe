"""``affidavit waive``."""

from __future__ import annotations

from typing import Unpack

import click

from affidavit.cli.deciding import Placed, decide, options

HELP = """Waive rules of the policy for CHANGE, a revision or a request such as '#12', up to a day.

A waiver is no pass: what it waives is told as waived, and it lifts no requirement of the gate, but
rules of the base's policy that let a waiver lift them. It names them, or lasts at most 30 days;
it counts only if somebody entitled signs it before the event, who is neither an author of the
change nor gains by it. All else is as with `affidavit approve`.
"""


@click.command(help=HELP)
@click.argument("change")
@click.option("--items", metavar="A,B", help="What is waived: ids of rules, or of findings.")
@click.option(
    "--until", metavar="D", required=True, help="Last UTC day, included; or RFC 3339 time."
)
@click.option("--reason", metavar="TEXT", required=True, help="Why, in your words.")
@options
def waive(
    change: str, *, items: str | None, until: str, reason: str, **placed: Unpack[Placed]
) -> None:
    """Sign a waiver; HELP is what a user is told."""
    from affidavit.app.approvals.deciding import Asked  # noqa: PLC0415 -- help stays quick

    decide(
        Asked(
            command="waive",
            revision=change,
            items=() if items is None else tuple(one.strip() for one in items.split(",")),
            until=until,
            reason=reason,
            repository=placed["repo"],
            base=placed["base"],
            key=placed["key"],
            output=placed["output"],
            notes=placed["notes"],
            remote=placed["push"],
        )
    )
