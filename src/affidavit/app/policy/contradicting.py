"""What a recorded decision says that cannot be so, whatever its policy says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import shortened, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from affidavit.ledger.decided import PolicyDecided
    from affidavit.policy.input import PolicyInput

MOST_NAMED = 5
"""Ids that are told of many."""


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


def named(ids: Iterable[str]) -> str:
    """Some of `ids`, as they are shown."""
    every = sorted(ids)
    told = ", ".join(visible(shortened(one, 60)) for one in every[:MOST_NAMED])
    return f"{told} and {len(every) - MOST_NAMED} more" if len(every) > MOST_NAMED else told


def _states(found: Mapping[str, str]) -> str:
    return named(f"{id_} ({state})" for id_, state in found.items())


def _number(score: int | None) -> str:
    return "unknown" if score is None else str(score)
