"""``affidavit blame``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from affidavit.cli.ledger.answers import FILE
from affidavit.cli.pages import Again, again, deliver, status

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.lines.blaming import Blame

FORMATS = ("text", "json", "html")
HELP = """Tell of every line of a file which commit brought it, whose it is, and who reviewed it.

Like git blame, with the agent, its model and the grade of the review of what landed. An agent is
named of a line only where the commit that brought it, or a line-level note, names it: "ai" is its
own, "?" cannot be told, "." bears no signal. Sessions, grounds and reviewers stand in the JSON.

\b
Examples:
  affidavit blame src/app.py
  affidavit blame src/app.py --at v1.2.0 --forge records.jsonl
  affidavit blame src/app.py --format html --output app.html
  affidavit blame src/app.py --json | jq '.lines[] | select(.class == "ai")'
"""


@click.command(help=HELP)
@click.argument("file", type=FILE)
@click.option("--at", metavar="REV", help="The commit (default: head of the main branch).")
@click.option("--forge", metavar="FILE", type=FILE, help="Records of `affidavit collect`.")
@click.option("--no-review", is_flag=True, help="Do not look how landings were reviewed.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", help="What is written."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--output", metavar="FILE", type=FILE, help="Write to this file.")
@click.option("--repo", metavar="DIR", type=FILE, help="The repository; FILE is a path in it.")
@click.option("--config", metavar="FILE", type=FILE, help="Used instead of affidavit.toml.")
@click.option("--identities", metavar="FILE", type=FILE, help="People, agents, bots (TOML).")
@click.option("--fresh", is_flag=True, help="Follow the whole history, whatever is stored.")
@click.option("--quiet", is_flag=True, help="Do not tell how far the work is.")
def blame(**options: object) -> int:
    """Tell of the lines of a file; HELP is what a user is told."""
    given = _Given(**options)  # type: ignore[arg-type]  # click has checked them
    found = _blame(given)
    _write(found, given)
    return status(found.report.limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """The options as click gives them."""

    file: Path
    at: str | None
    forge: Path | None
    no_review: bool
    form: str
    as_json: bool
    output: Path | None
    repo: Path | None
    config: Path | None
    identities: Path | None
    fresh: bool
    quiet: bool

    @property
    def format(self) -> str:
        """What is written."""
        return "json" if self.as_json else self.form


def _blame(given: _Given) -> Blame:
    """What is told.

    Raises:
        AffidavitError: The repository cannot be read; see docs/errors/.
    """
    from affidavit.app.lines import blaming  # noqa: PLC0415 -- help stays quick
    from affidavit.app.lines.opening import Asked, opened  # noqa: PLC0415
    from affidavit.app.lines.place import place  # noqa: PLC0415
    from affidavit.cli.progress import progress  # noqa: PLC0415

    where = place(given.file, given.repo)
    asked = Asked(where.repository, given.at, given.config, given.identities)
    with progress(quiet=given.quiet) as told:
        graded = {} if given.no_review else blaming.reviews(asked, given.forge, told)
        with opened(asked) as found:
            return blaming.blame(found, where.within, graded, told, fresh=given.fresh)


def _write(found: Blame, given: _Given) -> None:
    from affidavit.package.lines import blame as package  # noqa: PLC0415 -- help stays quick

    if given.format == "json":
        body = package.json(found.report)
    elif given.format == "html":
        from affidavit.package.lines import file_page  # noqa: PLC0415

        body = file_page.page(found.report, found.text, _again(found, given)).encode()
    else:
        coloured = given.output is None and sys.stdout.isatty()
        told = package.lines(found.report, found.text, coloured=coloured)
        body = "".join(f"{line}\n" for line in told).encode()
    deliver(body, given.output)


def _again(found: Blame, given: _Given) -> str:
    """The command that makes the page again, in a clone of the repository."""
    more = {"--forge": given.forge, "--config": given.config, "--identities": given.identities}
    switches = ("--no-review",) if given.no_review else ()
    asked = Again("blame", found.report.at, "blame.html", more, switches)
    return again(asked, found.report.path)
