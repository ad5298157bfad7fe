"""From the nodes of GraphQL to the records of an export."""

from __future__ import annotations

import re
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING

from affidavit.changes.checklist import READ, tasks
from affidavit.changes.forge.model import (
    Account,
    AutoMerge,
    ChecklistItem,
    Event,
    MergeCommit,
    PullCommit,
    Review,
    ReviewState,
    Signed,
)
from affidavit.sources.github.accounts import account, moment
from affidavit.sources.github.nodes import GitActor

if TYPE_CHECKING:
    from affidavit.sources.github.nodes import (
        AutoMergeNode,
        Commit,
        EventNode,
        Merge,
        Oid,
        ReviewNode,
        Signature,
    )

MOST = 50
"""Checkboxes of one review's text; of one that has more none is kept."""
LONGEST = 200
"""Characters kept of a checkbox."""
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def number(text: str | int | None) -> int | None:
    """An id of the forge, which GraphQL writes as text."""
    if isinstance(text, int):
        return text
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 20 else None


def oid(named: Oid | None) -> str | None:
    """The id of what is named."""
    return None if named is None else named.oid


def signed(found: Signature | None) -> Signed | None:
    """What is said of a signature."""
    if found is None:
        return None
    signer = None if found.signer is None else found.signer.login
    return Signed(
        valid=found.is_valid,
        by_forge=found.was_signed_by_git_hub,
        state=found.state.lower(),
        signer=signer,
    )


def commit(found: Commit) -> PullCommit:
    """A commit of a pull request."""
    author, committer = found.author or GitActor(), found.committer or GitActor()
    return PullCommit(
        oid=found.oid,
        tree=oid(found.tree),
        message=found.message,
        author_name=author.name,
        author_email=author.email,
        author=account(author.user),
        committer_name=committer.name,
        committer_email=committer.email,
        committer=account(committer.user),
        authored_at=moment(found.authored_date),
        committed_at=moment(found.committed_date),
        signed=signed(found.signature),
    )


def review(found: ReviewNode) -> Review | None:
    """A review, of whose text digest and checkboxes are kept; None where its state is not known."""
    state, body = _review_state(found.state), found.body
    if state is None:
        return None
    return Review(
        id=number(found.full_database_id),
        state=state,
        author=account(found.author),
        submitted_at=moment(found.submitted_at),
        edited_at=moment(found.last_edited_at),
        commit=oid(found.commit),
        association=found.author_association,
        could_push=found.author_can_push_to_repository,
        body_digest=f"sha256:{sha256(body.encode()).hexdigest()}" if body else None,
        checklist=checklist(body),
    )


def checklist(body: str | None) -> tuple[ChecklistItem, ...] | None:
    """The checkboxes of a review's own text: those in quotations are another's.

    None where there are too many, or the text is not told.
    """
    if body is None or len(body) > READ:
        return None
    own = (one for one in tasks(body, LONGEST) if not one.quoted)
    found = [ChecklistItem(text=one.text, checked=one.checked) for one in islice(own, MOST + 1)]
    return tuple(found) if len(found) <= MOST else None


def event(found: EventNode) -> Event | None:
    """Something that happened; None where the forge does not say when."""
    at = moment(found.created_at)
    if at is None:
        return None
    return Event(
        kind=_kind(found.typename),
        at=at,
        actor=account(found.actor),
        before=oid(found.before_commit) or found.previous_ref_name,
        after=oid(found.after_commit) or found.current_ref_name,
        commit=_event_commit(found),
        review=number(found.review.full_database_id) if found.review else None,
        was=_review_state(found.previous_review_state),
        subject=_subject(found),
        text=_text(found),
    )


def _kind(typename: str) -> str:
    return _HUMP.sub("_", typename.removesuffix("Event")).lower()


def _review_state(state: str | None) -> ReviewState | None:
    try:
        return ReviewState((state or "").lower())
    except ValueError:
        return None


def _event_commit(found: EventNode) -> str | None:
    if found.pull_request_commit is not None and found.pull_request_commit.commit is not None:
        return found.pull_request_commit.commit.oid
    if found.deployment is not None:
        return found.deployment.commit_oid
    return oid(found.commit)


def _subject(found: EventNode) -> Account | None:
    whom = found.requested_reviewer or found.enabler or found.enqueuer or found.assignee
    return account(whom)


def _text(found: EventNode) -> str | None:
    if found.label is not None:
        return found.label.name
    if found.deployment is not None:
        return found.deployment.environment
    return found.reason or found.merge_ref_name or found.dismissal_message


def merge_commit(found: Merge | None) -> MergeCommit | None:
    """What a pull request became."""
    if found is None:
        return None
    parents = found.parents.nodes if found.parents else None
    return MergeCommit(
        oid=found.oid,
        tree=oid(found.tree),
        parents=tuple(one.oid for one in parents or () if one is not None),
        committed_at=moment(found.committed_date),
        signed=signed(found.signature),
    )


def auto_merge(found: AutoMergeNode | None) -> AutoMerge | None:
    """A merge that waits."""
    if found is None:
        return None
    return AutoMerge(
        enabled_by=account(found.enabled_by),
        enabled_at=moment(found.enabled_at),
        method=found.merge_method and found.merge_method.lower(),
    )
