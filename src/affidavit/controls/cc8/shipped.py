"""Whether what was deployed to production traces to a change that passed its tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.period import since
from affidavit.changes.forge.model import Deployment
from affidavit.changes.record.material import Kept
from affidavit.controls.cc8.case import said
from affidavit.controls.cc8.emergency import EXCUSED
from affidavit.controls.cc8.emergency import TEST as EMERGENCY
from affidavit.controls.cc8.lacking import DEPLOYMENTS, HISTORY, IDENTITIES
from affidavit.controls.model import Item, Result, Subject, item, no, unknown, yes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from affidavit.base.period import Period
    from affidavit.controls.criteria import Criteria
    from affidavit.controls.model import Attribute

TEST = "AFF-CC8.1-10"
BEFORE = tuple(f"AFF-CC8.1-0{number}" for number in range(1, 7))
"""The tests that a deployed change has to have passed, as far as they are in scope."""
_SUCCESS = "success"


class Traced(msgspec.Struct, frozen=True, kw_only=True):
    """A deployment, and where its commit stands.

    `change` is the id of the change that it is a landing of, None where it is of none in the
    period. `landed` is whether it is a landing of an audited branch at any time, None where that
    cannot be told. `agent` is the agent that deployed, empty where it was none; `doubt` is why that
    is not known.
    """

    deployment: Kept[Deployment]
    change: str | None
    landed: bool | None
    agent: str
    doubt: str


def is_production(deployment: Deployment, criteria: Criteria) -> bool:
    """Whether it went to production: by the forge's word, or by the name of the environment."""
    name = (deployment.environment or "").strip().casefold()
    return deployment.production is True or name in {one.casefold() for one in criteria.production}


def succeeded(deployment: Deployment, period: Period) -> str | None:
    """When it was there, in the period; None where it never was, or at another time."""
    times = sorted(one.at for one in deployment.statuses if one.state == _SUCCESS)
    return next((one for one in times if since(one) in period), None)


def lost_statuses(deployment: Deployment, period: Period) -> str:
    """Why it is unknown whether it succeeded in the period; empty where that is known."""
    lost = [one for one in deployment.missing if one.what == "statuses"]
    if not lost or since(deployment.created_at) >= period.end:
        return ""
    return f"the forge did not tell its statuses: {lost[0].reason}"


def shipped(
    traced: Sequence[Traced],
    items: Mapping[tuple[str, str], Item],
    *,
    period: Period,
    scope: Sequence[str],
) -> Iterator[Item]:
    """A row for each deployment of the period; `items` are the rows by test and change."""
    asked = [one for one in BEFORE if one in scope]
    for one in traced:
        made = one.deployment.data
        at, lost = succeeded(made, period), lost_statuses(made, period)
        if at is None and not lost:
            continue
        subject = Subject(
            of="deployment",
            item=f"deployment:{made.id}",
            occurred_at=at or made.created_at,
            commit=made.commit,
        )
        if at is None:
            yield item(
                TEST, subject, unknown("succeeded", lost, one.deployment.source, lacks=DEPLOYMENTS)
            )
            continue
        passed = _passed(one, items, asked) if one.landed and one.change else ()
        yield item(TEST, subject, _traces(one), *passed, _deployer(one))


def _traces(one: Traced) -> Attribute:
    commit = one.deployment.data.commit[:12]
    if one.landed is None:
        why = f"whether {commit} landed is unknown: it is not here, or the history is cut off"
        return unknown("traces to a change", why, one.deployment.source, lacks=HISTORY)
    if not one.landed:
        why = f"the commit {commit} never landed on an audited branch"
        return no("traces to a change", why, one.deployment.source)
    if one.change is None:
        why = f"the commit {commit} landed outside of the period: its change was not tested"
        return unknown("traces to a change", why, one.deployment.source, lacks=HISTORY)
    return yes("traces to a change", one.change, one.deployment.source)


def _passed(
    one: Traced, items: Mapping[tuple[str, str], Item], asked: Sequence[str]
) -> Iterator[Attribute]:
    assert one.change is not None
    for test in asked:
        found = _judging(items, test, one.change)
        if found.result is Result.DEVIATION:
            yield no(found.test, f"{one.change} deviates", one.deployment.source)
        elif found.result is Result.UNKNOWN:
            why = f"of {one.change} it is unknown"
            yield unknown(found.test, why, one.deployment.source, lacks=found.test)
        else:
            rule = f" ({found.rule})" if found.rule else ""
            yield yes(found.test, f"{one.change}: {found.result}{rule}", one.deployment.source)


def _judging(items: Mapping[tuple[str, str], Item], test: str, change: str) -> Item:
    """The row that judges a change under `test`: of an emergency it is the emergency's own."""
    found = items[test, change]
    return items[EMERGENCY, change] if found.rule == EXCUSED else found


def _deployer(one: Traced) -> Attribute:
    who = one.deployment.data.creator
    if one.doubt or who is None:
        return unknown("deployer", one.doubt, one.deployment.source, lacks=IDENTITIES)
    if one.agent:
        why = f"{said(who.login)} is the agent {said(one.agent)}"
        return no("deployer", why, one.deployment.source)
    return yes("deployer", f"{said(who.login)}, no agent that is known", one.deployment.source)
