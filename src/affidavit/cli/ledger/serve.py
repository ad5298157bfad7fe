"""``affidavit ledger serve``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.base.errors import UsageError
from affidavit.cli.ledger.answers import FILE, common, found, tell

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.serve.place import Door

HELP = """Keep the ledger and take facts from many processes at once.

Facts that come in together become durable together, under one checkpoint; each writer gets its
turn. It ends on SIGTERM or SIGINT, when all that has come in is answered. While it runs,
affidavit ledger append sends it what it appends.

\b
Examples:
  affidavit ledger serve
  affidavit ledger serve --socket /run/affidavit/team.sock --group developers
"""


@click.command(help=HELP)
@click.option(
    "--socket",
    metavar="PATH",
    type=FILE,
    help="Listen here as well, for other accounts; only root or this account may own the folder.",
)
@click.option("--group", metavar="NAME", help="Who may use --socket: the members of this group.")
@click.option(
    "--idle",
    metavar="SECONDS",
    type=click.FloatRange(0.1),
    help="End when no client was there for so long.",
)
@common
def serve(
    *, socket: Path | None, group: str | None, idle: float | None, place: Path | None, as_json: bool
) -> None:
    """Serve until a signal; HELP is what a user is told."""
    from affidavit.app.serve.server import Service  # noqa: PLC0415 -- help stays quick without it
    from affidavit.app.serve.server import serve as serving  # noqa: PLC0415

    def listens(origin: str, sockets: list[str]) -> None:
        if as_json:
            tell({"origin": origin, "sockets": sockets})
        else:
            click.echo(f"keeping {origin} at {' and '.join(sockets)}")

    serving(found(place), Service(door=_door(socket, group), idle=idle), listens)


def _door(socket: Path | None, group: str | None) -> Door | None:
    import grp  # noqa: PLC0415

    from affidavit.app.serve.place import Door  # noqa: PLC0415

    if socket is None:
        if group is not None:
            raise UsageError("--group says who may use --socket: give that, too")
        return None
    try:
        gid = None if group is None else grp.getgrnam(group).gr_gid
    except KeyError as error:
        raise UsageError(f"there is no group {group!a} here") from error
    return Door(path=socket.absolute(), gid=gid)
