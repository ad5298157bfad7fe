"""Object stores that a store borrows from, and how a path is written into ``info/alternates``."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from affidavit.sources.git.files import contents, exists

MAX_STORES = 256
"""How many borrowed stores are followed."""

_FILE_BYTES = 64 << 10
_PLAIN = re.compile(rb"[^\"\\\x00-\x1f\x7f-\xff]")
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(rb"\\([0-3][0-7]{2}|.)", re.DOTALL)
_LETTERS = {
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"v": b"\v",
}


@dataclass(frozen=True, slots=True)
class Stores:
    """All object folders of a repository: its own, then those it borrows from at any depth.

    `absent` counts those that are named and not there, or beyond `MAX_STORES`.
    """

    folders: tuple[Path, ...]
    absent: int = 0


def stores(objects: Path) -> Stores:
    """`objects` and every store it borrows from, each once, nearest first.

    git itself stops at a depth of five; handed the flat list, it reads them all.
    """
    found = {_identity(objects): objects}
    pending, absent = [objects], 0
    while pending:
        folder = pending.pop(0)
        for borrowed in _named(folder):
            identity = _identity(borrowed)
            if identity in found:
                continue
            if not exists(borrowed) or len(found) >= MAX_STORES:
                absent += 1
                continue
            found[identity] = borrowed
            pending.append(borrowed)
    return Stores(tuple(found.values()), absent)


def _identity(folder: Path) -> bytes:
    return os.path.realpath(os.fsencode(folder))


def _named(objects: Path) -> list[Path]:
    """The folders that ``info/alternates`` of `objects` names, relative ones from there."""
    text = contents(objects / "info" / "alternates", _FILE_BYTES, within=objects) or b""
    lines = [line for line in _lines(text) if line]
    return [
        Path(os.path.normpath(objects / os.fsdecode(line))) for line in lines if b"\0" not in line
    ]


def _lines(text: bytes) -> list[bytes]:
    lines: list[bytes] = []
    at = 0
    while at < len(text):
        quoted = _QUOTED.match(text, at)
        end = text.find(b"\n", quoted.end() if quoted else at)
        end = len(text) if end < 0 else end
        if quoted:
            lines.append(_ESCAPE.sub(_unescaped, quoted[1]))
        elif not text.startswith(b"#", at):
            lines.append(text[at:end])
        at = end + 1
    return lines


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8)]) if len(code) == 3 else _LETTERS.get(code, code)


def quoted(path: Path) -> bytes:
    """`path` as git reads it back from an alternates file, whatever bytes it is made of."""
    text = os.fsencode(path)
    inner = b"".join(
        text[i : i + 1] if _PLAIN.match(text, i) else b"\\%03o" % text[i] for i in range(len(text))
    )
    return b'"' + inner + b'"'
