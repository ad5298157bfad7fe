"""What an organisation really did, in plain types: what is written of it, and judged against.

Times are seconds since 1970 UTC. Commits have no ids here: git gives them when they are written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")

DAY = 86_400
MAIN = "refs/heads/main"
GITHUB_ACTIONS, SCANNER = 15368, 77
"""Apps that report checks."""


class Account(NamedTuple):
    """An account of the forge; `kind` is what the forge says it is."""

    login: str
    number: int
    kind: str = "person"


class Hand(NamedTuple):
    """A name and address as typed into a commit, and the account that the forge ties to them."""

    name: str
    email: str
    account: Account | None = None


FORGE = Hand("GitHub", "noreply@github.com")


@dataclass(frozen=True, eq=False, repr=False)
class Person:
    """Somebody, with all their accounts: the first is the one they work with."""

    name: str
    email: str
    accounts: tuple[Account, ...]

    @property
    def account(self) -> Account:
        return self.accounts[0]

    @property
    def hand(self) -> Hand:
        return Hand(self.name, self.email, self.account)


@dataclass(frozen=True, eq=False, repr=False)
class Service:
    """An agent or a bot; `owner` answers for it, `declared` whether the identities say so."""

    hand: Hand
    account: Account
    agent: bool
    owner: Person | None = None
    declared: bool = False


class Term(NamedTuple):
    """A role of change authority between two days, both included, as RFC 3339 dates."""

    person: Person
    since: str | None = None
    until: str | None = None


class Signal(NamedTuple):
    """What a commit says of the agent that wrote it."""

    agent: str
    model: str | None
    session: str | None


@dataclass(eq=False, repr=False)
class Commit:
    """A commit. `own` is what the change it belongs to makes of its files, up to here.

    `writes` is what it changes against its first parent, `base` the landing below all of `own`.
    `tree` differs where content does.
    """

    mark: int
    parents: tuple[Commit, ...]
    author: Hand
    committer: Hand
    at: int
    message: str
    writes: dict[str, str]
    own: dict[str, str]
    base: Commit | None
    tree: int
    signal: Signal | None = None
    coauthors: tuple[Person, ...] = ()
    updates: bool = False
    """Whether it merges the base into a request."""

    @property
    def title(self) -> str:
        return self.message.partition("\n")[0]


@dataclass(eq=False, repr=False)
class Review:
    """A review; `said` is what it said before a dismissal, if there was one."""

    number: int
    account: Account
    said: str
    at: int
    commit: Commit | None
    boxes: tuple[tuple[str, bool], ...] = ()
    dismissed_at: int | None = None


@dataclass(eq=False, repr=False)
class Event:
    """Something else that happened to a request."""

    kind: str
    at: int
    actor: Account | None
    subject: Account | None = None
    before: Commit | None = None
    after: Commit | None = None
    text: str | None = None


@dataclass(eq=False, repr=False)
class Request:
    """A pull request that was merged; `signed` is whether the forge signed what it became."""

    number: int
    opener: Account
    opened_at: int
    merged_at: int
    merged_by: Account
    title: str
    commits: list[Commit]
    reviews: list[Review] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    signed: bool = True

    @property
    def head(self) -> Commit:
        return self.commits[-1]


@dataclass(eq=False, repr=False)
class Change:
    """What landed at once. `landings` are oldest first; `plan` is what was planted in it."""

    plan: str
    method: str
    kind: str
    critical: bool
    at: int
    request: Request | None
    landings: list[Commit]
    inside: bool = True
    """Whether it landed in the period."""

    @property
    def commits(self) -> list[Commit]:
        """What it brought in."""
        return self.request.commits if self.request else self.landings

    @property
    def head(self) -> Commit:
        return self.request.head if self.request else self.landings[-1]

    @property
    def about(self) -> list[Commit]:
        """Every commit that is of it."""
        return [*self.commits, *self.landings]


@dataclass(eq=False, repr=False)
class Run:
    """An attempt of a check."""

    number: int
    name: str
    app: int
    conclusion: str | None
    completed: int | None


@dataclass(eq=False, repr=False)
class Push:
    """A push that the forge recorded."""

    number: int
    ref: str
    before: Commit | None
    after: Commit | None
    at: int
    kind: str
    actor: Account


@dataclass(eq=False, repr=False)
class Scan:
    """A report of a scanner: severities of its open findings, from 0 to 10."""

    commit: Commit
    tool: str = "sift"
    pinned: bool = True
    successful: bool = True
    findings: tuple[float, ...] = ()


@dataclass(eq=False, repr=False)
class Receipt:
    """What somebody signed about who wrote a commit."""

    commit: Commit
    agent: str | None
    model: str | None
    session: str | None
    prompt: bool


@dataclass(eq=False, repr=False)
class Decision:
    """A policy decided about a commit."""

    commit: Commit
    result: str = "PASSED"
    policy: bool = True


@dataclass(eq=False, repr=False)
class Deployment:
    """A commit was deployed, and how that ended."""

    number: int
    commit: Commit
    environment: str
    creator: Account | None
    at: int
    state: str = "success"


class Gate(NamedTuple):
    """The rules of the branch: `checks` with the app that each is pinned to."""

    approvals: int
    checks: tuple[tuple[str, int | None], ...]
    dismiss_stale: bool = False
    code_owners: bool = False
    last_push: bool = False
    bypass: bool = False
    force_pushes: bool = False
    active: bool = True


class Criteria(NamedTuple):
    """What the engagement asks."""

    scope: tuple[str, ...]
    approvals: int
    critical_approvals: int
    checks: tuple[tuple[str, ...], tuple[str, ...]]
    threshold: str
    statement: str
    labels: tuple[str, ...]
    days: int
    production: tuple[str, ...]
    gate: Gate


@dataclass(eq=False, repr=False)
class Organisation:
    """All of it. `versions` are those of the identities by the time they came onto the branch."""

    seed: int
    start: int
    end: int
    criteria: Criteria
    people: list[Person]
    services: list[Service]
    versions: list[tuple[int, tuple[Term, ...]]]
    classic: bool
    """Whether the branch has classic protection, which has no history, and no ruleset."""
    configured: bool
    """Whether the engagement hands its configuration in, identities and all."""
    gates: list[tuple[int, Gate]]
    """What the rules of the branch were from each time on."""
    snapshots: list[int] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    commits: list[Commit] = field(default_factory=list)
    runs: dict[int, list[Run]] = field(default_factory=dict)
    """By the mark of the commit."""
    pushes: list[Push] = field(default_factory=list)
    scans: list[Scan] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    deployments: list[Deployment] = field(default_factory=list)
    planted: list[tuple[str, str, str]] = field(default_factory=list)
    """Of what is no change: test, item and plan."""

    def gate_at(self, at: int) -> Gate:
        return [gate for since, gate in self.gates if since <= at][-1]

    def landings(self) -> list[Commit]:
        """Every landing, the oldest first."""
        return [one for change in self.changes for one in change.landings]

    @cached_property
    def pushed(self) -> dict[int, list[Push]]:
        """Pushes by the mark of what they left a branch at; only of one that is made."""
        return _by_mark((one.after, one) for one in self.pushes)

    @cached_property
    def scanned(self) -> dict[int, list[tuple[int, Scan]]]:
        """Scans with their places in the log, by the mark of the commit."""
        return _by_mark((one.commit, (place, one)) for place, one in enumerate(self.scans))

    @cached_property
    def received(self) -> dict[int, list[Receipt]]:
        return _by_mark((one.commit, one) for one in self.receipts)

    @cached_property
    def decided(self) -> dict[int, list[Decision]]:
        return _by_mark((one.commit, one) for one in self.decisions)


def _by_mark(pairs: Iterable[tuple[Commit | None, T]]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for commit, one in pairs:
        if commit is not None:
            found.setdefault(commit.mark, []).append(one)
    return found
