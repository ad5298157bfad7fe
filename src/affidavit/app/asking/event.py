"""The event that started a job of GitHub Actions: what of its file says where to look.

The file tells where the forge is to be asked, and nothing that it says is believed beyond that: a
number, a branch and a commit are confirmed by the forge's own answer. Of texts that people wrote
none is kept.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec

from affidavit.app.asking.live import Asking
from affidavit.app.asking.model import HEADS
from affidavit.base.errors import FormatError
from affidavit.base.text import shortened, visible
from affidavit.sources.forge.lines import BROKEN
from affidavit.sources.github.server import PUBLIC

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")
LARGEST = 25 << 20
"""Bytes of an event: GitHub sends no larger ones."""
NOTHING = re.compile(r"0+\Z")
"""The commit of a branch that is not there."""
Commit = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")]
Ref = Annotated[str, msgspec.Meta(pattern=r"\A[^\x00-\x20\x7f~^:?*\[\\]{1,1024}\Z")]
"""A name that git lets a ref have."""
Login = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9._\-\[\]]{1,100}\Z")]
FullName = Annotated[
    str, msgspec.Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,99}/[A-Za-z0-9._-]{1,100}\Z")
]
Number = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
Word = Annotated[str, msgspec.Meta(pattern=r"\A[a-z_]{1,64}\Z")]


class Kind(StrEnum):
    """The events that a gate is started by."""

    PULL_REQUEST = "pull_request"
    PULL_REQUEST_TARGET = "pull_request_target"
    PULL_REQUEST_REVIEW = "pull_request_review"
    MERGE_GROUP = "merge_group"
    WORKFLOW_RUN = "workflow_run"
    PUSH = "push"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What an event names: None is what events of its kind do not tell.

    `head_branch` is where the head came from, as ``owner:branch``. `group` is the commit by which a
    merge queue tests the request `number`. Of a push `base` is what the branch `base_ref` was at,
    and `head` what it is at now; None is a branch that is not there.
    """

    kind: Kind
    repository: str
    action: str | None = None
    number: int | None = None
    base: str | None = None
    base_ref: str | None = None
    head: str | None = None
    head_branch: str | None = None
    group: str | None = None

    def asking(self, url: str = PUBLIC) -> Asking | None:
        """What the forge at the REST base `url` is to be asked; None where that is no request."""
        if self.number is None and (self.kind is Kind.PUSH or self.head is None):
            return None
        owner, _, name = self.repository.partition("/")
        return Asking(
            owner=owner,
            name=name,
            url=url,
            number=self.number,
            head=self.head,
            base=self.base_ref,
            branch=self.head_branch,
            group=self.group,
        )


class _Owner(msgspec.Struct):
    login: Login


class _Repository(msgspec.Struct):
    full_name: FullName


class _HeadRepository(msgspec.Struct):
    owner: _Owner | None = None


class _Side(msgspec.Struct):
    sha: Commit
    ref: Ref


class _Pull(msgspec.Struct):
    number: Number
    head: _Side
    base: _Side


class _OfPull(msgspec.Struct):
    repository: _Repository
    pull_request: _Pull
    action: Word | None = None


class _Group(msgspec.Struct):
    head_sha: Commit
    head_ref: Ref
    base_sha: Commit
    base_ref: Ref


class _OfGroup(msgspec.Struct):
    repository: _Repository
    merge_group: _Group
    action: Word | None = None


class _Run(msgspec.Struct):
    head_sha: Commit
    head_branch: Ref | None = None
    head_repository: _HeadRepository | None = None


class _OfRun(msgspec.Struct):
    repository: _Repository
    workflow_run: _Run
    action: Word | None = None


class _OfPush(msgspec.Struct):
    repository: _Repository
    ref: Ref
    before: Commit
    after: Commit


_QUEUED = re.compile(
    r"refs/heads/gh-readonly-queue/(?P<branch>.+)/pr-(?P<number>[1-9]\d{0,15})-[0-9a-f]{40,64}\Z",
    re.ASCII,
)
"""The branch that a merge queue makes for a request."""


def event_of(raw: bytes, name: str) -> Event:
    """The event `name`, as the file `raw` (of ``GITHUB_EVENT_PATH``) tells of it.

    Raises:
        FormatError: No gate answers such an event, or the file is not of it; the message names the
            field.
    """
    if name not in _READ:
        shown, known = visible(shortened(name, 60)), ", ".join(Kind)
        raise FormatError(f"no gate answers the event {shown!r}", hint=f"it answers {known}")
    if len(raw) > LARGEST:
        raise FormatError(f"the event {name} has more than {LARGEST:,} bytes")
    kind = Kind(name)
    return _READ[kind](raw, kind)


def _decoded(raw: bytes, kind: Kind, type_: type[T]) -> T:
    try:
        return msgspec.json.decode(raw, type=type_)
    except BROKEN as error:
        raise FormatError(f"the event {kind}: {visible(shortened(str(error), 300))}") from error


def _of_pull(raw: bytes, kind: Kind) -> Event:
    found = _decoded(raw, kind, _OfPull)
    pull = found.pull_request
    return Event(
        kind=kind,
        action=found.action,
        repository=found.repository.full_name,
        number=pull.number,
        base=pull.base.sha,
        base_ref=pull.base.ref,
        head=pull.head.sha,
    )


def _of_group(raw: bytes, kind: Kind) -> Event:
    found = _decoded(raw, kind, _OfGroup)
    group = found.merge_group
    base_ref = group.base_ref.removeprefix(HEADS)
    queued = _QUEUED.match(group.head_ref)
    if queued is None or queued["branch"] != base_ref:
        raise FormatError(
            f"the event {kind}: `$.merge_group.head_ref` is no branch of a queue for its base"
        )
    return Event(
        kind=kind,
        action=found.action,
        repository=found.repository.full_name,
        number=int(queued["number"]),
        base=group.base_sha,
        base_ref=base_ref,
        group=group.head_sha,
    )


def _of_run(raw: bytes, kind: Kind) -> Event:
    """Its commit and where that came from alone: the rest of it the head's own workflow can say."""
    found = _decoded(raw, kind, _OfRun)
    run = found.workflow_run
    owner = run.head_repository.owner if run.head_repository else None
    return Event(
        kind=kind,
        action=found.action,
        repository=found.repository.full_name,
        head=run.head_sha,
        head_branch=f"{owner.login}:{run.head_branch}" if owner and run.head_branch else None,
    )


def _of_push(raw: bytes, kind: Kind) -> Event:
    found = _decoded(raw, kind, _OfPush)
    return Event(
        kind=kind,
        repository=found.repository.full_name,
        base=None if NOTHING.match(found.before) else found.before,
        base_ref=found.ref.removeprefix(HEADS),
        head=None if NOTHING.match(found.after) else found.after,
    )


_READ: Mapping[str, Callable[[bytes, Kind], Event]] = {
    Kind.PULL_REQUEST: _of_pull,
    Kind.PULL_REQUEST_TARGET: _of_pull,
    Kind.PULL_REQUEST_REVIEW: _of_pull,
    Kind.MERGE_GROUP: _of_group,
    Kind.WORKFLOW_RUN: _of_run,
    Kind.PUSH: _of_push,
}
