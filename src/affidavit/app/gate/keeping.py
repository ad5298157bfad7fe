"""Decisions of the gate kept as evidence, refusals like any other, and told to the forge."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from affidavit.app.asking.posting import post_status
from affidavit.app.clock import chance
from affidavit.app.facts.file import appended, check_bundle
from affidavit.app.facts.signing import bundle_of
from affidavit.app.gate.ran import CONTEXT
from affidavit.app.policy.deciding import Decided, fact_of
from affidavit.app.policy.recording import recorded as record
from affidavit.app.receipts.signer import signer
from affidavit.base.digest import sha256
from affidavit.base.errors import UsageError
from affidavit.changes.gate.model import Status, Verdict
from affidavit.ledger.bundle import Place
from affidavit.policy.deciding import encoded_input
from affidavit.policy.model import Decision
from affidavit.sources.github.statuses import NewStatus

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.collecting.wanted import Told
    from affidavit.app.gate.judging import Gated
    from affidavit.app.gate.wanted import Wanted
    from affidavit.app.ledger.home import Home

NO_BUNDLE = f"sha256:{'0' * 64}"
"""Stands for the digest of a bundle where there is none."""
_STATES: dict[Verdict, Literal["success", "failure", "error"]] = {
    Verdict.ALLOWED: "success",
    Verdict.REFUSED: "failure",
    Verdict.UNDECIDED: "error",
}


def decided(found: Gated) -> Decided:
    """The decision as a fact has it."""
    return Decided(
        decision=_decision(found),
        asked=found.input,
        verdict=found.answer.verdict.value,
        policy_from=found.answer.policy.source,
        waived=_waived(found),
        status_on=found.chosen.status_on if found.chosen.status_on != found.chosen.head else None,
        requirements={one.id: one.status.value for one in found.answer.requirements},
    )


def _waived(found: Gated) -> tuple[str, ...] | None:
    told = found.answer.waived
    return None if told is None else tuple(one.rule for one in told)


def _decision(found: Gated) -> Decision:
    """The policy's decision; where there was no policy, or it could not be used, that."""
    own = found.decision
    if own is not None and own.bundle and own.input:
        return own
    return Decision(
        allowed=False,
        reasons=(),
        bundle=(own.bundle if own else "") or NO_BUNDLE,
        input=sha256(encoded_input(found.input)),
        engine=(own.engine if own else "") or "none",
        error=(own.error if own else None) or "no-policy",
    )


def signed(found: Gated, path: Path) -> None:
    """Append the decision to the file at `path`, signed with this account's key.

    Raises:
        AffidavitError: The key or the file fails.
    """
    key = signer(os.environ, None, chance)
    fact = fact_of(decided(found), whole=True)
    check_bundle(path)
    appended(path, bundle_of([fact], Place(chance(16).hex()), key))


def recorded(found: Gated, place: Home) -> None:
    """Record the decision in the ledger at `place`, with the policy and its input.

    Raises:
        AffidavitError: The ledger cannot be written to.
    """
    record(place, decided(found), found.files)


def posted(found: Gated, wanted: Wanted, told: Told) -> NewStatus:
    """Set the status of the commit that the forge would merge; it is what was set.

    Raises:
        UsageError: Nothing says where.
        ForgeError: The forge does not set it.
    """
    at, answer = found.chosen.at, found.answer
    if at is None or wanted.token is None:
        raise UsageError("a status is set on a forge: give --live with it")
    names = [one.id for one in answer.requirements if one.status is not Status.MET]
    description = f"{answer.verdict}: {', '.join(names)}" if names else str(answer.verdict)
    status = NewStatus(
        commit=found.chosen.status_on,
        state=_STATES[answer.verdict],
        context=CONTEXT,
        description=description,
    )
    post_status(at, status, wanted.token, told=told)
    return status
