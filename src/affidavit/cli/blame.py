"""``affidavit blame``."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from affidavit.cli.ledger.answers import FILE
from affidavit.cli.lines_options import Given, options
from affidavit.cli.pages import Again, again, deliver, status

if TYPE_CHECKING:
    from affidavit.app.lines.blaming import Blame

HELP = """Tell of every line of a file which commit brought it, whose it is, and who reviewed it.

Like git blame, with the agent, its model and the grade of the review of what landed. An agent is
named of a line only where the commit that brought it, or a line-level note, names it: "ai" is its
own, "?" cannot be told, "." bears no signal. Sessions, grounds and reviewers stand in the JSON.

\b
Examples:
  affidavit blame src/app.py
  affidavit blame src/app.py --release latest --forge records.jsonl
  affidavit blame src/app.py --format html --output app.html
  affidavit blame src/app.py --json | jq '.lines[] | select(.class == "ai")'

Exit codes: 0 told, 2 usage, such as no such text file, 3 told, and something that belongs to it is
missing, or no release or deployment to tell of.
"""


@click.command(help=HELP)
@click.argument("path", metavar="FILE", type=FILE)
@click.option("--no-review", is_flag=True, help="Do not look how landings were reviewed.")
@options("text", "json", "html")
def blame(**asked: object) -> int:
    """Tell of the lines of a file; HELP is what a user is told."""
    given = Given(**asked)  # type: ignore[arg-type]  # click has checked them
    found = _blame(given)
    deliver(_body(found, given), given.output)
    return status(found.report.limits)


def _blame(given: Given) -> Blame:
    """What is told.

    Raises:
        AffidavitError: The repository cannot be read; see docs/errors/.
    """
    from affidavit.app.lines import blaming  # noqa: PLC0415 -- help stays quick
    from affidavit.app.lines.opening import opened  # noqa: PLC0415
    from affidavit.cli.progress import progress  # noqa: PLC0415

    where = given.place()
    asked = given.asked(where)
    with progress(quiet=given.quiet) as told, opened(asked) as found:
        graded = blaming.unlooked if given.no_review else partial(blaming.reviews, asked, told)
        return blaming.blame(found, where.within, graded, told, fresh=given.fresh)


def _body(found: Blame, given: Given) -> bytes:
    from affidavit.package.lines import blame as package  # noqa: PLC0415 -- help stays quick

    if given.format == "json":
        return package.json(found.report)
    if given.format == "html":
        from affidavit.package.lines import file_page  # noqa: PLC0415

        return file_page.page(found.report, found.text, _again(found, given)).encode()
    coloured = given.output is None and sys.stdout.isatty()
    told = package.lines(found.report, found.text, coloured=coloured)
    return "".join(f"{line}\n" for line in told).encode()


def _again(found: Blame, given: Given) -> str:
    """The command that makes the page again, in a clone of the repository."""
    more = {"--forge": given.forge, **given.settings}
    switches = ("--no-review",) if given.no_review else ()
    asked = Again("blame", found.report.at, "blame.html", more, switches)
    return again(asked, found.report.path)
