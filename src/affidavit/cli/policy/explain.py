"""``affidavit policy explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.cli.policy.options import (
    bundle_argument,
    input_option,
    json_option,
    show,
    status,
)

if TYPE_CHECKING:
    from pathlib import Path

HELP = """Tell why the policy in DIR decides as it does about an input.

For each reason: where its rule stands, the fields of the input that it mentions with their values,
and what to do to be allowed. Exit codes are those of affidavit policy eval.
"""


@click.command(help=HELP)
@bundle_argument
@input_option
@json_option
@click.pass_context
def explain(context: click.Context, /, bundle: Path, asked: Path, *, as_json: bool) -> None:
    """Explain a decision; HELP is what a user is told."""
    from affidavit.app.policy.evaluating import input_at  # noqa: PLC0415 -- help stays quick
    from affidavit.app.policy.explaining import explained  # noqa: PLC0415
    from affidavit.app.policy.opening import bundle_at  # noqa: PLC0415
    from affidavit.package.policy.data import explanation_told  # noqa: PLC0415
    from affidavit.package.policy.text import explained as lines  # noqa: PLC0415

    found = explained(bundle_at(bundle), input_at(asked))
    show(explanation_told(found), lines(found), as_json=as_json)
    context.exit(status(found.decision))
