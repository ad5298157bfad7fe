"""Who somebody is, who wrote a change, and who approved it, over the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truth import FORGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truth import Account, Change, Hand, Organisation, Person, Review, Service


def person_of(org: Organisation, account: Account | None) -> Person | None:
    """Whose account it is."""
    return next((one for one in org.people if account in one.accounts), None)


def service_of(org: Organisation, account: Account | None) -> Service | None:
    return next((one for one in org.services if one.account == account), None)


def is_agent(org: Organisation, account: Account) -> bool:
    found = service_of(org, account)
    return found is not None and found.agent


def authors(org: Organisation, change: Change) -> set[Person]:
    """Everybody who had a hand in what was brought in, or in whose name it was done."""
    found = {person for one in change.commits for person in one.coauthors}
    hands = [hand for one in change.commits for hand in (one.author, one.committer)]
    found |= {one for one in org.people for hand in hands if hand.email == one.email}
    agents = _agents(org, change, hands)
    found |= {one.owner for one in _programs(org, change, hands) if one.owner}
    if change.request:
        opener = person_of(org, change.request.opener)
        found |= {opener} if opener else set()
    if agents:
        found |= set(_prompting(org, change))
    return found


def _agents(org: Organisation, change: Change, hands: list[Hand]) -> list[Service]:
    """The agents among its authors."""
    return [one for one in _programs(org, change, hands) if one.agent]


def _programs(org: Organisation, change: Change, hands: list[Hand]) -> list[Service]:
    """The agents and bots among its authors."""
    opener = change.request.opener if change.request else None
    emails = {hand.email for hand in hands}
    return [one for one in org.services if one.account == opener or one.hand.email in emails]


def _prompting(org: Organisation, change: Change) -> Iterator[Person]:
    """For whom an agent worked: who it was assigned to and by, and whom it asked to review."""
    for event in change.request.events if change.request else ():
        asked = event.kind == "review_requested" and event.actor and event.actor.kind == "bot"
        accounts = (event.actor, event.subject) if event.kind == "assigned" else ()
        for account in (event.subject,) if asked else accounts:
            person = person_of(org, account)
            if person:
                yield person


def enough(org: Organisation, change: Change, persons: int) -> bool | None:
    """Whether so many persons are enough.

    None where one of them may have asked an agent for it, and nobody is known to have.
    """
    asked = org.criteria
    least = max(asked.approvals, asked.critical_approvals if change.critical else 0)
    if persons < least:
        return False
    return None if persons < 2 and is_unprompted(org, change) else True


def is_unprompted(org: Organisation, change: Change) -> bool:
    """Whether programs alone did it, and nobody is known to have asked for it.

    Who owns a bot asked for its work, if the engagement's own file says who that is.
    """
    hands = [one.author for one in change.commits if one.author != FORGE]
    by_person = [one for one in org.people for hand in hands if hand.email == one.email]
    by_person += [person for one in change.commits for person in one.coauthors]
    opener = person_of(org, change.request.opener) if change.request else None
    programs = _programs(org, change, hands)
    owned = org.configured and any(one.owner and not one.agent for one in programs)
    known = by_person or opener or owned or list(_prompting(org, change))
    return bool(programs) and not known


def stands(change: Change, review: Review) -> bool:
    """Whether an approval was neither dismissed nor withdrawn before the merge."""
    if review.dismissed_at is not None and review.dismissed_at <= change.at:
        return False
    later = change.request.reviews if change.request else ()
    return not any(
        one.said == "changes_requested"
        and one.account == review.account
        and review.at <= one.at <= change.at
        for one in later
    )


def approvals(org: Organisation, change: Change) -> list[tuple[Person, Review]]:
    """Approvals by persons outside the authors that stand."""
    wrote = authors(org, change)
    found = []
    for review in change.request.reviews if change.request else ():
        person = person_of(org, review.account)
        if review.said == "approved" and person and person not in wrote and stands(change, review):
            found.append((person, review))
    return found


def counted(org: Organisation, change: Change) -> set[Person]:
    """The persons behind these approvals."""
    return {person for person, _ in approvals(org, change)}
