"""The record of a change, ``affidavit/change@1`` (docs/formats/change-record.md)."""

from __future__ import annotations

import msgspec

from affidavit.changes.forge.approvals import Answer
from affidavit.changes.model import Grade
from affidavit.changes.record.value import Listed, Stated

FORMAT = "affidavit/change@1"


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A landing of the change; a rebased request has several."""

    change: str
    commit: str
    kind: str
    branches: tuple[str, ...]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The request that brought the change in."""

    forge: str
    number: str
    url: str | None = None
    opened_at: str | None = None
    opened_by: str | None = None


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """An AI agent that a signal names, by one rule; `commits` is how many say so."""

    agent: str
    role: str
    tier: str
    rule: str
    model: str | None
    session: str | None
    evidence: str
    commits: int


class Prompter(msgspec.Struct, frozen=True, kw_only=True):
    """A person for whom an agent worked, and how that is known."""

    name: str
    how: str


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who wrote or could alter what came in; `account` is the forge's, where it tells."""

    name: str
    email: str | None
    kind: str
    roles: tuple[str, ...]
    account: str | None = None


class Reviewer(msgspec.Struct, frozen=True, kw_only=True):
    """A review. `why_not` are the reasons for which it does not count as an approval.

    `roles` are those that the reviewer had then; None where no identities in force then tell.
    """

    account: str
    state: str
    submitted_at: str | None
    head: str | None
    counts: bool
    carried: bool
    why_not: tuple[str, ...]
    roles: tuple[str, ...] | None = None


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A checkbox of the request's text, or of a review `by` an account, submitted `at` a time.

    `line` counts from 1; None of a review.
    """

    text: str
    checked: bool
    line: int | None
    by: str | None = None
    at: str | None = None


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A check run or status. `on` is ``merged head``, ``merge group`` or ``landing``.

    `before_merge` is whether it had finished before the merge. Skipped and neutral are no success.
    `superseded` is whether the same check ran again there.
    """

    name: str
    reported_by: str | None
    on: str
    commit: str
    conclusion: str | None
    success: Answer
    finished_at: str | None
    before_merge: Answer
    superseded: bool


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of the ledger about a commit of the change: tests, a scan, a receipt."""

    kind: str
    commit: str
    result: str
    producer: str | None
    independent: bool | None
    recorded_at: str


class Approver(msgspec.Struct, frozen=True, kw_only=True):
    """A person whose approval has every attribute."""

    account: str
    approved_at: str | None


class Authority(msgspec.Struct, frozen=True, kw_only=True):
    """A person who approved and had the authority over changes, by the file in commit `version`."""

    account: str
    approved_at: str | None
    version: str | None


class Owned(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of code owners that `paths` of the change match; `owners` are as typed.

    `approved` is whether the account of one approved so that it counts, None where nobody is named;
    `by` are these accounts.
    """

    file: str
    line: int
    pattern: str
    owners: tuple[str, ...]
    paths: int
    approved: Answer | None
    by: tuple[str, ...]


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """How much changed; lines where the forge tells."""

    files: int
    additions: int | None = None
    deletions: int | None = None


class Deployed(msgspec.Struct, frozen=True, kw_only=True):
    """A deployment that holds the change; `exact` is whether it names this very commit."""

    environment: str | None
    production: bool | None
    status: str
    at: str
    by: str | None
    commit: str
    exact: bool


class Shipped(msgspec.Struct, frozen=True, kw_only=True):
    """The first tag that holds the change; `published_at` where the forge has a release of it."""

    tag: str
    commit: str
    published_at: str | None = None


class WorkItem(msgspec.Struct, frozen=True, kw_only=True):
    """An issue that is named, as typed; `place` is ``title``, ``text`` or ``message``."""

    text: str
    place: str


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """Files of one sort that were touched; `paths` are the first of `count`."""

    flag: str
    paths: tuple[str, ...]
    count: int


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """A label: who set it when, and whether it still stands."""

    name: str
    set_at: str | None
    set_by: str | None
    before_merge: Answer
    stands: bool


class ChangeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one change. `id` is that of its oldest landing.

    `members` are its landings, the newest first; `exceptions` those of any of them. `grade` is the
    lowest of theirs.
    """

    format: str = FORMAT
    id: str
    repository: str
    members: tuple[Member, ...]
    grade: Grade
    review: tuple[str, ...]
    exceptions: tuple[str, ...]
    ai: bool
    title: Stated[str]
    landed_at: Stated[str]
    request: Stated[Asked]
    component: Listed[str]
    size: Stated[Size]
    authorship: Stated[str]
    agents: Listed[Agent]
    prompting: Listed[Prompter]
    authors: Listed[Author]
    reviewers: Listed[Reviewer]
    approvers: Listed[Approver]
    authority: Listed[Authority]
    owners: Listed[Owned]
    checklist: Listed[Box]
    checks: Listed[Check]
    results: Listed[Result]
    merged_by: Stated[str]
    merged_at: Stated[str]
    deployments: Listed[Deployed]
    release: Stated[Shipped]
    work_items: Listed[WorkItem]
    reverts: Listed[str]
    critical_paths: Listed[str]
    risk_tier: Stated[str]
    flags: Listed[Flag]
    labels: Listed[Label]
    emergency: Stated[Label]
