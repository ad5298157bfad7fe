"""What a recorded decision says that cannot be so, whatever its policy says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import shortened, visible
from affidavit.changes.gate.case import Case, Current, Reports
from affidavit.changes.gate.model import Status
from affidavit.changes.gate.requirements import requirements
from affidavit.policy.model import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from affidavit.ledger.decided import PolicyDecided
    from affidavit.policy.input import PolicyInput

MOST_NAMED = 5
"""Ids that are told of many."""
TOLD_BY_INPUT = (
    *("history", "gate-files", "reviewed", "proven-approval", "checks", "scan", "checklist"),
    *("ai-declared", "owners", "up-to-date", "no-conflicts"),
)
"""Requirements of which the input of a policy says what they were held against."""
_MILDEST = "critical"


def contradiction(body: PolicyDecided) -> str:
    """Where an allowance does not follow from what the decision itself says; empty if it does."""
    if body.verdict != "allowed":
        return ""
    if not body.allowed:
        return "the gate allowed it, and its own policy did not"
    open_ = {id_: state for id_, state in body.requirements.items() if state != "met"}
    if open_:
        return f"the gate allowed it, and required what was not met: {_states(open_)}"
    return ""


def score_differs(body: PolicyDecided, asked: PolicyInput) -> str:
    """Where the score is not that of the decision's own input; empty where it is."""
    if body.score == asked.score:
        return ""
    return f"the score is {_number(body.score)}, and that of its input {_number(asked.score)}"


def unfounded(body: PolicyDecided, asked: PolicyInput) -> str:
    """Requirements said to be met which the decision's own input does not show; empty if none.

    What a base sets and the input does not hold is taken as mildly as it can be.
    """
    met = {id_ for id_, state in body.requirements.items() if state == "met"}
    case = Case(
        input=asked,
        decision=_decision(body),
        current=Current(status=Status.MET, found=""),
        tests=Reports(state=None),
        unattributed=None,
        threshold=_MILDEST,
        complete=True,
    )
    found = requirements(case, met.intersection(TOLD_BY_INPUT))
    wrong = {
        one.id: f"{one.status}" for one in found
        if one.id in met.intersection(TOLD_BY_INPUT) and one.status is not Status.MET
    }  # fmt: skip
    return f"said to be met, and not by its own input: {_states(wrong)}" if wrong else ""


def _decision(body: PolicyDecided) -> Decision:
    return Decision(
        allowed=body.allowed, reasons=(), bundle=body.bundle, input=body.input, engine=body.engine,
        needs=body.needs,
    )  # fmt: skip


def named(ids: Iterable[str]) -> str:
    """Some of `ids`, as they are shown."""
    every = sorted(ids)
    told = ", ".join(visible(shortened(one, 60)) for one in every[:MOST_NAMED])
    return f"{told} and {len(every) - MOST_NAMED} more" if len(every) > MOST_NAMED else told


def _states(found: Mapping[str, str]) -> str:
    return named(f"{id_} ({state})" for id_, state in found.items())


def _number(score: int | None) -> str:
    return "unknown" if score is None else str(score)
