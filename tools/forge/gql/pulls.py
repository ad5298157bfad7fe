"""Pull requests as GraphQL shows them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from forge import diff
from forge.gql import commits
from forge.gql.paging import connection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forge.accounts import Account
    from forge.diff import Changed
    from forge.gql.paging import View
    from forge.pulls import Pull
    from forge.records import Event, Review
    from forge.repository import Repository

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def item_type(kind: str) -> str:
    """The name that a kind of event is asked for with."""
    return _CAPITAL.sub("_", kind).upper()


def _label(name: str) -> View:
    return {"id": f"LA_{name}", "name": name, "color": "ededed"}


def review(pull: Pull, made: Review) -> View:
    """A review as it stands now."""
    repository = pull.repository
    return {
        "__typename": "PullRequestReview",
        "id": f"PRR_{made.id}",
        "fullDatabaseId": str(made.id),
        "databaseId": made.id,
        "state": made.state,
        "body": made.body,
        "submittedAt": made.submitted_at,
        "createdAt": made.created_at,
        "updatedAt": made.updated_at,
        "publishedAt": made.submitted_at,
        "lastEditedAt": made.edited_at,
        "authorAssociation": commits.association(repository, made.author),
        "authorCanPushToRepository": repository.roles.get(made.author) in commits.WRITERS,
        "author": commits.actor(made.author),
        "commit": lambda _info: commits.commit(repository, made.commit),
        "onBehalfOf": lambda _info, **args: connection((), commits.actor, args),
    }


def _on_commits(repository: Repository, made: Event) -> View:
    """What force pushes and the queue say."""
    names = {"beforeCommit": made.before, "afterCommit": made.after, "commit": made.commit}
    return {
        name: (lambda _info, oid=oid: commits.commit(repository, oid))
        for name, oid in names.items()
    }


def event(pull: Pull, made: Event) -> View:
    """A line of the timeline: members that its type does not have are never asked for."""
    from forge.gql import hosting  # noqa: PLC0415  # an event leads to its deployment

    repository = pull.repository
    subject = commits.actor(made.subject)
    actor = commits.actor(made.actor)
    deployment = made.deployment
    return {
        "__typename": made.kind,
        "id": f"EV_{made.id}",
        "databaseId": made.id,
        "createdAt": made.at,
        "actor": actor,
        **_on_commits(repository, made),
        "previousRefName": made.before,
        "currentRefName": made.after,
        "previousTitle": made.before,
        "currentTitle": made.after,
        "previousReviewState": made.was,
        "dismissalMessage": made.text or None,
        "review": made.review and review(pull, made.review),
        "pullRequestCommit": made.commit
        and {
            "id": f"PRC_{made.commit}",
            "commit": lambda _info: commits.commit(repository, made.commit),
        },
        "requestedReviewer": subject,
        "assignee": subject,
        "label": _label(made.text or ""),
        "mergeRefName": made.after,
        "enabler": actor,
        "disabler": actor,
        "enqueuer": actor,
        "reason": made.text,
        "reasonCode": None,
        "headRefName": pull.head_ref,
        "deployment": deployment and hosting.deployment(repository, deployment),
    }


def _timeline(pull: Pull, args: Mapping[str, object]) -> View:
    asked = cast("list[str] | None", args.get("itemTypes"))
    since = cast("str | None", args.get("since")) or ""
    found = [
        each
        for each in pull.events
        if (asked is None or item_type(each.kind) in asked) and each.at >= since
    ]
    page = connection(
        found[cast("int | None", args.get("skip")) or 0 :], lambda each: event(pull, each), args
    )
    return {**page, "updatedAt": pull.updated_at}


def _decision(pull: Pull) -> str | None:
    needed = pull.repository.needs(pull.base_ref).reviews
    last = {each.author: each.state for each in pull.reviews if each.state != "COMMENTED"}
    if "CHANGES_REQUESTED" in last.values():
        return "CHANGES_REQUESTED"
    if not needed:
        return None
    good = sum(state == "APPROVED" for state in last.values())
    return "APPROVED" if good >= needed else "REVIEW_REQUIRED"


def _auto(pull: Pull) -> View | None:
    if pull.auto is None:
        return None
    by, at, method = pull.auto
    return {"enabledBy": commits.actor(by), "enabledAt": at, "mergeMethod": method.upper()}


def _queued(pull: Pull) -> View | None:
    group = pull.group
    if group is None:
        return None
    return {
        "id": f"MQE_{pull.id}",
        "enqueuedAt": group.at,
        "enqueuer": commits.actor(group.by),
        "state": "AWAITING_CHECKS",
        "position": 1,
        "headCommit": lambda _info: commits.commit(pull.repository, group.commit),
        "baseCommit": lambda _info: commits.commit(pull.repository, group.base),
    }


def _reviews(pull: Pull, args: Mapping[str, object]) -> View:
    states = cast("list[str] | None", args.get("states"))
    found = [each for each in pull.reviews if states is None or each.state in states]
    return connection(found, lambda each: review(pull, each), args)


def _head(pull: Pull) -> View:
    from forge.gql import hosting  # noqa: PLC0415  # a pull request leads to its repository and back

    repository = pull.repository
    name = pull.fork or repository.full_name
    fork: View = {
        "id": f"R_{name}",
        "nameWithOwner": name,
        "name": name.partition("/")[2],
        "isFork": True,
    }
    return {
        "baseRefName": pull.base_ref,
        "baseRefOid": pull.base_oid,
        "headRefName": pull.head_ref,
        "headRefOid": pull.head_oid,
        "isCrossRepository": pull.fork is not None,
        "headRepository": lambda _info: {
            **hosting.repository(repository),
            **(fork if pull.fork else {}),
        },
        "repository": lambda _info: hosting.repository(repository),
    }


def _lists(pull: Pull) -> View:
    def commit(oid: str) -> View:
        return {
            "id": f"PRC_{pull.id}_{oid}",
            "commit": lambda _info: commits.commit(pull.repository, oid),
        }

    def request(one: object) -> View:
        whom = cast("Account", one)
        shown = commits.actor(whom)
        return {"id": f"RR_{whom.id}", "asCodeOwner": False, "requestedReviewer": shown}

    def changed(one: Changed) -> View:
        lines = {"additions": one.additions, "deletions": one.deletions}
        status = "DELETED" if one.status == "removed" else one.status.upper()
        return {"path": one.path, "changeType": status, **lines}

    return {
        "files": lambda _info, **args: connection(diff.files(pull), changed, args),
        "labels": lambda _info, **args: connection(pull.labels, _label, args),
        "commits": lambda _info, **args: connection(pull.commits, commit, args),
        "reviews": lambda _info, **args: _reviews(pull, args),
        "timelineItems": lambda _info, **args: _timeline(pull, args),
        "assignees": lambda _info, **args: connection(pull.assignees, commits.actor, args),
        "reviewRequests": lambda _info, **args: connection(pull.requested, request, args),
    }


def pull(one: Pull) -> View:
    """A pull request."""
    repository = one.repository
    url = f"https://github.com/{repository.full_name}/pull/{one.number}"
    state = "MERGED" if one.merged_at else "CLOSED" if one.closed else "OPEN"
    return {
        "__typename": "PullRequest",
        "id": f"PR_{repository.id}_{one.number}",
        "fullDatabaseId": str(one.id),
        "databaseId": one.id,
        "number": one.number,
        "url": url,
        "title": one.title,
        "body": one.body,
        "state": state,
        "isDraft": one.draft,
        "createdAt": one.created_at,
        "publishedAt": one.published_at,
        "updatedAt": one.updated_at,
        "closedAt": one.closed_at,
        "mergedAt": one.merged_at,
        "merged": one.merged_at is not None,
        "author": commits.actor(one.author),
        "editor": None,
        "mergedBy": commits.actor(one.merged_by),
        "authorAssociation": commits.association(repository, one.author),
        "lastEditedAt": one.edited_at,
        "mergeCommit": lambda _info: commits.commit(repository, one.merge_oid),
        "potentialMergeCommit": None,
        "autoMergeRequest": _auto(one),
        "reviewDecision": lambda _info: _decision(one),
        "changedFiles": lambda _info: one.size().files,
        "additions": lambda _info: one.size().additions,
        "deletions": lambda _info: one.size().deletions,
        "isInMergeQueue": one.group is not None,
        "mergeQueueEntry": _queued(one),
        "mergeable": "MERGEABLE" if one.open else "UNKNOWN",
        **_head(one),
        **_lists(one),
    }
