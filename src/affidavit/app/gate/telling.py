"""The answer put together, and where evidence was looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.text import shortened, visible
from affidavit.changes.gate.answer import FORMAT, Answer, ForgeRead, Judged, Policy, Waived
from affidavit.changes.gate.model import Requirement, Score, Status, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.app.gate.base import Base
    from affidavit.app.gate.facts import Results
    from affidavit.app.gate.signed import Lifting
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
        "checks": f"{records}{_queued(chosen)}",
        "tests": found.where,
        "scan": found.where,
        "checklist": both,
        "ai-declared": both,
        "attribution": "trailers, identities and notes of the commits",
        "owners": f"{base.owners.path or 'no CODEOWNERS'} of {at}; {both}",
    }


def _queued(chosen: Chosen) -> str:
    """That of the commit of a merge queue not all is asked: the queue itself waits for the rest."""
    if chosen.status_on == chosen.head:
        return ""
    told = chosen.forge is not None and chosen.status_on in chosen.forge.checks
    of = f"of the queue's {chosen.status_on[:12]}"
    return f", of the head; {of} what failed" if told else f", of the head; {of} nothing is told"


_KNOWN = frozenset({"base", "history", "current"})
"""What is told of a change whatever its base is configured to."""


def undecidable(judged: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
    """`judged` where nobody knows what the base asks for: what is not met may not be asked for."""
    return tuple(
        msgspec.structs.replace(
            one, status=Status.UNKNOWN,
            found=f"{one.found}; what the base asks for cannot be understood",
            how="repair affidavit.toml on the base first",
        )
        if one.status is Status.UNMET and one.id not in _KNOWN else one
        for one in judged
    )  # fmt: skip


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
        change=_judged(input_, chosen.status_on),
        requirements=judged,
        score=scored,
        policy=_policy(case),
        forge=_forge(chosen),
        touched=input_.gate.touched,
        unknown=input_.unknown,
        noticed=(),
    )


def lifted_by(
    rules: tuple[str, ...] | None, lifting: Sequence[Lifting]
) -> tuple[Waived, ...] | None:
    """The rules that waivers lifted, each with whose these are."""
    if rules is None:
        return None
    return tuple(_waived(rule, [one for one in lifting if rule in one.items]) for rule in rules)


def _waived(rule: str, lifting: Sequence[Lifting]) -> Waived:
    return Waived(
        rule=visible(shortened(rule, 100)),
        by=tuple(sorted({visible(shortened(one.by, 100)) for one in lifting})),
        until=max((one.until for one in lifting), default=None),
    )


def _judged(input_: PolicyInput, status_on: str) -> Judged:
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
        status_on=status_on,
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
