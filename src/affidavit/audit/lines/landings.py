"""What is told of the lines that each landing brought (``affidavit/landing-lines@1``)."""

from __future__ import annotations

import msgspec

from affidavit.audit.lines.model import At, Counts
from affidavit.audit.model import Tool
from affidavit.base.limit import Limit

FORMAT = "affidavit/landing-lines@1"


class LandingLines(Counts, frozen=True, kw_only=True):
    """The lines that a landing brought, left or not, by whose they are.

    `landed_at` is its committer's time, RFC 3339, if it has one; `label` is what a label of all of
    it says: a line class.
    """

    commit: str
    landed_at: str | None
    label: str


class LandingsReport(msgspec.Struct, frozen=True, kw_only=True):
    """All landings of a branch that brought lines, the newest first; `total` is of these."""

    format: str = FORMAT
    tool: Tool
    repository: str
    commit: str
    since: str | None
    at: At | msgspec.UnsetType = msgspec.UNSET
    total: Counts
    landings: tuple[LandingLines, ...]
    without: int
    """Landings that brought no line: they took away, renamed, or changed what is no text."""
    undated: int
    """Landings without a time, left out where those since a time were asked for."""
    limits: tuple[Limit, ...]
