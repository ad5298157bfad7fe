"""Which landings a merged request became, and in which of a forge's three ways.

The forge names one commit of a merged request: the merge, the squash, or of a rebase the last of
the commits. Which of the two a commit with one parent is, it does not say. GitHub commits a squash
itself; the commits of a rebase it makes anew in the name of whoever pressed the button, with the
authors and messages that they had. The landings below the last one then are its others.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.commit import Ident
from affidavit.changes.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from affidavit.changes.forge.model import PullCommit, PullRequest

_FORGES = frozenset({"noreply@github.com"})
"""Committers that are the forge itself."""


class Seen(msgspec.Struct, frozen=True):
    """What is looked at of a landing; `title` is the first line of its message."""

    id: str
    parents: tuple[str, ...]
    author: Ident
    committer: Ident
    title: str


class Fit(IntEnum):
    """Whether a commit can be what a request became, as the forge says."""

    NO = 0
    """It has other parents than the forge says, or it merged something else."""
    YES = 1
    """Nothing speaks against it."""
    EXACT = 2
    """It merged the very head of the request."""


class Became(msgspec.Struct, frozen=True):
    """What the forge says of the commit that a request became, and the request's head."""

    parents: tuple[str, ...]
    head: str | None


def fit(told: Became, parents: tuple[str, ...], history: Container[str]) -> Fit:
    """Whether a landing with `parents` can be what is `told`; `history` is all that was merged."""
    if told.parents and told.parents != parents:
        return Fit.NO
    if len(parents) < 2 or told.head is None:
        return Fit.YES
    if told.head in parents[1:]:
        return Fit.EXACT
    # Whoever merges by hand may merge more than the request: its head is then further below.
    return Fit.YES if told.head in history else Fit.NO


class Landed(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How a request landed.

    `members` are the landings it became, the newest first. `head` is the commit that was merged:
    what git says of a merge, else what the forge says, or None.
    """

    kind: Kind
    members: tuple[str, ...]
    head: str | None


def landed(own: Seen, request: PullRequest, landing: Callable[[str], Seen | None]) -> Landed:
    """How `request`, which the forge says became `own`, landed; `landing` gives others."""
    if len(own.parents) > 1:
        # A merge may have several heads; which of them the request's is, only the forge says.
        told = request.head_oid if request.head_oid in own.parents[1:] else None
        head = told or (own.parents[1] if len(own.parents) == 2 else None)
        return Landed(kind=Kind.MERGE, members=(own.id,), head=head)
    if not _rebased(own, request):
        return Landed(kind=Kind.SQUASH, members=(own.id,), head=request.head_oid)
    members = _members(own, request, landing)
    return Landed(kind=Kind.REBASE, members=members, head=request.head_oid)


def _content(request: PullRequest) -> tuple[PullCommit, ...]:
    """The commits of the request, the oldest first, without merges of the base: none are kept."""
    return tuple(one for one in request.commits if not _title(one).startswith("Merge branch "))


def _rebased(own: Seen, request: PullRequest) -> bool:
    """Whether the landing is the last commit of the request, made anew."""
    if own.committer.email.casefold() in _FORGES or own.title.endswith(f"(#{request.number})"):
        return False
    content = _content(request)
    return bool(content) and _is_copy(own, content[-1])


def _is_copy(own: Seen, commit: PullCommit) -> bool:
    """Whether a landing has the author and the first line of a commit of the request."""
    return own.author.email == (commit.author_email or "") and own.title == _title(commit)


def _title(commit: PullCommit) -> str:
    return (commit.message or "").split("\n", 1)[0].strip()


def _members(
    own: Seen, request: PullRequest, landing: Callable[[str], Seen | None]
) -> tuple[str, ...]:
    """The landings that are copies of the request's commits, from the last one back."""
    found = list[str]()
    at: Seen | None = own
    for commit in reversed(_content(request)):
        if at is None or not _is_copy(at, commit):
            break
        found.append(at.id)
        at = landing(at.parents[0]) if at.parents else None
    return tuple(found)
