"""Commits as git's own walk prints them, put together again and hashed.

``rev-list --header`` tells of every commit what ``cat-file`` would, and spares unpacking it twice.
Records end in NUL, which git prints nowhere else. Messages are indented by four blanks, and their
lines lose the blanks at their ends: a commit that has some does not come out again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.sources.git.framing import object_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.sources.git.silence import Patience

ARGUMENTS = ("--header", "--encoding=none")
"""What has ``rev-list`` print commits so; without the encoding it would convert messages."""

Record = tuple[bytes, bytes | None]
"""The id that a commit is printed under, and its body where that hashes to this id."""


class Printed:
    """The commits printed into a pipe, in runs of what came at once.

    A body that does not come out as it was, or has more than `whole` bytes, is ``None``. Where git
    says nothing for longer than `patience` has, the commits end.
    """

    def __init__(
        self, descriptor: int, object_format: str, *, whole: int, patience: Patience
    ) -> None:
        self._descriptor = descriptor
        self._id = object_id(object_format)
        self._id_length = len(self._id(b"commit", b""))
        self._whole = whole
        self._patience = patience
        self.ended = False
        """Whether the pipe has ended, and after a whole record."""

    def __iter__(self) -> Iterator[list[Record]]:
        rest = b""
        while piece := self._patience.piece(self._descriptor):
            *records, rest = (rest + piece).split(b"\0")
            yield [self._record(record) for record in records]
            if len(rest) > 2 * self._whole:
                # No more is kept of it than its id: it is none that is held whole.
                rest = rest[: self._id_length]
        self.ended = not (rest or self._patience.broken)

    def _record(self, record: bytes) -> Record:
        name = record[: self._id_length]
        body = record[self._id_length + 1 :].replace(b"\n    ", b"\n")
        if len(body) <= self._whole:
            if self._id(b"commit", body) == name:
                return name, body
            # Git prints a line feed at the end of every message; forges write none there.
            body = body[:-1]
            if self._id(b"commit", body) == name:
                return name, body
        return name, None
