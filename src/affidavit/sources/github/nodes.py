"""A pull request as GraphQL tells it. Any part can be null: not allowed to be seen, or an error."""

from __future__ import annotations

import msgspec

from affidavit.sources.github.accounts import Actor
from affidavit.sources.github.graph import Page


class Oid(msgspec.Struct):
    """A commit or tree that is named."""

    oid: str


class Named(msgspec.Struct):
    """What has a name."""

    name: str


class Signature(msgspec.Struct, rename="camel"):
    """What the forge says of a signature."""

    is_valid: bool
    state: str
    was_signed_by_git_hub: bool
    signer: Actor | None = None


class GitActor(msgspec.Struct):
    """Who a commit names, and whose address that is."""

    name: str | None = None
    email: str | None = None
    user: Actor | None = None


class Commit(msgspec.Struct, rename="camel"):
    """A commit."""

    oid: str
    tree: Oid | None = None
    message: str | None = None
    authored_date: str | None = None
    committed_date: str | None = None
    author: GitActor | None = None
    committer: GitActor | None = None
    signature: Signature | None = None


class PullCommitNode(msgspec.Struct):
    """A commit of a pull request."""

    commit: Commit | None = None


class ReviewNode(msgspec.Struct, rename="camel"):
    """A review."""

    state: str
    full_database_id: str | int | None = None
    submitted_at: str | None = None
    last_edited_at: str | None = None
    author_association: str | None = None
    author_can_push_to_repository: bool | None = None
    body: str | None = None
    author: Actor | None = None
    commit: Oid | None = None


class DeployedTo(msgspec.Struct, rename="camel"):
    """What was deployed where."""

    environment: str | None = None
    commit_oid: str | None = None


class Reviewed(msgspec.Struct, rename="camel"):
    """A review that is named."""

    full_database_id: str | int | None = None


class EventNode(msgspec.Struct, rename="camel"):
    """An event of any type: what it has not is None."""

    typename: str = msgspec.field(name="__typename")
    created_at: str | None = None
    actor: Actor | None = None
    before_commit: Oid | None = None
    after_commit: Oid | None = None
    previous_ref_name: str | None = None
    current_ref_name: str | None = None
    previous_review_state: str | None = None
    dismissal_message: str | None = None
    review: Reviewed | None = None
    pull_request_commit: PullCommitNode | None = None
    requested_reviewer: Actor | None = None
    label: Named | None = None
    commit: Oid | None = None
    merge_ref_name: str | None = None
    enabler: Actor | None = None
    enqueuer: Actor | None = None
    reason: str | None = None
    assignee: Actor | None = None
    deployment: DeployedTo | None = None


class Commits(msgspec.Struct, rename="camel"):
    """A page of commits."""

    total_count: int
    page_info: Page
    nodes: list[PullCommitNode | None] | None = None


class Reviews(msgspec.Struct, rename="camel"):
    """A page of reviews."""

    total_count: int
    page_info: Page
    nodes: list[ReviewNode | None] | None = None


class Events(msgspec.Struct, rename="camel"):
    """A page of events; `filtered_count` is how many there are of those asked for."""

    filtered_count: int
    page_info: Page
    nodes: list[EventNode | None] | None = None

    @property
    def total_count(self) -> int:
        """As of the other lists."""
        return self.filtered_count


class Labels(msgspec.Struct, rename="camel"):
    """The labels."""

    total_count: int
    nodes: list[Named | None] | None = None


class Parents(msgspec.Struct):
    """The parents of a commit."""

    nodes: list[Oid | None] | None = None


class Merge(msgspec.Struct, rename="camel"):
    """What a pull request became."""

    oid: str
    tree: Oid | None = None
    committed_date: str | None = None
    parents: Parents | None = None
    signature: Signature | None = None


class AutoMergeNode(msgspec.Struct, rename="camel"):
    """A merge that waits."""

    enabled_at: str | None = None
    enabled_by: Actor | None = None
    merge_method: str | None = None


class Fork(msgspec.Struct, rename="camel"):
    """A repository that is named."""

    name_with_owner: str


class Pull(msgspec.Struct, rename="camel"):
    """A pull request with the first page of each of its lists."""

    number: int
    url: str
    state: str
    created_at: str
    updated_at: str
    full_database_id: str | int | None = None
    title: str = ""
    body: str | None = None
    is_draft: bool = False
    closed_at: str | None = None
    merged_at: str | None = None
    base_ref_name: str = ""
    base_ref_oid: str | None = None
    head_ref_name: str = ""
    head_ref_oid: str | None = None
    head_repository: Fork | None = None
    author: Actor | None = None
    merged_by: Actor | None = None
    changed_files: int | None = None
    additions: int | None = None
    deletions: int | None = None
    merge_commit: Merge | None = None
    auto_merge_request: AutoMergeNode | None = None
    labels: Labels | None = None
    commits: Commits | None = None
    reviews: Reviews | None = None
    timeline_items: Events | None = None
