"""``affidavit claims list``."""

from __future__ import annotations

import click

from affidavit.cli.claims.looking import Looking, options

FORMS = (
    *("git-ai", "agent-trace", "entire", "aiir", "transcript", "gittuf", "source-tool", "gerrit"),
    "amlog",
)
HELP = """Tell which records of other tools a repository has, and which contradict each other.

For each form: how many records, how many of them could be read whole, how many commits they are
about and how many of these are here, what they claim and how many lines they attest. Two that say
different things of one commit, or of its message, are shown beside each other; none is chosen.

\b
Examples:
  affidavit claims list
  affidavit claims list --form git-ai --form entire --json
  affidavit claims list --records ~/.claude/projects/-home-ann-shop

\b
Exit codes: 0 done, 3 something could not be read.
"""


@click.command(name="list", help=HELP)
@click.option("--form", "forms", type=click.Choice(FORMS), multiple=True, help="This form alone.")
@options
def listing(forms: tuple[str, ...], **given: object) -> None:
    """List records; HELP is what a user is told."""
    from affidavit.app.claimed.looking import listed  # noqa: PLC0415 -- help stays quick
    from affidavit.app.claimed.telling import summary  # noqa: PLC0415

    looking = Looking(**given)  # type: ignore[arg-type]  # click has checked them
    with looking.opened() as (here, told):
        found = listed(here, forms, told)
    looking.answer(found, summary(found))
