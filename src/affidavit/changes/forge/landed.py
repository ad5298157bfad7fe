"""Which landings a merged request became, and in which of a forge's three ways.

The forge names one commit of a merged request: the merge, the squash, or of a rebase the last of
the commits. Which of the two a commit with one parent is, it does not say. GitHub commits a squash
itself; the commits of a rebase it makes anew in the name of whoever pressed the button, with the
authors and messages that they had. The landings below the last one then are its others, as far as
more than words that anybody can type shows it. A commit that has the request's head below it is
none of these: somebody pushed it on top, and the forge named the end of that push.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from affidavit.base.commit import Ident
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from affidavit.changes.forge.model import PullCommit, PullRequest

_FORGES = frozenset({"noreply@github.com"})
"""Committers that are the forge itself."""


class Seen(msgspec.Struct, frozen=True):
    """What is looked at of a landing; `title` is the first line of its message."""

    id: str
    tree: str
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
    what git says of a merge, else what the forge says, or None; then `doubt` says why, where more
    is known. `made` is whether the forge itself made the landing; of a squash and a rebase it is
    taken to have.
    """

    kind: Kind
    members: tuple[str, ...]
    head: str | None
    doubt: str = ""
    made: bool = True


class Push(NamedTuple):
    """The push that ended in a landing, as the forge recorded it: where it began.

    `merge` says that the forge merged a request with it.
    """

    before: str
    merge: bool


class Beside(Protocol):
    """What else is known of landings."""

    def pushed(self, landing: str) -> Push | None:
        """The push to the base that ended in the landing, where one was recorded."""
        ...

    def copied(self, pairs: Sequence[tuple[str, str]]) -> Sequence[Answer]:
        """Of each commit and landing, whether the latter changes what the former does."""
        ...

    def holds(self, landing: str, commit: str) -> bool:
        """Whether the landing has the commit among those that it came after."""
        ...


_OTHER_PARENTS = "the forge names other parents of the merged commit than git shows"
_OTHER_TREE = "the forge names another tree of the merged commit than git shows"
_OCTOPUS = "the merge brought in more than one branch"
_ON_TOP = "it was pushed on top of the head of the request: it holds something else as well"
_OTHER_HEAD = "the merge brought in another commit than the head that the forge names"


def landed(
    own: Seen, request: PullRequest, landing: Callable[[str], Seen | None], beside: Beside
) -> Landed:
    """How `request`, which the forge says became `own`, landed; `landing` gives others."""
    push = beside.pushed(own.id)
    if len(own.parents) > 1:
        doubt = _contradiction(own, request) or _of_merge(own, request)
        head = None if doubt else own.parents[1]
        made = _signed(request) or (push is not None and push.merge)
        return Landed(kind=Kind.MERGE, members=(own.id,), head=head, doubt=doubt, made=made)
    if _is_on_top(own, request, beside):
        alone = (own.id,)
        return Landed(kind=Kind.LINEAR, members=alone, head=None, doubt=_ON_TOP, made=False)
    doubt = _contradiction(own, request)
    head = None if doubt else request.head_oid
    if not _rebased(own, request):
        return Landed(kind=Kind.SQUASH, members=(own.id,), head=head, doubt=doubt)
    line = _line(own, push, landing, most=len(request.commits))
    members = _members(line, request, push, beside)
    return Landed(kind=Kind.REBASE, members=members, head=head, doubt=doubt)


def _contradiction(own: Seen, request: PullRequest) -> str:
    """What the forge says of the landing that git shows otherwise; empty where they agree."""
    told = request.merge_commit
    if told and told.parents and told.parents != own.parents:
        return _OTHER_PARENTS
    return _OTHER_TREE if told and told.tree and told.tree != own.tree else ""


def _is_on_top(own: Seen, request: PullRequest, beside: Beside) -> bool:
    """Whether the head itself came to the branch, and the landing after it."""
    head = request.head_oid
    return head is not None and own.id != head and beside.holds(own.id, head)


def _of_merge(own: Seen, request: PullRequest) -> str:
    """Why it is unknown what a merge brought in; empty where it is its second parent alone."""
    if len(own.parents) > 2:
        return _OCTOPUS
    told = request.merge_commit
    sure = own.parents[1] == request.head_oid or (told and told.parents == own.parents)
    return "" if sure else _OTHER_HEAD


def _signed(request: PullRequest) -> bool:
    """Whether the forge says that it signed what the request became, as it signs its merges."""
    told = request.merge_commit.signed if request.merge_commit else None
    return told is not None and told.valid and told.by_forge


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


def _line(
    own: Seen, push: Push | None, landing: Callable[[str], Seen | None], *, most: int
) -> list[Seen]:
    """The landings from the last one back to where its push began, at most one more than `most`."""
    found = [own]
    while len(found) <= most and found[-1].parents:
        below = found[-1].parents[0]
        seen = None if push and below == push.before else landing(below)
        if seen is None or len(seen.parents) > 1:
            break
        found.append(seen)
    return found


def _members(
    line: Sequence[Seen], request: PullRequest, push: Push | None, beside: Beside
) -> tuple[str, ...]:
    """The landings of `line` that are the request's commits made anew, from the last one back."""
    content = _content(request)[::-1]
    ids = tuple(one.id for one in line)
    # What the forge pushed to merge the request is the request, whatever its words.
    merged = push is not None and push.merge and line[-1].parents[:1] == (push.before,)
    if merged and len(ids) <= len(request.commits):
        return ids
    alike = 0
    while alike < min(len(line), len(content)) and _is_copy(line[alike], content[alike]):
        alike += 1
    pairs = [(commit.oid, one.id) for commit, one in zip(content, line[:alike], strict=False)]
    # The last one is what the forge names.
    answers = [Answer.YES, *beside.copied(pairs[1:])]
    # Authors and titles are typed: without the contents they show it only where none is lacking.
    whole = not any(one.what == "commits" for one in request.missing)
    typed = whole and alike == len(content) and Answer.NO not in answers
    sure = {Answer.YES, Answer.UNKNOWN} if typed else {Answer.YES}
    return ids[: next((at for at, one in enumerate(answers) if one not in sure), alike)]
