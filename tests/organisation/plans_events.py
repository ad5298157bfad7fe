"""What happens to a planted change besides: deployments, and emergencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from building import MINUTE
from plans_after import approvals, dismissed, unapproved
from requested import deployed
from truth import Commit, Event, Term

if TYPE_CHECKING:
    from building import Builder, Draft
    from truth import Deployment


# Deployed.


def _deployed(
    builder: Builder, made: Draft, *, commit: Commit | None = None, expected: bool = True
) -> Deployment:
    done = deployed(builder, made, commit=commit)
    item = f"deployment:{done.number}"
    if expected:
        builder.org.planted.append(("AFF-CC8.1-10", item, made.change.plan))
    return done


def deployed_head(builder: Builder, made: Draft) -> None:
    _deployed(builder, made, commit=made.request.head)


def deployed_by_agent(builder: Builder, made: Draft) -> None:
    _deployed(builder, made).creator = builder.dice.choice(builder.org.services[:2]).account


def deployed_by_nobody(builder: Builder, made: Draft) -> None:
    _deployed(builder, made).creator = None


def deployed_unapproved(builder: Builder, made: Draft) -> None:
    unapproved(builder, made)
    _deployed(builder, made)


def deployed_old(builder: Builder, made: Draft) -> None:
    _deployed(builder, made, commit=builder.org.changes[1].landings[-1])


def well_deployed(builder: Builder, made: Draft) -> None:
    _deployed(builder, made, expected=False)


def staged(builder: Builder, made: Draft) -> None:
    done = _deployed(builder, made, expected=False)
    done.environment, done.creator = "staging", builder.org.services[1].account


def failed_deployment(builder: Builder, made: Draft) -> None:
    _deployed(builder, made, expected=False).state = "failure"


# Emergencies.


def _labelled(builder: Builder, made: Draft, person: int, at: int) -> None:
    actor = builder.org.people[person].account
    text = builder.dice.choice(builder.org.criteria.labels)
    made.request.events.append(Event("labeled", at, actor, text=text))


def _approved_after(made: Draft, seconds: int) -> None:
    for number, one in enumerate(approvals(made)):
        one.at = made.change.at + seconds + number


def emergency(builder: Builder, made: Draft) -> None:
    """Approved within the time after the merge."""
    _labelled(builder, made, 10, made.change.at - 20 * MINUTE)
    hours = builder.dice.choice((5, 47))
    _approved_after(made, hours * 60 * MINUTE)


def approved_emergency(builder: Builder, made: Draft) -> None:
    _labelled(builder, made, 10, made.change.at - 20 * MINUTE)


def labelled_late(builder: Builder, made: Draft) -> None:
    _labelled(builder, made, 10, made.change.at + 10 * MINUTE)


def labelled_by_anybody(builder: Builder, made: Draft) -> None:
    _labelled(builder, made, 13, made.change.at - 20 * MINUTE)
    _approved_after(made, 3600)


def labelled_by_former(builder: Builder, made: Draft) -> None:
    _labelled(builder, made, 12, made.change.at - 20 * MINUTE)
    _approved_after(made, 3600)


def emergency_late(builder: Builder, made: Draft) -> None:
    emergency(builder, made)
    _approved_after(made, 12 * 24 * 60 * MINUTE)


def emergency_never(builder: Builder, made: Draft) -> None:
    emergency(builder, made)
    unapproved(builder, made)


def emergency_dismissed(builder: Builder, made: Draft) -> None:
    _labelled(builder, made, 10, made.change.at - 20 * MINUTE)
    dismissed(builder, made)


def labelled_by_newcomer(builder: Builder, made: Draft) -> None:
    _labelled(builder, made, builder.dice.choice((8, 11)), made.change.at - 20 * MINUTE)
    _approved_after(made, 3600)


def roles_in_force(builder: Builder, made: Draft) -> None:
    """From now on somebody else may authorise a change, too."""
    terms = (*builder.org.versions[-1][1], Term(builder.org.people[8]))
    builder.org.versions.append((made.change.at, terms))
