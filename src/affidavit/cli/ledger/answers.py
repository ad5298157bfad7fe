"""Options and answers that the commands of a ledger share."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from affidavit.base.errors import NotALedgerError, UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from click.decorators import FC

    from affidavit.app.ledger.custody import Custody, Held
    from affidavit.app.ledger.home import Home


class _Place(click.Path):
    """A path that says something: an empty one, as of a variable that nobody set, is none."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """The path that was given."""
        if value == "":
            self.fail("'' is no path.", param, ctx)
        return super().convert(value, param, ctx)


FILE = _Place(path_type=Path, readable=False)
DECLINED = 1
"""How a command ends when it was not to do what it asked about."""

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

    try:
        return home(place, Path.cwd())
    except NotALedgerError as error:
        if place is not None or not os.environ.get("AFFIDAVIT_SOCKET"):
            raise
        hint = "the server of AFFIDAVIT_SOCKET takes facts only: who keeps its ledger can read it"
        raise NotALedgerError(error.message, hint=hint) from error


@contextmanager
def opened(file: Path) -> Iterator[BinaryIO]:
    """The file at that path, open; the standard input where it is ``-``.

    Raises:
        UnreadableError: It cannot be opened.
    """
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    try:
        made = file.open("rb")
    except OSError as error:
        raise UnreadableError(f"{file}: {error.strerror}") from error
    with made:
        yield made


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
        click.exceptions.Exit: The answer is no; the user was told that nothing was done.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("this cannot be taken back, and nobody is here to ask", hint="give --yes")
    click.echo(what, err=True)
    if not click.confirm(question, err=True):
        click.echo("affidavit: nothing was done", err=True)
        click.get_current_context().exit(DECLINED)
