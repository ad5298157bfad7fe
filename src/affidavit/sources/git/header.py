"""The first lines of a commit: what the walk needs of a body, and no more."""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from affidavit.base.period import EARLIEST, LATEST

_LATE = re.compile(rb"\nparent")
_TIME = re.compile(rb"[ \t]*(-?\d{1,15})(?![0-9])")


class Header(NamedTuple):
    """Tree and parents of a commit; `rest` is where its other headers begin.

    `sound` is false where the header is none that git writes: no tree, lines that end in CR LF,
    upper-case ids, or a line that begins like a parent and is none; `hidden` is true for the last:
    lines that another reader might take for parents.
    """

    tree: str
    parents: tuple[str, ...]
    rest: int
    sound: bool
    hidden: bool = False


def _pattern(id_length: int) -> re.Pattern[bytes]:
    id_ = b"[0-9a-fA-F]{%d}" % id_length
    return re.compile(b"tree (%b)\r?\n((?:parent %b\r?\n)*)" % (id_, id_))


def _usual(id_length: int) -> re.Pattern[bytes]:
    id_ = b"[0-9a-f]{%d}" % id_length
    ident = rb"([^<>\n]*+<[^<>\n]*+>)"
    return re.compile(
        rb"tree %b\n((?:parent %b\n)*+)author %b -?[0-9]{1,15} [^\n]*+\n"
        rb"committer %b (-?[0-9]{1,15}) [-+0-9]*+(\n\n)?" % (id_, id_, ident, ident)
    )


_USUAL = {40: _usual(40), 64: _usual(64)}
_SIGNATURE = re.compile(rb"\ngpgsig(?:-sha256)? [^\n]*+\n(?: [^\n]*+\n)*+\n")
_HEADERS = {40: _pattern(40), 64: _pattern(64)}


def header(body: bytes, id_length: int) -> Header:
    """The tree and the parents that `body` states: the lines directly after the tree, no others."""
    found = _HEADERS[id_length].match(body)
    at = found.end() if found else 0
    hidden = _LATE.search(body, max(at - 1, 0), header_end(body)) is not None
    if found is None:
        return Header("", (), 0, sound=False, hidden=hidden or body.startswith(b"parent"))
    text = found[0].decode("ascii")
    lower = text.lower()
    parents = tuple(line[7:] for line in lower.splitlines()[1:])
    sound = text == lower and "\r" not in text and not hidden
    return Header(lower[5 : 5 + id_length], parents, at, sound, hidden)


class Walked(msgspec.Struct, frozen=True, gc=False):
    """What a walk needs of a commit: parents, committer's time, and author and committer as typed.

    The last two are ``Name <address>`` in UTF-8, and empty where the commit is in another character
    set or not in the form that git writes. `signed` tells whether a signature is the one header
    that follows them; it is ``None`` where there may be others, or a usable time is missing.
    """

    parents: list[bytes]
    time: int | None
    author: bytes = b""
    committer: bytes = b""
    signed: bool | None = None


def walked(body: bytes, id_length: int) -> Walked | None:
    """What a walk needs of a commit in the form that git writes, at speed.

    ``None`` where it is in any other form, for `header` to look into.
    """
    found = _USUAL[id_length].match(body)
    if found is None:
        return None
    lines, author, committer, stated, bare = found.groups()
    signed = False if bare else _SIGNATURE.match(body, found.end()) is not None or None
    if signed is None:
        end = header_end(body)
        if body.find(b"\nparent", found.end(), end) >= 0:
            return None
        if body.find(b"\nencoding ", found.end(), end) >= 0:
            author = committer = b""
    time = int(stated)
    step = id_length + 8
    if len(lines) == step:
        parents = [lines[7:-1]]
    else:
        parents = [lines[at : at + id_length] for at in range(7, len(lines), step)]
    if not EARLIEST <= time <= LATEST:
        return Walked(parents, None, author, committer)
    return Walked(parents, time, author, committer, signed)


def header_end(body: bytes) -> int:
    """Where the headers end: the index of the line feed before the empty line, or of the end."""
    end = body.find(b"\n\n")
    carriage = body.find(b"\n\r\n", 0, end if end >= 0 else len(body))
    if carriage >= 0:
        return carriage
    return end if end >= 0 else len(body)


def line(body: bytes, name: bytes, end: int) -> bytes | None:
    """What follows ``name `` on the first such header line before `end`, or ``None``."""
    start = body.find(b"\n" + name + b" ", 0, end)
    if start < 0:
        return None
    start += len(name) + 2
    stop = body.find(b"\n", start)
    return body[start : stop if stop >= 0 else len(body)].rstrip(b"\r")


def header_time(body: bytes) -> int | None:
    """The committer's time in seconds since 1970 UTC; ``None`` where it states none of use."""
    found = line(body, b"committer", header_end(body))
    return None if found is None else stated_time(found.rpartition(b">")[2])


def stated_time(text: bytes) -> int | None:
    """The seconds that `text` (what follows an address) begins with, in the years 1 to 9999."""
    found = _TIME.match(text)
    if found is None:
        return None
    time = int(found[1])
    return time if EARLIEST <= time <= LATEST else None
