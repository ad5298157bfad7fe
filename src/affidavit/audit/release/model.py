"""What a release report says: ``affidavit/release@1``.

docs/formats/release.md tells what each field means; the names are the same.
"""

from __future__ import annotations

import msgspec

from affidavit.audit.model import AgentRow, AuditException, Reconciliation
from affidavit.audit.release.span import Relation
from affidavit.base.limit import Limit
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.record.model import Check, Deployed, Result, Shipped
from affidavit.changes.record.value import Listed, Stated

FORMAT = "affidavit/release@1"
METHOD = "files-touched-since-made"
"""How the share at the released commit is counted; see docs/release.md."""
NAMED = 100
"""Commits of one sort that are named; the count has all."""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """An end of a release: as it was named, the commit, its tree, and the tags that name it."""

    name: str
    commit: str
    tree: str
    tags: tuple[str, ...]


class Commits(msgspec.Struct, frozen=True, kw_only=True):
    """Commits of one sort: how many, and the first of them by id."""

    count: int = 0
    commits: tuple[str, ...] = ()


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """From where to where. `chosen` says how the beginning came about.

    It is ``given``, ``previous-tag`` or ``beginning``. `dropped` are commits that the beginning has
    and the end has not, `outside` landings that are on none of the audited `branches`.
    """

    base: Point | None
    head: Point
    chosen: str
    relation: Relation
    branches: tuple[str, ...]
    dropped: Commits
    outside: Commits


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Every landing of the release. `commits` are those that the beginning does not hold.

    `accounted` is how many of them the landings account for, found by another walk. `again` are
    commits that landings bring in and that the beginning holds already.
    """

    landings: int
    commits: int
    accounted: int
    again: int
    digest: str
    reconciliation: Reconciliation


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """What was read beside git: the digest of the forge's records, and the ledger's origin."""

    forge: str | None
    ledger: str | None


class Approved(msgspec.Struct, frozen=True, kw_only=True):
    """Changes by whether an approval with every attribute is shown."""

    shown: int = 0
    none: int = 0
    unknown: int = 0


class Lines(msgspec.Struct, frozen=True, kw_only=True):
    """Lines changed, of the `known` of `changes` of which the forge tells them."""

    changes: int = 0
    known: int = 0
    added: int = 0
    removed: int = 0


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of some changes. `grades` are those of their reviews."""

    changes: int
    grades: dict[str, int]
    approved: Approved
    lines: Lines
    exceptions: int


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """All changes, the AI changes among them, and the others.

    `authorship` counts changes by what is known of who made them.
    """

    every: Group
    ai: Group
    other: Group
    authorship: dict[str, int]
    agents: tuple[AgentRow, ...]


class Files(msgspec.Struct, frozen=True, kw_only=True):
    """Files of a component as they stand at the released commit.

    Of those `present` the release `changed` some; of these AI changes touched `ai_touched`, and
    were the last to touch `ai_last`. `no_signal` were touched by no AI change and by one of which
    nothing is known. `present` is None where there are more than are counted.
    """

    component: str
    present: int | None
    changed: int
    ai_touched: int
    ai_last: int
    no_signal: int


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """The share of AI changes in the files of the released commit: a lower bound.

    `uncompared` landings could not be compared whole, `unsettled` files are not as the last known
    change left them, `restored` ones were changed and are as at the beginning: those do not count.
    `differing` files are other than at the beginning, `gone` are there no more; None: unknown.
    """

    method: str = METHOD
    bound: str = "lower"
    every: Files
    components: tuple[Files, ...]
    uncompared: Commits
    unsettled: int
    restored: int
    differing: int | None
    gone: int | None


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody attests was built of the released commit, or of its tree.

    `digests` are those of the artefacts, `more` how many others there are. `names_commit` is
    whether a statement itself names what was released.
    """

    digests: tuple[str, ...]
    more: int
    commit: str | None
    statements: int
    names_commit: Answer
    signatures_checked: bool
    finished: str | None
    recorded_at: str


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A release, but for the records of its changes.

    `unknown` says in sentences what could not be found out.
    """

    format: str = FORMAT
    tool: str
    repository: str
    range: Range
    population: Counted
    inputs: Inputs
    totals: Totals
    share: Share
    published: Stated[Shipped]
    checks: Listed[Check]
    results: Listed[Result]
    deployments: Listed[Deployed]
    artifacts: Listed[Artifact]
    exceptions: tuple[AuditException, ...]
    unknown: tuple[str, ...]
    limits: tuple[Limit, ...]
