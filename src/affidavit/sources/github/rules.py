"""The rules of branches: classic protection, and what rulesets make of a branch.

They are known as they are now. Of classic protection nobody knows what it was before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.forge.model import BranchRules, Line, Missing, Origin
from affidavit.sources.github.answer import decoded, digest

if TYPE_CHECKING:
    from affidavit.sources.github.rest import Rest

UNPROTECTED = "branch not protected"
"""What the forge says where there is no protection; any other 404 may be a refusal."""


def branch_rules(rest: Rest, branch: str) -> Line:
    """The rules of `branch` as they are now."""
    answer = rest.get("branches", branch, "protection")
    missing: list[Missing] = []
    protection: dict[str, object] | None = None
    if answer.status == 200:
        protection = decoded(answer, dict[str, object])
    elif answer.status != 404 or answer.message.lower() != UNPROTECTED:
        missing.append(answer.missing("protection"))
    raw = [answer.body]
    rules: list[dict[str, object]] = []
    for told in rest.pages(rest.url("rules", "branches", branch, per_page="100")):
        raw.append(told.body)
        if told.status != 200:
            missing.append(told.missing("rules"))
            rules.clear()
            break
        rules.extend(decoded(told, list[dict[str, object]]))
    data = BranchRules(
        branch=branch,
        at=answer.at,
        protection=protection,
        rules=tuple(rules),
        missing=tuple(missing),
    )
    origin = answer.origin(b"".join(raw))
    return Line(origin=origin, data=data)


def not_asked(rest: Rest, branch: str, at: str) -> Line:
    """The record of a branch that was not asked about, at the time `at`: there are too many."""
    url = rest.url("branches", branch)
    missing = (Missing("protection", "truncated"), Missing("rules", "truncated"))
    data = BranchRules(branch=branch, at=at, protection=None, rules=(), missing=missing)
    return Line(origin=Origin(url=url, fetched_at=at, digest=digest(b"")), data=data)
