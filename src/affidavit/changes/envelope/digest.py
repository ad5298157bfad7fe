"""The three digests of a change: what was at each path, what is there after, how it got there.

The bytes that are hashed are defined in docs/formats/patch-digest.md.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from affidavit.changes.envelope.lines import blocks
from affidavit.changes.envelope.touched import SUBMODULE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from affidavit.changes.envelope.touched import Touched

BLOBS = b"affidavit-blobs@1"
AFTER = b"affidavit-after@1"
PATCH = b"affidavit-patch@1"
FILE = b"affidavit-patch@1 file"
LARGEST = 1 << 20
"""Bytes of a file beyond which its object ids stand for it."""
BINARY = 8_000
"""First bytes among which a NUL makes a file binary."""

Read = "Callable[[str], bytes | None]"
"""Gives the contents of a blob; None where it has more than `LARGEST` bytes."""


def blobs(touched: Sequence[Touched]) -> str:
    """The digest of what stood and what stands at each path, by object ids."""
    return _named(_whole(BLOBS, (_fields(*one[1:], path=one.path) for one in touched)))


def after(touched: Sequence[Touched]) -> str:
    """The digest of what stands at each path afterwards."""
    return _named(_whole(AFTER, (_fields(one.new_mode, one.new, path=one.path) for one in touched)))


def patch(touched: Sequence[Touched], read: Callable[[str], bytes | None]) -> str:
    """The digest of the change itself, which is the same wherever else the files moved on.

    `read` gives the contents of a blob; None where it has more than `LARGEST` bytes.
    """
    return _named(_whole(PATCH, (_item(file(one, read)) for one in touched)))


def file(one: Touched, read: Callable[[str], bytes | None]) -> bytes:
    """The SHA-256 of what the change does to one path."""
    hashed = hashlib.sha256(_item(FILE))
    hashed.update(_fields(one.old_mode, one.new_mode, path=one.path))
    submodule = SUBMODULE in (one.old_mode, one.new_mode)
    old, new = (None, None) if submodule else (_text(one.old, read), _text(one.new, read))
    if old is None or new is None:
        hashed.update(_item(b"objects") + _item(one.old.encode()) + _item(one.new.encode()))
    else:
        hashed.update(_item(b"text"))
        for piece in _pieces(old, new):
            hashed.update(piece)
    return hashed.digest()


def _text(id_: str, read: Callable[[str], bytes | None]) -> list[bytes] | None:
    """The lines of a blob, none where there is none; None where it is no text or too large."""
    body = read(id_) if id_ else None
    if not id_:
        return []
    if body is None or len(body) > LARGEST or b"\0" in body[:BINARY]:
        return None
    return body.split(b"\n")


def _pieces(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[bytes]:
    found = blocks(old, new)
    yield _size(len(found))
    for at, to, new_at, new_to in found:
        yield _list(old[max(at - 1, 0) : at])
        yield _list(old[at:to])
        yield _list(new[new_at:new_to])
        yield _list(old[to : to + 1])


def _whole(domain: bytes, entries: Iterable[bytes]) -> bytes:
    listed = list(entries)
    return _item(domain) + _size(len(listed)) + b"".join(listed)


def _fields(*texts: str, path: bytes) -> bytes:
    return _item(path) + b"".join(_item(text.encode()) for text in texts)


def _list(items: Sequence[bytes]) -> bytes:
    return _size(len(items)) + b"".join(map(_item, items))


def _item(data: bytes) -> bytes:
    return _size(len(data)) + data


def _size(number: int) -> bytes:
    return number.to_bytes(8, "big")


def _named(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()
