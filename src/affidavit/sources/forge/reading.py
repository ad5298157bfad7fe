"""Reading an export: what is in it, how whole it is, and the newest record of each thing.

The file is read twice: once for the keys, once for the records. What was written again later is
passed over the second time, so no record is held.
"""

from __future__ import annotations

from collections import Counter
from typing import IO, TYPE_CHECKING, TypeVar

import msgspec

from affidavit.base.errors import InputError, UnreadableError
from affidavit.changes.forge.model import Line, Missing
from affidavit.sources.forge.lines import (
    BROKEN,
    FORMAT,
    LARGEST_LINE,
    Done,
    Head,
    Progress,
    Time,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator
    from pathlib import Path

    from affidavit.changes.forge.model import Record

T = TypeVar("T")
MOST_KEYS = 5_000_000
"""How many things an export may be about."""


class Section(msgspec.Struct, kw_only=True):
    """What an export has of a section; it is whole if `done` is there.

    After an interrupted collection `progress` is newer than `done`, and both hold.
    """

    done: Done | None = None
    progress: Progress | None = None
    etags: dict[str, str] = {}


class Unknown(msgspec.Struct, frozen=True):
    """A kind of thing that is missing from records of a sort: unknown, not absent."""

    record: str
    what: str
    reason: str
    needs: str | None


class _Named(msgspec.Struct):
    login: str


class _Timed(msgspec.Struct, gc=False):
    """The times of what stands in a record, whichever it is."""

    at: Time | None = None
    created_at: Time | None = None
    submitted_at: Time | None = None
    edited_at: Time | None = None
    authored_at: Time | None = None
    committed_at: Time | None = None
    enabled_at: Time | None = None
    started_at: Time | None = None
    completed_at: Time | None = None


class _Fetched(msgspec.Struct, gc=False):
    fetched_at: Time | None = None


class _Data(msgspec.Struct):
    """What of a record names the thing that it is about, and all its times."""

    record: str
    number: int | None = None
    commit: str | None = None
    id: int | None = None
    version: int | None = None
    branch: str | None = None
    at: Time | None = None
    account: _Named | None = None
    what: str | None = None
    reason: str = ""
    needs: str | None = None
    missing: tuple[Missing, ...] = ()
    created_at: Time | None = None
    updated_at: Time | None = None
    closed_at: Time | None = None
    merged_at: Time | None = None
    published_at: Time | None = None
    gone_at: Time | None = None
    merge_commit: _Timed | None = None
    auto_merge: _Timed | None = None
    commits: tuple[_Timed, ...] = ()
    reviews: tuple[_Timed, ...] = ()
    events: tuple[_Timed, ...] = ()
    runs: tuple[_Timed, ...] = ()
    statuses: tuple[_Timed, ...] = ()


class _Any(msgspec.Struct):
    data: _Data | None = None
    origin: _Fetched | None = None
    progress: Progress | None = None
    done: Done | None = None


_head = msgspec.json.Decoder(Head).decode
_any = msgspec.json.Decoder(_Any).decode
_line = msgspec.json.Decoder(Line).decode


class Export:
    """An export on the disk, its keys read.

    `sections` tells what is whole, `unknowns` how often something is missing, `counts` how many
    things of each sort there are; of all of them the newest record counts. `torn` is whether a last
    line was cut off: it is passed over.

    Raises:
        InputError: The file is no export; the message names the line.
        UnreadableError: It cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sections: dict[str, Section] = {}
        self.unknowns: Counter[Unknown] = Counter()
        self.counts: Counter[str] = Counter()
        self.torn = False
        self._passed_over: set[int] = set()
        self._last = 1
        try:
            with path.open("rb") as file:
                self.head = _head_of(file, path)
                self._look_through(file)
        except OSError as error:
            raise UnreadableError(f"{path}: {error.strerror}") from error

    def lines(self) -> Iterator[Line]:
        """The newest record of each thing, in the order of the file.

        Raises:
            InputError: One is not what a record must be; the message names its line.
            UnreadableError: The file cannot be read any more.
        """
        try:
            with self.path.open("rb") as file:
                file.readline(LARGEST_LINE + 1)
                for number, text in _texts(file, self.path):
                    if number > self._last:
                        break
                    if number not in self._passed_over:
                        yield self._record(number, text)
        except OSError as error:
            raise UnreadableError(f"{self.path}: {error.strerror}") from error

    def whole(self, section: str) -> bool:
        """Whether all records of `section` are here, as of when its `done` says."""
        found = self.sections.get(section)
        return found is not None and found.done is not None

    def _look_through(self, file: IO[bytes]) -> None:
        seen = _Seen(self._passed_over)
        for number, text in _texts(file, self.path):
            self._last = number
            if not text.endswith(b"\n"):
                self.torn = True
                self._passed_over.add(number)
                continue
            found = self._decoded(number, text)
            if found.data is not None:
                seen.add(number, found.data)
                if len(seen.newest) > MOST_KEYS:
                    raise InputError(f"{self.path} is about more than {MOST_KEYS:,} things")
                continue
            self._passed_over.add(number)
            self._section(found, seen)
        self.counts, self.unknowns = seen.counted()

    def _section(self, found: _Any, seen: _Seen) -> None:
        if found.done is not None:
            section = self.sections.setdefault(found.done.section, Section())
            section.done = found.done
            seen.drop(("unavailable", found.done.section))
        elif found.progress is not None:
            section = self.sections.setdefault(found.progress.section, Section())
            section.progress = found.progress
            section.etags = section.etags | found.progress.etags

    def _decoded(self, number: int, text: bytes) -> _Any:
        try:
            return _any(text)
        except BROKEN as error:
            raise InputError(f"{self.path}, line {number}: {_said(error)}") from error

    def _record(self, number: int, text: bytes) -> Line:
        try:
            return _line(text)
        except BROKEN as error:
            raise InputError(f"{self.path}, line {number}: {error}") from error


def first_line(path: Path) -> Head:
    """What the export at `path` is of.

    Raises:
        InputError: It is no export.
        UnreadableError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return _head_of(file, path)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error


def _head_of(file: IO[bytes], path: Path) -> Head:
    text = file.readline(LARGEST_LINE + 1)
    try:
        head = _head(text)
    except BROKEN as error:
        raise InputError(f"{path} is no export: {error}") from error
    if head.format != FORMAT:
        raise InputError(f"{path} is no export: its format is {head.format[:100]!r}")
    return head


def thing(record: Record) -> Hashable:
    """The thing that `record` is about: of records with the same one the newest counts."""
    return _key(msgspec.convert(msgspec.to_builtins(record), _Data))


def located(path: Path, decode: Callable[[bytes], T]) -> Iterator[tuple[int, int, T]]:
    """Every line but the first and a torn last one, decoded, with where it begins and its length.

    For a file that was read as an `Export` before: its lines have a bound.

    Raises:
        InputError: A line is not what `decode` takes; the message names the byte it begins at.
        UnreadableError: The file cannot be read.
    """
    offset = 0
    try:
        with path.open("rb") as file:
            offset += len(file.readline())
            for text in file:
                if text.endswith(b"\n"):
                    yield offset, len(text), decode(text)
                offset += len(text)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}, at byte {offset}: {error}") from error


def _said(error: Exception) -> str:
    """What is wrong with a line, and where in it."""
    told, found, place = str(error).partition(" - at ")
    if found and "matching regex" in told:
        return (
            f"expected a time in UTC and whole seconds, such as 2026-01-31T12:00:00Z - at {place}"
        )
    return str(error)


def _texts(file: IO[bytes], path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines from the second on, each with its number."""
    number = 1
    while text := file.readline(LARGEST_LINE + 2):
        number += 1
        if len(text) > LARGEST_LINE + 1:
            raise InputError(f"{path}, line {number} is longer than {LARGEST_LINE:,} bytes")
        yield number, text


class _Seen:
    """Which line is the newest of each thing, and what is missing from those."""

    def __init__(self, passed_over: set[int]) -> None:
        self.newest: dict[Hashable, int] = {}
        self._passed_over = passed_over
        self._lost: dict[Hashable, _Data] = {}

    def add(self, number: int, data: _Data) -> None:
        """Take in a record of the line `number`."""
        key, subject = _key(data), _subject(data)
        earlier = self.newest.get(key)
        if earlier is not None:
            self._passed_over.add(earlier)
        self.newest[key] = number
        if data.missing or data.record == "unavailable":
            self._lost[subject] = data
        else:
            self._lost.pop(subject, None)

    def drop(self, key: Hashable) -> None:
        """Forget the record of `key`: what could not be had once is there now."""
        number = self.newest.pop(key, None)
        if number is not None:
            self._passed_over.add(number)
            self._lost.pop(key, None)

    def counted(self) -> tuple[Counter[str], Counter[Unknown]]:
        """How many things there are of each sort, and what is missing how often."""
        counts = Counter(_sort(key) for key in self.newest)
        unknowns = Counter(one for data in self._lost.values() for one in _unknowns(data))
        return counts, unknowns


def _key(data: _Data) -> Hashable:
    """The thing that a record is about. What was found at a time is one for each time."""
    match data.record:
        case "pull_request":
            return data.number
        case "checks":
            return data.commit
        case "branch_rules" | "permission" | "repository":
            return (*_subject(data), data.at)
        case "ruleset":
            return (*_subject(data), data.version or data.at)
        case "unavailable":
            return (data.record, data.what)
    return (data.record, data.id)


def _subject(data: _Data) -> tuple[object, ...]:
    """The same for all times: only what is missing from the newest is missing now."""
    login = data.account.login if data.account else None
    match data.record:
        case "pull_request" | "checks":
            return (data.record, data.number, data.commit)
        case "unavailable":
            return (data.record, data.what)
        case "repository":
            return (data.record,)
        case "ruleset":
            return (data.record, data.id, data.version)
    return (data.record, data.branch, login, data.id)


def _sort(key: Hashable) -> str:
    if isinstance(key, tuple):
        return str(key[0])
    return "checks" if isinstance(key, str) else "pull_request"


def _unknowns(data: _Data) -> Iterator[Unknown]:
    if data.record == "unavailable":
        yield Unknown(data.record, data.what or "", data.reason, data.needs)
    for one in data.missing:
        yield Unknown(data.record, one.what, one.reason, one.needs)
