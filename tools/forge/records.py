"""What the forge keeps, beside pull requests: reviews, events, checks, rules, deployments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forge.accounts import Account, App, Team


@dataclass(slots=True, kw_only=True, eq=False)
class Review:
    """A review. `commit` is what its client named; None where the forge lost it."""

    id: int
    author: Account
    state: str
    body: str
    commit: str | None
    created_at: str
    submitted_at: str | None
    updated_at: str
    edited_at: str | None = None


@dataclass(slots=True, kw_only=True)
class Event:
    """A line of a pull request's timeline: `kind` is GraphQL's type, as ``MergedEvent``.

    What the rest means depends on it: `before` and `after` are commits, branches or titles,
    `subject` is whom a review was asked of or who was assigned, `text` a label, message or reason.
    """

    id: int
    kind: str
    at: str
    actor: Account | None
    before: str | None = None
    after: str | None = None
    commit: str | None = None
    review: Review | None = None
    was: str | None = None
    subject: Account | Team | None = None
    text: str | None = None
    deployment: Deployment | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Run:
    """One attempt of a check; `attempt` counts from 1."""

    id: int
    suite: Suite
    name: str
    attempt: int = 1
    status: str = "completed"
    conclusion: str | None = "success"
    started_at: str | None = None
    completed_at: str | None = None
    external_id: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class Suite:
    """The checks that one app ran on one commit because of one event."""

    id: int
    commit: str
    app: App
    branch: str | None
    created_at: str
    updated_at: str
    event: str | None = None
    workflow: str | None = None
    number: int = 0
    pusher: Account | None = None
    before: str | None = None
    runs: list[Run] = field(default_factory=list)

    def latest(self) -> list[Run]:
        """The newest attempt of each check."""
        return list({run.name: run for run in self.runs}.values())

    @property
    def status(self) -> str:
        """Completed once all its latest runs are."""
        done = all(run.status == "completed" for run in self.latest())
        return "completed" if self.runs and done else "queued" if not self.runs else "in_progress"

    @property
    def conclusion(self) -> str | None:
        """The worst conclusion of the latest runs, None while one is not done."""
        if self.status != "completed":
            return None
        said = [run.conclusion for run in self.latest()]
        bad = [each for each in said if each not in {"success", "neutral", "skipped"}]
        return bad[0] if bad else "success" if "success" in said else said[0]


@dataclass(slots=True, kw_only=True)
class Status:
    """A status that somebody set on a commit; `url` is where it leads."""

    id: int
    commit: str
    context: str
    state: str
    description: str
    creator: Account
    created_at: str
    url: str | None = None


@dataclass(slots=True, kw_only=True)
class DeploymentStatus:
    """A step of a deployment."""

    id: int
    state: str
    creator: Account
    created_at: str


@dataclass(slots=True, kw_only=True, eq=False)
class Deployment:
    """A commit that was deployed."""

    id: int
    commit: str
    ref: str
    task: str
    environment: str
    production: bool
    creator: Account
    created_at: str
    statuses: list[DeploymentStatus] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Release:
    """A release of a tag."""

    id: int
    tag: str
    target: str
    name: str
    draft: bool
    author: Account
    created_at: str
    published_at: str | None


@dataclass(slots=True, kw_only=True)
class Activity:
    """A push, or another move of a branch."""

    id: int
    before: str
    after: str
    ref: str
    at: str
    kind: str
    actor: Account | None


@dataclass(slots=True, kw_only=True)
class Version:
    """A ruleset as it was from `at` on."""

    id: int
    at: str
    actor: Account
    state: dict[str, object]


@dataclass(slots=True, kw_only=True)
class Ruleset:
    """A ruleset with all its versions; the last one is in force."""

    id: int
    created_at: str
    versions: list[Version] = field(default_factory=list)

    @property
    def state(self) -> dict[str, object]:
        """What is in force."""
        return self.versions[-1].state
