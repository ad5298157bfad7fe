"""``affidavit ledger rotate-key`` and ``freeze``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.cli.ledger.answers import common, confirmed, found, key_given, key_options, tell
from affidavit.cli.progress import progress

if TYPE_CHECKING:
    from pathlib import Path


@click.command("rotate-key")
@key_options
@click.option(
    "--overlap",
    metavar="N",
    type=click.IntRange(0),
    default=1_000,
    show_default=True,
    help="Entries for which the old key signs as well.",
)
@common
def rotate_key(  # noqa: PLR0913 -- click gives every option
    *,
    key_file: Path | None,
    sign_command: str | None,
    vkey: str | None,
    overlap: int,
    place: Path | None,
    as_json: bool,
) -> None:
    """Sign with another key from now on (default: a new one).

    An entry under a checkpoint of both keys says so: whoever trusts the old key can follow. Give
    the new verifier key to those who check the log all the same.
    """
    from affidavit.app.ledger.ending import rotated  # noqa: PLC0415
    from affidavit.app.ledger.kept import keeping  # noqa: PLC0415

    key = key_given(key_file, sign_command, vkey)
    with progress(quiet=as_json) as told, keeping(found(place), progress=told) as keeper:
        new, done = rotated(keeper, key, overlap=overlap)
    if as_json:
        tell({"index": done.receipts[0].index, "vkey": new})
    else:
        click.echo(f"verifier key   {new}")
        click.echo(f"said in entry  {done.receipts[0].index}")


@click.command()
@click.option("--reason", metavar="TEXT", required=True, help="Why the log ends.")
@click.option("--successor", metavar="NAME", help="The origin of the log that goes on.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common
def freeze(  # noqa: PLR0913 -- click gives every option
    *, reason: str, successor: str | None, yes: bool, place: Path | None, as_json: bool
) -> None:
    """End the log for good: its last entry says so, and nothing can be appended after it.

    Begin the log that goes on with `affidavit ledger init --follows` and the last checkpoint.
    """
    from affidavit.app.ledger.ending import frozen  # noqa: PLC0415
    from affidavit.app.ledger.kept import keeping  # noqa: PLC0415

    ledger = found(place)
    confirmed(f"{ledger.folder}", "End this log for good?", yes=yes)
    with progress(quiet=as_json) as told, keeping(ledger, progress=told) as keeper:
        done = frozen(keeper, reason, successor)
    if as_json:
        tell(done)
    else:
        click.echo(f"frozen by entry {done.receipts[0].index}")


@click.command()
@common
def key(*, place: Path | None, as_json: bool) -> None:
    """Print the log's verifier keys, the newest last, as the log itself claims them.

    Give them to those who check the log by a way that its writers do not control.
    """
    from affidavit.app.ledger.view import viewing  # noqa: PLC0415

    with viewing(found(place)) as view:
        keys = view.claimed_keys()
    if as_json:
        tell({"keys": keys})
    else:
        click.echo("\n".join(keys))
