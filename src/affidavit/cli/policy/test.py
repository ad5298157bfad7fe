"""``affidavit policy test``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.cli.policy.options import bundle_argument, json_option, show

if TYPE_CHECKING:
    from pathlib import Path

HELP = """Run the tests of the bundle in DIR (default: affidavit/policy).

Tests are the rules of its *_test.rego whose names begin with test_: each has to be true. Ids of
rules that no test names are listed. Exit code 1: a test failed; 3: there is none.
"""


@click.command(help=HELP)
@bundle_argument
@json_option
@click.pass_context
def test(context: click.Context, /, bundle: Path, *, as_json: bool) -> None:
    """Run the tests; HELP is what a user is told."""
    from affidavit.app.policy.opening import bundle_at  # noqa: PLC0415 -- help stays quick
    from affidavit.app.policy.testing import tested  # noqa: PLC0415
    from affidavit.package.policy.data import tests_told  # noqa: PLC0415
    from affidavit.package.policy.text import tested as lines  # noqa: PLC0415

    found = tested(bundle_at(bundle))
    show(tests_told(found), lines(found), as_json=as_json)
    context.exit(found.exit_status)
