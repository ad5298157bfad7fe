"""``affidavit policy diff``."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import click

from affidavit.cli.ledger.answers import FILE
from affidavit.cli.ledger.answers import found as ledger_at
from affidavit.cli.policy.options import REFUSED, UNDECIDED, json_option, opa_option, show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.policy.input import PolicyInput

HELP = """Tell where two bundles decide otherwise.

Both are asked about the inputs in the files given, and with --ledger about every input of a
recorded decision. With --opa the server of OPA there, which has AFTER loaded, answers for it: the
same bundle twice compares the engines. Exit code 1: a decision differs; 3: there was no input.
"""


@click.command(help=HELP)
@click.argument("before", type=FILE)
@click.argument("after", type=FILE)
@click.option("--input", "asked", metavar="FILE", type=FILE, multiple=True, help="Repeatable.")
@click.option("--ledger", "place", metavar="DIR", type=FILE, help="A ledger with decisions.")
@opa_option
@json_option
@click.pass_context
def diff(
    context: click.Context,
    /,
    before: Path,
    after: Path,
    *,
    asked: tuple[Path, ...],
    place: Path | None,
    **options: object,
) -> None:
    """Compare two bundles; HELP is what a user is told."""
    from affidavit.app.policy.comparing import compared  # noqa: PLC0415 -- help stays quick
    from affidavit.app.policy.evaluating import input_at  # noqa: PLC0415
    from affidavit.app.policy.opening import bundle_at  # noqa: PLC0415
    from affidavit.package.policy.data import comparison_told  # noqa: PLC0415
    from affidavit.package.policy.text import compared as lines  # noqa: PLC0415

    given = ((str(one), input_at(one)) for one in asked)
    as_json = bool(options.pop("as_json"))
    bundles = bundle_at(before), bundle_at(after)
    found = compared(*bundles, chain(given, _recorded(place)), **options)  # type: ignore[arg-type]
    show(comparison_told(found), lines(found), as_json=as_json)
    context.exit(REFUSED if found.differences else 0 if found.inputs else UNDECIDED)


def _recorded(ledger: Path | None) -> Iterator[tuple[str, PolicyInput]]:
    """The inputs of the decisions that a ledger has."""
    from affidavit.app.policy.replaying import recorded_inputs  # noqa: PLC0415

    if ledger is not None:
        yield from recorded_inputs(ledger_at(ledger))
