"""``affidavit envelope write-back``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.base.errors import UsageError
from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.envelope.lifting import Lifted
    from affidavit.app.envelope.writing import Written

HELP = """Write back that LANDING is the change of an envelope, and by which rung.

The fact of it is signed into a bundle, the notes of the landing, or both. The trailers of the
commits behind it are printed as one block, to paste where somebody writes the message of a squash;
no commit is changed. Nothing is signed where the rung does not carry.

With --git-ai the notes of git-ai on the commits behind a squash are carried to it, each line that
no later commit touched. The note is shown, and with --write put into refs/notes/ai, where the
landing has none.

\b
Exit codes: 0 it is joined by a rung that carries, 3 it is not.
"""


@click.command(name="write-back", help=HELP)
@click.argument("landing")
@click.option("--envelope", metavar="FILE", type=FILE, required=True, help="The envelope.")
@click.option("--branch", metavar="REV", default="HEAD", help="The branch of the landing.")
@click.option("--repo", metavar="DIR", type=FILE, default=".", help="Its repository.")
@click.option("--forge", metavar="EXPORT", type=FILE, help="Records of the forge on the request.")
@click.option("--bundle", metavar="FILE", type=FILE, help="Append the signed fact to it.")
@click.option("--notes", is_flag=True, help="Add the signed fact to the notes of the landing.")
@click.option("--push", metavar="REMOTE", help="Bring the notes together with those of a remote.")
@click.option("--git-ai", is_flag=True, help="Carry the notes of git-ai to the landing.")
@click.option("--write", is_flag=True, help="Write what --git-ai shows.")
@click.option("--key-file", metavar="FILE", type=FILE, help="Sign with this key.")
@click.option(
    "--signer", metavar="NAME", help="The name of the signing key, where this account has none yet."
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def write_back(context: click.Context, /, **options: object) -> None:
    """Write a join back; HELP is what a user is told."""
    from affidavit.app.envelope.writing import Wanted, written_back  # noqa: PLC0415

    as_json = options.pop("as_json")
    if options["push"] is not None and not options["notes"]:
        raise UsageError("--push shares the notes: give --notes with it")
    names = {"repo": "repository", "push": "remote", "key_file": "key"}
    given = {names.get(name, name): value for name, value in options.items()}
    done = written_back(Wanted(**given))  # type: ignore[arg-type]  # click has checked them
    if as_json:
        tell(done)
    else:
        for line in _lines(done):
            click.echo(visible(line))
    context.exit(done.exit_status)


def _lines(done: Written) -> Iterator[str]:
    yield f"landing        {done.join.landing}"
    yield f"rung           {done.join.rung}{'' if done.join.carries else ': it does not carry'}"
    if done.signed is not None:
        yield f"signer         {done.signed.signer}"
    if done.git_ai is not None:
        yield from _note(done.git_ai)
    if done.trailers:
        yield ""
        yield from done.trailers


def _note(one: Lifted) -> Iterator[str]:
    put = "written" if one.written else "not written: --write does"
    told = f"{one.lines:,} lines of {one.attested:,}, {put}" if one.note else f"none: {one.why}"
    yield f"git-ai note    {told}"
    if one.commits:
        yield f"from           {one.notes:,} notes on {one.commits:,} commits"
    for each in one.refused:
        yield f"refused        the note on {each.commit[:12]}: {each.why}"
    if one.more_refused:
        yield f"refused        {one.more_refused:,} notes more"
    if one.note and not one.written:
        yield ""
        yield from one.note.splitlines()
