"""The answer put together, and where evidence was looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import shortened, visible
from affidavit.changes.gate.answer import FORMAT, Answer, ForgeRead, Judged, Policy
from affidavit.changes.gate.model import Requirement, Score, verdict

if TYPE_CHECKING:
    from affidavit.app.gate.base import Base
    from affidavit.app.gate.facts import Results
    from affidavit.app.gate.wanted import Chosen
    from affidavit.changes.gate.case import Case
    from affidavit.policy.input import PolicyInput


def places(chosen: Chosen, base: Base, found: Results, *, given: bool) -> dict[str, str]:
    """Where the evidence of each requirement was looked for."""
    forge = chosen.forge
    records = f"records of {visible(forge.host)} at {forge.at}" if forge else "no forge"
    keys = f"decisions signed by keys of {visible(base.table.allowed_signers)} of the base"
    both = f"{records}; {keys}"
    at = base.commit[:12]
    return {
        "base": f"commit {at}",
        "current": records,
        "gate-files": f"the files of the change; {both}",
        "policy": "the caller's folder" if given else f"{visible(base.table.policy)} of {at}",
        "reviewed": both,
        "proven-approval": keys,
        "checks": records,
        "tests": found.where,
        "scan": found.where,
        "checklist": both,
        "ai-declared": both,
        "attribution": "trailers, identities and notes of the commits",
        "owners": f"{base.owners.path or 'no CODEOWNERS'} of {at}; {both}",
    }


def answer(
    case: Case, judged: tuple[Requirement, ...], scored: Score, chosen: Chosen
) -> Answer:  # fmt: skip
    """The answer, but for who gives it."""
    found, input_ = verdict(judged), case.input
    return Answer(
        format=FORMAT,
        tool="",
        at=input_.at,
        verdict=found,
        status=found.exit_status,
        change=_judged(input_),
        requirements=judged,
        score=scored,
        policy=_policy(case),
        forge=_forge(chosen),
        touched=input_.gate.touched,
        unknown=input_.unknown,
        noticed=(),
    )


def _judged(input_: PolicyInput) -> Judged:
    change = input_.change
    return Judged(
        base=change.base,
        head=change.head,
        tree=change.tree,
        merge_base=change.merge_base,
        request=change.request,
        repository=input_.repository,
        branch=input_.branch,
        commits=change.commits,
        files=change.files,
    )


def _policy(case: Case) -> Policy:
    decision = case.decision
    if decision is None:
        return Policy(
            source="base", bundle=None, input=None, engine=None, allowed=False, tier=None,
            needs=None, error=f"no-policy: {case.no_policy}", reasons=(),
        )  # fmt: skip
    return Policy(
        source="base",
        bundle=decision.bundle or None,
        input=decision.input or None,
        engine=decision.engine or None,
        allowed=decision.allowed,
        tier=decision.tier,
        needs=decision.needs,
        error=decision.error,
        reasons=decision.reasons,
    )


def _forge(chosen: Chosen) -> ForgeRead | None:
    forge = chosen.forge
    if forge is None:
        return None
    return ForgeRead(
        host=visible(shortened(forge.host, 200)),
        repository=visible(shortened(forge.repository, 300)),
        at=forge.at,
        digest=forge.digest,
        unknown=tuple(
            visible(shortened(f"{record} {one.what}: {one.reason}".strip(), 200))
            for record, one in forge.unknown
        ),
    )
