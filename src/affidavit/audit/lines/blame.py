"""What is told of the lines of one file (``affidavit/blame@1``)."""

from __future__ import annotations

import msgspec

from affidavit.audit.lines.model import At, Counts
from affidavit.base.limit import Limit

FORMAT = "affidavit/blame@1"


class BlamedHand(msgspec.Struct, frozen=True, kw_only=True):
    """An agent that is named; `session` is as its tool gave it."""

    agent: str
    model: str | None = None
    session: str | None = None


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """The review of a landing: its grade, who gave it, and the sentences that it rests on."""

    grade: str
    by: tuple[str, ...]
    evidence: tuple[str, ...]


class BlamedLanding(msgspec.Struct, frozen=True, kw_only=True):
    """A landing that brought lines. Without a `review` it was not looked for, or is not told."""

    commit: str
    title: str | None
    landed_at: str | None
    label: str
    review: Reviewed | None


class BlamedLines(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that follow each other, of one commit and the same hands.

    `first` is counted from 1; `original` is the first of them in the commit's file, which lay at
    `path` there.
    """

    first: int
    lines: int
    line_class: str = msgspec.field(name="class")
    ground: str
    hands: tuple[BlamedHand, ...]
    commit: str
    landing: str
    path: str
    original: int


class BlameReport(msgspec.Struct, frozen=True, kw_only=True):
    """A file's lines from the top, and the landings that they name."""

    format: str = FORMAT
    repository: str
    at: str
    asked: At | msgspec.UnsetType = msgspec.UNSET
    path: str
    total: Counts
    lines: tuple[BlamedLines, ...]
    landings: tuple[BlamedLanding, ...]
    limits: tuple[Limit, ...]
