"""The records of an export by what they are about, each read when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from affidavit.app.forge.opening import Opened
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
    from collections.abc import Hashable, Iterator, Sequence
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
    ref: str | None = None
    after: str | None = None
    at: str | None = None
    what: str | None = None


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

    def __init__(self, given: Path | Opened, digest: str) -> None:
        # A rebuilt export is there as long as somebody holds it.
        self._held = given if isinstance(given, Opened) else Opened(given)
        path = self._path = self._held.path
        self._places: dict[Hashable, Place] = {}
        export = Export(path)
        self.host = export.head.host
        self.source = Source(kind=SourceKind.FORGE, at=export.head.repository, digest=digest)
        pushed: dict[Hashable, tuple[str, int]] = {}
        for offset, length, line in located(path, _any):
            if line.data is not None and _is_newest(line.data, pushed):
                self._places[_key(line.data)] = Place(offset, length)
        self.absent = {one: self._why(one) for one in _SECTIONS if not export.whole(one)}
        self._since = {
            name: one.done.since for name, one in export.sections.items() if one.done is not None
        }

    def lacking(self, section: str, start: str) -> str | None:
        """Why not all of a section from `start` (RFC 3339) on is here; None where it is."""
        since = self._since.get(section)
        if section not in self.absent and since is not None and since > start:
            return f"{section} from before {since} were not collected"
        return self.absent.get(section)

    def request(self, number: int) -> Kept[PullRequest] | None:
        """The request of that number."""
        return self._kept(("pull_request", number), PullRequest)

    def checks(self, commit: str) -> Kept[Checks] | None:
        """What ran on a commit."""
        return self._kept(("checks", commit), Checks)

    def push(self, commit: str, branches: Sequence[str]) -> Kept[Push] | None:
        """The newest push after which one of `branches`, as an audit calls them, was at a commit.

        Another branch that stood there is another matter: who pushed it brought nothing here.
        """
        refs = dict.fromkeys(ref for name in branches for ref in ref_names(name))
        found = (self._kept(("push", ref, commit), Push) for ref in refs)
        return next((one for one in found if one is not None), None)

    def deployments(self) -> list[Kept[Deployment]]:
        """Every deployment, the first first."""
        found = list(self._all("deployment", Deployment))
        return sorted(found, key=lambda one: (one.data.created_at, one.data.id))

    def releases(self) -> dict[str, Kept[Release]]:
        """The releases that are no drafts, by tag; of two the one that is still listed."""
        found = sorted(self._all("release", Release), key=lambda one: one.data.gone_at is None)
        return {one.data.tag: one for one in found if not one.data.draft}

    def requests(self) -> Iterator[Kept[PullRequest]]:
        """Every request."""
        return self._all("pull_request", PullRequest)

    def lines(self) -> Iterator[Line]:
        """The newest record of each thing, in the order of the file."""
        return Export(self._path).lines()

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
            return data.record, data.ref, data.after
        case "unavailable":
            return data.record, data.what
    return data.record, data.id


def _is_newest(data: _Data, pushed: dict[Hashable, tuple[str, int]]) -> bool:
    """Whether no later push came to the same; of all else the last line is the newest."""
    if data.record != "push":
        return True
    key, time = _key(data), (data.at or "", data.id or 0)
    pushed[key] = max(pushed.get(key, time), time)
    return pushed[key] == time


def ref_names(branch: str) -> Iterator[str]:
    """The refs of a forge that a branch may be; two of one name are called by where they lie."""
    yield f"refs/heads/{branch}"
    for kept in ("heads/", "remotes/origin/"):
        if branch.startswith(kept):
            yield f"refs/heads/{branch.removeprefix(kept)}"


def _data(record: Record) -> _Data:
    return msgspec.convert(msgspec.to_builtins(record), _Data)
