"""Commits as git's own walk prints them, put together again and hashed.

``rev-list --header`` tells of every commit what ``cat-file`` would, and spares unpacking it twice.
Records end in NUL, which git prints nowhere else. Messages are indented by four blanks and lose
those at the ends of their lines: what had some is guessed, and counts where it hashes to the id.
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
        if len(body) > self._whole:
            return name, None
        if self._id(b"commit", body) == name:
            return name, body
        return name, next((one for one in _otherwise(body) if self._is(one, name)), None)

    def _is(self, body: bytes, name: bytes) -> bool:
        return len(body) <= self._whole and self._id(b"commit", body) == name


def _otherwise(body: bytes) -> Iterator[bytes]:
    """What git prints as `body`, too: nearly all that forges write that it prints otherwise.

    They end a message in no line feed or in two, and what was typed into a browser, below the
    title, has lines that end in CR LF.
    """
    yield body[:-1]
    yield body + b"\n"
    below = body.find(b"\n\n", body.find(b"\n\n") + 2) + 2
    typed = body[:below] + body[below:-1].replace(b"\n", b"\r\n")
    yield typed
    yield typed + b"\r\n"
