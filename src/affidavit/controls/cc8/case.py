"""A change with everything that the tests of CC8.1 look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.text import shortened, visible
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.forge.judged import ForgeReview
from affidavit.changes.record.lacking import no_request
from affidavit.changes.record.material import Kept, Material
from affidavit.changes.record.model import ChangeRecord
from affidavit.changes.record.risk import CRITICAL
from affidavit.changes.record.value import Source, SourceKind, commit_source
from affidavit.controls.cc8.rules import History
from affidavit.controls.criteria import Criteria
from affidavit.controls.model import Subject
from affidavit.identity.versions import Entitled
from affidavit.ledger.results import ScanReported

if TYPE_CHECKING:
    from affidavit.changes.forge.model import PullRequest, Push

NO_LEDGER = "no ledger was given"


class Labelled(msgspec.Struct, frozen=True, kw_only=True):
    """A label of an emergency: who set it when, and whether they were entitled to.

    `at` and `by` are None where the forge does not tell.
    """

    label: str
    at: str | None
    by: str | None
    before_merge: Answer
    entitled: Entitled


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the ledger about a commit."""

    index: int
    digest: str
    commit: str
    time: str

    @property
    def source(self) -> Source:
        """Where it stands."""
        return Source(kind=SourceKind.LEDGER, at=str(self.index), digest=self.digest)


class Scan(Entry, frozen=True, kw_only=True):
    """What a scanner reported about a commit and its tree."""

    tree: str | None
    body: ScanReported


class Receipt(Entry, frozen=True, kw_only=True):
    """What a receipt says of who wrote a commit: each is asserted by whoever made it."""

    agent: str | None
    model: str | None
    session: str | None
    prompt: bool


class Summary(Entry, frozen=True, kw_only=True):
    """A summary of what was verified about a commit; `policy` is the policy's digest."""

    policy: str | None
    result: str | None


class Repeated(Entry, frozen=True, kw_only=True):
    """A decision of the gate, made again.

    `again` is whether that gave the same, and the decision does not contradict itself; None where
    it could not be done. `why` then says what differs or lacks. `strange` are ids of requirements
    that are none of the gate's. `waived` are rules of the policy that a waiver lifted.
    """

    again: bool | None
    why: str = ""
    strange: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a ledger holds about the commits of a change, in the order of the log.

    `summaries` are looked at where no decision of the gate is known. `decisions` are those of the
    gate about the change that count, and `decided` is whether there are others that may be about
    it. `cut` is whether it holds more than is looked at: the newest are. `unsure` is why it does
    not count as verified; empty where it does.
    """

    scans: tuple[Scan, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    summaries: tuple[Summary, ...] = ()
    decisions: tuple[Repeated, ...] = ()
    decided: bool = False
    cut: bool = False
    unsure: str = ""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A change as the tests see it. `facts` is None where no ledger was given.

    `opened_by_agent` names the agent whose account opened the request; empty where it is none's.
    `opener_unknown` is why it is not known whether an agent opened it. `branches` are what is known
    of the branches that it landed on. `declared` are the reviews, by their number, whose account
    the identities in force then declare as a person's.
    """

    material: Material
    record: ChangeRecord
    criteria: Criteria
    labels: tuple[Labelled, ...]
    facts: Facts | None
    opened_by_agent: str
    opener_unknown: str
    branches: tuple[History, ...]
    declared: frozenset[int]

    @property
    def subject(self) -> Subject:
        """The item that it is."""
        request = self.request
        return Subject(
            of="change",
            item=self.record.id,
            occurred_at=self.merged_at or self.material.newest.time,
            commit=self.material.newest.commit,
            request=f"#{request.number}" if request else None,
        )

    @property
    def request(self) -> PullRequest | None:
        """Its request, where the forge's records have it."""
        kept = self.material.request
        return kept.data if kept else None

    @property
    def merged_at(self) -> str | None:
        """When the forge says that it was merged."""
        return self.request.merged_at if self.request else None

    @property
    def review(self) -> ForgeReview | None:
        """What the forge shows of its review."""
        found = self.material.newest.forge
        return found if isinstance(found, ForgeReview) and self.request else None

    @property
    def source(self) -> Source:
        """The forge's record of its request; the records where they have none; else its commit."""
        kept, forge = self.material.request, self.material.forge
        if kept is not None:
            return kept.source
        return forge.export if forge else commit_source(self.material.newest.commit)

    @property
    def lost(self) -> str | None:
        """Why it is unknown whether it is of a request; None where that is known."""
        return no_request(self.material) if self.request is None else None

    @property
    def branch(self) -> History | None:
        """The first of its branches."""
        return next(iter(self.branches), None)

    @property
    def arrivals(self) -> tuple[Kept[Push], ...]:
        """Of each of its branches, in their order, the push by which it first stood at the change.

        A branch that is forced back to a change stands at it a second time.
        """
        landed = {one.commit for one in self.material.landings}
        return tuple(
            branch.pushes[min(at)]
            for branch in self.branches
            if (at := [branch.stood[one] for one in landed if one in branch.stood])
        )

    @property
    def critical(self) -> bool | None:
        """Whether its risk tier is critical; None where that is unknown."""
        tier = self.record.risk_tier.value
        return None if tier is None else tier == CRITICAL

    @property
    def head_tree(self) -> str | None:
        """The tree of the request's head, where the forge tells."""
        return head_tree(self.request) if self.request else None

    @property
    def heads(self) -> frozenset[str]:
        """The commits that stand for what was merged: the request's head, and the landings."""
        head = self.request.head_oid if self.request else None
        landed = (one.commit for one in self.material.landings)
        return frozenset((*landed, *([head] if head else ())))


def head_tree(request: PullRequest) -> str | None:
    """The tree of the head of `request`, where the forge tells."""
    head = request.head_oid
    return next((one.tree for one in request.commits if one.oid == head), None)


def said(text: str, most: int = 100) -> str:
    """Text from outside as it is shown."""
    return visible(shortened(text, most))
