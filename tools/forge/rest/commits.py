"""Commits and what ran on them, as REST shows them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from forge.accounts import Account
from forge.clock import text
from forge.rest import shapes
from forge.rest.call import not_found
from forge.rest.shapes import HTML, Shape
from forge.wire import as_json, trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge.pulls import Pull
    from forge.records import Run, Status, Suite
    from forge.repository import Repository
    from forge.rest.call import Call
    from forge.wire import Answer


WORKFLOW = Account(login="github-actions", id=41898282, kind="Bot", name="github-actions[bot]")
"""In whose name a workflow's own token acts."""
STATES = frozenset({"error", "failure", "pending", "success"})
LONGEST = 140
MOST = 1_000
"""Statuses of one context on one commit."""


def _base(one: Repository) -> str:
    return f"{one.world.base}/repos/{one.full_name}"


def _pulls(one: Repository, commit: str) -> list[Shape]:
    """Open pull requests of this repository, not of forks, whose head the commit is."""
    heads = [p for p in one.pulls.values() if p.head_oid == commit and p.open and not p.fork]
    return [_minimal(one, each) for each in heads]


def _minimal(one: Repository, pull: Pull) -> Shape:
    repo = {"id": one.id, "url": _base(one), "name": one.name}
    return {
        "id": pull.id,
        "number": pull.number,
        "url": f"{_base(one)}/pulls/{pull.number}",
        "head": {"ref": pull.head_ref, "sha": pull.head_oid, "repo": repo},
        "base": {"ref": pull.base_ref, "sha": pull.base_oid, "repo": repo},
    }


def _run(one: Repository, run: Run) -> Shape:
    url = f"{_base(one)}/check-runs/{run.id}"
    return {
        "id": run.id,
        "head_sha": run.suite.commit,
        "node_id": f"CR_{run.id}",
        "external_id": run.external_id,
        "url": url,
        "html_url": f"{HTML}/{one.full_name}/runs/{run.id}",
        "details_url": None,
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": run.started_at,
        "completed_at": run.completed_at,
        "output": {
            "title": None,
            "summary": None,
            "text": None,
            "annotations_count": 0,
            "annotations_url": f"{url}/annotations",
        },
        "name": run.name,
        "check_suite": {"id": run.suite.id},
        "app": shapes.app(one.world, run.suite.app),
        "pull_requests": _pulls(one, run.suite.commit),
    }


def _suite(one: Repository, suite: Suite) -> Shape:
    made = one.git.get(suite.commit)
    url = f"{_base(one)}/check-suites/{suite.id}"
    people = {"author": made.author, "committer": made.committer}
    return {
        "id": suite.id,
        "node_id": f"CS_{suite.id}",
        "head_branch": suite.branch,
        "head_sha": suite.commit,
        "status": suite.status,
        "conclusion": suite.conclusion,
        "url": url,
        "before": suite.before,
        "after": suite.commit,
        "pull_requests": _pulls(one, suite.commit),
        "app": shapes.app(one.world, suite.app),
        "repository": shapes.repository(one),
        "created_at": suite.created_at,
        "updated_at": suite.updated_at,
        "head_commit": {
            "id": suite.commit,
            "tree_id": made.tree,
            "message": made.message,
            "timestamp": text(made.committer.at),
            **{role: {"name": who.name, "email": who.email} for role, who in people.items()},
        },
        "latest_check_runs_count": len(suite.latest()),
        "check_runs_url": f"{url}/check-runs",
    }


def _status(one: Repository, made: Status) -> Shape:
    return {
        "url": f"{_base(one)}/statuses/{made.commit}",
        "avatar_url": None,
        "id": made.id,
        "node_id": f"SC_{made.id}",
        "state": made.state,
        "description": made.description,
        "target_url": made.url,
        "context": made.context,
        "created_at": made.created_at,
        "updated_at": made.created_at,
    }


def _with_commit(call: Call, answer: Callable[[str], Answer]) -> Answer:
    oid = call.repository.resolve(call.named["ref"])
    return answer(oid) if oid else not_found()


def _chosen(call: Call, runs: list[Run]) -> list[Run]:
    asked = call.query
    found = [run for run in runs if asked.get("check_name", run.name) == run.name]
    if asked.get("filter", "latest") == "latest":
        found = list({(run.suite.app.id, run.name): run for run in found}.values())
    return found[::-1]


def one(call: Call) -> Answer:
    """One commit."""
    return _with_commit(call, lambda oid: as_json(shapes.commit(call.repository, oid)))


def check_runs(call: Call) -> Answer:
    """The runs on a commit: the latest of each check unless all are asked for."""

    def answer(oid: str) -> Answer:
        suites = call.repository.checks.suites.get(oid, ())
        runs = _chosen(call, [run for suite in suites for run in suite.runs])
        return call.page(runs, lambda run: _run(call.repository, run), within="check_runs")

    return _with_commit(call, answer)


def check_suites(call: Call) -> Answer:
    """The suites on a commit."""

    def answer(oid: str) -> Answer:
        app = call.query.get("app_id", "")
        known = call.repository.checks.suites.get(oid, ())
        found = [each for each in known if app in {"", str(each.app.id)}]
        return call.page(found, lambda each: _suite(call.repository, each), within="check_suites")

    return _with_commit(call, answer)


def runs_of_suite(call: Call) -> Answer:
    """The runs of one suite."""
    wanted = call.number("suite")
    every = (suite for found in call.repository.checks.suites.values() for suite in found)
    known = next((each for each in every if each.id == wanted), None)
    if known is None:
        return not_found()
    runs = _chosen(call, known.runs)
    return call.page(runs, lambda run: _run(call.repository, run), within="check_runs")


def statuses(call: Call) -> Answer:
    """All statuses that were set on a commit, the newest first."""

    def shown(made: Status) -> Shape:
        creator = shapes.user(call.forge, made.creator)
        return {**_status(call.repository, made), "creator": creator}

    def answer(oid: str) -> Answer:
        found = call.repository.checks.statuses.get(oid, [])[::-1]
        return call.page(found, shown)

    return _with_commit(call, answer)


def combined(call: Call) -> Answer:
    """The newest status of each context and what they come to together."""

    def answer(oid: str) -> Answer:
        one = call.repository
        found = one.checks.newest(oid)
        states = {each.state for each in found}
        bad = "failure" if states & {"failure", "error"} else "pending"
        url = f"{_base(one)}/commits/{oid}"
        return as_json(
            {
                "state": "success" if states == {"success"} else bad,
                "statuses": [_status(one, each) for each in found],
                "sha": oid,
                "total_count": len(found),
                "repository": shapes.repository(one),
                "commit_url": url,
                "url": f"{url}/status",
            }
        )

    return _with_commit(call, answer)


def set_status(call: Call) -> Answer:
    """Set a status on a commit in the name of whoever asks."""
    try:
        asked = json.loads(call.request.body)
    except ValueError:
        return trouble(400, "Problems parsing JSON")
    oid, checks = call.repository.resolve(call.named["sha"]), call.repository.checks
    if oid is None:
        return trouble(422, f"No commit found for SHA: {call.named['sha']}")
    context, text = str(asked.get("context", "default")), str(asked.get("description") or "")
    if asked.get("state") not in STATES or len(text) > LONGEST:
        return trouble(422, "Validation Failed")
    if sum(each.context == context for each in checks.statuses[oid]) >= MOST:
        said = "This SHA and context has reached the maximum number of statuses."
        return trouble(422, said)
    by = call.by
    made = checks.status(by, oid, context, asked["state"], text=text)
    made.url = asked.get("target_url")
    creator = shapes.user(call.forge, by)
    return as_json({**_status(call.repository, made), "creator": creator}, 201)
