"""Synthetic reports: builders whose defaults make sense, and the metrics of what they build."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, TypedDict, Unpack

import msgspec

from affidavit.audit.model import (
    AgentRow,
    AuditException,
    Branch,
    BranchReconciliation,
    Coverage,
    CriticalRow,
    DirectoryRow,
    Metric,
    MonthRow,
    PersonRow,
    Population,
    Reconciliation,
    Report,
    ReportPeriod,
    Repository,
    Setting,
    Tool,
)
from affidavit.changes.model import (
    Grade,
    Inner,
    Kind,
    Landing,
    Mark,
    Participant,
    PersonRole,
    PullRequest,
    Review,
)
from affidavit.provenance.model import Authorship, Claim, PartyKind, Role, Tier

if TYPE_CHECKING:
    from affidavit.base.limit import Limit

ADA = Participant(
    name="Ada Lovelace",
    email="ada@example.org",
    kind=PartyKind.PERSON,
    roles=(PersonRole.AUTHOR, PersonRole.COMMITTER),
)
BEN = Participant(
    name="Ben Okafor", email="ben@example.org", kind=PartyKind.PERSON, roles=(PersonRole.MERGER,)
)
CLAUDE = Participant(
    name="Claude",
    email="noreply@anthropic.com",
    kind=PartyKind.AGENT,
    roles=(PersonRole.CO_AUTHOR,),
)


def an_id(seed: object) -> str:
    """Forty hex digits that depend on `seed` alone."""
    return hashlib.sha1(repr(seed).encode(), usedforsecurity=False).hexdigest()


def a_digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class ClaimFields(TypedDict, total=False):
    commit: str
    rule: str
    tier: Tier
    agent: str
    role: Role
    source: str
    evidence: str
    digest: str
    model: str | None
    session: str | None


def a_claim(**fields: Unpack[ClaimFields]) -> Claim:
    evidence = fields.get("evidence", "Co-authored-by: Claude <noreply@anthropic.com>")
    default = Claim(
        commit=an_id(0),
        rule="PRV-CLAUDE-001",
        tier=Tier.B,
        agent="claude-code",
        role=Role.CO_AUTHOR,
        source="co-author",
        evidence=evidence,
        digest=a_digest(evidence),
    )
    return msgspec.structs.replace(default, **fields)


class LandingFields(TypedDict, total=False):
    commit: str
    change: str
    kind: Kind
    marks: tuple[Mark, ...]
    landed_at: str
    committed_at: str | None
    title: str
    branches: tuple[str, ...]
    pull_request: PullRequest | None
    commits: tuple[str, ...]
    authors: tuple[Participant, ...]
    authorship: Authorship
    unrefined: bool
    inner: Inner | None
    claims: tuple[Claim, ...]
    review: Review
    critical_paths: tuple[str, ...]
    exceptions: tuple[str, ...]


def a_landing(number: int = 0, **fields: Unpack[LandingFields]) -> Landing:
    commit = fields.get("commit", an_id(number))
    default = Landing(
        commit=commit,
        change=f"CHG-2026-03-12-{number + 1:03}",
        kind=Kind.LINEAR,
        marks=(),
        landed_at="2026-03-12T10:00:00Z",
        committed_at="2026-03-12T10:00:00Z",
        title="Keep the queue's order when a worker restarts",
        branches=("main",),
        pull_request=None,
        commits=(commit,),
        authors=(ADA,),
        authorship=Authorship.NO_SIGNAL,
        unrefined=False,
        inner=None,
        claims=(),
        review=Review(grade=Grade.R0, self_merged=None),
        critical_paths=(),
        exceptions=(),
    )
    return msgspec.structs.replace(default, **fields)


class ReportFields(TypedDict, total=False):
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


def a_report(landings: tuple[Landing, ...] = (), **fields: Unpack[ReportFields]) -> Report:
    """A report of `landings`; counts that a test does not give are those of the landings."""
    commits = sum(len(landing.commits) for landing in landings)
    main = Branch(name="main", ref="refs/remotes/origin/main", head=an_id("head"))
    default = Report(
        tool=Tool(name="affidavit", version="0.1.0", rules_version="1", rules=a_digest("rules")),
        repository=Repository(
            name="example/orchard",
            branch="main",
            head=main.head,
            object_format="sha1",
            branches=(main,),
        ),
        period=ReportPeriod(start="2025-11-21T09:12:46Z", end="2026-11-21T09:12:46Z"),
        population=Population(
            landings=len(landings),
            commits=commits,
            digest=a_digest(repr([landing.commit for landing in landings])),
            reconciliation=Reconciliation(reachable=commits, accounted=commits, differences=()),
            branches=(BranchReconciliation(branch="main", reachable=commits, accounted=commits),),
        ),
        coverage=Coverage(sources=(), overlaps=(), commits=commits, no_signal=0, missing_objects=0),
        metrics={},
        agents=(),
        people=(),
        months=(),
        directories=(),
        critical=(),
        settings=(),
        exceptions=(),
        limits=(),
        landings=landings,
    )
    return msgspec.structs.replace(default, **fields)


def the_metrics(landings: tuple[Landing, ...]) -> dict[str, Metric]:
    """The metrics an audit gives for `landings`."""
    size = len(landings)
    kinds = Counter(landing.authorship for landing in landings)
    tiers = [_best_tier(landing) for landing in landings if landing.ai]
    counts = {
        "ai_changes": kinds[Authorship.AI] + kinds[Authorship.MIXED],
        "ai_changes_tier_a": sum(tier <= "A" for tier in tiers),
        "ai_changes_tier_ab": sum(tier <= "B" for tier in tiers),
        "ai_changes_tier_abc": len(tiers),
        "mixed_changes": kinds[Authorship.MIXED],
        "assisted_changes": kinds[Authorship.ASSISTED],
        "automation_changes": kinds[Authorship.AUTOMATION],
        "human_changes": kinds[Authorship.HUMAN],
        "no_signal_changes": kinds[Authorship.NO_SIGNAL],
    }
    metrics = {name: Metric(numerator=n, denominator=size) for name, n in counts.items()}
    for group, wanted in (("ai", True), ("other", False)):
        metrics |= _review(group, [landing for landing in landings if landing.ai is wanted])
    metrics["self_merged"] = _self_merged(list(landings))
    metrics["ai_self_merged"] = _self_merged([landing for landing in landings if landing.ai])
    return metrics


def _best_tier(landing: Landing) -> str:
    return min((claim.tier.value for claim in landing.claims if claim.decides), default="C")


def _review(group: str, landings: list[Landing]) -> dict[str, Metric]:
    grades = Counter(landing.review.grade for landing in landings)
    counts = {
        "reviewer_shown": grades[Grade.R2] + grades[Grade.R3],
        "merged_by_another": grades[Grade.R2],
        "forge_votes": grades[Grade.R3],
        "pr_only": grades[Grade.R1],
        "none": grades[Grade.R0],
    }
    return {
        f"{group}_{name}": Metric(numerator=n, denominator=len(landings))
        for name, n in counts.items()
    }


def _self_merged(landings: list[Landing]) -> Metric:
    known = [x.review.self_merged for x in landings if x.review.self_merged is not None]
    return Metric(numerator=sum(known), denominator=len(known))
