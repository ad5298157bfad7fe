"""Options that the commands about changes share, and what they ask for."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import click

from affidavit.base.errors import UsageError
from affidavit.cli.ledger.answers import FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from click.decorators import FC

    from affidavit.app.records.asking import Wanted
    from affidavit.base.limit import Limit
    from affidavit.changes.record.group import Change

    Requested = Callable[[str], Sequence[Change]]

GRADES = ("R0", "R1", "R2", "R3", "R4")
_ABOUT = (
    click.option("--branch", multiple=True, metavar="B", help="Branch; repeatable."),
    click.option("--since", metavar="D", help="First UTC day, or RFC 3339 time, of the period."),
    click.option("--until", metavar="D", help="Last UTC day, included; or a time, excluded."),
    click.option(
        "--forge", metavar="FILE", type=FILE, help="Records of `affidavit collect`, or a ledger."
    ),
    click.option("--ledger", metavar="DIR", type=FILE, help="A ledger with facts about commits."),
    click.option("--identities", metavar="FILE", type=FILE, help="People, agents, bots (TOML)."),
    click.option("--config", metavar="FILE", type=FILE, help="Used instead of affidavit.toml."),
    click.option("--name", metavar="NAME", help="What the repository is called."),
    click.option(
        "--emergency-label",
        multiple=True,
        metavar="L",
        help="A label that calls a change an emergency; repeatable (default: emergency).",
    ),
    click.option("--quiet", is_flag=True, help="Do not tell how far the work is."),
)
_CHOICE = (
    click.option("--ai", is_flag=True, help="AI changes only."),
    click.option(
        "--grade",
        "grades",
        multiple=True,
        type=click.Choice(GRADES),
        help="Changes of this review grade; repeatable.",
    ),
    click.option("--author", metavar="P", help="Changes of whose name or address holds this."),
    click.option("--recent", metavar="N", type=click.IntRange(min=1), help="The newest N of them."),
)


def about(command: FC) -> FC:
    """Which repository, period and records."""
    for option in reversed(_ABOUT):
        command = option(command)
    return command


def choice(command: FC) -> FC:
    """Which of its changes."""
    for option in reversed(_CHOICE):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The options of `about` as click gives them."""

    repo: Path
    branch: tuple[str, ...]
    since: str | None
    until: str | None
    forge: Path | None
    ledger: Path | None
    identities: Path | None
    config: Path | None
    name: str | None
    emergency_label: tuple[str, ...]
    quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The options of `choice`."""

    ai: bool = False
    grades: tuple[str, ...] = ()
    author: str | None = None
    recent: int | None = None

    def of(self, changes: Sequence[Change]) -> tuple[Change, ...]:
        """Those of `changes` that are asked for, in their order."""
        found = tuple(one for one in changes if self._takes(one))
        return found if self.recent is None else found[: self.recent]

    def __str__(self) -> str:
        told = [
            "AI changes" if self.ai else "",
            f"grade {' or '.join(self.grades)}" if self.grades else "",
            f"authors called {self.author!r}" if self.author else "",
            f"the newest {self.recent:,}" if self.recent else "",
        ]
        return ", ".join(one for one in told if one) or "all"

    def _takes(self, change: Change) -> bool:
        if self.ai and not change.ai:
            return False
        if self.grades and change.grade not in self.grades:
            return False
        return self.author is None or change.named(self.author)


def split(given: dict[str, object]) -> tuple[About, Chosen]:
    """The options of both sorts."""
    names = {one.name for one in fields(Chosen)}
    chosen = {name: value for name, value in given.items() if name in names}
    rest = {name: value for name, value in given.items() if name not in names}
    # click has checked them
    return About(**rest), Chosen(**chosen)  # type: ignore[arg-type]


def wanted(options: About) -> Wanted:
    """What is to be found.

    Raises:
        AffidavitError: A date makes no sense, or there is no such ledger.
    """
    from affidavit.app.audit import Request  # noqa: PLC0415 -- help stays quick without it
    from affidavit.app.gather import Bounds  # noqa: PLC0415
    from affidavit.app.ledger.home import home  # noqa: PLC0415
    from affidavit.app.records.asking import EMERGENCY, Wanted  # noqa: PLC0415
    from affidavit.base.period import since, until  # noqa: PLC0415

    request = Request(
        repository=options.repo,
        branches=options.branch,
        bounds=Bounds(
            None if options.since is None else since(options.since),
            None if options.until is None else until(options.until),
        ),
        name=options.name,
        config=options.config,
        identities=options.identities,
        forge=options.forge,
    )
    place = None if options.ledger is None else home(options.ledger, options.repo)
    return Wanted(request=request, ledger=place, emergency=options.emergency_label or EMERGENCY)


def tell_gaps(limits: Sequence[Limit]) -> None:
    """Say on standard error what is missing, so that nobody takes the answer for whole."""
    from affidavit.audit.gaps import gaps, said  # noqa: PLC0415 -- help stays quick without it

    for each in gaps(limits):
        click.echo(f"affidavit: {said(each)}", err=True)


def one(which: str, changes: Sequence[Change], requested: Requested | None = None) -> Change:
    """The change called `which`: by its id, a commit, or the number of its request.

    Of a commit that no landing brought in, `requested` tells the changes whose request had it.

    Raises:
        UsageError: There is none, or more than one.
    """
    found = [each for each in changes if each.is_called(which)]
    if not found and requested is not None:
        found = [*requested(which)]
    if not found:
        raise UsageError(
            f"no change of the period is called {which[:100]!r}",
            hint="an id such as CHG-2026-01-05-001, a commit, or #12; an older one needs --since",
        )
    if len(found) > 1:
        ids = ", ".join(each.id for each in found[:5])
        raise UsageError(f"{which[:100]!r} is the name of {len(found):,} changes: {ids}")
    return found[0]
