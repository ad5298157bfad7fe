"""The merged requests of an export by the landings they became, each read when it is asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from sys import intern
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.base.errors import InputError, UnreadableError
from affidavit.base.period import rfc3339
from affidavit.changes.forge.landed import Landed, Seen, landed
from affidavit.changes.forge.model import Line, PullRequest
from affidavit.changes.forge.recorded import Recorded
from affidavit.changes.model import Kind
from affidavit.sources.forge.reading import located

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from affidavit.changes.forge.approvals import Answer
    from affidavit.sources.forge.lines import Head


class Place(NamedTuple):
    """Where the newest record of a merged request stands in the file, and what it became."""

    number: int
    offset: int
    length: int
    commit: str
    base: str
    merged_at: str


class _Lying(NamedTuple):
    """Where the record of a request lies in the file."""

    number: int
    offset: int
    length: int


class _MergeCommit(msgspec.Struct):
    oid: str


class _Data(msgspec.Struct):
    """What of a record says whether it is a merged request, or a push."""

    record: str
    number: int = 0
    base_ref: str = ""
    merged_at: str | None = None
    merge_commit: _MergeCommit | None = None
    after: str | None = None
    at: str = ""


class _Any(msgspec.Struct):
    data: _Data | None = None


_any = msgspec.json.Decoder(_Any).decode
_line = msgspec.json.Decoder(Line).decode


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """The merged requests of an export, and when commits were first pushed."""

    places: dict[int, Place]
    arrivals: dict[str, str]


def merged(path: Path) -> Merged:
    """The merged requests of the export at `path`: of each the newest record counts.

    Raises:
        InputError: A line is no record.
        UnreadableError: The file cannot be read.
    """
    places = dict[int, Place]()
    arrivals = dict[str, str]()
    for offset, length, line in located(path, _any):
        data = line.data
        if data is None:
            continue
        if data.record == "push" and data.after:
            arrivals[data.after] = min(data.at, arrivals.get(data.after, data.at))
        elif data.record == "pull_request":
            places.pop(data.number, None)
            if data.merge_commit and data.merged_at:
                places[data.number] = Place(
                    number=data.number,
                    offset=offset,
                    length=length,
                    commit=data.merge_commit.oid,
                    base=intern(data.base_ref),
                    merged_at=data.merged_at,
                )
    return Merged(places=places, arrivals=arrivals)


class Requests(Mapping[str, Recorded]):
    """What a forge recorded of each landing that it knows, by commit.

    Memory grows with the number of landings alone: a record is read from the file for whoever asks.
    """

    def __init__(
        self, path: Path, head: Head, found: Merged, same: Callable[[str, str], Answer]
    ) -> None:
        self._path = path
        self._file = _opened(path)
        self._head = head
        self._arrivals = found.arrivals
        self._same = same
        self._lying: dict[str, _Lying] = {}
        self._landed: dict[str, Landed] = {}
        """How those landed that were not squashed, which most are."""

    def find(self, places: list[Place], landing: Callable[[str], Seen | None]) -> None:
        """Take in the requests at `places`; `landing` gives a landing of the population."""
        for place in places:
            own = landing(place.commit)
            if own is None:
                continue
            lying = _Lying(place.number, place.offset, place.length)
            request = self._read(lying)
            how = landed(own, request, landing)
            self._lying.update(dict.fromkeys(how.members, lying))
            if how != _squashed(request, own.id):
                self._landed.update(dict.fromkeys(how.members, how))

    def __getitem__(self, commit: str) -> Recorded:
        request = self._read(self._lying[commit])
        how = self._landed.get(commit) or _squashed(request, commit)
        head = how.head
        return Recorded(
            request=request,
            landed=how,
            forge=self._head.forge,
            host=self._head.host,
            content=lambda approved: self._same(approved, head or ""),
            arrivals={head: self._arrivals[head]} if head and head in self._arrivals else {},
        )

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


def _squashed(request: PullRequest, commit: str) -> Landed:
    return Landed(kind=Kind.SQUASH, members=(commit,), head=request.head_oid)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error


def within(places: Mapping[int, Place], start: int, end: int) -> list[Place]:
    """Those merged in the period ``[start, end)``, seconds since 1970 UTC."""
    first, last = rfc3339(start), rfc3339(end)
    return [one for one in places.values() if first <= one.merged_at < last]
