"""The export of an organisation's forge, as a collection every day would have left it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from staff import rfc3339
from truth import DAY, FORGE, GITHUB_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from truth import (
        Account,
        Change,
        Commit,
        Deployment,
        Event,
        Gate,
        Hand,
        Organisation,
        Push,
        Request,
        Review,
        Run,
    )
    from written_git import Names

SECTIONS = (
    "repository", "pull_requests", "checks", "rules", "rulesets", "permissions", "deployments",
    "releases", "activity",
)  # fmt: skip
RULESET = 9001
Json = dict[str, object]


class Lacking(NamedTuple):
    """What an export has not: whole sections, marks that they are whole, members of requests."""

    sections: frozenset[str] = frozenset()
    undone: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()


def exported(org: Organisation, names: Names, path: Path, lacking: Lacking | None = None) -> Path:
    """Write the export of `org` to `path`."""
    without = lacking or Lacking()
    head = {
        "format": "affidavit/forge@1",
        "forge": "github",
        "host": "github.com",
        "repository": "firm/shop",
        "tool": "affidavit 0.1.0",
    }
    done = rfc3339(org.end + 20 * DAY)
    with path.open("w") as file:
        file.write(json.dumps(head) + "\n")
        for section, record in _Writer(org, names, without.missing).records():
            if section not in without.sections:
                origin = {
                    "url": f"https://api.github.com/{section}",
                    "fetched_at": done,
                    "digest": "sha256:" + "0" * 64,
                }
                file.write(json.dumps({"origin": origin, "data": record}) + "\n")
        for section in SECTIONS:
            if section not in without.sections | without.undone:
                told = {"section": section, "at": done, "count": 1, "requests": 1}
                file.write(json.dumps({"done": told}) + "\n")
    return path


class _Writer:
    """Turns what is true into records."""

    def __init__(self, org: Organisation, names: Names, missing: tuple[str, ...]) -> None:
        self._org = org
        self._names = names
        self._missing = [{"what": one, "reason": "permission"} for one in missing]

    def records(self) -> Iterator[tuple[str, Json]]:
        org = self._org
        yield "repository", self._repository()
        for change in org.changes:
            if change.request:
                yield "pull_requests", self._request(change, change.request)
        for one in self._checked():
            yield "checks", self._checks(one, org.runs.get(one.mark, []))
        for at in org.snapshots:
            yield "rules", self._snapshot(at, org.gate_at(at))
        if not org.classic:
            yield from (("rulesets", one) for one in self._rulesets())
        for deployment in org.deployments:
            yield "deployments", self._deployment(deployment)
        for push in org.pushes:
            yield "activity", self._push(push)

    def _repository(self) -> Json:
        return {
            "record": "repository",
            "id": 1,
            "name": "firm/shop",
            "at": rfc3339(self._org.end),
            "default_branch": "main",
            "private": True,
            "settings": {},
        }

    def _request(self, change: Change, request: Request) -> Json:
        merged = rfc3339(request.merged_at)
        landing = change.landings[-1]
        return {
            "record": "pull_request",
            "number": request.number,
            "id": request.number,
            "url": f"https://github.com/firm/shop/pull/{request.number}",
            "title": request.title,
            "body": None,
            "state": "merged",
            "draft": False,
            "created_at": rfc3339(request.opened_at),
            "updated_at": merged,
            "closed_at": merged,
            "merged_at": merged,
            "base_ref": "main",
            "base_oid": self._names.of(landing.parents[0]),
            "head_ref": f"change-{request.number}",
            "head_oid": self._names.of(request.head),
            "head_repository": "firm/shop",
            "author": account(request.opener),
            "merged_by": account(request.merged_by),
            "merge_commit": {
                "oid": self._names.of(landing),
                "tree": self._names.trees[landing.mark],
                "parents": [self._names.of(one) for one in landing.parents],
                "committed_at": rfc3339(landing.at),
                "signed": _signed(by_forge=True) if request.signed else None,
            },
            "auto_merge": None,
            "labels": sorted({str(one.text) for one in request.events if one.kind == "labeled"}),
            "commits": [self._commit(one) for one in request.commits],
            "reviews": [self._review(one) for one in request.reviews],
            "events": [*self._events(request)],
            "changed_files": 1,
            "additions": 1,
            "deletions": 0,
            "missing": self._missing,
        }

    def _commit(self, one: Commit) -> Json:
        at = rfc3339(one.at)
        found: Json = {
            "oid": self._names.of(one),
            "tree": self._names.trees[one.mark],
            "message": one.message,
            "authored_at": at,
            "committed_at": at,
            "signed": None,
        }
        for role, hand in (("author", one.author), ("committer", one.committer)):
            found |= {
                f"{role}_name": hand.name,
                f"{role}_email": hand.email,
                role: _of_commit(hand),
            }
        return found

    def _review(self, one: Review) -> Json:
        return {
            "id": one.number,
            "state": "dismissed" if one.dismissed_at is not None else one.said,
            "author": account(one.account),
            "submitted_at": rfc3339(one.at),
            "edited_at": None,
            "commit": self._names.of(one.commit),
            "checklist": [{"text": text, "checked": ticked} for text, ticked in one.boxes],
        }

    def _events(self, request: Request) -> Iterator[Json]:
        for one in request.events:
            yield self._event(one)
        for said in request.reviews:
            if said.dismissed_at is not None:
                yield {
                    "kind": "review_dismissed",
                    "at": rfc3339(said.dismissed_at),
                    "actor": account(request.opener),
                    "review": said.number,
                    "was": said.said,
                }

    def _event(self, one: Event) -> Json:
        more = {
            "subject": account(one.subject) if one.subject else None,
            "before": self._names.of(one.before),
            "after": self._names.of(one.after),
            "text": one.text,
        }
        found: Json = {"kind": one.kind, "at": rfc3339(one.at), "actor": account(one.actor)}
        return found | {name: value for name, value in more.items() if value is not None}

    def _checked(self) -> list[Commit]:
        """The commits that are asked for: heads, what they became, and what else checks ran on."""
        found = {one.mark for one in self._org.landings()}
        found |= {change.head.mark for change in self._org.changes} | set(self._org.runs)
        return [self._org.commits[mark - 1] for mark in sorted(found)]

    def _checks(self, commit: Commit, runs: list[Run]) -> Json:
        landed = commit.committer.email == FORGE.email and not commit.updates
        return {
            "record": "checks",
            "commit": self._names.of(commit),
            "runs": [_run(one, "merge_group" if landed else "pull_request") for one in runs],
            "statuses": [],
        }

    def _snapshot(self, at: int, gate: Gate) -> Json:
        classic = self._org.classic
        active = [] if classic or not gate.active else _rules(gate)
        binding = {"ruleset_source_type": "Repository", "ruleset_source": "firm/shop"}
        return {
            "record": "branch_rules",
            "branch": "main",
            "at": rfc3339(at),
            "protection": _protection(gate) if classic and gate.active else None,
            "rules": [{**one, **binding, "ruleset_id": RULESET} for one in active],
        }

    def _rulesets(self) -> Iterator[Json]:
        """Every version, and what was found in the end."""
        gates = self._org.gates
        for number, (at, gate) in enumerate(gates):
            yield self._ruleset(gate, at, 500 + number)
        yield self._ruleset(gates[-1][1], self._org.end + DAY, None)

    def _ruleset(self, gate: Gate, at: int, version: int | None) -> Json:
        state = {
            "name": "Main branch",
            "target": "branch",
            "enforcement": "active" if gate.active else "disabled",
            "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
            "bypass_actors": [BYPASS] if gate.bypass else [],
            "rules": _rules(gate),
        }
        return {
            "record": "ruleset",
            "id": RULESET,
            "at": rfc3339(at),
            "version": version,
            "actor": None,
            "state": state,
        }

    def _deployment(self, one: Deployment) -> Json:
        creator = account(one.creator)
        steps = (("in_progress", one.at + 5), (one.state, one.at + 60))
        return {
            "record": "deployment",
            "id": one.number,
            "commit": self._names.of(one.commit),
            "ref": "main",
            "task": "deploy",
            "environment": one.environment,
            "production": one.environment in self._org.criteria.production,
            "creator": creator,
            "created_at": rfc3339(one.at),
            "statuses": [
                {"state": state, "at": rfc3339(at), "creator": creator} for state, at in steps
            ],
        }

    def _push(self, one: Push) -> Json:
        return {
            "record": "push",
            "id": one.number,
            "ref": one.ref,
            "before": self._names.of(one.before),
            "after": self._names.of(one.after),
            "at": rfc3339(one.at),
            "kind": one.kind,
            "actor": account(one.actor),
        }


BYPASS = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}


def account(one: Account | None) -> Json | None:
    """An account as records have it."""
    return None if one is None else {"login": one.login, "kind": one.kind, "id": one.number}


def _of_commit(hand: Hand) -> Json | None:
    """The account that the forge ties to a commit: of a bot's commit it names none."""
    return account(hand.account) if hand.account and hand.account.kind == "person" else None


def _signed(*, by_forge: bool) -> Json:
    return {"valid": True, "by_forge": by_forge, "state": "VALID", "signer": None}


def _run(one: Run, event: str) -> Json:
    completed = rfc3339(one.completed) if one.completed is not None else None
    return {
        "id": one.number,
        "name": one.name,
        "app": "github-actions" if one.app == GITHUB_ACTIONS else "scanner",
        "app_id": one.app,
        "status": "completed" if completed else "in_progress",
        "conclusion": one.conclusion,
        "started_at": rfc3339(one.completed - 30) if one.completed is not None else None,
        "completed_at": completed,
        "event": event,
    }


def _rules(gate: Gate) -> list[Json]:
    required = [
        {"context": name, **({} if app is None else {"integration_id": app})}
        for name, app in gate.checks
    ]
    reviews: Json = {
        "required_approving_review_count": gate.approvals,
        "dismiss_stale_reviews_on_push": gate.dismiss_stale,
        "require_code_owner_review": gate.code_owners,
        "require_last_push_approval": gate.last_push,
        "required_review_thread_resolution": False,
        "allowed_merge_methods": ["merge", "squash", "rebase"],
    }
    checks: Json = {
        "strict_required_status_checks_policy": False,
        "do_not_enforce_on_create": False,
        "required_status_checks": required,
    }
    rules: list[Json] = [
        {"type": "pull_request", "parameters": reviews},
        {"type": "required_status_checks", "parameters": checks},
        {"type": "deletion"},
    ]
    return rules if gate.force_pushes else [*rules, {"type": "non_fast_forward"}]


def _protection(gate: Gate) -> Json:
    return {
        "required_pull_request_reviews": {
            "dismiss_stale_reviews": gate.dismiss_stale,
            "require_code_owner_reviews": gate.code_owners,
            "required_approving_review_count": gate.approvals,
            "require_last_push_approval": gate.last_push,
        },
        "required_status_checks": {
            "strict": False,
            "contexts": [name for name, _ in gate.checks],
            "checks": [{"context": name, "app_id": app} for name, app in gate.checks],
        },
        "enforce_admins": {"enabled": not gate.bypass},
        "required_signatures": {"enabled": False},
        "required_linear_history": {"enabled": False},
        "allow_force_pushes": {"enabled": gate.force_pushes},
        "allow_deletions": {"enabled": False},
    }
