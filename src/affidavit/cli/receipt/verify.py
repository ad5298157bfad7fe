"""``affidavit receipt verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.receipts.predicate import Asserted
    from affidavit.app.receipts.result import Verified

HELP = """Verify a receipt, offline, and tell what each check came to.

What is trusted comes from you: the log's verifier key or a C2SP tlog-policy, and the signer's key.
Without them a receipt is self-asserted. With --repo the commit is looked for and its tree compared;
with --prompt and --opening the prompt is held against its commitment. What the receipt says of the
commit stays what its signer asserted.

\b
Exit codes: 0 all that was asked held, 1 a check failed, 3 self-asserted or not checked.
"""


@click.command(help=HELP)
@click.argument("file", type=FILE)
@click.option("--key", "keys", multiple=True, metavar="KEY|FILE", help="A verifier key of the log.")
@click.option("--policy", metavar="FILE", type=FILE, help="A C2SP tlog-policy.")
@click.option(
    "--signer", "signers", multiple=True, metavar="KEY|FILE", help="A key of whom you believe."
)
@click.option("--repo", metavar="DIR", type=FILE, help="The repository that holds the commit.")
@click.option("--prompt", metavar="FILE", type=FILE, help="The prompt that is said to be its own.")
@click.option("--opening", metavar="FILE", type=FILE, help="What opens the commitment to it.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def verify(  # noqa: PLR0913 -- click gives every option
    context: click.Context,
    file: Path,
    *,
    keys: tuple[str, ...],
    policy: Path | None,
    signers: tuple[str, ...],
    repo: Path | None,
    prompt: Path | None,
    opening: Path | None,
    as_json: bool,
) -> None:
    """Verify a receipt; HELP is what a user is told."""
    from affidavit.app.ledger.verifying import Trusted  # noqa: PLC0415
    from affidavit.app.receipts.verifying import Asked, verified  # noqa: PLC0415

    trusted = Trusted(keys=keys, policy=policy)
    result = verified(
        file,
        Asked(trusted=trusted, signers=signers, repository=repo, prompt=prompt, opening=opening),
    )
    if as_json:
        tell(_shown(result))
    else:
        for line in _lines(result):
            click.echo(visible(line))
    context.exit(result.status.exit_status)


def _shown(result: Verified) -> dict[str, object]:
    import msgspec  # noqa: PLC0415

    return {
        **msgspec.to_builtins(result),
        "exit_status": result.status.exit_status,
        "status": str(result.status),
    }


def _lines(result: Verified) -> Iterator[str]:
    yield f"status         {result.status}"
    for one in result.checks:
        yield f"{one.state:<14} {one.name}: {one.text}"
    if result.asserted is not None:
        yield from _asserted(result.asserted)


def _asserted(said: Asserted) -> Iterator[str]:
    """What was typed when the receipt was made; no check says that it is so."""
    for name, value in (("agent", said.agent), ("model", said.model), ("session", said.session)):
        if value is not None:
            yield f"asserted       {name} {value}"
    for reviewer in said.reviewers:
        yield f"asserted       reviewer {reviewer.party}"
    for test in said.tests:
        yield f"asserted       tests {test.digest}, {test.size:,} bytes"
