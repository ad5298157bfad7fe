"""A git commit as its verified bytes state it."""

from __future__ import annotations

import msgspec


class Ident(msgspec.Struct, frozen=True, gc=False, order=True, cache_hash=True):
    """A name and an address as typed, decoded to text; nothing about it is proven.

    Invalid UTF-8 is replaced by U+FFFD; control characters are kept (a writer escapes them).
    Either part may be empty.
    """

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


class Commit(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One commit: its body hashed to its id, and these fields were parsed from that body.

    Ids are lower-case hex, 40 (SHA-1) or 64 (SHA-256) digits. Times are seconds since 1970 UTC as
    typed by the committing machine; ``None`` where the header is missing, not a number, or outside
    the years 1 to 9999. `message` is UTF-8 (re-encoded where an ``encoding`` header named another
    known charset; possibly invalid where it claimed to be UTF-8 and is not).
    """

    id: str
    tree: str
    parents: tuple[str, ...]
    author: Ident
    committer: Ident
    committer_time: int | None
    message: bytes
    signed: bool = False
    """Whether a signature header is present, of any kind, good or bad."""
