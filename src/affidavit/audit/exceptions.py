"""Exceptions: what a person has to explain, worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.audit.forge import Held
from affidavit.audit.model import AuditException
from affidavit.base.period import rfc3339
from affidavit.changes.chain import By
from affidavit.changes.exceptional import (
    NO_REVIEW,
    OUT_OF_ORDER,
    OUTSIDE,
    SELF_MERGED,
    UNAPPROVED,
    UNGATED,
)
from affidavit.changes.model import PersonRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from affidavit.audit.forge import ForgeSource
    from affidavit.audit.selection import Displaced
    from affidavit.changes.model import Landing

REWRITTEN = "history-rewritten"
DEPLOYED = "deployment-without-change"
_ORDER = {
    name: place
    for place, name in enumerate(
        (REWRITTEN, OUTSIDE, DEPLOYED, UNAPPROVED, UNGATED, SELF_MERGED, NO_REVIEW, OUT_OF_ORDER)
    )
}
_PLAIN = {
    OUTSIDE: "that no merged request of the forge became",
    UNAPPROVED: "that too few persons approved before it was merged",
    NO_REVIEW: "for which git shows no review evidence",
}
_PUT = {True: "the forge's records", False: "the commits before it"}
_TOLD = {
    By.REQUEST: "its request was merged by the forge's record",
    By.PUSH: "it was pushed by the forge's record",
}


def exceptions(
    landings: Iterable[Landing],
    displaced: Iterable[Displaced],
    rewritten: Iterable[AuditException],
    forge: ForgeSource | msgspec.UnsetType = msgspec.UNSET,
) -> tuple[AuditException, ...]:
    """Rewritten history first, then AI changes, then the rest; by rule, newest landing first.

    Deployments of what no change brought in are by time, the first first.
    """
    found = [
        (0 if landing.ai else 1, _exception(name, landing))
        for landing in landings
        for name in landing.exceptions
    ]
    found += [(1, _displaced(one)) for one in displaced]
    found += [(1, one) for one in _deployed(forge)]
    found += [(-1, one) for one in rewritten]
    ordered = sorted(found, key=lambda entry: (entry[0], _ORDER[entry[1].id]))
    return tuple(exception for _, exception in ordered)


def landings_of(found: Iterable[AuditException]) -> set[str]:
    """The landings that exceptions are on; what was deployed is none."""
    return {one.commit for one in found if one.id != DEPLOYED}


def _exception(name: str, landing: Landing) -> AuditException:
    return AuditException(id=name, commit=landing.commit, reason=_reason(name, landing))


def _reason(name: str, landing: Landing) -> str:
    who = "an AI change" if landing.ai else "a change"
    if name in _PLAIN:
        return f"{who} {_PLAIN[name]}: {landing.title}"
    if name == UNGATED:
        gate = landing.sworn.gate if landing.sworn else None
        why = gate.why if gate else "no decision of the gate is known"
        return f"{who} that the gate is not known to have let through: {why}: {landing.title}"
    if name == SELF_MERGED:
        return f"{who} merged by one of its authors, {_merger(landing)}: {landing.title}"
    own = f"its own date {landing.committed_at or 'cannot be used'} lies more than a day from"
    if isinstance(landing.counted, msgspec.UnsetType):
        return f"{own} its place in the history, {landing.landed_at}"
    told = f"{landing.counted.at}, when {_TOLD[landing.counted.by]}"
    return f"{own} {told}; its place in the history is {landing.landed_at}"


def _merger(landing: Landing) -> str:
    if landing.forge and landing.forge.merged_by:
        return landing.forge.merged_by
    names = (one.name or one.email for one in landing.authors if PersonRole.MERGER in one.roles)
    return next(names, "who is not named")


def _deployed(forge: ForgeSource | msgspec.UnsetType) -> Iterator[AuditException]:
    """Deployments of commits that no audited branch holds."""
    if isinstance(forge, msgspec.UnsetType):
        return
    for one in forge.deployments.rows:
        if one.held is Held.NO:
            where = f" to {one.environment}" if one.environment else ""
            said = f", last said to be {one.state}" if one.state else ""
            reason = (
                f"deployed{where} at {one.at} (deployment {one.id}{said}), and no audited branch"
                " holds it"
            )
            yield AuditException(id=DEPLOYED, commit=one.commit, reason=reason)


def _displaced(one: Displaced) -> AuditException:
    return AuditException(
        id=OUT_OF_ORDER,
        commit=one.commit,
        reason=(
            f"its own date {rfc3339(one.own)} lies in the period, but"
            f" {_PUT[one.told]} put it"
            f" at {rfc3339(one.place)}: it is counted there, outside this period"
        ),
    )
