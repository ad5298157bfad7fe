"""``affidavit ledger``: the group, and how its commands answer."""

from __future__ import annotations

import os
import sys

import click

from affidavit.base.errors import OutputError
from affidavit.cli.ledger.anchor import anchor
from affidavit.cli.ledger.append import append
from affidavit.cli.ledger.cosign import cosign
from affidavit.cli.ledger.dispose import dispose
from affidavit.cli.ledger.export import export
from affidavit.cli.ledger.imported import imported
from affidavit.cli.ledger.init import init
from affidavit.cli.ledger.keys import freeze, key, rotate_key
from affidavit.cli.ledger.look import checkpoint, listed, prove, show
from affidavit.cli.ledger.serve import serve
from affidavit.cli.ledger.verify import verify
from affidavit.cli.options import GONE

HELP = """Keep facts so that it shows if what others saw of them is changed or cut off.

A ledger lies in .affidavit/ of a project and is found from any folder below it. What signs it
is kept elsewhere, in this account's configuration.

\b
Examples:
  affidavit ledger init --origin example.com/team
  affidavit ledger append facts.jsonl
  affidavit ledger export evidence/
"""


class Answering(click.Group):
    """Commands whose answers may find nobody to read them, or no room on the disk."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command, and see that its answer arrives."""
        try:
            answer: object = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _forget()
            ctx.exit(GONE)
        except OutputError:
            _settle()
            raise
        except OSError as error:
            if error.filename is not None:
                raise
            _settle()
            raise OutputError(f"the answer cannot be written: {error.strerror}") from error
        return answer


def _settle() -> None:
    """Let nothing be left in the buffer that finds no room: the program would end otherwise."""
    try:
        sys.stdout.flush()
    except OSError:
        _forget()


def _forget() -> None:
    """Drop what is left in the buffer: it has nowhere to go when the program ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=Answering, help=HELP)
def ledger() -> None:
    """Keep facts; HELP is what a user is told."""


for _command in (
    init,
    append,
    imported,
    listed,
    show,
    prove,
    checkpoint,
    export,
    rotate_key,
    key,
    freeze,
    dispose,
    verify,
    cosign,
    anchor,
    serve,
):
    ledger.add_command(_command)
