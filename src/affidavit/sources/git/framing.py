"""The output of ``git cat-file --batch``: a line that states a length, then that many bytes."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple

from affidavit.sources.git.silence import CHUNK, Patience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STREAMED = 1 << 30
"""The most bytes of one object that are hashed; at a larger one the answers end."""
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


class Large:
    """An object taken piece by piece: all of it is hashed, its first `head` bytes are kept.

    Where `head` is more than `TAIL`, a line feed and the last `TAIL` bytes follow: a message ends
    in what says who made a commit.
    """

    def __init__(self, kind: bytes, size: int, head: int, object_format: str) -> None:
        self._kind = kind
        self._size = size
        self._head = head
        self._digest = _hash(object_format)(b"%b %d\0" % (kind, size), usedforsecurity=False)
        self._kept = self._tail = b""
        self.taken = 0
        """How many bytes were taken."""

    def add(self, piece: bytes) -> None:
        """Take the next bytes."""
        self._digest.update(piece)
        self._kept += piece[: max(self._head - len(self._kept), 0)]
        self._tail = (self._tail + piece)[-TAIL:] if len(piece) < TAIL else piece[-TAIL:]
        self.taken += len(piece)

    def frame(self, name: bytes) -> Frame:
        """What was taken, under `name`; without a digest where that was not all."""
        kept = self._kept + b"\n" + self._tail if self._head > TAIL else self._kept
        digest = self._digest.hexdigest() if self.taken == self._size else ""
        return Frame(name, self._kind, self._size, kept, digest)


class Frames:
    """The answers read from a pipe, each with the id that its bytes really have.

    Objects up to `whole` bytes are kept, of larger ones what `Large` keeps; all are hashed in full.

    Where `patience` is given and git says nothing for longer, the answers end.
    """

    def __init__(
        self,
        descriptor: int,
        object_format: str,
        *,
        bodies: bool = True,
        patience: Patience | None = None,
    ) -> None:
        self.whole = 0
        self.head = 0
        self.ended = False
        """Whether the pipe has ended, as it does with the child: else that may never end."""
        self._patience = patience
        self._descriptor = descriptor
        self._object_format = object_format
        self._hash = _hash(object_format)
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
        large = Large(kind, size, self.head, self._object_format)
        while large.taken < size:
            piece = self._exactly(min(size - large.taken, CHUNK))
            if piece is None:
                return None
            large.add(piece)
        return None if self._exactly(1) is None else large.frame(name)

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
        piece = self._piece()
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        return bool(piece)

    def _piece(self) -> bytes:
        patience = self._patience
        piece = patience.piece(self._descriptor) if patience else os.read(self._descriptor, CHUNK)
        self.ended = not piece and not (patience and patience.broken)
        return piece

    def _fill(self, count: int) -> bool:
        """Read until `count` bytes are held, joining the pieces once."""
        pieces = [self._buffer[self._at :]]
        held = len(pieces[0])
        while held < count:
            piece = self._piece()
            if not piece:
                return False
            pieces.append(piece)
            held += len(piece)
        self._buffer, self._at = b"".join(pieces), 0
        return True


def object_id(object_format: str) -> Callable[[bytes, bytes], bytes]:
    """What works out the id of an object of some kind from its bytes, in hex."""
    empty = _hash(object_format)(usedforsecurity=False)

    def id_of(kind: bytes, body: bytes) -> bytes:
        # To copy one takes half as long as to make one.
        digest = empty.copy()
        digest.update(b"%b %d\0" % (kind, len(body)))
        digest.update(body)
        return digest.hexdigest().encode()

    return id_of


def _hash(object_format: str) -> Callable[..., hashlib._Hash]:
    return hashlib.sha1 if object_format == "sha1" else hashlib.sha256
