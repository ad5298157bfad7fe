"""``affidavit identity check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.identity.checking import Checked

HELP = """Look through FILE (default: affidavit.toml here), and name every fault with its line.

It is held to the rules of `version = 1`: what joins two entries, a role that is none, an owner who
is nobody, a known agent's account in the hands of a person. What is no fault, and yet does not do
what it looks like, is noted: addresses that are nobody's own, and names of teams that nobody bears.

\b
Exit codes: 0 nothing is wrong, 1 something is.
"""


@click.command(help=HELP)
@click.argument("file", default=Path("affidavit.toml"), type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def check(context: click.Context, file: Path, *, as_json: bool) -> None:
    """Check a file; HELP is what a user is told."""
    from affidavit.app.identity.checking import checked  # noqa: PLC0415

    found = checked(file)
    if as_json:
        tell(found)
    else:
        for line in _lines(found):
            click.echo(line)
    context.exit(1 if found.problems else 0)


def _lines(found: Checked) -> Iterator[str]:
    for one in found.problems:
        yield f"{visible(found.file)}:{one.line}: {visible(one.text)}"
    for one in found.notes:
        yield f"{visible(found.file)}:{one.line}: note: {visible(one.text)}"
    if not found.problems:
        counts = (("person", found.persons), ("agent", found.agents), ("bot", found.bots))
        told = ", ".join(f"{count:,} {what}{'s' * (count != 1)}" for what, count in counts)
        yield f"{visible(found.file)}: {told}; nothing is wrong"
