"""``affidavit release``."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from affidavit.base.text import visible_json
from affidavit.cli.ledger.answers import FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from affidavit.app.ledger.home import Home
    from affidavit.app.reading import Progress
    from affidavit.app.release.asking import Wanted
    from affidavit.app.release.sealing import Sealed
    from affidavit.app.release.writing import Reported

HELP = """Tell what is in a release: changes, approvals, tests, scans, AI-made files, exceptions.

RANGE is FROM..TO, two tags or commits; ..TO for all from the beginning; or TO alone, since the tag
before it on its own line. REPO is the repository (default: here). The changes are the landings that
TO holds and FROM does not, whatever their dates. What is not known is listed.

\b
Examples:
  affidavit release v1.0..v1.1 --forge service.jsonl --output release-1.1
  affidavit release v1.1 ../service --ledger ../service --json
  affidavit release v1.0..v1.1 --forge service.jsonl --record --ledger ../service
"""


@click.command(help=HELP)
@click.argument("typed", metavar="RANGE")
@click.argument("repo", default=Path(), type=FILE)
@click.option("--branch", multiple=True, metavar="B", help="Audited branch; repeatable.")
@click.option("--output", metavar="DIR", type=FILE, help="Write the report and the records there.")
@click.option(
    "--forge", metavar="FILE", type=FILE, help="Records of `affidavit collect`, or a ledger."
)
@click.option(
    "--ledger",
    metavar="DIR",
    type=FILE,
    help="A ledger with facts about commits (with --record by default the repository's).",
)
@click.option("--identities", metavar="FILE", type=FILE, help="People, agents, bots (TOML).")
@click.option("--config", metavar="FILE", type=FILE, help="Used instead of affidavit.toml.")
@click.option("--name", metavar="NAME", help="What the repository is called.")
@click.option(
    "--emergency-label",
    multiple=True,
    metavar="L",
    help="A label that calls a change an emergency; repeatable (default: emergency).",
)
@click.option("--record", is_flag=True, help="Record the report in the ledger.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--quiet", is_flag=True, help="Do not tell how far the work is.")
def release(**options: object) -> None:
    """Report on a release; HELP is what a user is told."""
    from affidavit.app.release.writing import reported  # noqa: PLC0415
    from affidavit.cli.progress import progress  # noqa: PLC0415
    from affidavit.package.release.text import summary  # noqa: PLC0415

    given = _Given(**options)  # type: ignore[arg-type]  # click has checked them
    with ExitStack() as stack:
        with progress(quiet=given.quiet) as told:
            wanted, place = _wanted(given, told)
            found = stack.enter_context(reported(wanted, given.output, told))
            done = _sealed(place, found) if place else None
        if given.as_json:
            for line in found.lines():
                click.echo(visible_json(line.decode()))
            return
        for text in (*summary(found.release), *_told(given, done)):
            click.echo(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """The options as click gives them."""

    typed: str
    repo: Path
    branch: tuple[str, ...]
    output: Path | None
    forge: Path | None
    ledger: Path | None
    identities: Path | None
    config: Path | None
    name: str | None
    emergency_label: tuple[str, ...]
    record: bool
    as_json: bool
    quiet: bool


def _wanted(given: _Given, told: Progress) -> tuple[Wanted, Home | None]:
    """What is to be reported, and the ledger to record it in.

    Raises:
        AffidavitError: There is no such ledger.
    """
    from affidavit.app.ledger.home import home  # noqa: PLC0415 -- help stays quick without it
    from affidavit.app.records.asking import EMERGENCY  # noqa: PLC0415
    from affidavit.app.release.asking import Wanted  # noqa: PLC0415

    # Before the work, not after it: there must be a ledger to record in.
    place = home(given.ledger, given.repo) if given.ledger or given.record else None
    wanted = Wanted(
        repository=given.repo,
        typed=given.typed,
        branches=given.branch,
        name=given.name,
        config=given.config,
        identities=given.identities,
        forge=given.forge,
        ledger=place,
        emergency=given.emergency_label or EMERGENCY,
        check=_check(place, told) if place and given.record else None,
    )
    return wanted, place if given.record else None


def _check(place: Home, told: Progress) -> Callable[[str], None]:
    from affidavit.app.ledger.audits import check_recordable  # noqa: PLC0415

    return lambda name: check_recordable(place, name, told)


def _sealed(place: Home, found: Reported) -> Sealed:
    from affidavit.app.release.sealing import sealed  # noqa: PLC0415 -- only this needs it

    return sealed(place, found.release, found.digest())


def _told(given: _Given, done: Sealed | None) -> Iterator[str]:
    """Where the report is, and where it was recorded."""
    if given.output is not None:
        yield f"{'report':<14} {given.output / 'release.html'}"
    if done is not None:
        yield f"{'recorded':<14} {'entry' if done.new else 'known, entry'} {done.index}"
