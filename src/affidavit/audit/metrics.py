"""Counts out of counts: what the headlines are made of."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from affidavit.audit.model import Metric
from affidavit.changes.exceptional import UNAPPROVED
from affidavit.changes.gated import GateState
from affidavit.changes.model import Grade, PersonRole
from affidavit.provenance.model import Authorship, PartyKind, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from affidavit.changes.model import Landing

_TIERS = {
    "ai_changes_tier_a": (Tier.A,),
    "ai_changes_tier_ab": (Tier.A, Tier.B),
    "ai_changes_tier_abc": (Tier.A, Tier.B, Tier.C),
}
_AUTHORSHIP = {
    "mixed_changes": Authorship.MIXED,
    "assisted_changes": Authorship.ASSISTED,
    "automation_changes": Authorship.AUTOMATION,
    "human_changes": Authorship.HUMAN,
    "no_signal_changes": Authorship.NO_SIGNAL,
}
_GRADES = {
    "reviewer_shown": (Grade.R2, Grade.R3, Grade.R4),
    "merged_by_another": (Grade.R2,),
    "forge_votes": (Grade.R3,),
    "pr_only": (Grade.R1,),
    "none": (Grade.R0,),
}


def metrics(
    landings: Sequence[Landing], *, forge: bool = False, sworn: bool = False
) -> dict[str, Metric]:
    """Every metric of docs/metrics.md, by name.

    Some only where a `forge`'s records were read, and some only where `sworn` statements were.
    """
    total = len(landings)
    ai: list[Landing] = []
    other: list[Landing] = []
    for one in landings:
        (ai if one.ai else other).append(one)
    works = Counter(one.authorship for one in landings)
    found = {"ai_changes": Metric(numerator=len(ai), denominator=total)}
    for name, tiers in _TIERS.items():
        found[name] = _share((_has_tier(one, tiers) for one in ai), total)
    for name, work in _AUTHORSHIP.items():
        found[name] = Metric(numerator=works[work], denominator=total)
    for group, members in (("ai", ai), ("other", other)):
        graded = Counter(one.review.grade for one in members)
        for name, grades in _GRADES.items():
            count = sum(graded[grade] for grade in grades)
            found[f"{group}_{name}"] = Metric(numerator=count, denominator=len(members))
        if forge:
            found[f"{group}_pr_only_unapproved"] = _share(map(_unapproved, members), len(members))
        if sworn:
            count = graded[Grade.R4]
            found[f"{group}_proven"] = Metric(numerator=count, denominator=len(members))
    if sworn:
        gates = [one.sworn.gate for one in landings if one.sworn and one.sworn.gate]
        allowed = sum(one.state is GateState.ALLOWED for one in gates)
        found["gated_changes"] = Metric(numerator=len(gates), denominator=total)
        found["gate_allowed"] = Metric(numerator=allowed, denominator=len(gates))
    found["self_merged"] = _self_merged(landings)
    found["ai_self_merged"] = _self_merged(ai)
    merges = [one for one in landings if _merged_by_person(one)]
    found["merger_undecided"] = _undecided(merges)
    found["ai_merger_undecided"] = _undecided([one for one in merges if one.ai])
    return found


def _share(holds: Iterable[bool], total: int) -> Metric:
    return Metric(numerator=sum(holds), denominator=total)


def _unapproved(landing: Landing) -> bool:
    """Whether the review is not unknown: the forge's records show that it lacks approval."""
    return landing.review.grade is Grade.R1 and UNAPPROVED in landing.exceptions


def _has_tier(landing: Landing, tiers: tuple[Tier, ...]) -> bool:
    return any(claim.tier in tiers for claim in landing.deciding)


def _undecided(merges: Sequence[Landing]) -> Metric:
    """Of merges by a person, those where the merger may be an author: no verdict either way."""
    return _share((one.review.self_merged is None for one in merges), len(merges))


def _merged_by_person(landing: Landing) -> bool:
    return any(
        one.kind is PartyKind.PERSON and PersonRole.MERGER in one.roles for one in landing.authors
    )


def _self_merged(members: Sequence[Landing]) -> Metric:
    """Of the landings where git names the merger, and tells them from the authors or not."""
    known = [one.review.self_merged for one in members if one.review.self_merged is not None]
    return Metric(numerator=sum(known), denominator=len(known))
