"""What stands at a path of a tree, asked of git for many paths of many trees."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from affidavit.sources.git.program import feed, stop

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator

    from affidavit.sources.git.private import PrivateGit

TOGETHER = 64
"""Questions put at once; `LONGEST` keeps their answers within any pipe."""
LONGEST = 512
"""Bytes of a path that is asked for; what stands at a longer one is left unknown."""

Question = tuple[str, bytes]
"""A tree's id, and a path in it."""


def standing(git: PrivateGit, questions: Iterable[Question]) -> Iterator[str | None]:
    """For each question the id of what stands there, ``""`` for nothing, in their order.

    ``None`` where it cannot be asked or git does not say. The trees are not hashed again: use the
    answers only where a wrong one leaves something unproven.
    """
    pending = iter(questions)
    child: subprocess.Popen[bytes] | None = None
    try:
        while chunk := list(islice(pending, TOGETHER)):
            asked = [one for one in chunk if _askable(one[1])]
            child = child or git.spawn("cat-file", "--batch-check=%(objectname)")
            told = dict(zip(asked, _told(child, asked, git.id_length), strict=False))
            yield from (told.get(one) for one in chunk)
    finally:
        if child is not None:
            stop(child)


def _askable(path: bytes) -> bool:
    """Whether `path` means the same to git's syntax of names as it does in a tree."""
    relative = path.startswith((b"./", b"../")) or path in {b".", b".."}
    return not relative and b"\n" not in path and len(path) <= LONGEST


def _told(
    child: subprocess.Popen[bytes], asked: list[Question], id_length: int
) -> Iterator[str | None]:
    assert child.stdin is not None
    assert child.stdout is not None
    with suppress(BrokenPipeError):
        feed(child.stdin, b"".join(b"%b:%b\n" % (tree.encode(), path) for tree, path in asked))
    for tree, path in asked:
        line = child.stdout.readline().rstrip(b"\n")
        if line == b"%b:%b missing" % (tree.encode(), path):
            yield ""
        else:
            yield line.decode("ascii", "replace") if len(line) == id_length else None
