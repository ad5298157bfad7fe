"""The files that differ between two trees, with their modes and lines: by git, bounded throughout.

git runs without attributes, filters or drivers of the repository, so that nothing in a change
decides how much of it is seen.
"""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

from affidavit.base.text import decode, visible
from affidavit.changes.gate.touched import File, Files
from affidavit.sources.git.program import stop
from affidavit.sources.git.silence import Patience

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit

MOST_FILES = 20_000
"""Files of a change; one with more is not known whole."""
MOST_BYTES = 16 << 20
"""Bytes of git's answer."""
POINTER_BYTES = 1_024
"""The most bytes of a pointer of git LFS, by its specification."""
_POINTER = b"version https://git-lfs.github.com/spec/"
_RAW = re.compile(rb":([0-7]{6}) ([0-7]{6}) [0-9a-f]+ ([0-9a-f]+) ([A-Z])")
_LINES = re.compile(rb"([0-9]+|-)\t([0-9]+|-)\t(.*)", re.DOTALL)
_GONE = b"D"


def differing(git: PrivateGit, objects: Objects, before: str, after: str) -> Files:
    """The files that differ between the trees `before` and `after`, in git's order."""
    answer = _asked(git, before, after)
    if answer is None:
        return Files(files=(), whole=False)
    files = list(_read(answer))
    if len(files) > MOST_FILES:
        return Files(files=tuple(files[:MOST_FILES]), whole=False)
    pointers = _pointers(objects, files)
    return Files(
        files=tuple(
            one if one.blob not in pointers else _pointing(one) for one in files
        ),
        whole=True,
    )  # fmt: skip


def _asked(git: PrivateGit, before: str, after: str) -> bytes | None:
    """What git says; None where it fails, says nothing for long, or too much."""
    child = git.spawn(
        *("diff-tree", "-r", "-z", "--raw", "--numstat", "--no-abbrev", "--no-renames"),
        *("--no-ext-diff", "--no-textconv", before, after),
        stdin=subprocess.DEVNULL,
    )
    assert child.stdout is not None
    patience, pieces, size = Patience(), list[bytes](), 0
    try:
        while (piece := patience.piece(child.stdout.fileno())) and size <= MOST_BYTES:
            pieces.append(piece)
            size += len(piece)
        if patience.broken or size > MOST_BYTES or child.wait(timeout=1):
            return None
    except subprocess.TimeoutExpired:
        return None
    finally:
        stop(child)
    return b"".join(pieces)


def _read(answer: bytes) -> Iterator[File]:
    """The files of an answer: first all modes and ids, then all counts of lines."""
    items = answer.split(b"\0")
    raw: dict[bytes, re.Match[bytes]] = {}
    counts: dict[bytes, tuple[int | None, int | None]] = {}
    at = 0
    while at < len(items):
        if head := _RAW.fullmatch(items[at]):
            raw[items[at + 1]] = head
            at += 2
            continue
        if line := _LINES.fullmatch(items[at]):
            counts[line[3]] = (_number(line[1]), _number(line[2]))
        at += 1
    for path, head in raw.items():
        added, deleted = counts.get(path, (None, None))
        yield File(
            path=visible(decode(path)),
            before=head[1].decode(),
            after=head[2].decode(),
            blob=None if head[4] == _GONE else head[3].decode(),
            added=added,
            deleted=deleted,
        )


def _number(text: bytes) -> int | None:
    return None if text == b"-" else int(text)


def _pointers(objects: Objects, files: list[File]) -> frozenset[str]:
    """Those blobs that only name a file kept elsewhere."""
    ids = dict.fromkeys(one.blob for one in files if one.blob and one.after.startswith("100"))
    found = objects.read(ids, max_size=POINTER_BYTES)
    return frozenset(one.id for one in found if one.body and one.body.startswith(_POINTER))


def _pointing(file: File) -> File:
    return File(
        path=file.path,
        before=file.before,
        after=file.after,
        blob=file.blob,
        added=file.added,
        deleted=file.deleted,
        pointer=True,
    )
