"""What control tests came to, as JSON: ``affidavit/control-tests@1``."""

from __future__ import annotations

import msgspec

from affidavit.controls.criteria import Criteria
from affidavit.controls.model import Item, Tally

FORMAT = "affidavit/control-tests@1"


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """``[start, end)`` as RFC 3339 UTC."""

    start: str
    end: str


class CriteriaUsed(msgspec.Struct, frozen=True, kw_only=True):
    """The criteria with who set them: `file` and `digest` are None for the defaults."""

    by: str
    file: str | None
    digest: str | None
    values: Criteria


class ControlTests(msgspec.Struct, frozen=True, kw_only=True):
    """The whole: of what, by which criteria, each test and each row."""

    format: str = FORMAT
    tool: str
    repository: str
    head: str
    period: Span
    population: str
    changes: int
    forge: str | None
    ledger: str | None
    criteria: CriteriaUsed
    notes: tuple[str, ...]
    branches: tuple[str, ...]
    files: tuple[str, ...]
    tests: tuple[Tally, ...]
    items: tuple[Item, ...]
