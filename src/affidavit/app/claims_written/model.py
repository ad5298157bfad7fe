"""What is asked of records of lines that are to be written, and what became of each landing."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import msgspec

from affidavit.base.limit import Limit


class Form(StrEnum):
    """The form that lines are written in."""

    GIT_AI = "git-ai"
    AGENT_TRACE = "agent-trace"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which landings are asked for: the head alone, a range ``A..B``, those since a time.

    `to` is a folder for one file each, or a file for all of them; with `notes` they go into the
    notes of the repository. Without both nothing is written. `from_commits` widens what is claimed
    of a commit to its lines.
    """

    repository: Path
    form: Form
    typed: str | None = None
    since: str | None = None
    to: Path | None = None
    notes: bool = False
    from_commits: bool = False
    config: Path | None = None
    identities: Path | None = None
    fresh: bool = False


class Outcome(StrEnum):
    """What became of the record of a landing."""

    WRITTEN = "written"
    READY = "ready"
    """It was made and nothing asked to write it."""
    NOTED = "noted"
    """Its commit has a note, and that is never written over."""
    NOTHING = "nothing"
    """No line of it can be written."""


class AgentLines(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """How many lines a record attests to an agent; `by_commit` where a commit's claim says so."""

    agent: str
    model: str | None
    by_commit: bool
    lines: int


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A landing: what its record attests, and what of its lines is not in it, in sentences.

    `persons` are lines that somebody typed; `digest` is that of the record.
    """

    landing: str
    outcome: Outcome
    agents: tuple[AgentLines, ...] = ()
    persons: int = 0
    left_out: tuple[str, ...] = ()
    digest: str | None = None


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """All landings, the oldest first. `place` is where records went, None where nowhere.

    `undated` landings have no time, so that it is not known whether they are asked for. `untouched`
    is the file that was named and stays as it is, for there was nothing to write.
    """

    form: Form
    head: str
    place: str | None
    rows: tuple[Row, ...]
    undated: int
    limits: tuple[Limit, ...]
    untouched: str | None = None

    @property
    def exit_status(self) -> int:
        """0 where all could be read, else 3."""
        return 3 if self.undated or any(one.gap for one in self.limits) else 0


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What is written of a landing, empty where nothing can be, and its row."""

    data: bytes
    row: Row
