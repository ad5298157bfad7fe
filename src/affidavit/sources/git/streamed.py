"""Objects that are too large for git to hold, unpacked here piece by piece.

``cat-file`` unpacks an object whole before it says anything of it. A loose object's file and what
``pack-objects`` copies out of a pack are streams that can be read in little memory.
"""

from __future__ import annotations

import os
import stat
import zlib
from contextlib import ExitStack, suppress
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from affidavit.sources.git.framing import Frame, Large
from affidavit.sources.git.program import feed, stop
from affidavit.sources.git.silence import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.silence import Patience

MOST = 1 << 30
"""The most bytes of one object that are unpacked, and hashed."""

_KINDS = MappingProxyType({1: b"commit", 2: b"tree", 3: b"blob", 4: b"tag"})
_PACK_HEADER = 12
"""Bytes of a pack before its first object; format: gitformat-pack(5)."""
_SIZE_BYTES = 10
"""The most bytes that state an object's kind and size in a pack."""


class _Stated(NamedTuple):
    """What is stated of an object before its bytes, and these bytes."""

    kind: bytes
    size: int
    pieces: Iterator[bytes]


def streamed(
    git: PrivateGit, id_: str, head: int, *, most: int, patience: Patience
) -> Frame | None:
    """The object `id_`, of which the first `head` bytes are kept (and its last, see `Large`).

    Of one with more than `most` bytes only these first are unpacked, and `digest` is empty.
    ``None`` where it cannot be read so: it is damaged, or packed as what differs from another.
    """
    with ExitStack() as stack:
        stated = _loose(git, id_, stack) or _packed(git, id_, stack, patience)
        return _frame(git, id_, stated, head, most=most) if stated else None


def _frame(git: PrivateGit, id_: str, stated: _Stated, head: int, *, most: int) -> Frame | None:
    kind, size, pieces = stated
    large = Large(kind, size, head, git.object_format)
    for piece in pieces:
        large.add(piece)
        if large.taken >= min(size, head if size > most else size):
            break
    whole = large.taken == size
    return large.frame(id_.encode("ascii")) if whole or size > most else None


def _loose(git: PrivateGit, id_: str, stack: ExitStack) -> _Stated | None:
    """The object in a file of its own."""
    for path in git.loose(id_):
        with suppress(OSError):
            file = stack.enter_context(open(path, "rb", opener=_without_waiting))  # noqa: PTH123, SIM115
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                continue
            pieces = _unpacked(iter(partial(file.read, CHUNK), b""))
            top, _, rest = next(pieces, b"")[:CHUNK].partition(b"\0")
            words = top.split(b" ")
            if len(words) == 2 and words[1].isdigit() and len(words[1]) < 20:
                return _Stated(words[0], int(words[1]), chain([rest], pieces))
    return None


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)


def _packed(git: PrivateGit, id_: str, stack: ExitStack, patience: Patience) -> _Stated | None:
    """The object as git copies it from one pack into another, without unpacking it."""
    child = git.spawn("pack-objects", "--stdout", "-q")
    stack.callback(stop, child)
    assert child.stdin is not None
    assert child.stdout is not None
    with suppress(BrokenPipeError):
        feed(child.stdin, f"{id_}\n".encode("ascii"))
        child.stdin.close()
    top = b""
    pieces = iter(partial(patience.piece, child.stdout.fileno()), b"")
    while len(top) < _PACK_HEADER + _SIZE_BYTES and (piece := next(pieces, b"")):
        top += piece
    first = top[_PACK_HEADER : _PACK_HEADER + 1]
    kind = _KINDS.get(first[0] >> 4 & 7) if first else None
    if kind is None:
        return None
    at, size, shift = _PACK_HEADER, first[0] & 15, 4
    while top[at] & 128 and at + 1 < min(len(top), _PACK_HEADER + _SIZE_BYTES):
        at += 1
        size |= (top[at] & 127) << shift
        shift += 7
    return _Stated(kind, size, _unpacked(chain([top[at + 1 :]], pieces)))


def _unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What is packed in `pieces`, at most `CHUNK` bytes at once, up to where it makes no sense."""
    unpacking = zlib.decompressobj()
    with suppress(zlib.error):
        for piece in chain(pieces, [b""]):
            left = piece
            while found := unpacking.decompress(left, CHUNK):
                yield found
                left = unpacking.unconsumed_tail
            if unpacking.eof:
                return
