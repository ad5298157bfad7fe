"""The records of an export by what they are about, each read when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from affidavit.base.errors import InputError, UnreadableError
from affidavit.changes.forge.model import (
    Checks,
    Deployment,
    Line,
    PullRequest,
    Push,
    Release,
    Unavailable,
)
from affidavit.changes.record.material import Kept
from affidavit.changes.record.value import Source, SourceKind
from affidavit.sources.forge.reading import Export, located

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator
    from pathlib import Path

    from affidavit.changes.forge.model import Record

_SECTIONS = ("pull_requests", "checks", "deployments", "releases", "activity")
R = TypeVar("R", PullRequest, Checks, Deployment, Push, Release, Unavailable)


class Place(NamedTuple):
    """Where a record stands in the file."""

    offset: int
    length: int


class _Data(msgspec.Struct):
    record: str
    number: int | None = None
    commit: str | None = None
    id: int | None = None
    after: str | None = None
    what: str | None = None
    closed_at: str | None = None


class _Any(msgspec.Struct):
    data: _Data | None = None


_any = msgspec.json.Decoder(_Any).decode
_line = msgspec.json.Decoder(Line).decode


class Records:
    """An export: of each thing the newest record counts. Memory grows with their number alone.

    `source` is the file itself, `absent` tells of each section that is not whole why not.

    Raises:
        InputError: It is no export.
        UnreadableError: It cannot be read.
    """

    def __init__(self, path: Path, digest: str) -> None:
        self._path = path
        self._places: dict[Hashable, Place] = {}
        export = Export(path)
        self.host = export.head.host
        self.source = Source(kind=SourceKind.FORGE, at=export.head.repository, digest=digest)
        for offset, length, line in located(path, _any):
            if line.data is not None:
                self._places[_key(line.data)] = Place(offset, length)
        self.absent = {one: self._why(one) for one in _SECTIONS if not export.whole(one)}

    def request(self, number: int) -> Kept[PullRequest] | None:
        """The request of that number."""
        return self._kept(("pull_request", number), PullRequest)

    def checks(self, commit: str) -> Kept[Checks] | None:
        """What ran on a commit."""
        return self._kept(("checks", commit), Checks)

    def push(self, commit: str) -> Kept[Push] | None:
        """The push after which a branch stood at a commit."""
        return self._kept(("push", commit), Push)

    def deployments(self) -> list[Kept[Deployment]]:
        """Every deployment, the first first."""
        found = list(self._all("deployment", Deployment))
        return sorted(found, key=lambda one: (one.data.created_at, one.data.id))

    def releases(self) -> dict[str, Kept[Release]]:
        """The releases that are no drafts, by tag."""
        return {one.data.tag: one for one in self._all("release", Release) if not one.data.draft}

    def requests(self) -> Iterator[Kept[PullRequest]]:
        """Every request."""
        return self._all("pull_request", PullRequest)

    def raw(self, kept: Kept[R]) -> bytes:
        """The line of a record as it stands in the file."""
        return self._text(self._places[_key(_data(kept.data))])

    def _all(self, record: str, sort: type[R]) -> Iterator[Kept[R]]:
        keys = [key for key in self._places if isinstance(key, tuple) and key[0] == record]
        for key in keys:
            found = self._kept(key, sort)
            if found is not None:
                yield found

    def _kept(self, key: Hashable, sort: type[R]) -> Kept[R] | None:
        place = self._places.get(key)
        if place is None:
            return None
        try:
            found = _line(self._text(place))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{self._path}, at byte {place.offset}: {error}") from error
        if not isinstance(found.data, sort):
            raise InputError(f"{self._path} changed while it was read")
        return Kept(origin=found.origin, data=found.data)

    def _text(self, place: Place) -> bytes:
        try:
            with self._path.open("rb") as file:
                file.seek(place.offset)
                return file.read(place.length)
        except OSError as error:
            raise UnreadableError(f"{self._path}: {error.strerror}") from error

    def _why(self, section: str) -> str:
        """Why a section is not whole."""
        found = self._kept(("unavailable", section), Unavailable)
        if found is None:
            return f"{section} were not collected whole"
        needs = f", needs {found.data.needs}" if found.data.needs else ""
        return f"{section} could not be had: {found.data.reason}{needs}"


def _key(data: _Data) -> Hashable:
    match data.record:
        case "pull_request":
            return data.record, data.number
        case "checks":
            return data.record, data.commit
        case "push":
            return data.record, data.after
        case "unavailable":
            return data.record, data.what
    return data.record, data.id


def _data(record: Record) -> _Data:
    return msgspec.convert(msgspec.to_builtins(record), _Data)
