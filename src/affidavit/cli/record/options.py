"""Options and answers that the commands of ``affidavit record`` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from affidavit.base.errors import UsageError
from affidavit.cli.ledger.answers import FILE, common, found, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from click.decorators import FC

    from affidavit.app.receipts.commits import Named
    from affidavit.app.results.recording import Place, Recorded
    from affidavit.app.results.said import Read

_OPTIONS = (
    click.option("--commit", metavar="REV", required=True, help="What it is about: an id, HEAD …"),
    click.option("--repo", metavar="DIR", type=FILE, default=".", help="Its repository."),
    click.option(
        "--producer",
        metavar="NAME",
        help="The tool, agent or service that produced it (default: the CI system).",
    ),
    click.option("--generator", metavar="AGENT", help="The agent that made the change."),
    click.option(
        "--socket",
        envvar="AFFIDAVIT_SOCKET",
        metavar="PATH",
        type=FILE,
        help="Send it to the server that listens there, of whatever account.",
    ),
    click.option("--print", "only_shown", is_flag=True, help="Show the fact; record nothing."),
    click.option(
        "--line",
        "as_line",
        is_flag=True,
        help="Print it as a line for affidavit facts sign; record nothing.",
    ),
)
FILES = click.argument("files", nargs=-1, required=True, metavar="FILE…", type=FILE)
EVIDENCE = click.argument("files", nargs=-1, metavar="[FILE…]", type=FILE)
AT = click.option("--at", metavar="TIME", help="When, such as 2026-11-21T12:00:00Z.")


class Given(NamedTuple):
    """The options that every command has."""

    files: tuple[Path, ...]
    commit: str
    repo: Path
    producer: str | None
    generator: str | None
    socket: Path | None
    only_shown: bool
    as_line: bool
    place: Path | None
    as_json: bool


def recording(command: FC) -> FC:
    """The options that every command has."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return common(command)


def run(given: Mapping[str, object], read: Callable[[Given, Named], Read]) -> None:
    """Record what `read` finds, as the options say, and print what became of it.

    Raises:
        AffidavitError: See docs/errors/.
    """
    from affidavit.app.receipts.commits import resolved  # noqa: PLC0415 -- help stays quick
    from affidavit.app.results.recording import as_line, recorded, shown  # noqa: PLC0415
    from affidavit.app.results.said import drafted  # noqa: PLC0415
    from affidavit.app.results.wanted import Wanted  # noqa: PLC0415

    options = Given(**given)  # type: ignore[arg-type]  # click has checked them
    wanted = Wanted(
        files=options.files,
        revision=options.commit,
        repository=options.repo,
        producer=options.producer,
        generator=options.generator,
    )
    wanted.check()
    if options.only_shown and options.as_line:
        raise UsageError("--print and --line are two ways to see the fact: give one")
    # Before the work, not after it: there must be a ledger to record in.
    place = None if options.only_shown or options.as_line else _place(options)
    about = resolved(wanted.repository, wanted.revision)
    draft = drafted(read(options, about), wanted, about)
    if options.as_line:
        click.echo(as_line(draft))
        return
    done = shown(draft) if place is None else recorded(draft, place)
    if options.as_json or options.only_shown:
        tell(done)
    else:
        _print(done)


def _place(options: Given) -> Place:
    from affidavit.app.results.recording import Place  # noqa: PLC0415

    typed = click.get_current_context().get_parameter_source("socket")
    if typed is click.core.ParameterSource.COMMANDLINE and options.place is not None:
        raise UsageError("--socket and --ledger are two places: give one")
    if options.socket is not None and options.place is None:
        return Place(None, options.socket)
    return Place(found(options.place), None)


def _print(done: Recorded) -> None:
    from affidavit.cli.record.words import lines  # noqa: PLC0415

    for name, text in lines(done):
        click.echo(f"{name:<14} {text}")
