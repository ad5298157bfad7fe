"""``affidavit policy eval``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.cli.policy.options import (
    bundle_argument,
    input_option,
    json_option,
    opa_option,
    show,
    status,
)

if TYPE_CHECKING:
    from pathlib import Path

HELP = """Ask the policy in DIR (default: affidavit/policy) about an input.

With --opa a server of OPA answers that has the bundle; what it says of that is checked.

Exit code 0: allowed; 1: refused; 3: it denies for nothing but what is unknown, or fails.
"""


@click.command("eval", help=HELP)
@bundle_argument
@input_option
@opa_option
@json_option
@click.pass_context
def evaluate(
    context: click.Context, /, bundle: Path, asked: Path, *, opa: str | None, as_json: bool
) -> None:
    """Ask a policy; HELP is what a user is told."""
    from affidavit.app.policy.evaluating import evaluated, input_at  # noqa: PLC0415 -- quick help
    from affidavit.app.policy.opening import bundle_at  # noqa: PLC0415
    from affidavit.package.policy.data import decision_told  # noqa: PLC0415
    from affidavit.package.policy.text import decided  # noqa: PLC0415

    found = evaluated(bundle_at(bundle), input_at(asked), opa=opa)
    show(decision_told(found), decided(found), as_json=as_json)
    context.exit(status(found))
