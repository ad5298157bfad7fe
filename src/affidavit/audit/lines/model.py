"""What is told of the lines of a repository at one commit (``affidavit/lines@1``)."""

from __future__ import annotations

import msgspec

from affidavit.audit.model import Tool
from affidavit.base.limit import Limit
from affidavit.changes.record.value import Source

FORMAT = "affidavit/lines@1"


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Lines by whose they are. The five classes together are `lines`.

    `labelled` are those of landings that a label of the whole commit calls an agent's, mixed ones
    too: what a count of commits, not of lines, comes to.
    """

    lines: int = 0
    ai: int = 0
    human: int = 0
    automation: int = 0
    no_signal: int = 0
    undetermined: int = 0
    labelled: int = 0


class FileLines(Counts, frozen=True, kw_only=True):
    """One file. `owners` are code owners as their file at this commit has them."""

    path: str
    language: str
    owners: tuple[str, ...] = ()
    critical: bool = False


class GroupLines(Counts, frozen=True, kw_only=True):
    """The files of one group: a folder, a language, an owner."""

    name: str
    files: int


class AgentLines(msgspec.Struct, frozen=True, kw_only=True):
    """The lines that are an agent's; several agents may be named of one line."""

    agent: str
    model: str | None
    lines: int
    undetermined: int
    """Lines of which it is named, but cannot be said that they are its own."""


class GroundLines(msgspec.Struct, frozen=True, kw_only=True):
    """On what ground how many lines are of a class."""

    line_class: str = msgspec.field(name="class")
    ground: str
    lines: int


class MonthLines(Counts, frozen=True, kw_only=True):
    """The lines that landed in a month (``2026-03``), whether or not they are left."""

    month: str
    landings: int


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """How soon lines of a class go: of those that landed `days` before, how many went by then."""

    line_class: str = msgspec.field(name="class")
    days: int
    added: int
    gone: int


class Age(msgspec.Struct, frozen=True, kw_only=True):
    """How old the lines of a class are, in days: a tenth, half, nine tenths are no older."""

    line_class: str = msgspec.field(name="class")
    lines: int
    tenth: int
    median: int
    nine_tenths: int


class At(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was asked for, where it was a release or what is deployed.

    `kind` is ``release`` or ``deployment``, `name` the tag or the environment, `time` when it was
    published or deployed, as the record at `source` has it; of a tag alone no time is told.
    """

    kind: str
    name: str
    latest: bool = False
    """Whether the latest release was asked for."""
    time: str | None = None
    source: Source


class RecordsSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The line-level records of one form.

    `commits` have one that was used, `refused` one that does not fit them. `attested` counts the
    lines that the ones used tell of, `brought` those of them that their commits brought; nothing is
    said of the others.
    """

    source: str
    commits: int
    refused: int
    attested: int
    brought: int


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """How far it was looked behind landings."""

    landings: int
    split: int
    """Landings whose lines were told apart by the commits behind them."""
    unsplit: int
    """Squashes that name an agent and whose commits are not here."""
    records: tuple[RecordsSeen, ...]

    @property
    def notes(self) -> int:
        """Commits with a record that was used, once for each form."""
        return sum(one.commits for one in self.records)

    @property
    def refused(self) -> int:
        """Commits with a record that does not fit, once for each form."""
        return sum(one.refused for one in self.records)


class LinesReport(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is told; lists are sorted by lines, the most first, then by name."""

    format: str = FORMAT
    tool: Tool
    repository: str
    commit: str
    time: str | None
    at: At | msgspec.UnsetType = msgspec.UNSET
    total: Counts
    binary_files: int
    seen: Seen
    directories: tuple[GroupLines, ...]
    languages: tuple[GroupLines, ...]
    owners: tuple[GroupLines, ...]
    critical: Counts
    agents: tuple[AgentLines, ...]
    grounds: tuple[GroundLines, ...]
    ages: tuple[Age, ...]
    fates: tuple[Fate, ...]
    months: tuple[MonthLines, ...]
    files: tuple[FileLines, ...]
    limits: tuple[Limit, ...]
