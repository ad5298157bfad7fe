"""What is to be collected, and who is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

SECTIONS = (
    "repository",
    "pull_requests",
    "checks",
    "rules",
    "rulesets",
    "permissions",
    "deployments",
    "releases",
    "activity",
)
"""What can be collected, in the order in which it is. The repository always is."""


class Told(Protocol):
    """Is told how far the work is, and why it waits; never changes a result."""

    def step(self, name: str, done: int = 0, total: int | None = None) -> None:
        """The work named `name` has done `done` of `total` items."""
        ...

    def waiting(self, seconds: float, why: str) -> None:
        """Nothing is asked for so many seconds."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A collection: of `owner`/`name` at the REST base `url`, into the file `output`.

    `since` is the time from which on changes count, None for all. `repository` is a git repository
    that has the commits of pull requests.
    """

    owner: str
    name: str
    url: str
    output: Path
    since: str | None = None
    repository: Path | None = None
    sections: tuple[str, ...] = SECTIONS
