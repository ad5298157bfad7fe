"""The rules of branches: classic protection, which has no history, and rulesets, which have one."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forge.records import Ruleset

Rule = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """Classic protection of one branch. `reviews` is None where none are required.

    `checks` are contexts; one with an app's number, as ``("test", 15368)``, only that app can meet.
    """

    reviews: int | None = 1
    dismiss_stale: bool = False
    code_owners: bool = False
    last_push: bool = False
    checks: tuple[str | tuple[str, int], ...] = ()
    strict: bool = False
    admins: bool = False
    linear: bool = False
    force_pushes: bool = False
    signatures: bool = False
    conversations: bool = False


def reviews_rule(count: int = 1, **more: bool) -> Rule:
    """A ruleset's rule that pull requests are used and approved `count` times."""
    parameters = {
        "required_approving_review_count": count,
        "dismiss_stale_reviews_on_push": False,
        "require_code_owner_review": False,
        "require_last_push_approval": False,
        "required_review_thread_resolution": False,
        "allowed_merge_methods": ["merge", "squash", "rebase"],
    }
    return {"type": "pull_request", "parameters": {**parameters, **more}}


def checks_rule(*contexts: str, app: int | None = None, strict: bool = False) -> Rule:
    """A ruleset's rule that these checks succeed, from `app` if one is named."""
    pinned = {} if app is None else {"integration_id": app}
    return {
        "type": "required_status_checks",
        "parameters": {
            "strict_required_status_checks_policy": strict,
            "do_not_enforce_on_create": False,
            "required_status_checks": [{"context": each, **pinned} for each in contexts],
        },
    }


def queue_rule(*, method: str = "MERGE", strategy: str = "ALLGREEN") -> Rule:
    """A ruleset's rule that changes go through a merge queue."""
    return {
        "type": "merge_queue",
        "parameters": {
            "merge_method": method,
            "grouping_strategy": strategy,
            "check_response_timeout_minutes": 60,
            "max_entries_to_build": 5,
            "max_entries_to_merge": 5,
            "min_entries_to_merge": 1,
            "min_entries_to_merge_wait_minutes": 5,
        },
    }


def ruleset_state(
    name: str, rules: Sequence[Rule], *, enforcement: str = "active", branches: Sequence[str] = ()
) -> dict[str, object]:
    """The state of a ruleset for `branches`, full refs or patterns; by default the default one."""
    include = list(branches) or ["~DEFAULT_BRANCH"]
    return {
        "name": name,
        "target": "branch",
        "enforcement": enforcement,
        "conditions": {"ref_name": {"include": include, "exclude": []}},
        "bypass_actors": [],
        "rules": list(rules),
    }


def applies(state: dict[str, object], branch: str, *, default: str) -> bool:
    """Whether a ruleset in this state binds the branch."""
    conditions = cast("dict[str, dict[str, list[str]]]", state["conditions"])["ref_name"]

    def named(pattern: str) -> bool:
        if pattern == "~DEFAULT_BRANCH":
            return branch == default
        return pattern == "~ALL" or fnmatchcase(f"refs/heads/{branch}", pattern)

    return (
        state["enforcement"] == "active"
        and any(map(named, conditions["include"]))
        and not any(map(named, conditions["exclude"]))
    )


def rules_of(ruleset: Ruleset) -> Iterator[Rule]:
    """The rules of a ruleset that are in force."""
    yield from cast("list[Rule]", ruleset.state["rules"])


@dataclass(frozen=True, slots=True)
class Needs:
    """What a merge into a branch needs; `queue` is how its merge queue merges, if it has one."""

    reviews: int
    checks: frozenset[str]
    dismiss_stale: bool
    queue: str | None


def needs(protection: Protection | None, rules: Sequence[Rule]) -> Needs:
    """All that classic protection and the rules of rulesets ask together."""
    reviews = [protection.reviews or 0] if protection else []
    checks = [c if isinstance(c, str) else c[0] for c in protection.checks] if protection else []
    stale = [protection.dismiss_stale] if protection else []
    queue = None
    for rule in rules:
        given = cast("dict[str, object]", rule.get("parameters", {}))
        if rule["type"] == "pull_request":
            reviews.append(cast("int", given["required_approving_review_count"]))
            stale.append(bool(given["dismiss_stale_reviews_on_push"]))
        if rule["type"] == "required_status_checks":
            asked = cast("list[dict[str, str]]", given["required_status_checks"])
            checks += [each["context"] for each in asked]
        if rule["type"] == "merge_queue":
            queue = str(given["merge_method"]).lower()
    return Needs(max(reviews, default=0), frozenset(checks), any(stale), queue)
