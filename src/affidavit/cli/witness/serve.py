"""``affidavit witness serve``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.base.errors import UsageError
from affidavit.cli.ledger.answers import FILE

if TYPE_CHECKING:
    from pathlib import Path


@click.group()
def witness() -> None:
    """Watch other people's logs, so that they cannot be rewritten unnoticed."""


SERVE = """Cosign checkpoints of logs, as long as each goes on from the one before.

Run this where the log's operator has no hand: an auditor's machine, another department. It speaks
C2SP tlog-witness over HTTP and keeps its key and its memory in DIR. Whoever verifies the log names
the key that is printed here in a tlog-policy.

\b
Example:
  affidavit witness serve --name audit.example/w1 --log team.vkey --listen 127.0.0.1:8650
"""


@witness.command(help=SERVE)
@click.option("--name", metavar="NAME", required=True, help="The witness's name.")
@click.option(
    "--log", "logs", multiple=True, required=True, metavar="KEY|FILE",
    help="The verifier key of a log to watch; repeatable.",
)  # fmt: skip
@click.option("--listen", metavar="HOST:PORT", default="127.0.0.1:8650", show_default=True)
@click.option("--state", metavar="DIR", type=FILE, help="Where key and memory are kept.")
def serve(name: str, *, logs: tuple[str, ...], listen: str, state: Path | None) -> None:
    """Serve a witness; SERVE is what a user is told."""
    from affidavit.app.witness.served import served  # noqa: PLC0415

    host, colon, port = listen.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port[:6]) > 65_535:
        raise UsageError(f"{listen!a} is no HOST:PORT")
    served(name, logs, (host.strip("[]"), int(port)), state, click.echo)
