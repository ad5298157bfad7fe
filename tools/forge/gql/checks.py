"""Suites, runs and statuses as GraphQL shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from forge.gql import commits
from forge.gql.paging import connection
from forge.records import Run, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forge.gql.paging import View
    from forge.records import Suite
    from forge.repository import Repository


def _upper(text: str | None) -> str | None:
    return text.upper() if text else None


def run(repository: Repository, made: Run) -> View:
    """One attempt of a check."""
    return {
        "__typename": "CheckRun",
        "id": f"CR_{made.id}",
        "databaseId": made.id,
        "name": made.name,
        "status": _upper(made.status),
        "conclusion": _upper(made.conclusion),
        "startedAt": made.started_at,
        "completedAt": made.completed_at,
        "externalId": made.external_id,
        "detailsUrl": None,
        "checkSuite": lambda _info: suite(repository, made.suite),
    }


def _status(made: Status) -> View:
    return {
        "__typename": "StatusContext",
        "id": f"SC_{made.id}",
        "context": made.context,
        "state": _upper(made.state),
        "description": made.description,
        "createdAt": made.created_at,
        "creator": commits.actor(made.creator),
        "targetUrl": None,
    }


def _push(made: Suite) -> View | None:
    if made.before is None:
        return None
    return {
        "id": f"PSH_{made.id}",
        "pusher": commits.actor(made.pusher) or commits.actor(commits.GHOST),
        "previousSha": made.before,
        "nextSha": made.commit,
    }


def _workflow_run(made: Suite) -> View | None:
    if not made.event:
        return None
    return {
        "id": f"WFR_{made.id}",
        "databaseId": made.id,
        "event": made.event,
        "runNumber": made.number,
        "createdAt": made.created_at,
        "workflow": {"id": f"W_{made.workflow}", "databaseId": 1, "name": "CI"},
        "file": {"id": f"WFF_{made.id}", "path": made.workflow},
    }


def suite(repository: Repository, made: Suite) -> View:
    """A suite; its runs are the latest of each check unless all are asked for."""

    def runs(_info: object, **args: object) -> View:
        asked = cast("Mapping[str, object]", args.get("filterBy") or {})
        found = made.runs if asked.get("checkType", "LATEST") == "ALL" else made.latest()
        name = asked.get("checkName")
        return connection(
            [each for each in found if name in {None, each.name}],
            lambda each: run(repository, each),
            args,
        )

    branch = made.branch
    return {
        "__typename": "CheckSuite",
        "id": f"CS_{made.id}",
        "databaseId": made.id,
        "status": _upper(made.status),
        "conclusion": _upper(made.conclusion),
        "createdAt": made.created_at,
        "updatedAt": made.updated_at,
        "app": {
            "id": f"A_{made.app.id}",
            "databaseId": made.app.id,
            "slug": made.app.slug,
            "name": made.app.slug,
        },
        "branch": branch and {"id": f"REF_{branch}", "name": branch, "prefix": "refs/heads/"},
        "push": _push(made),
        "workflowRun": _workflow_run(made),
        "commit": lambda _info: commits.commit(repository, made.commit),
        "checkRuns": runs,
    }


def suites(repository: Repository, oid: str, args: Mapping[str, object]) -> View:
    """The suites of a commit."""
    asked = cast("Mapping[str, object]", args.get("filterBy") or {})
    app = asked.get("appId")
    found = [each for each in repository.checks.suites.get(oid, ()) if app in {None, each.app.id}]
    return connection(found, lambda each: suite(repository, each), args)


def status(repository: Repository, oid: str) -> View | None:
    """The newest status of each context, None where nobody set one."""
    found = repository.checks.newest(oid)
    if not found:
        return None
    return {"id": f"S_{oid}", "state": _state(found), "contexts": [_status(s) for s in found]}


def _state(found: list[Run] | list[Status] | list[Run | Status]) -> str:
    said = {
        (each.conclusion if isinstance(each, Run) else each.state) or "pending" for each in found
    }
    if said & {"failure", "timed_out", "cancelled", "action_required", "startup_failure"}:
        return "FAILURE"
    return (
        "ERROR" if "error" in said else "PENDING" if said & {"pending", "expected"} else "SUCCESS"
    )


def rollup(repository: Repository, oid: str) -> View | None:
    """The latest of everything on a commit, None where there is nothing."""
    found: list[Run | Status] = [
        *repository.checks.latest(oid),
        *repository.checks.newest(oid),
    ]
    if not found:
        return None

    def shown(each: Run | Status) -> View:
        return run(repository, each) if isinstance(each, Run) else _status(each)

    def contexts(_info: object, **args: object) -> View:
        ran = sum(isinstance(each, Run) for each in found)
        counts = {"checkRunCount": ran, "statusContextCount": len(found) - ran}
        return {**connection(found, shown, args), **counts}

    return {"id": f"SCR_{oid}", "state": _state(found), "contexts": contexts}
