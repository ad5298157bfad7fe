"""``affidavit identity list``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.identity.listing import ListedMember, ListedRole, Listing

HELP = """List the members that the main branch declares, with everything that joins them.

With --at, those of the version that was in force at the end of a UTC day, or at an RFC 3339 time,
and the roles that they had then. A version is in force from the second after its commit came onto
the branch, as git tells the time. Before the first version, and where one cannot be understood,
nothing is known.

With --record every version that the ledger does not have is recorded in it, without anybody's name
in the clear.

\b
Exit codes: 0 listed, 3 it is not known who the members were.
"""


@click.command("list", help=HELP)
@click.option("--repo", metavar="DIR", type=FILE, default=".", help="The repository.")
@click.option("--at", metavar="D", help="A UTC day, or an RFC 3339 time.")
@click.option(
    "--file",
    "path",
    metavar="PATH",
    default="affidavit.toml",
    show_default=True,
    help="Where the file lies inside the repository.",
)
@click.option("--record", is_flag=True, help="Record the versions in the ledger.")
@click.option(
    "--ledger",
    "place",
    metavar="DIR",
    type=FILE,
    help="The ledger's folder (default: the repository's).",
)
@click.option("--name", metavar="NAME", help="What the ledger calls the repository.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def listed(  # noqa: PLR0913 -- click gives every option
    context: click.Context,
    *,
    repo: Path,
    at: str | None,
    path: str,
    record: bool,
    place: Path | None,
    name: str | None,
    as_json: bool,
) -> None:
    """List members; HELP is what a user is told."""
    from affidavit.app.identity.listing import looked  # noqa: PLC0415
    from affidavit.app.ledger.home import home  # noqa: PLC0415
    from affidavit.base.period import moment  # noqa: PLC0415

    time = None if at is None else moment(at, "--at")
    with looked(repo, path) as every:
        found = every.listing(time)
        _tell(found, as_json=as_json)
        if record:
            done = every.declared(name, home(place, repo.resolve()))
            # Not on the standard output: with --json that is one object.
            told = f"recorded       {done.new:,} versions, {done.known:,} known"
            click.echo(told, err=as_json)
    context.exit(3 if found.members is None else 0)


def _tell(found: Listing, *, as_json: bool) -> None:
    if as_json:
        tell(found)
        return
    for line in _lines(found):
        click.echo(visible(line))


def _lines(found: Listing) -> Iterator[str]:
    asked = "" if found.at is None else f" at {found.at}"
    if found.members is None:
        yield f"{found.file}{asked}: unknown: {found.why}"
        return
    if found.version is not None:
        since = f"commit {found.version.commit}, in force after {found.version.in_force_after}"
        yield f"{found.file}{asked}: {since}"
    for one in found.members:
        yield f"{one.kind:<6} {one.name}"
        yield from _details(one)


def _details(one: ListedMember) -> Iterator[str]:
    roles = tuple(map(_role, one.roles))
    for what, values in (
        ("addresses", one.addresses),
        ("accounts", one.accounts),
        ("keys", one.keys),
        ("roles", roles),
    ):
        if values:
            yield f"       {what:<10} {', '.join(values)}"
    if one.owner is not None:
        person = "" if one.owner.person is None else f" ({one.owner.person})"
        yield f"       {'owner':<10} {one.owner.said}{person}"


def _role(one: ListedRole) -> str:
    since = "" if one.since is None else f" from {one.since}"
    until = "" if one.until is None else f" to {one.until}"
    not_then = " (not then)" if one.holds is False else ""
    return f"{one.role}{since}{until}{not_then}"
