"""What is done to a planted change after it landed: how it was merged, and who approved it when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from requested import needed, review
from truth import MAIN, Event, Review

if TYPE_CHECKING:
    from building import Builder, Draft
    from truth import Account


def approvals(made: Draft) -> list[Review]:
    return [one for one in made.request.reviews if one.said == "approved"]


# By merged requests alone.


def unrecorded(builder: Builder, made: Draft) -> None:
    made.request.signed = False
    landing = made.change.landings[-1]
    builder.org.pushes = [one for one in builder.org.pushes if one.after is not landing]


def deleted(builder: Builder, made: Draft) -> None:
    tip, actor = made.change.landings[-1], made.request.merged_by
    gone = builder.push(MAIN, tip, None, made.change.at + 60, "branch_deletion", actor=actor)
    builder.push(MAIN, None, tip, made.change.at + 120, "branch_creation", actor=actor)
    builder.org.planted.append(("AFF-CC8.1-01", f"push:{gone.number}", made.change.plan))


# Reviewed.


def unapproved(_: Builder, made: Draft) -> None:
    made.request.reviews = [one for one in made.request.reviews if one.said != "approved"]


def _instead(builder: Builder, made: Draft, account: Account) -> None:
    """Approved by that account alone."""
    at = approvals(made)[0].at
    unapproved(builder, made)
    review(builder, made, account, at)


def by_itself(builder: Builder, made: Draft) -> None:
    _instead(builder, made, made.request.opener)


def by_author(builder: Builder, made: Draft) -> None:
    """By whoever was made an author last."""
    _instead(builder, made, made.authors[-1].account)


def by_prompter(builder: Builder, made: Draft) -> None:
    _instead(builder, made, made.authors[0].account)


def by_owner(builder: Builder, made: Draft) -> None:
    assert made.agent
    assert made.agent.owner
    _instead(builder, made, made.agent.owner.account)


def by_second(builder: Builder, made: Draft) -> None:
    _instead(builder, made, made.authors[0].accounts[1])


def by_bot(builder: Builder, made: Draft) -> None:
    _instead(builder, made, builder.org.services[4].account)


def by_both_accounts(builder: Builder, made: Draft) -> None:
    """By one person outside the authors, with both of their accounts."""
    at = approvals(made)[0].at
    unapproved(builder, made)
    person = next(one for one in builder.org.people[:4] if one not in made.authors)
    for number, account in enumerate(person.accounts):
        review(builder, made, account, at + number)


def dismissed(_: Builder, made: Draft) -> None:
    for one in approvals(made):
        one.dismissed_at = made.change.at - 3


def dismissed_late(_: Builder, made: Draft) -> None:
    for one in approvals(made):
        one.dismissed_at = made.change.at + 3000


def withdrawn(builder: Builder, made: Draft) -> None:
    for one in approvals(made):
        review(builder, made, one.account, made.change.at - 4, said="changes_requested")


def changed_mind(builder: Builder, made: Draft) -> None:
    for one in approvals(made):
        review(builder, made, one.account, one.at - 2, said="changes_requested")


def approved_again(builder: Builder, made: Draft) -> None:
    for one in approvals(made):
        one.dismissed_at = one.at + 1
        review(builder, made, one.account, one.at + 2)


def too_few(builder: Builder, made: Draft) -> None:
    keep = approvals(made)[: needed(builder, made) - 1]
    unapproved(builder, made)
    made.request.reviews += keep


def one_only(builder: Builder, made: Draft) -> None:
    keep = approvals(made)[:1]
    unapproved(builder, made)
    made.request.reviews += keep


# On the merged head, before the merge.


def approved_earlier(_: Builder, made: Draft) -> None:
    """What was approved is the head before the last commit."""
    if len(made.request.commits) < 2 or made.request.head.at != made.time(0.3):
        made.change.plan = ""
        return
    for number, one in enumerate(approvals(made)):
        one.commit, one.at = made.request.commits[-2], made.time(0.45) + number


def approved_replaced(_: Builder, made: Draft) -> None:
    pushed = next(one for one in made.request.events if one.after)
    for number, one in enumerate(approvals(made)):
        one.commit, one.at = pushed.before, made.time(0.45) + number


def approved_unseen(_: Builder, made: Draft) -> None:
    """Given to the head that was merged, before anybody could have seen it."""
    for number, one in enumerate(approvals(made)):
        one.at = made.time(0.45) + number


def approved_late(_: Builder, made: Draft) -> None:
    for number, one in enumerate(approvals(made)):
        one.at = made.change.at + 600 + number


def same_second(_: Builder, made: Draft) -> None:
    for one in approvals(made):
        one.at = made.change.at


def auto_merged(builder: Builder, made: Draft) -> None:
    same_second(builder, made)
    actor = made.request.merged_by
    made.request.events.append(Event("auto_merge_enabled", made.change.at - 30, actor))


def no_commit(_: Builder, made: Draft) -> None:
    for one in approvals(made):
        one.commit = None


def merged_by_approver(_: Builder, made: Draft) -> None:
    made.request.merged_by = approvals(made)[0].account
