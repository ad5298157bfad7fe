"""The entrance: what is loaded here is loaded by every command."""

from __future__ import annotations

import sys
from contextlib import suppress
from io import StringIO
from typing import NoReturn

import click

from affidavit import __version__
from affidavit.base.errors import AffidavitError, OutOfMemoryError
from affidavit.base.text import visible
from affidavit.cli.approve import approve
from affidavit.cli.attest.group import attest
from affidavit.cli.audit import audit
from affidavit.cli.blame import blame
from affidavit.cli.changes.group import changes
from affidavit.cli.claims.group import claims
from affidavit.cli.collect.group import collect
from affidavit.cli.controls.group import controls
from affidavit.cli.doctor import doctor
from affidavit.cli.envelope.group import envelope
from affidavit.cli.facts.group import facts
from affidavit.cli.gate import gate
from affidavit.cli.identity.group import identity
from affidavit.cli.init import init
from affidavit.cli.ledger.group import Answering, ledger
from affidavit.cli.lines import lines
from affidavit.cli.notes.group import notes
from affidavit.cli.policy.group import policy
from affidavit.cli.receipt.group import receipt
from affidavit.cli.record.group import record
from affidavit.cli.reject import reject
from affidavit.cli.release import release
from affidavit.cli.tools import tools
from affidavit.cli.waive import waive
from affidavit.cli.witness.serve import witness

BUG = 70
INTERRUPTED = 130
"""As a shell says it of SIGINT."""
LONGEST, TAIL = 2_000, 300
"""Characters of an error that are told, and of its end among them."""
MORE = "give it more memory, or audit a shorter period with --since"


@click.group(
    cls=Answering,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 exceptions, 2 usage, 3 cannot decide, 4 bad input,"
    " 5 environment, 70 bug.",
)
@click.version_option(__version__, prog_name="affidavit", message="affidavit %(version)s")
def program() -> None:
    """Sworn evidence for AI-written code, from any git history."""


program.add_command(approve)
program.add_command(attest)
program.add_command(audit)
program.add_command(blame)
program.add_command(changes)
program.add_command(claims)
program.add_command(collect)
program.add_command(controls)
program.add_command(doctor)
program.add_command(envelope)
program.add_command(facts)
program.add_command(gate)
program.add_command(identity)
program.add_command(init)
program.add_command(ledger)
program.add_command(lines)
program.add_command(notes)
program.add_command(policy)
program.add_command(receipt)
program.add_command(record)
program.add_command(reject)
program.add_command(release)
program.add_command(tools)
program.add_command(waive)
program.add_command(witness)


def main() -> None:
    """Run the program and end with the exit code of docs/exit-codes.md."""
    try:
        sys.exit(program.main(standalone_mode=False) or 0)
    except click.ClickException as error:
        told = StringIO()
        error.show(told)
        click.echo(_fitting(told.getvalue()), err=True, nl=False)
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("affidavit: interrupted", err=True)
        sys.exit(INTERRUPTED)
    except AffidavitError as error:
        _refuse(error)
    except MemoryError as error:
        # What was being done holds the memory: telling of it needs some.
        error.__traceback__ = error.__context__ = None
        _refuse(OutOfMemoryError("the machine has no memory left", hint=MORE))
    except Exception:  # noqa: BLE001 -- the entrance: a bug ends with its own status
        import traceback  # noqa: PLC0415 -- only a bug needs it

        traceback.print_exc()
        click.echo("affidavit: AFF-BUG: this is a bug in Affidavit, please report it", err=True)
        sys.exit(BUG)


def _fitting(text: str) -> str:
    """`text` without its middle, where it is longer than anybody reads: it may repeat an input."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - TAIL]}…{text[-TAIL:]}"


def _refuse(error: AffidavitError) -> NoReturn:
    """Tell the error and what to do about it, and end with its status."""
    with suppress(OSError):
        click.echo(f"affidavit: {error.code}: {visible(_fitting(error.message))}", err=True)
        if error.hint:
            click.echo(f"  {visible(error.hint)}", err=True)
    sys.exit(error.exit_status)
