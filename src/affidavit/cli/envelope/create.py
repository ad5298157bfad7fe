"""``affidavit envelope create``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.base.errors import UsageError
from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.envelope.creating import Created

HELP = """Put what HEAD brings that BASE has not into an envelope, a file of JSON.

It has the digests of the change, its paths with the contents before and after, its commits and what
they claim of agents. With --forge it has the reviews of the request whose head this is, with
--facts the approvals, tests and scans of the head: each by its digest, and whose signature is good
was not checked. Paths stand in it in clear.

With --bundle or --notes a fact of it is signed: digests, ids and commitments, and no path.
"""


@click.command(help=HELP)
@click.option("--base", metavar="REV", required=True, help="The branch that it is to land on.")
@click.option("--head", metavar="REV", required=True, help="The newest commit of the change.")
@click.option("--repo", metavar="DIR", type=FILE, default=".", help="Its repository.")
@click.option("--name", metavar="NAME", help="What the envelope calls the repository.")
@click.option("--forge", metavar="EXPORT", type=FILE, help="Records of the forge.")
@click.option(
    "--facts", multiple=True, metavar="FILE", type=FILE, help="A fact bundle; repeatable."
)
@click.option("--output", metavar="FILE", type=FILE, help="Default: <head>.envelope.json here.")
@click.option("--bundle", metavar="FILE", type=FILE, help="Append the signed fact to it.")
@click.option("--notes", is_flag=True, help="Add the signed fact to the notes of the head.")
@click.option("--push", metavar="REMOTE", help="Bring the notes together with those of a remote.")
@click.option("--key-file", metavar="FILE", type=FILE, help="Sign with this key.")
@click.option(
    "--signer", metavar="NAME", help="The name of the signing key, where this account has none yet."
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def create(**options: object) -> None:
    """Make an envelope; HELP is what a user is told."""
    from affidavit.app.envelope.creating import Wanted, created  # noqa: PLC0415

    as_json = options.pop("as_json")
    alone = str(options["output"]) == "-"
    if alone and as_json:
        raise UsageError("--output - is the envelope alone, --json an answer: give one of them")
    if options["push"] is not None and not options["notes"]:
        raise UsageError("--push shares the notes: give --notes with it")
    names = {"repo": "repository", "push": "remote", "key_file": "key"}
    given = {names.get(name, name): value for name, value in options.items()}
    done = created(Wanted(**given))  # type: ignore[arg-type]  # click has checked them
    if as_json:
        tell(_shown(done))
        return
    for line in _lines(done):
        click.echo(visible(line), err=alone)


def _shown(done: Created) -> dict[str, object]:
    one = done.envelope
    return {
        "base": one.base,
        "commits": len(one.commits),
        "digest": done.digest,
        "digests": one.digests,
        "head": one.head,
        "merge_base": one.merge_base,
        "output": done.output,
        "paths": None if one.paths is None else len(one.paths),
        "signed": done.signed,
        "tree": one.tree,
        "unknown": one.unknown,
    }


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _lines(done: Created) -> Iterator[str]:
    one = done.envelope
    yield f"envelope       {done.output}"
    yield f"digest         {done.digest}"
    yield f"head           {one.head}"
    yield f"tree           {one.tree}"
    paths = "too many paths to tell" if one.paths is None else _counted(len(one.paths), "path")
    commits = _counted(len(one.commits), "commit")
    yield f"change         {paths}, {commits} from {one.merge_base[:12]}"
    if one.digests is not None:
        yield f"patch          {one.digests.patch or 'unknown'}"
    agents = sorted({claim.agent for claim in one.claims})
    yield f"agents         {', '.join(agents) or 'no sign of any'}"
    if one.unknown:
        yield f"unknown        {', '.join(one.unknown)}"
    if done.signed is not None:
        yield f"signer         {done.signed.signer}"
