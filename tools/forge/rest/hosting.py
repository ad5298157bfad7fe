"""Deployments, activity, people and releases as REST shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge.codeowners import errors
from forge.rest import shapes
from forge.rest.call import not_found
from forge.rest.shapes import HTML, Shape
from forge.wire import as_json

if TYPE_CHECKING:
    from forge.accounts import Role
    from forge.records import Activity, Deployment, DeploymentStatus, Release
    from forge.rest.call import Call
    from forge.wire import Answer

LEVELS: dict[Role | None, str] = {
    "admin": "admin",
    "maintain": "write",
    "write": "write",
    "triage": "read",
    "read": "read",
    None: "none",
}


def repository(call: Call) -> Answer:
    """The repository."""
    return as_json(shapes.repository(call.repository))


# Deployments.


def _deployment(call: Call, made: Deployment) -> Shape:
    url = call.url(f"/deployments/{made.id}")
    return {
        "url": url,
        "id": made.id,
        "node_id": f"DE_{made.id}",
        "sha": made.commit,
        "ref": made.ref,
        "task": made.task,
        "payload": {},
        "original_environment": made.environment,
        "environment": made.environment,
        "description": None,
        "creator": shapes.user(call.forge, made.creator),
        "created_at": made.created_at,
        "updated_at": made.statuses[-1].created_at if made.statuses else made.created_at,
        "statuses_url": f"{url}/statuses",
        "repository_url": call.url(),
        "transient_environment": False,
        "production_environment": made.production,
    }


def deployments(call: Call) -> Answer:
    """The deployments, the newest first."""
    asked = call.query
    found = [
        each
        for each in reversed(call.repository.deployments)
        if asked.get("sha", each.commit) == each.commit
        and asked.get("environment", each.environment) == each.environment
    ]
    return call.page(found, lambda each: _deployment(call, each))


def deployment_statuses(call: Call) -> Answer:
    """The steps of a deployment, the newest first."""
    wanted = call.number("deployment")
    made = next((each for each in call.repository.deployments if each.id == wanted), None)
    if made is None:
        return not_found()

    def shown(status: DeploymentStatus) -> Shape:
        url = call.url(f"/deployments/{made.id}")
        return {
            "url": f"{url}/statuses/{status.id}",
            "id": status.id,
            "node_id": f"DS_{status.id}",
            "state": status.state,
            "creator": shapes.user(call.forge, status.creator),
            "description": "",
            "environment": made.environment,
            "target_url": HTML,
            "created_at": status.created_at,
            "updated_at": status.created_at,
            "deployment_url": url,
            "repository_url": call.url(),
        }

    return call.page(made.statuses[::-1], shown)


def environments(call: Call) -> Answer:
    """The environments with who must review a deployment to them."""
    known = call.repository.environments

    def shown(name: str) -> Shape:
        reviewers = [
            {"type": "User", "reviewer": shapes.user(call.forge, each)} for each in known[name]
        ]
        rule = {
            "id": 1,
            "node_id": f"GA_{name}",
            "type": "required_reviewers",
            "prevent_self_review": False,
            "reviewers": reviewers,
        }
        at = call.repository.created_at
        return {
            "id": 1 + list(known).index(name),
            "node_id": f"EN_{name}",
            "name": name,
            "url": call.url(f"/environments/{name}"),
            "html_url": f"{HTML}/{call.repository.full_name}/deployments/{name}",
            "created_at": at,
            "updated_at": at,
            "protection_rules": [rule] if reviewers else [],
            "deployment_branch_policy": None,
        }

    return call.page(list(known), shown, within="environments")


def workflow_permissions(call: Call) -> Answer:
    """What workflows may do, and whether they may approve."""
    may = call.repository.actions_may_approve
    shown = {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": may}
    return as_json(shown)


# Activity.


def _activity(call: Call, made: Activity) -> Shape:
    return {
        "id": made.id,
        "node_id": f"PSH_{made.id}",
        "before": made.before,
        "after": made.after,
        "ref": made.ref,
        "timestamp": made.at,
        "activity_type": made.kind,
        "actor": shapes.user(call.forge, made.actor) if made.actor else None,
    }


def activity(call: Call) -> Answer:
    """Who moved which branch, the newest first; pages are linked by cursors."""
    asked = call.query
    newest = asked.get("direction", "desc") == "desc"
    every = call.repository.activity[::-1] if newest else call.repository.activity
    ref = asked.get("ref", "")
    found = [each for each in every if ref in {"", each.ref, each.ref.removeprefix("refs/heads/")}]
    kind = asked.get("activity_type")
    found = [each for each in found if kind in {None, each.kind}]
    start = 0
    if "after" in asked:
        ids = [str(each.id) for each in found]
        start = ids.index(asked["after"]) + 1 if asked["after"] in ids else len(ids)
    page = found[start : start + call.per_page]
    answer = as_json([_activity(call, each) for each in page])
    more = start + call.per_page < len(found)
    return call.linked(answer, {"next": {"after": page[-1].id}} if more else {})


# People.


def collaborators(call: Call) -> Answer:
    """Who has a role."""
    roles = call.repository.roles

    def shown(login: str) -> Shape:
        account = call.forge.accounts[login]
        level = ("read", "triage", "write", "maintain", "admin").index(roles[account])
        names = ("pull", "triage", "push", "maintain", "admin")
        may = {name: at <= level for at, name in enumerate(names)}
        role = {"permissions": may, "role_name": roles[account]}
        return {**shapes.user(call.forge, account), **role}

    return call.page([each.login for each in roles if not each.deleted], shown)


def permission(call: Call) -> Answer:
    """What an account may do: the nearest of four levels, and the true role."""
    login = call.named["login"].removesuffix("[bot]")
    account = call.forge.accounts.get(login)
    if account is None or account.deleted:
        return not_found()
    role = call.repository.roles.get(account)
    named = role or "none"
    user = {**shapes.user(call.forge, account), "role_name": named}
    return as_json({"permission": LEVELS[role], "role_name": named, "user": user})


# Releases and owners.


def _release(call: Call, made: Release) -> Shape:
    url = call.url(f"/releases/{made.id}")
    html = f"{HTML}/{call.repository.full_name}/releases/tag/{made.tag}"
    return {
        "url": url,
        "html_url": html,
        "assets_url": f"{url}/assets",
        "upload_url": f"{url}/assets{{?name,label}}",
        "tarball_url": call.url(f"/tarball/{made.tag}"),
        "zipball_url": call.url(f"/zipball/{made.tag}"),
        "id": made.id,
        "node_id": f"RE_{made.id}",
        "tag_name": made.tag,
        "target_commitish": made.target,
        "name": made.name,
        "body": None,
        "draft": made.draft,
        "prerelease": False,
        "created_at": made.created_at,
        "published_at": made.published_at,
        "author": shapes.user(call.forge, made.author),
        "assets": [],
    }


def releases(call: Call) -> Answer:
    """The releases, the newest first; drafts are for those who may push."""
    drafts = call.forge.router.may("contents=write")
    found = [each for each in reversed(call.repository.releases) if drafts or not each.draft]
    return call.page(found, lambda each: _release(call, each))


def codeowners_errors(call: Call) -> Answer:
    """What is wrong in CODEOWNERS at a branch or commit."""
    ref = call.query.get("ref", call.repository.default_branch)
    oid = call.repository.resolve(ref)
    if oid is None:
        return not_found()
    found = errors(call.repository, oid)
    return not_found() if found is None else as_json({"errors": found})
