"""What is told of lines, delivered; and the command that tells it again."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from affidavit.base.limit import Limit

    Value = Path | str | tuple[Path, ...] | None

UNDECIDED = 3
"""How a command ends where something that belongs to its answer is missing."""


@dataclass(frozen=True, slots=True)
class Again:
    """A command and its options; one without a value was not given, one of several is repeated."""

    command: str
    commit: str
    output: str
    options: Mapping[str, Value]
    switches: tuple[str, ...] = ()


def again(asked: Again, path: str) -> str:
    """The command as a shell takes it, to be run in a clone; `path` is one of the repository."""
    words = ["affidavit", asked.command, "--repo", ".", "--at", asked.commit]
    for name, value in asked.options.items():
        each = value if isinstance(value, tuple) else (value,)
        words += [word for one in each if one is not None for word in (name, str(one))]
    words += [*asked.switches, "--format", "html", "--output", asked.output]
    return shlex.join([*words, "--", path] if path else words)


def status(limits: Iterable[Limit]) -> int:
    """How a command ends that answered within these limits."""
    return UNDECIDED if any(one.gap for one in limits) else 0


def deliver(body: bytes, output: Path | None) -> None:
    """Write to the file that was named, or else print.

    Raises:
        OutputError: The file cannot be written.
    """
    from affidavit.package.place import delivering  # noqa: PLC0415 -- help stays quick

    if output is None:
        click.echo(body.decode(), nl=False)
        return
    with delivering(output) as file:
        file.write(body)
