"""What a forge knows: pull requests with their reviews and events, checks, deployments, rules.

The types are those of the records of an export, ``affidavit/forge@1``. Each is one JSON object; a
field that is None is one the forge did not tell, never one that is empty. Times are RFC 3339 UTC in
whole seconds, commits and trees the object ids of git.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec


class AccountKind(StrEnum):
    """What a forge says an account is. A bot that runs under a person's account looks like one."""

    PERSON = "person"
    BOT = "bot"
    OTHER = "other"


class Account(msgspec.Struct, frozen=True, gc=False):
    """An account of the forge. `id` is the forge's number, which outlives a change of name."""

    login: str
    kind: AccountKind
    id: int | None = None


class Missing(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something the forge has or may have that is not here: unknown, never absent.

    `what` names a field of the record, such as ``reviews``. `reason` is ``permission``,
    ``truncated``, ``retention``, ``version``, ``error`` or ``hidden``. `needs` is the permission
    that the forge names, `total` how many the forge says there are, where it says so.
    """

    what: str
    reason: str
    needs: str | None = None
    total: int | None = None


class Signed(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What the forge says of a commit's signature."""

    valid: bool
    by_forge: bool
    state: str
    signer: str | None = None


class PullCommit(msgspec.Struct, frozen=True, kw_only=True):
    """A commit of a pull request as the forge lists it. The git dates are the author's claim."""

    oid: str
    tree: str | None
    message: str | None
    author_name: str | None
    author_email: str | None
    author: Account | None
    committer_name: str | None
    committer_email: str | None
    committer: Account | None
    authored_at: str | None
    committed_at: str | None
    signed: Signed | None


class ReviewState(StrEnum):
    """What a review says now; a dismissal overwrites what it said before."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    COMMENTED = "commented"
    DISMISSED = "dismissed"
    PENDING = "pending"


class ChecklistItem(msgspec.Struct, frozen=True, kw_only=True):
    """A checkbox of a review's text, whose words are shortened."""

    text: str
    checked: bool


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A review. `commit` is the one its client named, None where the forge does not tell.

    `checklist` has the checkboxes of its text, empty where there are none; None is not told. They
    are as they were at the collection: `edited_at` tells whether the text changed after it came.
    """

    id: int | None
    state: ReviewState
    author: Account | None
    submitted_at: str | None
    edited_at: str | None
    commit: str | None
    association: str | None = None
    could_push: bool | None = None
    body_digest: str | None = None
    checklist: tuple[ChecklistItem, ...] | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened to a pull request.

    `kind` is one of the forge's own in snake case, such as ``head_ref_force_pushed``,
    ``review_dismissed``, ``labeled``, ``ready_for_review``, ``merged``, ``auto_merge_enabled``,
    ``added_to_merge_queue``. What else is known depends on it: `before` and `after` are commits or
    the names of branches, `review` is the id of the review dismissed and `was` what it said before,
    `subject` whom or what it is about, such as the reviewer asked, and `text` a label or a reason.
    """

    kind: str
    at: str
    actor: Account | None
    before: str | None = None
    after: str | None = None
    commit: str | None = None
    review: int | None = None
    was: ReviewState | None = None
    subject: Account | None = None
    text: str | None = None


class MergeCommit(msgspec.Struct, frozen=True, kw_only=True):
    """The commit that a pull request became; of a rebase its last one."""

    oid: str
    tree: str | None
    parents: tuple[str, ...]
    committed_at: str | None
    signed: Signed | None


class AutoMerge(msgspec.Struct, frozen=True, kw_only=True):
    """A merge that the forge was asked to make once it may."""

    enabled_by: Account | None
    enabled_at: str | None
    method: str | None


class PullRequest(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="pull_request"
):
    """A pull request with all that belongs to it alone."""

    number: int
    id: int | None
    url: str
    title: str
    body: str | None
    state: Literal["open", "closed", "merged"]
    draft: bool
    created_at: str
    updated_at: str
    closed_at: str | None
    merged_at: str | None
    base_ref: str
    base_oid: str | None
    head_ref: str
    head_oid: str | None
    head_repository: str | None
    author: Account | None
    merged_by: Account | None
    merge_commit: MergeCommit | None
    auto_merge: AutoMerge | None
    labels: tuple[str, ...]
    commits: tuple[PullCommit, ...]
    reviews: tuple[Review, ...]
    events: tuple[Event, ...]
    changed_files: int | None
    additions: int | None
    deletions: int | None
    missing: tuple[Missing, ...] = ()


class CheckRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a check on a commit; each attempt is one. `conclusion` is None until it ended.

    `app` is who reported it, `event` and `workflow` (a path) what ran it, where the forge tells.
    """

    id: int | None
    name: str
    app: str | None
    app_id: int | None
    status: str
    conclusion: str | None
    started_at: str | None
    completed_at: str | None
    event: str | None = None
    workflow: str | None = None
    run: int | None = None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """A status that somebody set on a commit."""

    context: str
    state: str
    created_at: str | None
    creator: Account | None


class Checks(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="checks"):
    """What ran on one commit."""

    commit: str
    runs: tuple[CheckRun, ...]
    statuses: tuple[Status, ...]
    missing: tuple[Missing, ...] = ()


class DeploymentStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a deployment."""

    state: str
    at: str
    creator: Account | None


class Deployment(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="deployment"):
    """A commit that was deployed."""

    id: int
    commit: str
    ref: str | None
    task: str | None
    environment: str | None
    production: bool | None
    creator: Account | None
    created_at: str
    statuses: tuple[DeploymentStatus, ...]
    missing: tuple[Missing, ...] = ()


class BranchRules(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="branch_rules"
):
    """The rules of a branch at the moment `at`: known of no other moment.

    `protection` is the answer for classic protection as the forge gave it, None where there is
    none; `rules` the rules of rulesets that apply to the branch.
    """

    branch: str
    at: str
    protection: dict[str, object] | None
    rules: tuple[dict[str, object], ...]
    missing: tuple[Missing, ...] = ()


class Ruleset(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="ruleset"):
    """A ruleset: as it is at the moment `at`, or a version in force from `at` on.

    `version` is None for what was found at the time of collection.
    """

    id: int
    at: str
    version: int | None
    actor: Account | None
    state: dict[str, object]
    missing: tuple[Missing, ...] = ()


class Permission(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="permission"):
    """What an account may do, at the moment `at`."""

    account: Account
    at: str
    permission: str | None
    role: str | None
    missing: tuple[Missing, ...] = ()


class Release(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="release"):
    """A release. `target` may be a branch: git says which commit the tag is.

    `gone_at` is when it was first no longer listed; None where it was listed last.
    """

    id: int
    tag: str
    target: str | None
    name: str | None
    draft: bool
    created_at: str
    published_at: str | None
    author: Account | None
    gone_at: str | None = None


class Push(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="push"):
    """A push that the forge recorded: `kind` such as ``push``, ``force_push``, ``pr_merge``."""

    id: int
    ref: str
    before: str | None
    after: str | None
    at: str
    kind: str
    actor: Account | None


class Repository(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="repository"):
    """The repository at the moment `at`. `settings` are what else the forge says of it."""

    id: int
    name: str
    at: str
    default_branch: str | None
    private: bool | None
    settings: dict[str, object]
    missing: tuple[Missing, ...] = ()


class Unavailable(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="unavailable"):
    """A whole kind of records that could not be had, such as ``deployments``, and why."""

    what: str
    reason: str
    status: int | None
    needs: str | None
    at: str


Record = (
    PullRequest
    | Checks
    | Deployment
    | BranchRules
    | Ruleset
    | Permission
    | Release
    | Push
    | Repository
    | Unavailable
)
"""One line of an export, but for its head and the marks of how far the collection came."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a record comes from: the URL asked, when, and the SHA-256 of the raw answer for it."""

    url: str
    fetched_at: str
    digest: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A record with its origin, as it stands in an export."""

    origin: Origin
    data: Record
