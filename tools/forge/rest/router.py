"""Which path is answered by what, and which permission it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from forge.rest import acts, commits, hosting, pulls, rules
from forge.rest.call import Call
from forge.wire import trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge.accounts import Account
    from forge.server import Forge
    from forge.wire import Answer, Request

    Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """Paths of one form; `needs` is the permission, alternatives parted by a semicolon."""

    path: re.Pattern[str]
    answer: Handler
    needs: str
    method: str


def _route(path: str, answer: Handler, needs: str, method: str = "GET") -> Route:
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path.replace("{branch}", r"(?P<branch>.+?)"))
    return Route(
        re.compile(f"/repos/(?P<owner>[^/]+)/(?P<repo>[^/]+){pattern}"), answer, needs, method
    )


METADATA = "metadata=read"
CONTENTS = "contents=read"
PULLS = "pull_requests=read"
WRITES = "pull_requests=write"
ADMIN = "administration=read"
CHECKS = "checks=read"
ROUTES = (
    _route("", hosting.repository, METADATA),
    _route("/pulls", pulls.listed, PULLS),
    _route("/pulls/{number}", pulls.one, PULLS),
    _route("/pulls/{number}/commits", pulls.commits, PULLS),
    _route("/pulls/{number}/files", pulls.files, PULLS),
    _route("/pulls/{number}/reviews", pulls.reviews, PULLS),
    _route("/issues/{number}/timeline", pulls.timeline, "issues=read; pull_requests=read"),
    _route("/commits/{ref}/check-runs", commits.check_runs, CHECKS),
    _route("/commits/{ref}/check-suites", commits.check_suites, CHECKS),
    _route("/check-suites/{suite}/check-runs", commits.runs_of_suite, CHECKS),
    _route("/commits/{ref}/status", commits.combined, "statuses=read"),
    _route("/commits/{ref}/statuses", commits.statuses, "statuses=read"),
    _route("/statuses/{sha}", commits.set_status, "statuses=write", "POST"),
    _route("/commits/{ref}/pulls", pulls.of_commit, PULLS),
    _route("/commits/{ref}", commits.one, CONTENTS),
    _route("/branches/{branch}/protection", rules.protection, ADMIN),
    _route("/branches/{branch}", rules.branch, CONTENTS),
    _route("/rules/branches/{branch}", rules.of_branch, METADATA),
    _route("/rulesets", rules.rulesets, METADATA),
    _route("/rulesets/{ruleset}", rules.ruleset, METADATA),
    _route("/rulesets/{ruleset}/history", rules.history, "administration=write"),
    _route("/rulesets/{ruleset}/history/{version}", rules.version, "administration=write"),
    _route("/deployments", hosting.deployments, "deployments=read"),
    _route("/deployments/{deployment}/statuses", hosting.deployment_statuses, "deployments=read"),
    _route("/environments", hosting.environments, "actions=read"),
    _route("/actions/permissions/workflow", hosting.workflow_permissions, ADMIN),
    _route("/activity", hosting.activity, CONTENTS),
    _route("/collaborators", hosting.collaborators, METADATA),
    _route("/collaborators/{login}/permission", hosting.permission, METADATA),
    _route("/releases", hosting.releases, CONTENTS),
    _route("/codeowners/errors", hosting.codeowners_errors, CONTENTS),
    _route("/pulls", acts.new_pull, WRITES, "POST"),
    _route("/pulls/{number}/reviews", acts.new_review, WRITES, "POST"),
    _route("/pulls/{number}/reviews/{review}/dismissals", acts.dismiss, WRITES, "PUT"),
    _route("/pulls/{number}/merge", acts.merge, "contents=write", "PUT"),
    _route("/issues/{number}/assignees", acts.assign, "issues=write; pull_requests=write", "POST"),
    _route("/issues/{number}/labels", acts.label, "issues=write; pull_requests=write", "POST"),
    _route("/rulesets", acts.new_ruleset, "administration=write", "POST"),
)
NEW = re.compile("/orgs/([^/]+)/repos")


class Router:
    """Answers REST. `granted` is what the token may; None is everything.

    A token that is the name of an account acts as that account, any other as `acting`.
    """

    def __init__(self, forge: Forge) -> None:
        self._forge = forge
        self.granted: dict[str, str] | None = None
        self.acting: Account = commits.WORKFLOW

    def answer(self, request: Request) -> Answer:
        """What is at the path, or why it is not shown."""
        made = NEW.fullmatch(request.path)
        if made and request.method == "POST":
            return acts.new_repository(self._forge, made[1], request, self.account(request))
        for route in ROUTES:
            found = route.path.fullmatch(request.path)
            if found and route.method == request.method:
                return self._routed(route, found, request)
        return trouble(404, "Not Found")

    def account(self, request: Request) -> Account:
        """Who asks."""
        token = request.headers.get("authorization", "").rpartition(" ")[2]
        return self._forge.accounts.get(token, self.acting)

    def may(self, needs: str) -> bool:
        """Whether the token has one of these permissions."""
        return any(self._has(each.strip()) for each in needs.split(";"))

    def _has(self, need: str) -> bool:
        name, _, level = need.partition("=")
        order = ("none", "read", "write", "admin")
        if self.granted is None:
            return True
        return order.index(self.granted.get(name, "none")) >= order.index(level)

    def _routed(self, route: Route, found: re.Match[str], request: Request) -> Answer:
        named = {"X_Accepted_GitHub_Permissions": route.needs}
        known = self._forge.repositories.get(f"{found['owner']}/{found['repo']}".lower())
        if known is None or not self.may(METADATA):
            return trouble(404, "Not Found", **named)
        if not self.may(route.needs):
            return trouble(403, "Resource not accessible by personal access token", **named)
        parts = {name: unquote(part) for name, part in found.groupdict().items()}
        call = Call(self._forge, known, request, parts)
        return route.answer(call).with_headers(**named)
