"""What `affidavit init` is asked for, and what it would write."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003 -- msgspec reads the annotations
from typing import Literal

import msgspec

FORMAT = "affidavit/setup@1"
NO_FORGE = '"forge": "none"'
"""What the settings of a policy say where no forge will be asked."""
Ci = Literal["github", "gitlab"]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be set up. `source` is where Affidavit itself comes from: a URL or a wheel."""

    repository: Path
    ci: Ci | None = None
    hooks: bool = False
    source: str | None = None
    digest: str | None = None
    owner: str | None = None


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file that belongs to the set-up; its `path` is relative to the work tree.

    `others` are places where another file would do the same: where there is one, this one is not
    written.
    """

    path: str
    text: str
    executable: bool = False
    others: tuple[str, ...] = ()


class State(StrEnum):
    """What stands at a file's place."""

    NEW = "new"
    OLDER = "older"
    """What an earlier set-up wrote, and nobody changed since: it is replaced."""
    SAME = "same"
    DIFFERS = "differs"
    """Something else is there, and stays."""
    REFUSED = "refused"
    """A symbolic link or no plain file: nothing is written there."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A file and what stands at its place.

    `found` is the text of another file that is there, or why the place is refused.
    `where` is the place that was found taken.
    """

    file: File
    state: State
    where: str
    found: str | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """All that would be done. `hooks` is what becomes of ``core.hooksPath``, None if not asked.

    `kept` is whether pipelines of GitHub were set up before.
    """

    root: Path
    steps: tuple[Step, ...]
    hooks: State | None
    hooks_why: str = ""
    kept: bool = False

    @property
    def new(self) -> tuple[File, ...]:
        """The files that would be written."""
        return tuple(one.file for one in self.steps if one.state in {State.NEW, State.OLDER})

    @property
    def left(self) -> tuple[str, ...]:
        """The places where something else stands, which stays as it is."""
        places = [one.where for one in self.steps if one.state in {State.DIFFERS, State.REFUSED}]
        return (*places, *(["core.hooksPath"] if self.hooks is State.DIFFERS else []))

    @property
    def forgeless(self) -> bool:
        """Whether the policy of this set-up says that there is no forge."""
        return any(
            NO_FORGE in one.file.text for one in self.steps
            if one.state not in {State.DIFFERS, State.REFUSED}
        )  # fmt: skip

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.new and self.hooks is not State.NEW
