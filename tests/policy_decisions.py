"""Decisions of the default bundle, and ledgers that they are recorded in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.policy.deciding import Decided, Verdict
from affidavit.app.policy.recording import recorded
from affidavit.app.policy.starting import default_files
from affidavit.changes.gate.model import ALWAYS
from default_policy import decision
from policy_inputs import policy_input, raw

if TYPE_CHECKING:
    from affidavit.app.ledger.home import Home
    from affidavit.app.policy.recording import Recorded


def decided(**changes: object) -> Decided:
    """What the gate makes of the default bundle's decision about a change."""
    asked = policy_input(**changes)
    found = decision(asked)
    word: Verdict = "undecided" if found.undecided else "refused"
    return Decided(
        decision=found,
        asked=asked,
        verdict="allowed" if found.allowed else word,
        requirements=dict.fromkeys(ALWAYS, "met"),
    )


def about(head: str, tree: str, **fields: object) -> dict[str, object]:
    """The part of an input that says which commit it is about."""
    change = raw()["change"]
    assert isinstance(change, dict)
    return {**change, "head": head, "tree": tree, **fields}


def keep(place: Home, one: Decided | None = None) -> Recorded:
    """Record a decision in the ledger at `place`: that about a good change, or `one`."""
    return recorded(place, one or decided(), default_files())
