"""``affidavit ledger append``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.base.errors import AffidavitError, UsageError
from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, common, found, opened, tell
from affidavit.cli.progress import progress

if TYPE_CHECKING:
    from pathlib import Path


HELP = """Append the facts of FILE (default: standard input), a JSON object a line.

All of them or none: when this ends with 0 they are on the disk and under a signed checkpoint.
A bad line is named with its field. A fact has kind, stream, actor and body, and may have id,
subject and blobs; see docs/formats/entry.md.

\b
Example of a line:
  {"kind": "test.done.v1", "stream": "ci-7", "actor": "ci", "body": {"result": "ok"}}
"""


@click.command(help=HELP)
@click.argument("file", default="-", type=FILE)
@click.option(
    "--blob",
    "blobs",
    multiple=True,
    metavar="FILE",
    type=FILE,
    help="Content that a fact names by its digest; repeatable.",
)
@click.option(
    "--socket",
    envvar="AFFIDAVIT_SOCKET",
    metavar="PATH",
    type=FILE,
    help="Send them to the server that listens there, of whatever account.",
)
@common
@click.pass_context
def append(  # noqa: PLR0913 -- click gives every option
    context: click.Context,
    file: Path,
    *,
    blobs: tuple[Path, ...],
    socket: Path | None,
    place: Path | None,
    as_json: bool,
) -> None:
    """Append a file of facts; HELP is what a user is told."""
    from affidavit.app.ledger.appending import appended, appended_at, origin_of  # noqa: PLC0415

    typed = context.get_parameter_source("socket") is click.core.ParameterSource.COMMANDLINE
    if typed and place is not None:
        raise UsageError("--socket and --ledger are two places: give one")
    with progress(quiet=as_json) as told, opened(file) as given:
        if socket is None or place is not None:
            done = appended(found(place), given, blobs, progress=told)
        else:
            done = appended_at(socket, given, blobs)
    if as_json:
        tell(done)
        return
    if socket is not None and place is None and not typed and _has_own():
        # Nobody who stands in a ledger's folder is to wonder where the facts went.
        where = f"sent to {origin_of(done)} at {socket}, as AFFIDAVIT_SOCKET says"
        click.echo(visible(f"{where}: --ledger means the ledger here"), err=True)
    if not done.receipts:
        click.echo("there is no fact to append", err=True)
    for one in done.receipts:
        known = "" if one.new else "  (was recorded before)"
        click.echo(f"{one.index}  {one.stream} {one.sequence}  {one.digest}{known}")


def _has_own() -> bool:
    """Whether the command stands in a folder that has a ledger."""
    try:
        found(None)
    except AffidavitError:
        return False
    return True
