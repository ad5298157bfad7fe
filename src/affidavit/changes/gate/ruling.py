"""The requirement that the policy allows it: what it said, and what to do about that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.gate.case import SENTENCE, named
from affidavit.changes.gate.model import Requirement, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.changes.gate.case import Case
    from affidavit.policy.model import Decision, Reason

ADVISED = 5
"""Things to do that are told of one policy."""
_ADD = "add a policy bundle to the base: affidavit policy init"
_REPAIR = "repair the policy on the base: affidavit policy test DIR says what is wrong with it"
_EXPLAIN = (
    "affidavit gate --policy-input FILE writes what the policy was asked, and"
    " affidavit policy explain DIR --input FILE tells which rules denied"
)
_FORGE = "give the forge's records: --forge FILE or --live"
_SCAN = "affidavit record scan makes the report that --facts FILE hands in"
_WAIVER = (
    "a waiver counts that somebody outside the authors signs with a key of proven enrolment, whom"
    " the base gives the role waiver-approver"
)


def ruled(case: Case) -> Requirement:
    """Whether the policy allows it."""
    decision = case.decision
    status = Status.UNMET
    if decision is not None and decision.allowed:
        status = Status.MET
    elif decision is not None and decision.undecided:
        status = Status.UNKNOWN
    return Requirement(
        id="policy",
        status=status,
        required="the policy of the base allows it",
        found=_found(case, decision),
        where=case.place("policy"),
        how="" if status is Status.MET else "; ".join(dict.fromkeys(_advice(case, decision))),
    )


def _found(case: Case, decision: Decision | None) -> str:
    if decision is None:
        return f"no-policy: {case.no_policy or 'the base has none'}"
    if decision.allowed:
        return "it allows it"
    if decision.error is not None:
        return f"it failed, and so denies: {named([decision.error], SENTENCE)}"
    told = named((f"{one.id}: {one.message}" for one in _proven_first(decision)), SENTENCE)
    lost = f"; {named(case.unlifted, SENTENCE)}" if case.unlifted else ""
    return (told or "it does not allow it") + lost


def _proven_first(decision: Decision) -> Sequence[Reason]:
    """The reasons, those first that show something against the change."""
    return sorted(decision.reasons, key=lambda one: one.unknown)


def _advice(case: Case, decision: Decision | None) -> Iterator[str]:
    if decision is None:
        yield _ADD
        return
    if decision.error is not None:
        yield _EXPLAIN if decision.bundle else _REPAIR
        return
    reasons = _proven_first(decision)
    hows = list(dict.fromkeys(one.how for one in reasons if one.how))
    yield from (named([one], SENTENCE).removesuffix(".") for one in hows[:ADVISED])
    if case.input.repository is None and any(one.unknown for one in reasons):
        yield _FORGE
    if any(one.id.startswith("scan.") for one in reasons):
        yield _SCAN
    if case.unlifted:
        yield _WAIVER
    if len(hows) > ADVISED or not hows:
        yield _EXPLAIN
