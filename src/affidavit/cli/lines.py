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
  affidavit lines --landings --since 2026-01-01 --format csv
  affidavit lines --format html --output lines.html
  affidavit lines --format json | jq .total

Exit codes: 0 told, 2 usage, such as no such path, 3 told, and something that belongs to it is
missing, or no release or deployment to tell of.
"""


@click.command(help=HELP)
@click.argument("path", required=False, type=FILE)
@click.option("--landings", is_flag=True, help="What each landing brought, left or not.")
@click.option("--since", metavar="D", help="With --landings: from this UTC day, or time, on.")
@options("text", "json", "csv", "html")
def lines(*, landings: bool, since: str | None, **asked: object) -> int:
    """Tell of lines; HELP is what a user is told."""
    # One job and then the end: what it makes holds no cycles, and looking for them takes time.
    gc.disable()
    given = Given(**asked)  # type: ignore[arg-type]  # click has checked them
    if given.forge and given.release is None and given.deployed is None:
        raise UsageError("--forge tells of releases and deployments: give one of them as well")
    if landings:
        return _landings(given, since)
    if since is not None:
        raise UsageError("--since says which landings: give --landings as well")
    found = _report(given)
    deliver(_body(found, given), given.output)
    return status(found.limits)


def _landings(given: Given, since: str | None) -> int:
    """Tell what each landing brought."""
    from affidavit.app.lines.landings import landings  # noqa: PLC0415 -- help stays quick
    from affidavit.app.lines.opening import opened  # noqa: PLC0415
    from affidavit.cli.progress import progress  # noqa: PLC0415
    from affidavit.package.lines import landings as package  # noqa: PLC0415

    where = given.place()
    if where.within:
        raise UsageError("--landings tells of whole landings, not of a folder or a file")
    if given.format == "html":
        raise UsageError("--landings is told as text, json or csv")
    with progress(quiet=given.quiet) as told, opened(given.asked(where)) as place:
        found = landings(place, told, from_=since, fresh=given.fresh)
    if given.format == "json":
        body = package.json(found)
    elif given.format == "csv":
        body = "".join(package.csv(found)).encode()
    else:
        body = "".join(f"{one}\n" for one in package.text(found)).encode()
    deliver(body, given.output)
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
    return "".join(f"{one}\n" for one in text.summary(report, given.place().within)).encode()
