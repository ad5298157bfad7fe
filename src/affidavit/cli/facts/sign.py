"""``affidavit facts sign``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from affidavit.base.errors import UsageError
from affidavit.cli.ledger.answers import FILE, opened, tell
from affidavit.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.facts.signing import Signed

HELP = """Sign the facts of FILE (default: standard input), a JSON object a line.

The same lines as `affidavit ledger append` takes, without id and blobs, and held against the same
rules: all of them are signed, or none. They become a bundle of their own, on the standard output
unless it is put somewhere. The key is this account's, which is made when it is first needed; give
its verifier key to who imports the facts.

With --notes the lines go into the notes of a commit (default: HEAD), refs/notes/affidavit. --push
shares all of these notes with a remote: both then have all lines of both, nothing is forced. Where
the push fails the facts are signed all the same: share them with `affidavit facts push REMOTE`. To
sign them again makes other statements of them, which are recorded as well.
"""


@click.command(help=HELP)
@click.argument("file", default="-", type=FILE)
@click.option("--key-file", metavar="FILE", type=FILE, help="Sign with this key.")
@click.option(
    "--signer", metavar="NAME", help="The name of the signing key, where this account has none yet."
)
@click.option("--output", metavar="FILE", type=FILE, help="Append the lines to it.")
@click.option(
    "--notes",
    metavar="[REV]",
    is_flag=False,
    flag_value="HEAD",
    help="Add the lines to the notes of this commit.",
)
@click.option("--repo", metavar="DIR", type=FILE, default=".", help="The repository of the notes.")
@click.option("--push", metavar="REMOTE", help="Bring the notes together with those of a remote.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def sign(  # noqa: PLR0913 -- click gives every option
    file: Path,
    *,
    key_file: Path | None,
    signer: str | None,
    output: Path | None,
    notes: str | None,
    repo: Path,
    push: str | None,
    as_json: bool,
) -> None:
    """Sign a file of facts; HELP is what a user is told."""
    from affidavit.app.facts.signing import Wanted, signed  # noqa: PLC0415

    placed = output is not None or notes is not None
    if as_json and not placed:
        raise UsageError("--json is an answer, and so are the lines: give --output or --notes")
    wanted = Wanted(
        repository=repo, key=key_file, name=signer, output=output, revision=notes, remote=push
    )
    with progress(quiet=as_json) as told, opened(file) as given:
        done, lines = signed(given, wanted, told)
    if as_json:
        tell(done)
        return
    if not placed:
        sys.stdout.buffer.write(b"".join(lines))
    for text in _lines(done):
        click.echo(text, err=not placed)


def _lines(done: Signed) -> Iterator[str]:
    bundle = f", bundle {done.bundle}" if done.bundle else ""
    yield f"signed         {done.facts:,} fact{'s' * (done.facts != 1)}{bundle}"
    if done.signer is not None:
        yield f"signer         {done.signer}"
    if done.output is not None:
        yield f"appended to    {done.output}"
    if done.commit is not None:
        yield f"in notes of    {done.commit}"
    if done.pushed is not None:
        yield f"pushed to      {done.pushed}"
