"""Arguments and answers that the commands about policies share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.policy.model import Decision

BUNDLE = Path("affidavit/policy")
REFUSED, UNDECIDED = 1, 3
bundle_argument = click.argument("bundle", metavar="[DIR]", default=BUNDLE, type=FILE)
input_option = click.option(
    "--input", "asked", metavar="FILE", type=FILE, required=True, help="What is asked, in JSON."
)
opa_option = click.option(
    "--opa", metavar="URL", help="Ask the server of OPA there, which has the bundle loaded."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


def show(answer: object, lines: Iterable[str], *, as_json: bool) -> None:
    """Print `answer` in JSON, or else `lines`."""
    if as_json:
        tell(answer)
        return
    for line in lines:
        click.echo(line)


def status(decision: Decision) -> int:
    """How a command ends that asked for a decision."""
    if decision.allowed:
        return 0
    return UNDECIDED if decision.undecided else REFUSED
