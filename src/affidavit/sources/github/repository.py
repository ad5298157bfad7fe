"""The repository itself: what it is called, and settings that a review or a deployment rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.errors import ForgeError
from affidavit.changes.forge.model import Line, Missing, Repository
from affidavit.sources.github.answer import decoded

if TYPE_CHECKING:
    from affidavit.sources.github.rest import Rest

_SETTINGS = (
    "archived",
    "visibility",
    "fork",
    "allow_merge_commit",
    "allow_squash_merge",
    "allow_rebase_merge",
    "squash_merge_commit_title",
    "squash_merge_commit_message",
    "allow_auto_merge",
    "allow_update_branch",
    "delete_branch_on_merge",
    "web_commit_signoff_required",
)
"""What is kept of the answer for a repository. The forge hides some from who does not push."""


class _Repository(msgspec.Struct):
    id: int
    full_name: str
    default_branch: str | None = None
    private: bool | None = None


class _Environments(msgspec.Struct):
    total_count: int
    environments: list[dict[str, object]]


def repository(rest: Rest) -> Line:
    """The repository with its settings.

    Raises:
        ForgeError: There is none, or the token may not see it.
    """
    answer = rest.transport.get(rest.url())
    if answer.status != 200:
        raise ForgeError(
            f"{answer.url} answers with status {answer.status}: {answer.message[:200]}",
            hint="there is no such repository, or the token may not see it (docs/collect.md)",
        )
    found = decoded(answer, _Repository)
    told = decoded(answer, dict[str, object])
    settings = {name: told[name] for name in _SETTINGS if name in told}
    missing: list[Missing] = []
    _environments(rest, settings, missing)
    _workflows(rest, settings, missing)
    data = Repository(
        id=found.id,
        name=found.full_name,
        at=answer.at,
        default_branch=found.default_branch,
        private=found.private,
        settings=settings,
        missing=tuple(missing),
    )
    return Line(origin=answer.origin(), data=data)


def _environments(rest: Rest, settings: dict[str, object], missing: list[Missing]) -> None:
    """The environments with their protection rules: approvals are asked for there."""
    found: list[dict[str, object]] = []
    total = 0
    for answer in rest.pages(rest.url("environments", per_page="100")):
        if answer.status != 200:
            missing.append(answer.missing("settings.environments"))
            return
        told = decoded(answer, _Environments)
        found.extend(told.environments)
        total = max(total, told.total_count)
    if len(found) < total:
        missing.append(Missing("settings.environments", "truncated", total=total))
    settings["environments"] = found


def _workflows(rest: Rest, settings: dict[str, object], missing: list[Missing]) -> None:
    """Whether workflows may approve pull requests."""
    answer = rest.get("actions", "permissions", "workflow")
    if answer.status == 200:
        settings["workflow_permissions"] = decoded(answer, dict[str, object])
    else:
        missing.append(answer.missing("settings.workflow_permissions"))
