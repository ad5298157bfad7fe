"""Repositories, deployments, releases and rules as GraphQL shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from forge.gql import commits, pulls
from forge.gql.paging import connection, keyed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forge.gql.paging import View
    from forge.pulls import Pull
    from forge.records import Deployment, DeploymentStatus, Release, Ruleset
    from forge.repository import Repository
    from forge.rules import Protection


def _ref(repository: Repository, name: str) -> View | None:
    tip = repository.heads.get(name)
    if tip is None:
        return None
    return {
        "id": f"REF_{repository.id}_{name}",
        "name": name,
        "prefix": "refs/heads/",
        "target": lambda _info: commits.commit(repository, tip),
    }


def _deployment_status(made: DeploymentStatus, of: Deployment) -> View:
    return {
        "id": f"DS_{made.id}",
        "state": made.state.upper(),
        "createdAt": made.created_at,
        "creator": commits.actor(made.creator) or commits.actor(commits.GHOST),
        "description": None,
        "environment": of.environment,
    }


def _state(made: Deployment) -> str:
    last = made.statuses[-1].state if made.statuses else "pending"
    return "ACTIVE" if last == "success" else last.upper()


def deployment(repository: Repository, made: Deployment) -> View:
    """A deployment with its steps, the newest first."""
    shown = list(reversed(made.statuses))
    return {
        "__typename": "Deployment",
        "id": f"DE_{made.id}",
        "databaseId": made.id,
        "commitOid": made.commit,
        "commit": lambda _info: commits.commit(repository, made.commit),
        "ref": lambda _info: _ref(repository, made.ref),
        "task": made.task,
        "environment": made.environment,
        "originalEnvironment": made.environment,
        "latestEnvironment": made.environment,
        "creator": commits.actor(made.creator) or commits.actor(commits.GHOST),
        "createdAt": made.created_at,
        "updatedAt": made.statuses[-1].created_at if made.statuses else made.created_at,
        "state": _state(made),
        "statuses": lambda _info, **args: connection(
            shown, lambda each: _deployment_status(each, made), args
        ),
    }


def deployments(
    repository: Repository, args: Mapping[str, object], *, commit: str | None = None
) -> View:
    """The deployments of a repository, or of one commit."""
    names = cast("list[str] | None", args.get("environments"))
    found = [
        each
        for each in repository.deployments
        if commit in {None, each.commit} and (names is None or each.environment in names)
    ]
    return keyed(
        found, lambda each: deployment(repository, each), args, key=lambda e: (e.created_at, e.id)
    )


def _release(repository: Repository, made: Release) -> View:
    return {
        "id": f"RE_{made.id}",
        "databaseId": made.id,
        "name": made.name,
        "tagName": made.tag,
        "isDraft": made.draft,
        "isPrerelease": False,
        "createdAt": made.created_at,
        "publishedAt": made.published_at,
        "updatedAt": made.published_at or made.created_at,
        "author": commits.actor(made.author),
        "tagCommit": lambda _info: commits.commit(repository, repository.tags.get(made.tag)),
    }


def _protection(branch: str, rule: Protection) -> View:
    contexts = [each if isinstance(each, str) else each[0] for each in rule.checks]
    return {
        "id": f"BPR_{branch}",
        "databaseId": None,
        "pattern": branch,
        "requiresApprovingReviews": rule.reviews is not None,
        "requiredApprovingReviewCount": rule.reviews,
        "dismissesStaleReviews": rule.dismiss_stale,
        "requiresCodeOwnerReviews": rule.code_owners,
        "requireLastPushApproval": rule.last_push,
        "requiresStatusChecks": bool(contexts),
        "requiredStatusCheckContexts": contexts,
        "requiresStrictStatusChecks": rule.strict,
        "isAdminEnforced": rule.admins,
        "allowsForcePushes": rule.force_pushes,
        "allowsDeletions": False,
    }


def _ruleset(made: Ruleset) -> View:
    return {
        "id": f"RRS_{made.id}",
        "databaseId": made.id,
        "name": made.state["name"],
        "enforcement": str(made.state["enforcement"]).upper(),
        "target": str(made.state["target"]).upper(),
        "createdAt": made.created_at,
        "updatedAt": made.versions[-1].at,
    }


def _pulls(repository: Repository, args: Mapping[str, object]) -> View:
    """Pull requests in the order asked for: a cursor stays good while they are updated."""
    order = cast("Mapping[str, str]", args.get("orderBy") or {})
    field = order.get("field", "CREATED_AT")

    def key(one: Pull) -> tuple[str, int]:
        return (one.updated_at if field == "UPDATED_AT" else one.created_at, one.number)

    states = cast("list[str] | None", args.get("states"))
    base, head = args.get("baseRefName"), args.get("headRefName")

    def wanted(one: Pull) -> bool:
        state = "MERGED" if one.merged_at else "CLOSED" if one.closed else "OPEN"
        named = base in {None, one.base_ref} and head in {None, one.head_ref}
        return named and (states is None or state in states)

    found = list(filter(wanted, repository.pulls.values()))
    return keyed(found, pulls.pull, args, key=key)


def _lists(one: Repository) -> View:
    return {
        "pullRequests": lambda _info, **args: _pulls(one, args),
        "deployments": lambda _info, **args: deployments(one, args),
        "refs": lambda _info, **args: connection(
            sorted(one.heads), lambda name: _ref(one, name), args
        ),
        "releases": lambda _info, **args: connection(
            one.releases[::-1], lambda each: _release(one, each), args
        ),
        "branchProtectionRules": lambda _info, **args: connection(
            list(one.protections.items()), lambda pair: _protection(*pair), args
        ),
        "rulesets": lambda _info, **args: connection(list(one.rulesets.values()), _ruleset, args),
        "environments": lambda _info, **args: connection(
            list(one.environments),
            lambda name: {"id": f"EN_{name}", "databaseId": None, "name": name},
            args,
        ),
        "collaborators": lambda _info, **args: _collaborators(one, args),
    }


def _collaborators(one: Repository, args: Mapping[str, object]) -> View:
    people = list(one.roles)
    page = connection(people, commits.actor, args)
    shown = {each.login: role for each, role in one.roles.items()}

    def edges(info: object) -> list[View]:
        found = cast("Callable[[object], list[View]]", page["edges"])(info)
        return [
            {**edge, "permission": shown[str(cast("View", edge["node"])["login"])].upper()}
            for edge in found
        ]

    return {**page, "edges": edges}


def _found(one: Repository, number: int) -> View | None:
    known = one.pulls.get(number)
    return pulls.pull(known) if known else None


def repository(one: Repository) -> View:
    """A repository."""
    owner = {
        "__typename": "Organization",
        "id": f"O_{one.world.owners[one.owner]}",
        "login": one.owner,
        "databaseId": one.world.owners[one.owner],
        "name": one.owner,
    }
    return {
        "__typename": "Repository",
        "id": f"R_{one.id}",
        "databaseId": one.id,
        "name": one.name,
        "nameWithOwner": one.full_name,
        "url": f"https://github.com/{one.full_name}",
        "isPrivate": one.private,
        "isArchived": False,
        "isFork": False,
        "createdAt": one.created_at,
        "pushedAt": one.pushed_at,
        "updatedAt": one.pushed_at,
        "mergeCommitAllowed": True,
        "squashMergeAllowed": True,
        "rebaseMergeAllowed": True,
        "autoMergeAllowed": True,
        "deleteBranchOnMerge": False,
        "viewerPermission": "ADMIN",
        "owner": owner,
        "defaultBranchRef": lambda _info: _ref(one, one.default_branch),
        "pullRequest": lambda _info, number: _found(one, number),
        "object": lambda _info, **args: commits.commit(
            one, one.resolve(str(args.get("oid") or args.get("expression") or ""))
        ),
        "ref": lambda _info, **args: _ref(
            one, str(args["qualifiedName"]).removeprefix("refs/heads/")
        ),
        **_lists(one),
    }
