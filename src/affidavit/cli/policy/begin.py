"""``affidavit policy init``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.cli.ledger.answers import FILE
from affidavit.cli.policy.options import BUNDLE, json_option, show

if TYPE_CHECKING:
    from pathlib import Path

HELP = """Write the default bundle to DIR (default: affidavit/policy).

Its thresholds are in data.json, its classes of paths in policy.toml. Files that are there already
are never changed: where one differs, nothing is written.
"""


@click.command("init", help=HELP)
@click.argument("folder", metavar="[DIR]", default=BUNDLE, type=FILE)
@json_option
def init(folder: Path, *, as_json: bool) -> None:
    """Begin a bundle; HELP is what a user is told."""
    from affidavit.app.policy.starting import begun  # noqa: PLC0415 -- help stays quick without it
    from affidavit.package.policy.data import begun_told  # noqa: PLC0415

    done = begun(folder)
    lines = [
        *(f"wrote {folder / name}" for name in done.written),
        *(f"already there: {folder / name}" for name in done.same),
    ]
    show(begun_told(done), lines, as_json=as_json)
