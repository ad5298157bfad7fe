"""The merged requests of an export by the landings they became, each read when it is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Mapping
from functools import cache, lru_cache, partial
from sys import intern
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.base.errors import InputError, PeriodError, UnreadableError
from affidavit.base.period import since
from affidavit.changes.forge.approvals import made
from affidavit.changes.forge.landed import Became, Fit, Landed, Push, Seen, landed
from affidavit.changes.forge.model import Account, Line, PullRequest
from affidavit.changes.forge.recorded import Recorded
from affidavit.changes.model import Kind
from affidavit.sources.forge.reading import located

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from affidavit.app.forge.content import Contents
    from affidavit.base.period import Period
    from affidavit.changes.forge.approvals import Answer
    from affidavit.sources.forge.lines import Head


class Place(NamedTuple):
    """Where the newest record of a merged request stands in the file, and what it became."""

    number: int
    offset: int
    length: int
    commit: str
    base: str
    merged_at: int
    """Seconds since 1970 UTC."""
    fit: Fit
    """Whether the landing of that name can be it."""
    indirect: bool = False
    """Whether it became its own head: that came to the base with something else, or by itself."""

    @property
    def rank(self) -> tuple[Fit, int, int]:
        """Of several requests that a commit is said to be of, the one of the highest rank counts.

        That is the one that fits best, then the one that was merged first.
        """
        return self.fit, -self.merged_at, -self.number


_OFFSET, _LENGTH = 48, 32
"""Bits of an offset and of a length in one number: of many requests that takes the least room."""


class _Lying(NamedTuple):
    """Where the record of a request lies in the file."""

    number: int
    offset: int
    length: int

    @property
    def packed(self) -> int:
        """All three in one number."""
        return (self.number << _OFFSET | self.offset) << _LENGTH | self.length


def _unpacked(packed: int) -> _Lying:
    rest, length = divmod(packed, 1 << _LENGTH)
    return _Lying(*divmod(rest, 1 << _OFFSET), length)


class Pushed(NamedTuple):
    """A push to a branch: from where to where, and when, in seconds since 1970 UTC.

    `merge` says that the forge merged a request with it.
    """

    ref: str
    before: str
    after: str
    time: int
    merge: bool


class Pusher(NamedTuple):
    """Who pushed a commit, to where and when."""

    account: Account
    ref: str
    at: str


class Shipped(NamedTuple):
    """A deployment, as of its newest record; `time` is in seconds since 1970 UTC."""

    id: int
    commit: str
    ref: str | None
    environment: str | None
    production: bool | None
    time: int
    state: str | None


class _MergeCommit(msgspec.Struct):
    oid: str
    parents: tuple[str, ...] = ()


class _Step(msgspec.Struct):
    state: str = ""


class _Data(msgspec.Struct):
    """What of a record says whether it is a merged request, a push or a deployment."""

    record: str
    id: int | None = None
    number: int = 0
    base_ref: str = ""
    head_oid: str | None = None
    merged_at: str | None = None
    merge_commit: _MergeCommit | None = None
    ref: str | None = None
    before: str | None = None
    after: str | None = None
    at: str = ""
    kind: str = ""
    actor: Account | None = None
    commit: str = ""
    environment: str | None = None
    production: bool | None = None
    created_at: str = ""
    statuses: tuple[_Step, ...] = ()


class _Any(msgspec.Struct):
    data: _Data | None = None


_MERGES = frozenset({"pr_merge", "merge_queue_merge"})
"""Pushes by which the forge merged a request."""
_HEADS = "refs/heads/"
_any = msgspec.json.Decoder(_Any).decode
_line = msgspec.json.Decoder(Line).decode


class Branches(msgspec.Struct, frozen=True):
    """The branches that are looked at: the forge's refs of them, and what fits their landings."""

    refs: Container[str]
    fits: Callable[[str, Became], Fit]


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """The merged requests of an export, pushes and deployments, and when commits were first pushed.

    `pushers` are who pushed a commit, but by merging a request. `pushed` are the pushes to the
    branches that are looked at, until landings are dated by them.
    """

    places: dict[int, Place]
    arrivals: dict[str, str]
    pushers: dict[str, list[Pusher]]
    pushed: dict[int, Pushed]
    shipped: dict[int, Shipped]


def merged(path: Path, branches: Branches) -> Merged:
    """The merged requests of the export at `path`: of each the newest record counts.

    Raises:
        InputError: A line is no record.
        UnreadableError: The file cannot be read.
    """
    found = Merged(places={}, arrivals={}, pushers={}, pushed={}, shipped={})
    for offset, length, line in located(path, _any):
        if line.data is None:
            continue
        try:
            _take(found, line.data, _Lying(line.data.number, offset, length), branches)
        except PeriodError as error:
            raise InputError(f"{path}, at byte {offset}: {error.message}") from error
    return found


def _take(found: Merged, data: _Data, lying: _Lying, branches: Branches) -> None:
    match data.record:
        case "pull_request":
            found.places.pop(data.number, None)
            if data.merge_commit and data.merged_at:
                told = Became(data.merge_commit.parents, data.head_oid)
                found.places[data.number] = Place(
                    *lying,
                    commit=data.merge_commit.oid,
                    base=intern(data.base_ref),
                    merged_at=since(data.merged_at),
                    fit=branches.fits(data.merge_commit.oid, told),
                    indirect=data.merge_commit.oid == data.head_oid,
                )
        case "push" if data.after:
            _take_push(found, data, data.after, branches)
        case "deployment" if data.id is not None:
            found.shipped[data.id] = _shipped(data.id, data)


def _take_push(found: Merged, data: _Data, after: str, branches: Branches) -> None:
    arrivals, ref, merge = found.arrivals, intern(data.ref or ""), data.kind in _MERGES
    arrivals[after] = min(data.at, arrivals.get(after, data.at))
    if data.actor is not None and not merge:
        found.pushers.setdefault(after, []).append(Pusher(_once(data.actor), ref, data.at))
    if data.id and data.before and ref in branches.refs:
        found.pushed[data.id] = Pushed(ref, data.before, after, since(data.at), merge)


@lru_cache(maxsize=10_000)
def _once(account: Account) -> Account:
    """The same object for every mention of an account."""
    return account


def _shipped(id_: int, data: _Data) -> Shipped:
    return Shipped(
        id=id_,
        commit=data.commit,
        ref=data.ref,
        environment=data.environment,
        production=data.production,
        time=since(data.created_at),
        state=data.statuses[-1].state if data.statuses else None,
    )


class Requests(Mapping[str, Recorded]):
    """What a forge recorded of each landing that it knows, by commit.

    Memory grows with the number of landings alone: a record is read from the file for whoever asks.
    """

    def __init__(self, path: Path, head: Head, found: Merged, contents: Contents) -> None:
        self._path = path
        self._file = _opened(path)
        self._head = head
        self._arrivals = found.arrivals
        self._pushers = found.pushers
        self._ends = _ends(found.pushed.values())
        self._contents = contents
        self._lying: dict[str, int] = {}
        self._landed: dict[str, Landed] = {}
        """How those landed that were not squashed, which most are."""

    def take(self, place: Place, landing: Callable[[str], Seen | None]) -> tuple[str, ...]:
        """The landings that the request at `place` became, now known as its; the last one first.

        `landing` gives a landing of the branch, None where it is none that can be of the request.
        """
        own = landing(place.commit)
        if own is None:
            return ()
        lying = _Lying(place.number, place.offset, place.length)
        request = self._read(lying)
        ends = self._ends.get(_HEADS + request.base_ref, {})
        beside = _Beside(ends, self._contents.copied, self._contents.holds)
        how = landed(own, request, landing, beside)
        self._lying.update(dict.fromkeys(how.members, lying.packed))
        for one in how.members:
            self._landed.pop(one, None)
        if how != _squashed(request, own.id):
            self._landed.update(dict.fromkeys(how.members, how))
        return how.members

    def __getitem__(self, commit: str) -> Recorded:
        request = self._read(_unpacked(self._lying[commit]))
        how = self._landed.get(commit) or _squashed(request, commit)
        head = how.head
        return Recorded(
            request=request,
            landed=how,
            forge=self._head.forge,
            host=self._head.host,
            content=lambda approved: self._contents.same(approved, head or ""),
            arrivals={head: self._arrivals[head]} if head and head in self._arrivals else {},
            pushers=tuple(dict.fromkeys(self._pushed(request))),
            clean=made if how.made else cache(partial(self._contents.clean, commit)),
        )

    def _pushed(self, request: PullRequest) -> Iterator[Account]:
        """Who pushed a commit of the request first, or to its branch; not who pushed the base."""
        base, own = _HEADS + request.base_ref, _HEADS + request.head_ref
        for commit in dict.fromkeys(
            (request.head_oid or "", *(one.oid for one in request.commits))
        ):
            for one in self._pushers.get(commit, ()):
                if one.ref != base and (one.ref == own or one.at == self._arrivals[commit]):
                    yield one.account

    def __contains__(self, commit: object) -> bool:
        return commit in self._lying

    def __iter__(self) -> Iterator[str]:
        return iter(self._lying)

    def __len__(self) -> int:
        return len(self._lying)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _read(self, lying: _Lying) -> PullRequest:
        try:
            # Processes that share the file do not share where one of them stands in it.
            found = _line(os.pread(self._file.fileno(), lying.length, lying.offset)).data
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{self._path}, at byte {lying.offset}: {error}") from error
        if not isinstance(found, PullRequest) or found.number != lying.number:
            raise InputError(f"{self._path} changed while it was read")
        return found


class _Beside(NamedTuple):
    """What else is known of the landings of a branch; `ends` are the pushes by where they ended."""

    ends: Mapping[str, Push]
    copied: Callable[[Sequence[tuple[str, str]]], Sequence[Answer]]
    holds: Callable[[str, str], bool]

    def pushed(self, landing: str) -> Push | None:
        """The push that ended in the landing."""
        return self.ends.get(landing)


def _ends(pushes: Iterable[Pushed]) -> dict[str, dict[str, Push]]:
    """By branch and by where they ended the pushes; of several the one that merged a request."""
    found: dict[str, dict[str, Push]] = {}
    for one in pushes:
        ends = found.setdefault(one.ref, {})
        if one.merge or one.after not in ends:
            ends[one.after] = Push(one.before, one.merge)
    return found


def _squashed(request: PullRequest, commit: str) -> Landed:
    return Landed(kind=Kind.SQUASH, members=(commit,), head=request.head_oid)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error


def within(places: Mapping[int, Place], period: Period) -> list[Place]:
    """Those merged in the period."""
    return [one for one in places.values() if one.merged_at in period]
