"""``affidavit ledger init``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.cli.ledger.answers import FILE, key_given, key_options, tell

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("folder", default=".", type=FILE)
@click.option("--origin", metavar="NAME", help="The log's name, such as example.com/team.")
@click.option(
    "--follows",
    metavar="FILE",
    type=FILE,
    help="The last checkpoint of the log this one goes on from.",
)
@key_options
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def init(  # noqa: PLR0913 -- click gives every option
    folder: Path,
    *,
    origin: str | None,
    follows: Path | None,
    key_file: Path | None,
    sign_command: str | None,
    vkey: str | None,
    as_json: bool,
) -> None:
    """Begin a ledger in FOLDER/.affidavit (default: here).

    A new key is made and kept in this account's configuration, unless one is given. Keep the
    verifier key that is printed where the ledger's writers cannot change it: whoever checks the
    ledger needs it from elsewhere.
    """
    from affidavit.app.ledger.home import FOLDER, Home  # noqa: PLC0415
    from affidavit.app.ledger.kept import begun, checkpoint_text  # noqa: PLC0415

    key = key_given(key_file, sign_command, vkey)
    predecessor = None if follows is None else checkpoint_text(follows)
    place = Home(folder / FOLDER)
    name, verifier, _ = begun(place, origin, key, predecessor)
    if as_json:
        tell({"folder": str(place.folder), "origin": name, "vkey": verifier})
        return
    click.echo(f"ledger         {place.folder}")
    click.echo(f"origin         {name}")
    click.echo(f"verifier key   {verifier}")
