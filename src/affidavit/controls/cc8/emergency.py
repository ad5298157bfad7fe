"""Emergencies: declared before the merge by somebody entitled, and approved soon after."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from affidavit.base.period import EPOCH, rfc3339
from affidavit.changes.forge.approvals import Answer
from affidavit.controls.cc8.lacking import EVENTS, IDENTITIES, REQUESTS
from affidavit.controls.cc8.persons import approving
from affidavit.controls.model import Item, Subject, answered, item, no, not_applicable, unknown
from affidavit.identity.versions import Entitled

if TYPE_CHECKING:
    from affidavit.controls.cc8.case import Case
    from affidavit.controls.model import Attribute

TEST = "AFF-CC8.1-11"
EXCUSED = f"emergency, see {TEST}"
"""The rule by which tests of approvals leave an emergency to this one."""
MOST = 10
"""Percent of changes that may be emergencies."""
_SATURDAY = 5
_TIMES = {
    Answer.YES: ", before the merge",
    Answer.NO: ", after the merge",
    Answer.UNKNOWN: "; when the merge was is unknown, or it was in that second",
}
_ENTITLED = {
    Entitled.YES: "was a change authority then",
    Entitled.NO: "was no change authority then",
    Entitled.UNKNOWN: "is not known to be entitled: no identities in force then give roles",
}


def excused(case: Case) -> Answer:
    """Whether an emergency was declared before the merge by somebody entitled.

    Never where the engagement does not test emergencies: then nobody would judge it.
    """
    if case.criteria.scope is not None and TEST not in case.criteria.scope:
        return Answer.NO
    answers = [_declared(one.before_merge, one.entitled) for one in case.labels]
    for answer in (Answer.YES, Answer.UNKNOWN):
        if answer in answers:
            return answer
    request = case.request
    if request is not None and any(one.what in ("events", "labels") for one in request.missing):
        return Answer.UNKNOWN
    return Answer.NO


def _declared(before: Answer, entitled: Entitled) -> Answer:
    answers = {before, Answer(entitled.value)}
    if Answer.NO in answers:
        return Answer.NO
    return Answer.UNKNOWN if Answer.UNKNOWN in answers else Answer.YES


def emergency(case: Case) -> Item:
    """The row of a change that was called an emergency at any time; others are not applicable."""
    if not case.labels:
        if case.lost is not None:
            return item(
                TEST, case.subject, unknown("label", case.lost, case.source, lacks=REQUESTS)
            )
        if excused(case) is Answer.UNKNOWN:
            why = "the forge did not tell every event of the request"
            return item(TEST, case.subject, unknown("label", why, case.source, lacks=EVENTS))
        return not_applicable(TEST, case.subject, "no emergency")
    return item(TEST, case.subject, *_declaring(case), _approved(case))


def _declaring(case: Case) -> tuple[Attribute, Attribute]:
    """Of the best of its labels: whether it was set in time, and by somebody entitled."""
    order = (Answer.YES, Answer.UNKNOWN, Answer.NO)
    best = min(
        case.labels,
        key=lambda one: (
            order.index(_declared(one.before_merge, one.entitled)),
            order.index(one.before_merge),
        ),
    )
    when = f"{best.label} was set at {best.at or 'an unknown time'} by {best.by or 'nobody named'}"
    words = f"{when}{_TIMES[best.before_merge]}"
    time = answered("at the time", best.before_merge, words, case.source, lacks=EVENTS)
    who = f"{best.by or 'nobody named'} {_ENTITLED[best.entitled]}"
    return time, answered(
        "entitled", Answer(best.entitled.value), who, case.source, lacks=IDENTITIES
    )


def _approved(case: Case) -> Attribute:
    """Whether enough persons approved the merged head, before or in time afterwards."""
    merged = case.merged_at
    if merged is None:
        return unknown("approved", "when it was merged is unknown", case.source, lacks=REQUESTS)
    last = working_days_after(merged, case.criteria.emergency_days)
    found = approving(case, until=last)
    words = f"until {last}: {found.words}"
    return answered("approved", found.answer, words, case.source, lacks=found.lacks)


def working_days_after(time: str, days: int) -> str:
    """The last second of an RFC 3339 time plus `days` working days, Monday to Friday in UTC.

    A time at a weekend counts from the end of the Friday before.
    """
    at = datetime.fromisoformat(time)
    while at.weekday() >= _SATURDAY:
        at = (at - timedelta(days=1)).replace(hour=23, minute=59, second=59)
    left = days
    while left:
        at += timedelta(days=1)
        left -= at.weekday() < _SATURDAY
    span = at - EPOCH
    return rfc3339(span.days * 86_400 + span.seconds)


def share(called: int, changes: int, occurred_at: str) -> Item | None:
    """One more row where too many of the changes are called emergencies: no exception any more."""
    if called * 100 <= changes * MOST:
        return None
    subject = Subject(of="period", item="emergencies", occurred_at=occurred_at)
    why = f"{called:,} of {changes:,} changes are emergencies, more than {MOST} %"
    return item(TEST, subject, no("rare", why))
