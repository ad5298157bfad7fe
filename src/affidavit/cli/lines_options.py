"""Options that ``affidavit lines`` and ``affidavit blame`` share, and what they ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from affidavit.base.errors import UsageError
from affidavit.cli.ledger.answers import FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from click.decorators import FC

    from affidavit.app.lines.opening import Asked
    from affidavit.app.lines.place import Place
    from affidavit.cli.pages import Value

_WHICH = (
    click.option("--at", metavar="REV", help="The commit (default: head of the main branch)."),
    click.option("--release", metavar="TAG", help="The commit of a release, or of the latest."),
    click.option("--deployed", metavar="ENVIRONMENT", help="The commit that is deployed there."),
    click.option(
        "--forge", metavar="FILE", type=FILE, help="Records of `affidavit collect`, or a ledger."
    ),
    click.option(
        "--ledger",
        metavar="DIR",
        type=FILE,
        help="Where deployments were recorded (default: the repository's, without --forge).",
    ),
    click.option(
        "--records",
        metavar="FILE",
        type=FILE,
        multiple=True,
        help="A transcript, an export or a trace of an agent's tool, read beside what the"
        " repository has.",
    ),
)
_OUTPUT = (
    click.option("--json", "as_json", is_flag=True, help="The same as --format json."),
    click.option("--output", metavar="FILE", type=FILE, help="Write to this file."),
    click.option(
        "--repo", metavar="DIR", type=FILE, help="The repository; what is named is a path in it."
    ),
    click.option("--name", metavar="NAME", help="What the repository is called."),
    click.option("--config", metavar="FILE", type=FILE, help="Used instead of affidavit.toml."),
    click.option("--identities", metavar="FILE", type=FILE, help="People, agents, bots (TOML)."),
    click.option("--fresh", is_flag=True, help="Follow the whole history, whatever is stored."),
    click.option("--quiet", is_flag=True, help="Do not tell how far the work is."),
)


def options(*formats: str) -> Callable[[FC], FC]:
    """Which lines of which repository, and in which of these formats they are told."""
    form = click.option(
        "--format", "form", type=click.Choice(formats), help=f"What is written ({formats[0]})."
    )

    def given(command: FC) -> FC:
        for option in reversed((*_WHICH, form, *_OUTPUT)):
            command = option(command)
        return command

    return given


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The options as click gives them."""

    path: Path | None
    at: str | None
    release: str | None
    deployed: str | None
    forge: Path | None
    ledger: Path | None
    records: tuple[Path, ...]
    form: str | None
    as_json: bool
    output: Path | None
    repo: Path | None
    name: str | None
    config: Path | None
    identities: Path | None
    fresh: bool
    quiet: bool
    no_review: bool = False

    def __post_init__(self) -> None:
        if self.as_json and self.form not in {None, "json"}:
            raise UsageError(f"--json and --format {self.form} each say what is written: give one")

    @property
    def format(self) -> str:
        """What is written."""
        return "json" if self.as_json else self.form or "text"

    @property
    def settings(self) -> Mapping[str, Value]:
        """What bears on the numbers beside the commit, by option."""
        return {
            "--name": self.name,
            "--config": self.config,
            "--identities": self.identities,
            "--records": self.records,
        }

    def place(self) -> Place:
        """The repository and the path in it that are meant.

        Raises:
            NotARepositoryError: There is none.
        """
        from affidavit.app.lines.place import place  # noqa: PLC0415 -- help stays quick

        return place(self.path, self.repo)

    def asked(self, where: Place) -> Asked:
        """Which lines are asked for."""
        from affidavit.app.lines.opening import Asked  # noqa: PLC0415 -- help stays quick

        return Asked(
            where.repository,
            self.at,
            self.config,
            self.identities,
            self.name,
            release=self.release,
            deployed=self.deployed,
            forge=self.forge,
            ledger=self.ledger,
            records=self.records,
        )
