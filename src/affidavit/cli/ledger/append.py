"""``affidavit ledger append``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.base.errors import UsageError
from affidavit.cli.ledger.answers import FILE, common, found, tell

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO


HELP = """Append the facts of FILE (default: standard input), a JSON object a line.

All of them or none: when this ends with 0 they are on the disk and under a signed checkpoint.
A bad line is named with its field. A fact has kind, stream, actor and body, and may have id,
subject and blobs; see docs/formats/entry.md.

\b
Example of a line:
  {"kind": "test.done.v1", "stream": "ci-7", "actor": "ci", "body": {"result": "ok"}}
"""


@click.command(help=HELP)
@click.argument("file", default="-", type=click.File("rb"))
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
    file: BinaryIO,
    *,
    blobs: tuple[Path, ...],
    socket: Path | None,
    place: Path | None,
    as_json: bool,
) -> None:
    """Append a file of facts; HELP is what a user is told."""
    from affidavit.app.ledger.appending import appended, appended_at  # noqa: PLC0415

    typed = context.get_parameter_source("socket") is click.core.ParameterSource.COMMANDLINE
    if typed and place is not None:
        raise UsageError("--socket and --ledger are two places: give one")
    if socket is None or place is not None:
        done = appended(found(place), file, blobs)
    else:
        done = appended_at(socket, file, blobs)
    if as_json:
        tell(done)
        return
    for one in done.receipts:
        known = "" if one.new else "  (was recorded before)"
        click.echo(f"{one.index}  {one.stream} {one.sequence}  {one.digest}{known}")
