"""Writing an export: whole lines, each flushed, by one process at a time."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING, Self

import msgspec

from affidavit.base.errors import InputError, OutputError
from affidavit.changes.forge.model import Checks, Line, Missing, PullRequest
from affidavit.sources.forge.lines import LARGEST_LINE

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from affidavit.sources.forge.lines import Done, Head, Progress

_encode = msgspec.json.Encoder().encode
_PIECE = 1 << 20


class Writer:
    """The end of the export at `path`, which is made with `head` where it is not there.

    A context manager. What a kill left of a last line is cut off first; nobody else can write
    meanwhile.

    Raises:
        OutputError: The file cannot be written, or another process is writing it.
        InputError: What lies there is no export.
    """

    def __init__(self, path: Path, head: Head) -> None:
        self._path = path
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise OutputError(f"{path} cannot be written: {error.strerror}") from error
        try:
            self._begin(head)
        except BaseException:
            os.close(self._file)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let others write."""
        os.close(self._file)

    def record(self, line: Line) -> None:
        """Add a record."""
        self._write(_encoded(line))

    def progress(self, progress: Progress) -> None:
        """Say how far a section came; what was written is on the disk when this returns."""
        self._write(_encode({"progress": progress}))
        self._sync()

    def done(self, done: Done) -> None:
        """Say that a section is whole; what was written is on the disk when this returns."""
        self._write(_encode({"done": done}))
        self._sync()

    def _begin(self, head: Head) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OutputError(f"another process writes to {self._path}") from error
        end = self._last_line_end()
        os.ftruncate(self._file, end)
        if not end:
            self._write(_encode(head))
            self._sync()

    def _last_line_end(self) -> int:
        """Where the last whole line ends."""
        at = size = os.fstat(self._file).st_size
        while at:
            start = max(0, at - _PIECE)
            found = os.pread(self._file, at - start, start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            at = start
            if size - at > LARGEST_LINE:
                raise InputError(f"{self._path} is no export: it does not consist of lines")
        return 0

    def _write(self, line: bytes) -> None:
        left = memoryview(line + b"\n")
        try:
            while left:
                left = left[os.write(self._file, left) :]
        except OSError as error:
            raise OutputError(f"{self._path} cannot be written: {error.strerror}") from error

    def _sync(self) -> None:
        try:
            os.fsync(self._file)
        except OSError as error:
            raise OutputError(f"{self._path} cannot be written: {error.strerror}") from error


def _encoded(line: Line) -> bytes:
    """The line, without what makes it longer than a line may be; that is then marked as missing."""
    encoded = _encode(line)
    for shorter in (_without_texts, _without_lists):
        if len(encoded) <= LARGEST_LINE:
            break
        line = shorter(line)
        encoded = _encode(line)
    if len(encoded) > LARGEST_LINE:
        raise OutputError(f"a record of {line.origin.url} is larger than a line may be")
    return encoded


def _without_texts(line: Line) -> Line:
    data = line.data
    if not isinstance(data, PullRequest):
        return line
    commits = tuple(msgspec.structs.replace(one, message=None) for one in data.commits)
    missing = (Missing("body", "truncated"), Missing("commits.message", "truncated"))
    data = msgspec.structs.replace(
        data, body=None, commits=commits, missing=(*data.missing, *missing)
    )
    return msgspec.structs.replace(line, data=data)


def _without_lists(line: Line) -> Line:
    data = line.data
    if isinstance(data, PullRequest):
        sizes = {name: len(getattr(data, name)) for name in ("commits", "reviews", "events")}
        empty = msgspec.structs.replace(data, commits=(), reviews=(), events=())
        marked = msgspec.structs.replace(empty, missing=(*data.missing, *_truncated(sizes)))
        return msgspec.structs.replace(line, data=marked)
    if isinstance(data, Checks):
        sizes = {name: len(getattr(data, name)) for name in ("runs", "statuses")}
        lost = (*data.missing, *_truncated(sizes))
        bare = Checks(commit=data.commit, runs=(), statuses=(), missing=lost)
        return msgspec.structs.replace(line, data=bare)
    return line


def _truncated(sizes: dict[str, int]) -> tuple[Missing, ...]:
    return tuple(Missing(name, "truncated", total=size) for name, size in sizes.items())
