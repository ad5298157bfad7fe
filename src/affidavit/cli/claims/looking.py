"""The options of commands that look through records, and what they answer."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import click

from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, tell
from affidavit.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from click.decorators import FC

    from affidavit.app.lines.opening import Opened
    from affidavit.app.reading import Progress

_OPTIONS = (
    click.option("--at", metavar="REV", help="Whose files are looked at (default: main branch)."),
    click.option(
        "--records",
        metavar="FILE",
        type=FILE,
        multiple=True,
        help="Records in a file, or in the files of a folder.",
    ),
    click.option("--repo", metavar="DIR", type=FILE, default=".", help="The repository."),
    click.option("--json", "as_json", is_flag=True, help="Answer in JSON."),
    click.option("--quiet", is_flag=True, help="Do not tell how far the work is."),
)


class Answer(Protocol):
    """What is answered, and the status that the command ends with."""

    @property
    def exit_status(self) -> int:
        """0, or 3 where something could not be read."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """The options as click gives them."""

    at: str | None
    records: tuple[Path, ...]
    repo: Path
    as_json: bool
    quiet: bool

    @contextmanager
    def opened(self) -> Iterator[tuple[Opened, Progress]]:
        """The repository, and who is told how far the work is.

        Raises:
            AffidavitError: It cannot be read.
        """
        from affidavit.app.lines.opening import Asked, opened  # noqa: PLC0415 -- help stays quick

        asked = Asked(self.repo, self.at, records=self.records)
        with progress(quiet=self.quiet or self.as_json) as told, opened(asked) as here:
            yield here, told

    def answer(self, found: Answer, text: Iterable[str]) -> None:
        """Tell it, and end."""
        if self.as_json:
            tell(found)
        else:
            for line in text:
                click.echo(visible(line))
        click.get_current_context().exit(found.exit_status)


def options(command: FC) -> FC:
    """Where is looked, and how it is told."""
    told: Callable[[FC], FC]
    for told in reversed(_OPTIONS):
        command = told(command)
    return command
