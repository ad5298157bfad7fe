"""``affidavit lines``."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from affidavit.cli.ledger.answers import FILE
from affidavit.cli.pages import Again, again, deliver, status

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.lines.model import LinesReport

FORMATS = ("text", "json", "csv", "html")
HELP = """Tell whose the lines are that a repository has: an agent's, a person's, nobody's known.

PATH is a folder or file of a repository (default: all of the one here). Each line belongs to the
landing that brought it, and inside a merge or a squash to the commit that did; it is an agent's
only where that commit, or a line-level note, says so. What cannot be told is undetermined, so the
share of AI lines is a lower and an upper bound.

\b
Examples:
  affidavit lines
  affidavit lines src --at v1.2.0
  affidavit lines --format html --output lines.html
  affidavit lines --format json | jq .total
"""


@click.command(help=HELP)
@click.argument("path", required=False, type=FILE)
@click.option("--at", metavar="REV", help="The commit (default: head of the main branch).")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", help="What is written."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--output", metavar="FILE", type=FILE, help="Write to this file.")
@click.option("--repo", metavar="DIR", type=FILE, help="The repository; PATH is a path in it.")
@click.option("--name", metavar="NAME", help="What the repository is called.")
@click.option("--config", metavar="FILE", type=FILE, help="Used instead of affidavit.toml.")
@click.option("--identities", metavar="FILE", type=FILE, help="People, agents, bots (TOML).")
@click.option("--fresh", is_flag=True, help="Follow the whole history, whatever is stored.")
@click.option("--quiet", is_flag=True, help="Do not tell how far the work is.")
def lines(**options: object) -> int:
    """Tell of lines; HELP is what a user is told."""
    # One job and then the end: what it makes holds no cycles, and looking for them takes time.
    gc.disable()
    given = _Given(**options)  # type: ignore[arg-type]  # click has checked them
    found = _report(given)
    _write(found, given)
    return status(found.limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """The options as click gives them."""

    path: Path | None
    at: str | None
    form: str
    as_json: bool
    output: Path | None
    repo: Path | None
    name: str | None
    config: Path | None
    identities: Path | None
    fresh: bool
    quiet: bool

    @property
    def format(self) -> str:
        """What is written."""
        return "json" if self.as_json else self.form


def _report(given: _Given) -> LinesReport:
    """What is told.

    Raises:
        AffidavitError: The repository cannot be read; see docs/errors/.
    """
    from affidavit.app.lines.opening import Asked, opened  # noqa: PLC0415 -- help stays quick
    from affidavit.app.lines.place import place  # noqa: PLC0415
    from affidavit.app.lines.report import report  # noqa: PLC0415
    from affidavit.cli.progress import progress  # noqa: PLC0415

    where = place(given.path, given.repo)
    asked = Asked(where.repository, given.at, given.config, given.identities, given.name)
    with progress(quiet=given.quiet) as told, opened(asked) as found:
        return report(found, told, where.within, fresh=given.fresh)


def _write(report: LinesReport, given: _Given) -> None:
    from affidavit.package.lines import data, text  # noqa: PLC0415 -- help stays quick

    if given.format == "json":
        body = data.json(report)
    elif given.format == "csv":
        body = "".join(data.csv(report)).encode()
    elif given.format == "html":
        from affidavit.package.lines import page  # noqa: PLC0415

        body = page.page(report, _again(report, given)).encode()
    else:
        body = "".join(f"{one}\n" for one in text.summary(report)).encode()
    deliver(body, given.output)


def _again(report: LinesReport, given: _Given) -> str:
    """The command that makes the page again, in a clone of the repository."""
    from affidavit.app.lines.place import place  # noqa: PLC0415

    within = place(given.path, given.repo).within
    more = {"--name": given.name, "--config": given.config, "--identities": given.identities}
    return again(Again("lines", report.commit, "lines.html", more), within)
