"""The output of ``git cat-file --batch``: a line that states a length, then that many bytes."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

STREAMED = 1 << 30
"""The most bytes of one object that are hashed; at a larger one the answers end."""
CHUNK = 1 << 20
"""How many bytes are asked of the pipe at once."""
TAIL = 64 << 10
"""How many of the last bytes of a large object are kept, where more than that is of the first."""
_HEADER_BYTES = 512


class Frame(NamedTuple):
    """One answer. `size` is -1 and `body` ``None`` where git has no such object.

    `digest` is the id that the bytes really have. `body` holds only the first bytes of an object
    larger than what was to be kept.
    """

    name: bytes
    kind: bytes
    size: int
    body: bytes | None
    digest: str


class Frames:
    """The answers read from a pipe, each with the id that its bytes really have.

    Objects up to `whole` bytes are kept, of larger ones the first `head`; all are hashed in full.
    Where `head` is more than `TAIL`, a line feed and the last `TAIL` bytes follow: a message ends
    in what says who made a commit.
    """

    def __init__(self, descriptor: int, object_format: str, *, bodies: bool = True) -> None:
        self.whole = 0
        self.head = 0
        self._descriptor = descriptor
        self._hash = hashlib.sha1 if object_format == "sha1" else hashlib.sha256
        self._bodies = bodies
        self._buffer = b""
        self._at = 0

    def __iter__(self) -> Iterator[Frame]:
        """Every answer until the pipe ends or stops making sense; a cut-off one is not given."""
        while (line := self._line()) is not None:
            words = line.split(b" ")
            if len(words) == 3 and words[2].isdigit():
                frame = self._object(words[0], words[1], int(words[2]))
            else:
                frame = Frame(words[0], b"", -1, None, "") if words[-1] == b"missing" else None
            if frame is None:
                return
            yield frame

    def _object(self, name: bytes, kind: bytes, size: int) -> Frame | None:
        if not self._bodies:
            return Frame(name, kind, size, None, "")
        if size > STREAMED:
            return None
        if size > self.whole:
            return self._large(name, kind, size)
        body = self._exactly(size + 1)
        if body is None:
            return None
        body = body[:-1]
        digest = self._hash(b"%b %d\0%b" % (kind, size, body), usedforsecurity=False)
        return Frame(name, kind, size, body, digest.hexdigest())

    def _large(self, name: bytes, kind: bytes, size: int) -> Frame | None:
        digest = self._hash(b"%b %d\0" % (kind, size), usedforsecurity=False)
        kept = tail = b""
        left = size
        while left:
            piece = self._exactly(min(left, CHUNK))
            if piece is None:
                return None
            digest.update(piece)
            kept += piece[: max(self.head - len(kept), 0)]
            tail = (tail + piece)[-TAIL:] if len(piece) < TAIL else piece[-TAIL:]
            left -= len(piece)
        if self.head > TAIL:
            kept += b"\n" + tail
        return (
            None if self._exactly(1) is None else Frame(name, kind, size, kept, digest.hexdigest())
        )

    def _line(self) -> bytes | None:
        """The next line without its end; ``None`` where none comes or it is too long."""
        while (end := self._buffer.find(b"\n", self._at)) < 0:
            if len(self._buffer) - self._at > _HEADER_BYTES or not self._more():
                return None
        line = self._buffer[self._at : end]
        self._at = end + 1
        return line

    def _exactly(self, count: int) -> bytes | None:
        end = self._at + count
        if len(self._buffer) < end:
            if not self._fill(count):
                return None
            end = self._at + count
        found = self._buffer[self._at : end]
        self._at = end
        return found

    def _more(self) -> bool:
        piece = os.read(self._descriptor, CHUNK)
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        return bool(piece)

    def _fill(self, count: int) -> bool:
        """Read until `count` bytes are held, joining the pieces once."""
        pieces = [self._buffer[self._at :]]
        held = len(pieces[0])
        while held < count:
            piece = os.read(self._descriptor, CHUNK)
            if not piece:
                return False
            pieces.append(piece)
            held += len(piece)
        self._buffer, self._at = b"".join(pieces), 0
        return True
