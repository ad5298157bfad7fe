"""What an approval was of, when it was given, and emergencies, over the truth."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from oracle_people import approvals, enough, person_of

if TYPE_CHECKING:
    from truth import Account, Change, Commit, Event, Organisation, Request, Review

WAITING = ("auto_merge_enabled", "added_to_merge_queue")


def covering(org: Organisation, change: Change) -> tuple[int, int]:
    """How many persons approved what was merged before it was: for sure, and perhaps."""
    request = change.request
    assert request is not None
    sure, perhaps = set(), set()
    for person, review in approvals(org, change):
        answers = (of_the_head(org, request, review), before(request, review))
        if False not in answers:
            perhaps.add(person)
            if None not in answers:
                sure.add(person)
    return len(sure), len(perhaps)


def of_the_head(org: Organisation, request: Request, review: Review) -> bool | None:
    """Whether it was given to what was merged; None where the forge does not say to what."""
    if review.commit is None:
        return None
    if review.commit is request.head:
        came = [one.at for one in org.pushed.get(request.head.mark, [])]
        came += [one.at for one in request.events if one.after is request.head]
        return not came or min(came) <= review.at
    return _carried(request.head, review.commit)


def _carried(head: Commit, approved: Commit) -> bool:
    """Whether the base alone was merged in since, and the change is the same."""
    at = head
    while at is not approved:
        if not at.updates or at.own != at.parents[0].own:
            return False
        at = at.parents[0]
    return True


def before(request: Request, review: Review) -> bool | None:
    if review.at != request.merged_at:
        return review.at < request.merged_at
    waited = any(one.kind in WAITING and one.at < review.at for one in request.events)
    return True if waited else None


def labels(org: Organisation, change: Change) -> list[Event]:
    """When it was called an emergency."""
    events = change.request.events if change.request else []
    return [one for one in events if one.kind == "labeled" and one.text in org.criteria.labels]


def excused(org: Organisation, change: Change) -> bool:
    """Whether somebody entitled called it an emergency before it was merged.

    Where the engagement does not test emergencies nothing is excused by one.
    """
    if "AFF-CC8.1-11" not in org.criteria.scope:
        return False
    return any(one.at < change.at and entitled(org, one.actor, one.at) for one in
               labels(org, change))  # fmt: skip


def entitled(org: Organisation, account: Account | None, at: int) -> bool:
    """Whether an account's person was a change authority then."""
    person = person_of(org, account)
    day = datetime.fromtimestamp(at, UTC).date().isoformat()
    terms = [terms for since, terms in org.versions if since < at][-1]
    return any(
        one.person is person and (one.since or "") <= day <= (one.until or "9999") for one in terms
    )


def in_time(org: Organisation, change: Change, at: int) -> bool:
    """Whether something was before the merge, or of an emergency soon enough after it."""
    last = datetime.fromtimestamp(change.at, UTC)
    if excused(org, change):
        last = _working_days_after(last, org.criteria.days)
    return at <= last.timestamp()


def retrospective(org: Organisation, change: Change) -> bool | None:
    """Whether enough persons approved the head before the merge or soon after."""
    request = change.request
    assert request is not None
    last = _working_days_after(datetime.fromtimestamp(change.at, UTC), org.criteria.days)
    persons = {
        person
        for person, review in approvals(org, change)
        if of_the_head(org, request, review) and review.at <= last.timestamp()
    }
    return enough(org, change, len(persons))


def _working_days_after(at: datetime, days: int) -> datetime:
    left = days
    while left:
        at += timedelta(days=1)
        left -= _works(at.date())
    return at


def _works(day: date) -> bool:
    return day.weekday() < 5
