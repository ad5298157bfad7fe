"""``affidavit lines``."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import click

from affidavit.base.errors import UsageError
from affidavit.cli.ledger.answers import FILE
from affidavit.cli.lines_options import Given, options
from affidavit.cli.pages import Again, again, deliver, status

if TYPE_CHECKING:
    from affidavit.audit.lines.model import LinesReport

HELP = """Tell whose the lines are that a repository has: an agent's, a person's, nobody's known.

PATH is a folder or file of a repository (default: all of the one here). Each line belongs to the
landing that brought it, and inside a merge or a squash to the commit that did; it is an agent's
only where that commit, or a line-level note, says so. What cannot be told is undetermined, so the
share of AI lines is a lower and an upper bound.

\b
Examples:
  affidavit lines
  affidavit lines src --release v1.2.0
  affidavit lines --deployed production --forge service.jsonl
  affidavit lines --format html --output lines.html
  affidavit lines --format json | jq .total
"""


@click.command(help=HELP)
@click.argument("path", required=False, type=FILE)
@options("text", "json", "csv", "html")
def lines(**asked: object) -> int:
    """Tell of lines; HELP is what a user is told."""
    # One job and then the end: what it makes holds no cycles, and looking for them takes time.
    gc.disable()
    given = Given(**asked)  # type: ignore[arg-type]  # click has checked them
    if given.forge and given.release is None and given.deployed is None:
        raise UsageError("--forge tells of releases and deployments: give one of them as well")
    found = _report(given)
    deliver(_body(found, given), given.output)
    return status(found.limits)


def _report(given: Given) -> LinesReport:
    """What is told.

    Raises:
        AffidavitError: The repository cannot be read; see docs/errors/.
    """
    from affidavit.app.lines.opening import opened  # noqa: PLC0415 -- help stays quick
    from affidavit.app.lines.report import report  # noqa: PLC0415
    from affidavit.cli.progress import progress  # noqa: PLC0415

    where = given.place()
    with progress(quiet=given.quiet) as told, opened(given.asked(where)) as found:
        return report(found, told, where.within, fresh=given.fresh)


def _body(report: LinesReport, given: Given) -> bytes:
    from affidavit.package.lines import data, text  # noqa: PLC0415 -- help stays quick

    match given.format:
        case "json":
            return data.json(report)
        case "csv":
            return "".join(data.csv(report)).encode()
        case "html":
            from affidavit.package.lines import page  # noqa: PLC0415

            command = Again("lines", report.commit, "lines.html", given.settings)
            return page.page(report, again(command, given.place().within)).encode()
    return "".join(f"{one}\n" for one in text.summary(report)).encode()
