"""``affidavit reject``."""

from __future__ import annotations

from typing import Unpack

import click

from affidavit.cli.deciding import Placed, decide, options

HELP = """Reject CHANGE, a revision or a request such as '#12', with your own SSH key.

An approval by the same key counts no more, and the gate lets nothing in that has this head, until
the same person takes it back: by a later approval, signed with this key or one whose enrolment is
proven, or given on the forge. All else is as with `affidavit approve`.
"""


@click.command(help=HELP)
@click.argument("change")
@click.option("--reason", metavar="TEXT", required=True, help="Why, in your words.")
@options
def reject(change: str, *, reason: str, **placed: Unpack[Placed]) -> None:
    """Sign a rejection; HELP is what a user is told."""
    from affidavit.app.approvals.deciding import Asked  # noqa: PLC0415 -- help stays quick

    decide(
        Asked(
            command="reject",
            revision=change,
            reason=reason,
            repository=placed["repo"],
            base=placed["base"],
            key=placed["key"],
            output=placed["output"],
            notes=placed["notes"],
            remote=placed["push"],
        )
    )
