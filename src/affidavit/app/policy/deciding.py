"""The fact that a policy decided, ready for a ledger or a bundle of facts."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

import msgspec

from affidavit.base.canonical import canonical
from affidavit.ledger.decided import KIND, OWN, DecidedReason, Met, PolicyDecided
from affidavit.ledger.entry import Fact, Subject
from affidavit.policy.deciding import encoded_input
from affidavit.policy.input import PolicyInput
from affidavit.policy.model import Decision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.policy.model import Reason

ACTOR = "affidavit"
LONGEST_INPUT = 24_576
"""Characters of an input that a fact takes in."""
LONGEST_ID = 200
MOST_REASONS = 100
Verdict = Literal["allowed", "refused", "undecided"]


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """A decision, what was asked, and what the gate made of it.

    `requirements` are the gate's, by their ids. `archive` is the digest of the bundle's archive,
    where that is kept; `sealed` is a commitment to the input. `policy_from` says whose the policy
    is. `waived` are rules that a waiver lifted, None where that was not found out. `status_on` is
    where the status is set, None for the head.
    """

    decision: Decision
    asked: PolicyInput
    verdict: Verdict
    requirements: dict[str, Met] = {}
    policy_from: Literal["base", "caller"] | None = None
    archive: str | None = None
    sealed: str | None = None
    waived: tuple[str, ...] | None = None
    status_on: str | None = None


def fact_of(decided: Decided, *, whole: bool = False) -> Fact:
    """The fact. With `whole` the input stands in it, if it is not too long for that.

    A bundle of facts has no other place for an input. Paths, labels and the name of the repository
    stand in it.
    """
    change = decided.asked.change
    return Fact(
        kind=KIND,
        stream=f"{OWN}{decided.asked.purpose}",
        actor=ACTOR,
        subject=Subject(commit=change.head, tree=change.tree),
        body=msgspec.to_builtins(_body(decided, whole=whole)),
    )


def id_of(decided: Decided) -> str:
    """What tells one decision from another, for a ledger that has it once."""
    decision = decided.decision
    told = [decision.bundle, decision.input, decided.verdict, decision.engine]
    return OWN + hashlib.sha256(canonical(told)).hexdigest()


def unwaived(asked: PolicyInput) -> PolicyInput:
    """What was asked, as if nothing were waived."""
    return msgspec.structs.replace(asked, waivers=())


def lifted(made: Decision, bare: Decision | None) -> tuple[str, ...] | None:
    """Ids of rules that waivers lifted; `bare` is the decision without any. None is not known."""
    if bare is None or made.error is not None or bare.error is not None:
        return None
    without = {one.id[:LONGEST_ID] for one in bare.reasons}
    return tuple(sorted(without - {one.id[:LONGEST_ID] for one in made.reasons}))[:MOST_REASONS]


def _body(decided: Decided, *, whole: bool) -> PolicyDecided:
    decision, asked, change = decided.decision, decided.asked, decided.asked.change
    text = encoded_input(asked).decode() if whole else ""
    return PolicyDecided(
        purpose=asked.purpose,
        verdict=decided.verdict,
        allowed=decision.allowed,
        bundle=decision.bundle,
        archive=decided.archive,
        input=decision.input,
        input_sealed=decided.sealed,
        input_text=text if 0 < len(text) <= LONGEST_INPUT else None,
        engine=decision.engine,
        failed=decision.error is not None,
        reasons=reasons_of(decision.reasons),
        tier=decision.tier,
        needs=decision.needs,
        score=asked.score,
        requirements=decided.requirements,
        base=asked.change.base,
        policy_from=decided.policy_from,
        waived=decided.waived,
        status_on=decided.status_on,
        branch=asked.branch,
        change=change.request,
        at=asked.at,
    )


def reasons_of(reasons: Sequence[Reason]) -> tuple[DecidedReason, ...]:
    """`reasons` as a fact has them: their ids, each once, sorted, and no words."""
    told = sorted({(one.id[:LONGEST_ID], one.unknown) for one in reasons})
    return tuple(DecidedReason(id=id_, unknown=unknown) for id_, unknown in told[:MOST_REASONS])
