"""The report: what an audit found, in the shape it is written (``affidavit/audit@1``).

The JSON form is specified by ``package/audit-1.schema.json``; field names are the same.
Everything is ordered by content or by history, never by when it was computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from affidavit.audit.forge import ForgeSource
from affidavit.base.limit import Limit
from affidavit.changes.model import Landing

SCHEMA = "affidavit/audit@1"


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """What made the report; `rules` is the digest of the signal rules (``sha256:…``)."""

    name: str
    version: str
    rules_version: str
    rules: str


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """An audited branch: its name, the ref that was read, and the commit it named."""

    name: str
    ref: str
    head: str


class Repository(msgspec.Struct, frozen=True, kw_only=True):
    """What was audited. `branch` and `head` are those of the first audited branch."""

    name: str
    branch: str
    head: str
    object_format: str
    branches: tuple[Branch, ...]


class ReportPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """``[start, end)`` as RFC 3339 UTC."""

    start: str
    end: str


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A commit that reconciliation did not find on both sides, and why."""

    commit: str
    reason: str


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """Commits reachable in the period beside those accounted for by a landing."""

    reachable: int
    accounted: int
    differences: tuple[Difference, ...]


class BranchReconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """The same for one branch."""

    branch: str
    reachable: int
    accounted: int


class Population(msgspec.Struct, frozen=True, kw_only=True):
    """Every landing of the period. `digest`: see docs/population.md."""

    landings: int
    commits: int
    digest: str
    reconciliation: Reconciliation
    branches: tuple[BranchReconciliation, ...]


class SourceCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """How many commits a source of claims marked as AI-written (tiers A to C)."""

    source: str
    commits: int


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """How many commits two sources both marked."""

    sources: tuple[str, str]
    commits: int


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What each source of claims saw, of all `commits` in the period."""

    sources: tuple[SourceCoverage, ...]
    overlaps: tuple[Overlap, ...]
    commits: int
    no_signal: int
    missing_objects: int


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """A count out of a count."""

    numerator: int
    denominator: int


class AgentRow(msgspec.Struct, frozen=True, kw_only=True):
    """An agent and the landings it has a deciding claim on, and those it only assisted."""

    agent: str
    landings: int
    assisted: int
    models: tuple[str, ...]


class PersonRow(msgspec.Struct, frozen=True, kw_only=True):
    """A person and their part in the period's landings."""

    name: str
    email: str
    landings: int
    ai_landings: int
    merged: int
    self_merged: int


class MonthRow(msgspec.Struct, frozen=True, kw_only=True):
    """A UTC month: all landings, AI landings, and AI landings by agent.

    A landing with several agents counts once in `ai` and once for each agent.
    """

    month: str
    landings: int
    ai: int
    agents: dict[str, int]


class DirectoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A top-level directory (or ``.`` for files at the root) and the landings that touched it."""

    path: str
    landings: int
    ai: int


class CriticalRow(msgspec.Struct, frozen=True, kw_only=True):
    """A critical-path pattern and the AI landings that touched it, by review grade R2 or better."""

    pattern: str
    ai: int
    reviewer_shown: int


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a file inside the audited repository changed in this report."""

    file: str
    line: str
    effect: str


class PlaceKind(StrEnum):
    """What holds signed statements."""

    FILE = "file"
    LEDGER = "ledger"


class StatementSource(msgspec.Struct, frozen=True, kw_only=True):
    """A place that was named for signed statements.

    Of a file `name` is its name, `size` its bytes and `digest` their SHA-256; of a ledger the
    origin, the number of its entries, and the root of their tree.
    """

    kind: PlaceKind
    name: str
    size: int
    digest: str


class AuditException(msgspec.Struct, frozen=True, kw_only=True):
    """Something for a person to explain. `id` is a rule of docs/exceptions.md."""

    id: str
    commit: str
    reason: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole report. `landings` are newest first within a branch, the first branch first."""

    schema: str = SCHEMA
    tool: Tool
    repository: Repository
    period: ReportPeriod
    population: Population
    coverage: Coverage
    metrics: dict[str, Metric]
    agents: tuple[AgentRow, ...]
    people: tuple[PersonRow, ...]
    months: tuple[MonthRow, ...]
    directories: tuple[DirectoryRow, ...]
    critical: tuple[CriticalRow, ...]
    settings: tuple[Setting, ...]
    exceptions: tuple[AuditException, ...]
    limits: tuple[Limit, ...]
    forge: ForgeSource | msgspec.UnsetType = msgspec.UNSET
    statements: tuple[StatementSource, ...] | msgspec.UnsetType = msgspec.UNSET
    landings: Sequence[Landing]
