"""Tree objects: mode, name and raw id of each entry, one after the other."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = b"40000"
FILES = frozenset({b"100644", b"100755", b"100664"})
"""Modes of regular files; 100664 was written by early gits."""
EMPTY_TREE = MappingProxyType(
    {
        40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
        64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
    }
)
"""The id of a tree without entries, by the hex digits of an id; git knows it without having it."""


class Entry(NamedTuple):
    """One entry; `name` is any bytes but NUL and, in a sound tree, ``/``."""

    mode: bytes
    name: bytes
    id: str


def entries(body: bytes, raw_length: int) -> Iterator[Entry]:
    """The entries of a tree, up to the first that makes no sense; ids are `raw_length` bytes."""
    at = 0
    while at < len(body):
        blank = body.find(b" ", at, at + 8)
        nul = body.find(b"\0", at)
        end = nul + 1 + raw_length
        if blank < 0 or not blank < nul or end > len(body):
            return
        yield Entry(body[at:blank].lstrip(b"0"), body[blank + 1 : nul], body[nul + 1 : end].hex())
        at = end


def entry(body: bytes, name: bytes, raw_length: int) -> Entry | None:
    """The entry called `name`."""
    return next((found for found in entries(body, raw_length) if found.name == name), None)
