"""The files that differ between two trees, with their modes and lines: by git, bounded throughout.

git runs without attributes, filters or drivers of the repository, so that nothing in a change
decides how much of it is seen.
"""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.text import decode, visible
from affidavit.changes.gate.touched import File, Files
from affidavit.sources.git.objects import State
from affidavit.sources.git.program import stop
from affidavit.sources.git.silence import Patience

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from affidavit.sources.git.objects import Found, Objects
    from affidavit.sources.git.private import PrivateGit

MOST_FILES = 20_000
"""Files of a change; one with more is not known whole."""
MOST_BYTES = 16 << 20
"""Bytes of git's answer."""
POINTER_BYTES = 1_024
"""The most bytes of a pointer of git LFS, by its specification."""
COUNTED_BYTES = 1 << 20
"""The most bytes of what is no text whose lines are counted; of more they are estimated."""
SHORT = 32
"""Bytes of a line where lines are estimated: few, so that there are rather too many."""
_POINTER = re.compile(r"(?:version\s[^\n]*(?:git-media|hawser|git-lfs)|# (?:git-media|external)\b)")
"""How a pointer begins, also in the forms of before 2014, which git LFS still follows."""
_RAW = re.compile(rb":([0-7]{6}) ([0-7]{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])")
_LINES = re.compile(rb"([0-9]+|-)\t([0-9]+|-)\t(.*)", re.DOTALL)
_GONE = b"D"


def differing(git: PrivateGit, objects: Objects, before: str, after: str) -> Files:
    """The files that differ between the trees `before` and `after`, in git's order."""
    answer = _asked(git, before, after)
    if answer is None:
        return Files(files=(), whole=False)
    pairs = list(_read(answer))
    if len(pairs) > MOST_FILES:
        return Files(files=tuple(file for file, _ in pairs[:MOST_FILES]), whole=False)
    files = [file for file, _ in pairs]
    pointers, bulk = _pointers(objects, files), _bulk(objects, pairs)
    return Files(
        files=tuple(
            msgspec.structs.replace(
                one, pointer=one.blob in pointers, bulk=bulk.get(one.path) or 0
            )
            for one in files
        ),
        whole=None not in bulk.values(),
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


def _read(answer: bytes) -> Iterator[tuple[File, tuple[str, ...]]]:
    """The files of an answer, each with its blobs: first all modes and ids, then all counts."""
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
        file = File(
            path=visible(decode(path)),
            before=head[1].decode(),
            after=head[2].decode(),
            blob=None if head[5] == _GONE else head[4].decode(),
            added=added,
            deleted=deleted,
        )
        yield file, tuple(one.decode() for one in (head[3], head[4]) if one.strip(b"0"))


def _number(text: bytes) -> int | None:
    return None if text == b"-" else int(text)


def _pointers(objects: Objects, files: list[File]) -> frozenset[str]:
    """Those blobs that only name a file kept elsewhere."""
    ids = dict.fromkeys(one.blob for one in files if one.blob and one.after.startswith("100"))
    found = objects.read(ids, max_size=POINTER_BYTES)
    return frozenset(one.id for one in found if one.body and _points(one.body))


def _points(body: bytes) -> bool:
    """Whether git LFS takes `body` for a pointer: it passes over white space before it."""
    return _POINTER.match(decode(body).lstrip()) is not None


def _bulk(
    objects: Objects, pairs: list[tuple[File, tuple[str, ...]]]
) -> dict[str, int | None]:  # fmt: skip
    """The lines of each file that git takes for no text, before and after; None if unreadable.

    One byte hides every line of a file from git's count, so they are counted here.
    """
    hidden = {file.path: blobs for file, blobs in pairs if file.added is None}
    ids = dict.fromkeys(one for blobs in hidden.values() for one in blobs)
    lines = {one.id: _lines(one) for one in objects.read(ids, max_size=COUNTED_BYTES)}
    return {path: _sum(lines.get(one) for one in blobs) for path, blobs in hidden.items()}


def _lines(found: Found) -> int | None:
    if found.body is not None:
        return found.body.count(b"\n") + 1
    return found.size // SHORT if found.state is State.TOO_LARGE else None


def _sum(counts: Iterable[int | None]) -> int | None:
    several = list(counts)
    return None if None in several else sum(one or 0 for one in several)
