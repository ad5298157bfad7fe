"""``affidavit doctor``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.setup.doctor.forge import Now
    from affidavit.app.setup.doctor.model import Check, Diagnosis, Machine
    from affidavit.sources.git.locate import Store

HELP = """Look whether what evidence depends on is in place, and say how to put right what is not.

Settings of coding tools, notes and hooks of git, the gate's own files, and, from the records of a
forge, the rules of the default branch. Nothing is changed.

\b
Examples:
  affidavit doctor
  affidavit doctor --forge service.jsonl --json
  affidavit doctor --live

\b
Exit codes: 0 nothing is bad or unknown, 1 something is bad, 3 nothing is, but something is unknown.
"""
_API = "https://api.github.com"


@click.command(help=HELP)
@click.option(
    "--repo", metavar="DIR", type=FILE, default=".", help="The repository (default: here)."
)
@click.option("--forge", metavar="EXPORT", type=FILE, help="Records of `affidavit collect`.")
@click.option("--live", is_flag=True, help="Ask GitHub now, with the token in GITHUB_TOKEN.")
@click.option(
    "--api-url",
    "url",
    metavar="URL",
    default=_API,
    show_default=True,
    envvar="GITHUB_API_URL",
    help="The REST base to ask.",
)
@click.option("--repository", metavar="OWNER/NAME", help="It, on GitHub (default: the remote's).")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def doctor(context: click.Context, /, repo: Path, forge: Path | None, **options: object) -> None:
    """Look; HELP is what a user is told."""
    from affidavit.app.setup.doctor.running import diagnosis  # noqa: PLC0415
    from affidavit.sources.git.locate import locate  # noqa: PLC0415

    store = locate(repo)
    url, slug = str(options["url"]), options["repository"]
    given = None if slug is None else str(slug)
    now = _now(store, forge, (url, given), live=bool(options["live"]))
    found = diagnosis(store, _machine(), now)
    if options["as_json"]:
        tell(found)
    else:
        for line in _lines(found):
            click.echo(line)
    context.exit(found.exit_status)


def _now(
    store: Store, forge: Path | None, place: tuple[str, str | None], *, live: bool
) -> Now | None:
    """What the forge's records show, if any are to be looked at; `place` is where is asked."""
    from affidavit.base.errors import UsageError  # noqa: PLC0415

    if forge is None and not live:
        return None
    from affidavit.app.setup.doctor import forge as records  # noqa: PLC0415

    if forge is not None and live:
        raise UsageError("--forge reads records and --live asks for them: give one")
    if forge is not None:
        return records.exported(forge, records.meant(store, place[1]))
    from affidavit.app.collecting.guard import no_dumps  # noqa: PLC0415
    from affidavit.cli.collect.told import telling  # noqa: PLC0415
    from affidavit.sources.github.token import token  # noqa: PLC0415

    with no_dumps(), telling(quiet=True) as told:
        return records.live(store, records.Place(*place), token(os.environ), told)


def _machine() -> Machine:
    from affidavit.app.setup.doctor.agents import PLACES  # noqa: PLC0415
    from affidavit.app.setup.doctor.model import Machine  # noqa: PLC0415

    places = tuple(Path(one) for one in PLACES)
    return Machine(home=Path.home(), environment=os.environ, managed=places)


def _lines(found: Diagnosis) -> Iterator[str]:
    for one in found.checks:
        yield from _told(one)
    counts = {
        state: sum(one.state == state for one in found.checks) for state in ("bad", "unknown")
    }
    yield f"{len(found.checks)} checks, {counts['bad']} bad, {counts['unknown']} unknown"


def _told(one: Check) -> Iterator[str]:
    yield f"{one.state:<8} {one.id:<19} {visible(one.found)} ({visible(one.where)})"
    if one.fix:
        yield f"{'':<29}{visible(one.fix)}"
