"""``affidavit audit``: parse, call, print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from affidavit.cli.options import DEFAULT_OUTPUT, FAIL_ON, FORMATS, GONE

if TYPE_CHECKING:
    import os


class Place(click.Path):
    """A path that is not empty: an unset variable of a script must not mean the current folder.

    Whether it can be read is found out where it is read, and told with an error of ours.
    """

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """`value` as a path."""
        if not str(value):
            self.fail("it is empty", param, ctx)
        return super().convert(value, param, ctx)


_FILE = Place(path_type=Path, readable=False)


HELP = """Tell which changes AI agents made, and for which of them a reviewer can be shown.

REPO is a work tree, a bare repository or a .git directory (default: here). Nothing in it is
changed, run or obeyed, and nothing leaves this machine.

\b
Examples:
  affidavit audit
  affidavit audit ../service --since 2026-01-01 --until 2026-06-30
  affidavit audit repo.git --branch main --branch release --fail-on exceptions
"""


@click.command(help=HELP)
@click.argument("repo", default=".", type=_FILE)
@click.option("--branch", multiple=True, metavar="B", help="Branch to audit; repeatable.")
@click.option("--since", metavar="D", help="First UTC day, or RFC 3339 time, of the period.")
@click.option("--until", metavar="D", help="Last UTC day, included; or RFC 3339 time, excluded.")
@click.option(
    "--output",
    metavar="DIR",
    default=DEFAULT_OUTPUT,
    show_default=True,
    type=_FILE,
    help="Where the report is written.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(FORMATS),
    help="What to write; repeatable, default all.",
)
@click.option(
    "--forge",
    metavar="FILE",
    type=_FILE,
    help="Records of the forge (affidavit collect), or a ledger's folder with them.",
)
@click.option(
    "--statements",
    multiple=True,
    metavar="PLACE",
    type=_FILE,
    help="Signed approvals and gate decisions: a file of facts or a ledger's folder; repeatable."
    " The repository's notes are read anyway.",
)
@click.option(
    "--witness",
    multiple=True,
    metavar="KEY|FILE",
    help="A witness whose word counts for when a ledger held a statement; repeatable.",
)
@click.option(
    "--tsa-ca",
    metavar="FILE",
    type=_FILE,
    help="Authorities whose time stamps count for when a ledger held a statement.",
)
@click.option("--identities", metavar="FILE", type=_FILE, help="People, agents, bots (TOML).")
@click.option(
    "--config", metavar="FILE", type=_FILE, help="Used instead of the repository's affidavit.toml."
)
@click.option("--name", metavar="NAME", help="What the report calls the repository.")
@click.option(
    "--since-report",
    metavar="FILE",
    type=_FILE,
    help="An earlier report.json: tells if history was rewritten since.",
)
@click.option(
    "--lines",
    is_flag=True,
    help="Also tell whose the lines at the head are, in lines.html, lines.json and two CSVs.",
)
@click.option("--record", is_flag=True, help="Record what was found in the ledger.")
@click.option(
    "--since-ledger",
    is_flag=True,
    help="Tell if history was rewritten since audits that the ledger holds.",
)
@click.option(
    "--ledger", metavar="DIR", type=_FILE, help="The ledger's folder (default: the repository's)."
)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default="never",
    show_default=True,
    help="exceptions: end with 1 if there are any; unknown: else with 3 on PR-only review"
    " evidence or a coverage gap.",
)
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.pass_context
def audit(context: click.Context, /, **options: object) -> None:
    """Audit a repository; HELP is what a user is told."""
    from affidavit.cli.run import run  # noqa: PLC0415 -- help and version stay quick without it

    try:
        status = run(options)
    except BrokenPipeError:
        # click would end with 1, which here means exceptions.
        status = GONE
    context.exit(status)
