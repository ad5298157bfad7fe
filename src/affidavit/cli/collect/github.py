"""``affidavit collect github``."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from affidavit.app.collecting.wanted import SECTIONS, Wanted
from affidavit.base.errors import UsageError
from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from affidavit.app.collecting.collect import Collected
    from affidavit.app.ledger.home import Home
    from affidavit.cli.collect.told import Telling

HELP = """Collect what GitHub knows of OWNER/REPO: who approved which commit, what ran, which rules.

The token comes from GITHUB_TOKEN or GH_TOKEN. What the file has already is not asked for again:
the same command brings what is new, and goes on where an interrupted one stood. What could not be
seen is marked in the file as unknown, with the permission that it needs. --repo completes the
commits of large pull requests, of which GitHub lists 250, from a repository that has fetched
refs/pull/*/head.

With --record what is new goes into the ledger, too, without anybody's name in the clear.
--from-export does all but ask: it needs no network and no token.

\b
Exit codes: 0 all is there, 3 something is unknown or missing, 5 GitHub does not answer.
"""
_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]{0,99})/([A-Za-z0-9._-]{1,100})\Z", re.ASCII)


def _completed(_context: click.Context, _option: click.Parameter, typed: str) -> list[str]:
    """What the last of the sections that were `typed` may be, after those before it."""
    *before, last = typed.split(",")
    begun = "".join(f"{one}," for one in before)
    return [f"{begun}{one}" for one in SECTIONS if one.startswith(last) and one not in before]


@click.command(help=HELP)
@click.argument("repository", metavar="[OWNER/REPO]", default="")
@click.option("--since", metavar="DATE", help="Leave out what last changed before.")
@click.option(
    "--output",
    metavar="FILE",
    type=FILE,
    help="The export to write or go on with (default: OWNER-REPO.forge.jsonl).",
)
@click.option(
    "--api-url",
    "url",
    metavar="URL",
    default="https://api.github.com",
    show_default=True,
    help="The REST base of a GitHub Enterprise, ending in /api/v3.",
)
@click.option(
    "--sections",
    metavar="LIST",
    shell_complete=_completed,
    help=f"Only these, with commas: {', '.join(SECTIONS)}.",
)
@click.option("--repo", metavar="DIR", type=FILE, help="A repository with refs/pull/*/head.")
@click.option(
    "--from-export", "export", metavar="FILE", type=FILE, help="Ask nothing: this is there already."
)
@click.option("--record", is_flag=True, help="Record what is new in the ledger.")
@click.option(
    "--ledger",
    "place",
    metavar="DIR",
    type=FILE,
    help="The ledger's folder (default: that of --repo, or of the current folder).",
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--quiet", is_flag=True, help="Show no progress, no waits and no summary.")
@click.pass_context
def github(  # noqa: PLR0913 -- click gives every option
    context: click.Context,
    repository: str,
    *,
    since: str | None,
    output: Path | None,
    url: str,
    sections: str | None,
    repo: Path | None,
    export: Path | None,
    record: bool,
    place: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Collect from GitHub; HELP is what a user is told."""
    from affidavit.app.collecting.guard import no_dumps  # noqa: PLC0415
    from affidavit.cli.collect.summary import as_data, summary  # noqa: PLC0415
    from affidavit.cli.collect.told import telling  # noqa: PLC0415

    # Before the work, not after it: there must be a ledger to record in.
    ledger = _ledger(place, repo) if record else None
    wanted = Wanted(
        **_named(repository, output, export),
        url=url,
        since=_beginning(since),
        repository=repo,
        sections=_sections(sections),
    )
    with no_dumps(), telling(quiet=quiet) as told:
        done = _done(wanted, told, asked=export is None)
        line = _recorded(ledger, done, told) if ledger else ""
    if as_json:
        tell(as_data(done))
    elif not quiet:
        click.echo("\n".join(summary(done)))
    if line and not quiet:
        # Not on the standard output: with --json that is one object.
        click.echo(line, err=as_json)
    context.exit(0 if done.whole else 3)


def _done(wanted: Wanted, told: Telling, *, asked: bool) -> Collected:
    """What was collected now, or before where nothing is to be asked for."""
    from affidavit.app.collecting.collect import collected, replayed  # noqa: PLC0415
    from affidavit.sources.github.token import token  # noqa: PLC0415

    return collected(wanted, token(os.environ), told) if asked else replayed(wanted)


def _ledger(place: Path | None, repo: Path | None) -> Home:
    from affidavit.app.ledger.home import home  # noqa: PLC0415

    return home(place, (repo or Path()).resolve())


def _recorded(place: Home, done: Collected, told: Telling) -> str:
    from affidavit.app.forge.recording import recorded  # noqa: PLC0415

    found = recorded(place, done.export, told)
    return f"recorded       {found.new:,} new or changed, {found.known:,} known"


def _beginning(since: str | None) -> str | None:
    from affidavit.base.period import rfc3339  # noqa: PLC0415
    from affidavit.base.period import since as beginning  # noqa: PLC0415

    return None if since is None else rfc3339(beginning(since))


class _Named(TypedDict):
    owner: str
    name: str
    output: Path


def _named(repository: str, output: Path | None, export: Path | None) -> _Named:
    """Whose records, and the export; of one that is there already the repository may be empty."""
    if export is not None and output is not None:
        raise UsageError("--from-export asks for nothing: --output does not go with it")
    if export is not None and not repository:
        return {"owner": "", "name": "", "output": export}
    if not repository:
        raise UsageError("Missing argument 'OWNER/REPO'.", hint="such as acme/payments")
    found = _NAME.match(repository)
    if found is None or found[2] in {".", ".."}:
        raise UsageError(f"{repository[:200]!a} is not a repository's OWNER/REPO")
    usual = Path(f"{found[1]}-{found[2]}.forge.jsonl")
    return {"owner": found[1], "name": found[2], "output": export or output or usual}


def _sections(given: str | None) -> tuple[str, ...]:
    names = SECTIONS if given is None else tuple(one.strip() for one in given.split(","))
    unknown = [one for one in names if one not in SECTIONS]
    if unknown:
        raise UsageError(
            f"--sections: {unknown[0][:100]!a} is no section",
            hint=f"there are {', '.join(SECTIONS)}",
        )
    return names
