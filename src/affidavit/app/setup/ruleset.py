"""The rules that a branch needs so that nobody goes round the gate, as GitHub takes them."""

from __future__ import annotations

import json

CONTEXT = "affidavit/gate"
"""The status that the gate sets."""
ACTIONS = 15368
"""The number of the app GitHub Actions at github.com: who sets the status there."""


def ruleset() -> dict[str, object]:
    """A ruleset for the default branch that nobody may pass by."""
    reviews = {
        "required_approving_review_count": 1,
        "dismiss_stale_reviews_on_push": True,
        "require_code_owner_review": True,
        "require_last_push_approval": True,
        "required_review_thread_resolution": False,
    }
    checks = {
        "strict_required_status_checks_policy": True,
        "required_status_checks": [{"context": CONTEXT, "integration_id": ACTIONS}],
    }
    return {
        "name": "affidavit",
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "bypass_actors": [],
        "rules": [
            {"type": "deletion"},
            {"type": "non_fast_forward"},
            {"type": "pull_request", "parameters": reviews},
            {"type": "required_status_checks", "parameters": checks},
        ],
    }


def ruleset_text() -> str:
    """The same as JSON."""
    return json.dumps(ruleset(), indent=2) + "\n"


def ruleset_command() -> str:
    """How it is created with GitHub's command line."""
    return "gh api --method POST 'repos/{owner}/{repo}/rulesets' --input affidavit/ruleset.json"
