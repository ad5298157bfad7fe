"""``affidavit claims write``."""

from __future__ import annotations

import click

from affidavit.base.errors import UsageError
from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, tell
from affidavit.cli.progress import progress

FORMS = ("git-ai", "agent-trace")
HELP = """Write what is known of lines in the form of another tool.

WHICH is a landing (default: the head of the main branch) or a range A..B of first-parent landings.
Of each the lines that it brought are written that a line-level record attests to an agent or a
person. What is undetermined, and what nothing is said of, is never written.

Without --to and --notes nothing is written, and the answer says what would be. No note is ever
written over.

\b
Examples:
  affidavit claims write --form git-ai
  affidavit claims write v1.0..v1.1 --form agent-trace --to traces.jsonl
  affidavit claims write --form git-ai --since 2026-01-01 --notes

\b
Exit codes: 0 done, 3 something could not be read.
"""


@click.command(help=HELP)
@click.argument("which", required=False)
@click.option("--form", type=click.Choice(FORMS), required=True, help="The form.")
@click.option("--since", metavar="D", help="Landings from this UTC day, or RFC 3339 time, on.")
@click.option(
    "--to", metavar="FILE", type=FILE, help="A file for all, a folder for one each, or -."
)
@click.option("--notes", is_flag=True, help="Add them to the repository's notes of that form.")
@click.option(
    "--from-commits",
    is_flag=True,
    help="Also all lines of commits that claim an agent: this widens their claim.",
)
@click.option("--repo", metavar="DIR", type=FILE, default=".", help="The repository.")
@click.option("--config", metavar="FILE", type=FILE, help="Used instead of affidavit.toml.")
@click.option("--identities", metavar="FILE", type=FILE, help="People, agents, bots (TOML).")
@click.option("--fresh", is_flag=True, help="Follow the whole history, whatever is stored.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--quiet", is_flag=True, help="Do not tell how far the work is.")
@click.pass_context
def write(
    context: click.Context,
    /,
    *,
    as_json: bool,
    quiet: bool,
    **options: object,
) -> None:
    """Write records; HELP is what a user is told."""
    from affidavit.app.claims_written.model import Asked, Form  # noqa: PLC0415 -- help stays quick
    from affidavit.app.claims_written.telling import text  # noqa: PLC0415
    from affidavit.app.claims_written.writing import written  # noqa: PLC0415

    alone = str(options["to"]) == "-"
    if alone and as_json:
        raise UsageError("--to - is the records alone, --json an answer: give one of them")
    names = {"repo": "repository", "which": "typed"}
    given = {names.get(name, name): value for name, value in options.items()}
    given["form"] = Form(str(given["form"]))
    with progress(quiet=quiet or as_json) as told:
        found = written(Asked(**given), told)  # type: ignore[arg-type]  # click has checked them
    if as_json:
        tell(found)
    else:
        for line in text(found):
            click.echo(visible(line), err=alone)
    context.exit(found.exit_status)
