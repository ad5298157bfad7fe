"""A pull request's record, made of its node: what its lists lack is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

from affidavit.base.errors import ForgeError
from affidavit.changes.forge.model import Missing, PullRequest
from affidavit.sources.github import converting
from affidavit.sources.github.accounts import account, instant, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from affidavit.changes.forge.model import Event, PullCommit, Review
    from affidavit.sources.github.nodes import Pull, PullCommitNode

S = TypeVar("S")
T = TypeVar("T")
State = Literal["open", "closed", "merged"]
_STATES: dict[str, State] = {"OPEN": "open", "CLOSED": "closed", "MERGED": "merged"}


def record(node: Pull, missing: Sequence[Missing]) -> PullRequest:
    """The record of `node`; `missing` is what the forge said it cannot tell.

    Raises:
        ForgeError: The node is in no state that a pull request can be in.
    """
    commits, reviews, events, labels = _commits(node), _reviews(node), _events(node), _labels(node)
    told = {one.what for one in missing}
    short = (one for one in _short(node, commits, reviews, events) if one.what not in told)
    return PullRequest(
        number=node.number,
        id=converting.number(node.full_database_id),
        url=node.url,
        title=node.title,
        body=node.body,
        state=_state(node),
        draft=node.is_draft,
        created_at=instant(node.created_at),
        updated_at=instant(node.updated_at),
        closed_at=moment(node.closed_at),
        merged_at=moment(node.merged_at),
        base_ref=node.base_ref_name,
        base_oid=node.base_ref_oid,
        head_ref=node.head_ref_name,
        head_oid=node.head_ref_oid,
        head_repository=_head_repository(node),
        author=account(node.author),
        merged_by=account(node.merged_by),
        merge_commit=converting.merge_commit(node.merge_commit),
        auto_merge=converting.auto_merge(node.auto_merge_request),
        labels=labels,
        commits=commits,
        reviews=reviews,
        events=events,
        changed_files=node.changed_files,
        additions=node.additions,
        deletions=node.deletions,
        missing=(*dict.fromkeys(missing), *short),
    )


def _head_repository(node: Pull) -> str | None:
    return None if node.head_repository is None else node.head_repository.name_with_owner


def _state(node: Pull) -> State:
    state = _STATES.get(node.state)
    if state is None:
        raise ForgeError(f"pull request {node.number} is in the state {node.state!r}")
    return state


def _commits(node: Pull) -> tuple[PullCommit, ...]:
    found = _each(node.commits.nodes if node.commits else None, _commit)
    # A list that moves while it is paged repeats some.
    return tuple({one.oid: one for one in found}.values())


def _commit(found: PullCommitNode) -> PullCommit | None:
    return None if found.commit is None else converting.commit(found.commit)


def _reviews(node: Pull) -> tuple[Review, ...]:
    found = _each(node.reviews.nodes if node.reviews else None, converting.review)
    return tuple({one.id or at: one for at, one in enumerate(found)}.values())


def _events(node: Pull) -> tuple[Event, ...]:
    found = _each(node.timeline_items.nodes if node.timeline_items else None, converting.event)
    return tuple(found)


def _labels(node: Pull) -> tuple[str, ...]:
    found = node.labels.nodes if node.labels else None
    return tuple(one.name for one in found or () if one is not None)


def _each(found: list[S | None] | None, convert: Callable[[S], T | None]) -> list[T]:
    """What is there of a list: nodes can be null, and of kinds that are not known."""
    there = (convert(one) for one in found or () if one is not None)
    return [one for one in there if one is not None]


def _short(
    node: Pull,
    commits: tuple[PullCommit, ...],
    reviews: tuple[Review, ...],
    events: tuple[Event, ...],
) -> Iterator[Missing]:
    """The lists that are not all there."""
    labels = _labels(node)
    for what, connection, count in (
        ("commits", node.commits, len(commits)),
        ("reviews", node.reviews, len(reviews)),
        ("events", node.timeline_items, len(events)),
        ("labels", node.labels, len(labels)),
    ):
        if connection is None:
            yield Missing(what, "hidden")
            continue
        total = connection.total_count
        if count < total:
            hidden = connection.nodes is None or len(connection.nodes) >= total
            yield Missing(what, "hidden" if hidden else "truncated", total=total)
    if any(one.body_digest and one.checklist is None for one in reviews):
        yield Missing("reviews.checklist", "truncated")
    if node.state == "MERGED" and node.merge_commit is None:
        yield Missing("merge_commit", "hidden")
