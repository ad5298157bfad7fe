"""``affidavit receipt create``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.cli.ledger.answers import FILE, common, found, tell

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.receipts.creating import Created

HELP = """Make a receipt for a commit, and record it in the ledger.

What is given here is asserted: the receipt shows who said it, under this account's signing key,
and when the ledger took it in. Reviewers stand in it as pseudonyms and salted commitments, whose
values the ledger's vault keeps. A prompt stands in it as a salted commitment; the file that opens
it is written beside the receipt. Files of tests stand in it by their digests.
"""


@click.command(help=HELP)
@click.option("--commit", metavar="REV", required=True, help="A commit: an id, HEAD, a branch …")
@click.option("--repo", metavar="DIR", type=FILE, default=".", help="Its repository.")
@click.option("--agent", metavar="A", help="The agent that is said to have written it.")
@click.option("--model", metavar="M", help="The model it is said to have used.")
@click.option("--session", metavar="S", help="The session in which.")
@click.option("--prompt", metavar="FILE", type=FILE, help="The prompt, which is not copied.")
@click.option("--prompt-hash", metavar="H", help="Its SHA-256 instead; kept without a salt.")
@click.option(
    "--reviewer", "reviewers", multiple=True, metavar="P", help="Who is said to have reviewed it."
)
@click.option(
    "--test", "tests", multiple=True, metavar="FILE", type=FILE, help="A file that shows its tests."
)
@click.option("--output", metavar="FILE", type=FILE, help="Default: <commit>.receipt.json here.")
@click.option(
    "--signer", metavar="NAME", help="The name of the signing key, where this account has none yet."
)
@common
def create(  # noqa: PLR0913 -- click gives every option
    *,
    commit: str,
    repo: Path,
    agent: str | None,
    model: str | None,
    session: str | None,
    prompt: Path | None,
    prompt_hash: str | None,
    reviewers: tuple[str, ...],
    tests: tuple[Path, ...],
    output: Path | None,
    signer: str | None,
    place: Path | None,
    as_json: bool,
) -> None:
    """Make a receipt; HELP is what a user is told."""
    from affidavit.app.receipts.creating import Wanted, created  # noqa: PLC0415

    done = created(
        found(place),
        Wanted(
            revision=commit,
            repository=repo,
            output=output,
            agent=agent,
            model=model,
            session=session,
            prompt=prompt,
            prompt_hash=prompt_hash,
            reviewers=reviewers,
            tests=tests,
            signer=signer,
        ),
    )
    if as_json:
        tell(done)
    else:
        _print(done)


def _print(done: Created) -> None:
    click.echo(f"receipt        {done.output}")
    if done.opening is not None:
        click.echo(f"opening        {done.opening}: whoever has it can read the prompt")
    click.echo(f"commit         {done.commit}")
    click.echo(f"tree           {done.tree}")
    click.echo(f"entry          {done.index}")
    click.echo(f"signer         {done.signer}")
