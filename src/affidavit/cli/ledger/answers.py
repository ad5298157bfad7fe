"""Options and answers that the commands of a ledger share."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from affidavit.base.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.decorators import FC

    from affidavit.app.ledger.custody import Custody, Held
    from affidavit.app.ledger.home import Home

FILE = click.Path(path_type=Path, readable=False)

_PLACE = click.option(
    "--ledger",
    "place",
    metavar="DIR",
    type=FILE,
    help="The ledger's folder (default: the one of this folder or a folder above it).",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


_KEY_FILE = click.option("--key-file", metavar="FILE", type=FILE, help="Sign with this key.")
_SIGN = click.option("--sign-command", metavar="CMD", help="Sign with this command; needs --vkey.")
_VKEY = click.option(
    "--vkey", metavar="KEY", help="The verifier key of what --sign-command signs with."
)


def key_options(command: FC) -> FC:
    """How checkpoints are to be signed; see `key_given`."""
    return _KEY_FILE(_SIGN(_VKEY(command)))


def common(command: FC) -> FC:
    """The options that every command of a ledger has."""
    return _PLACE(_JSON(command))


def found(place: Path | None) -> Home:
    """The ledger that the command means."""
    from affidavit.app.ledger.home import home  # noqa: PLC0415 -- help stays quick without it

    return home(place, Path.cwd())


def tell(value: object) -> None:
    """Print `value` as JSON."""
    import msgspec  # noqa: PLC0415 -- help stays quick without it

    click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())


def key_given(
    file: Path | None, command: str | None, vkey: str | None
) -> Callable[[Custody], Held]:
    """The key that the options of `key_options` mean; a new one where they say nothing."""
    from affidavit.app.clock import chance  # noqa: PLC0415
    from affidavit.app.ledger.custody import Held  # noqa: PLC0415

    if file is not None:
        if command or vkey:
            raise UsageError("--key-file and --sign-command are two ways to sign: give one")
        return lambda custody: custody.given_secret(file)
    if bool(command) != bool(vkey):
        raise UsageError("--sign-command and --vkey are given together")
    if command and vkey:
        try:
            held = Held(vkey=vkey, command=tuple(shlex.split(command)))
        except ValueError as error:
            raise UsageError(f"--sign-command: {error}") from error
        return lambda _custody: held
    return lambda custody: custody.new_secret(chance(32))


def confirmed(what: str, question: str, *, yes: bool) -> None:
    """Go on only if the caller said yes, before or now.

    Raises:
        UsageError: Nobody can be asked.
        click.Abort: The answer is no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("this cannot be taken back, and nobody is here to ask", hint="give --yes")
    click.echo(what, err=True)
    click.confirm(question, abort=True, err=True)
