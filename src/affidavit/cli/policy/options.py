"""Arguments and answers that the commands about policies share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.policy.model import Decision

BUNDLE = Path("affidavit/policy")
REFUSED, UNDECIDED = 1, 3


def _above(context: click.Context, parameter: click.Parameter, bundle: Path) -> Path:
    """The usual bundle of the repository, where a folder below its root has none of its own."""
    if context.get_parameter_source(parameter.name or "") is not ParameterSource.DEFAULT:
        return bundle
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / bundle).is_dir():
            return bundle if folder == here else folder / bundle
        if (folder / ".git").exists():
            break
    return bundle


bundle_argument = click.argument(
    "bundle", metavar="[DIR]", default=BUNDLE, type=FILE, callback=_above
)
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
