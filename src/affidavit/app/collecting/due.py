"""What an export says is still to be asked about: one look through its records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from affidavit.changes.forge.model import (
    Account,
    AccountKind,
    Checks,
    Deployment,
    PullRequest,
    Release,
    Ruleset,
)

if TYPE_CHECKING:
    from affidavit.sources.forge.reading import Export

SETTLING = timedelta(hours=1)
"""So long after a merge something may still begin to run."""
RUNNING = timedelta(days=35)
"""So long a workflow can run at most; what has not ended by then never will."""
KEPT = timedelta(days=400)
"""So long GitHub keeps checks."""
MOST_AGAIN = 1_000
"""Pull requests that are asked about once more because an answer was an error."""
_ENDED = frozenset({"success", "failure", "error", "inactive"})
"""States of a deployment after which seldom another one comes."""
_UNSURE = frozenset({"error", "permission"})
"""Why something is missing that another time may be there."""


class _Asked(NamedTuple):
    """When checks were asked for, whether all had ended, and whether some could not be had."""

    at: str
    ended: bool
    unsure: bool


@dataclass(slots=True)
class Due:
    """What is to be asked about, and whom and what the pull requests name."""

    broken: list[int] = field(default_factory=list)
    """Pull requests of which something is missing because of an error."""
    refused: dict[int, str] = field(default_factory=dict)
    """Those of which something was not allowed to be seen, and when they were asked for."""
    closed: dict[str, str | None] = field(default_factory=dict)
    """The commits whose checks matter: when the last pull request of each was closed."""
    accounts: dict[str, Account] = field(default_factory=dict)
    """The people who opened, reviewed or merged something."""
    branches: Counter[str] = field(default_factory=Counter)
    """The branches that something was merged into."""
    versions: dict[int, set[int]] = field(default_factory=dict)
    """The versions of rulesets that are here."""
    running: list[Deployment] = field(default_factory=list)
    """Deployments that had not ended."""
    releases: dict[int, Release] = field(default_factory=dict)
    """The releases that are here."""
    whole: bool = False
    """Whether all pull requests are here."""
    since: str | None = None
    """From when on the pull requests are whole, None where that is from the beginning."""
    _asked: dict[str, _Asked] = field(default_factory=dict)

    def commits(self) -> list[str]:
        """The commits whose checks are not here, or not as they ended."""
        return [oid for oid, closed in self.closed.items() if not self._is_settled(oid, closed)]

    def _is_settled(self, oid: str, closed: str | None) -> bool:
        found = self._asked.get(oid)
        if found is None or found.unsure or closed is None:
            return False
        if found.at <= _later(closed, SETTLING):
            return False
        return found.ended or _later(closed, RUNNING) < found.at

    def _pull(self, data: PullRequest, at: str) -> None:
        reasons = {one.reason for one in data.missing}
        if "error" in reasons and len(self.broken) < MOST_AGAIN:
            self.broken.append(data.number)
        elif "permission" in reasons and len(self.refused) < MOST_AGAIN:
            self.refused[data.number] = at
        for oid in _commits_of(data):
            closed = self.closed.get(oid, "")
            self.closed[oid] = (
                None if closed is None or data.closed_at is None else max(closed, data.closed_at)
            )
        reviewers = (one.author for one in data.reviews)
        for account in (data.author, data.merged_by, *reviewers):
            if account is not None and account.kind is AccountKind.PERSON:
                self.accounts[account.login] = account
        if data.state == "merged":
            self.branches[data.base_ref] += 1


def due(export: Export) -> Due:
    """What `export` says is to be asked about."""
    pulls = export.sections.get("pull_requests")
    done = pulls.done if pulls else None
    found = Due(whole=done is not None, since=done.since if done else None)
    for line in export.lines():
        data = line.data
        if isinstance(data, PullRequest):
            found._pull(data, line.origin.fetched_at)  # noqa: SLF001 -- the same room
        elif isinstance(data, Checks):
            found._asked[data.commit] = _asked(line.origin.fetched_at, data)  # noqa: SLF001
        elif isinstance(data, Ruleset) and data.version is not None and not data.missing:
            found.versions.setdefault(data.id, set()).add(data.version)
        elif isinstance(data, Release):
            found.releases[data.id] = data
        elif isinstance(data, Deployment) and not _is_over(data):
            found.running.append(data)
    return found


def is_forgotten(closed: str | None, now: str) -> bool:
    """Whether GitHub no longer keeps checks of what was closed then."""
    return closed is not None and _later(closed, KEPT) < now


def _commits_of(data: PullRequest) -> set[str]:
    """The heads and what was merged: a queue's checks are on the commit that landed."""
    found = {data.head_oid, data.merge_commit.oid if data.merge_commit else None}
    queued = {one.before for one in data.events if one.kind == "removed_from_merge_queue"}
    return {oid for oid in found | queued if oid}


def _asked(at: str, data: Checks) -> _Asked:
    runs = all(one.conclusion is not None for one in data.runs)
    statuses = all(one.state not in {"pending", "expected"} for one in data.statuses)
    unsure = any(one.reason in _UNSURE for one in data.missing)
    return _Asked(at, runs and statuses, unsure)


def _is_over(data: Deployment) -> bool:
    return bool(data.statuses) and data.statuses[-1].state in _ENDED and not data.missing


def _later(moment: str, span: timedelta) -> str:
    try:
        return f"{datetime.fromisoformat(moment) + span:%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError):
        return moment
