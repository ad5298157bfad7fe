"""What a landing brought, line by line, with where each line stands in the landing's own files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.provenance.blame.change import Status
from affidavit.sources.git.enduring import endured
from affidavit.sources.git.listing import REGULAR
from affidavit.sources.git.patches import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.lines.held import Lines, Piece
    from affidavit.provenance.blame.change import Entry, Hunks
    from affidavit.sources.git.private import PrivateGit

TOGETHER = 256
"""Landings whose blocks are held together."""
Blocks = dict[bytes, list[tuple[int, int]]]
"""By path the first line, counted from 0, and the number of lines of each block."""


class Placed(NamedTuple):
    """Lines of one landing: `at` is the first in the file `path` there, counted from 0."""

    path: bytes
    at: int
    piece: Piece


def brought(
    git: PrivateGit, found: Lines, numbers: Sequence[int]
) -> Iterator[tuple[int, list[Placed]]]:
    """The lines that each of the landings of these numbers brought.

    Raises:
        GitFailedError: git cannot compare a landing with its parent.
    """
    for start in range(0, len(numbers), TOGETHER):
        several = numbers[start : start + TOGETHER]
        for number, blocks in zip(several, _blocks(git, found, several), strict=True):
            yield number, list(_placed(found, number, blocks))


def _placed(found: Lines, number: int, blocks: Blocks) -> Iterator[Placed]:
    for path, each in blocks.items():
        for start, count in each:
            at = start
            for one in found.of_landing(number, path, start, count):
                yield Placed(path, at, one)
                at += one.length


def _blocks(git: PrivateGit, found: Lines, numbers: Sequence[int]) -> list[Blocks]:
    branch, following = found.branch, _Following()
    steps = [
        # Each landing is the first parent of the next.
        Step(commit, branch.landings[number - 1] if number and commit not in branch.cut else None)
        for number, commit in ((number, branch.landings[number]) for number in numbers)
    ]
    endured(git, steps, following)
    return following.blocks


class _Following:
    """Keeps the blocks of text that each landing brought."""

    def __init__(self) -> None:
        self.blocks: list[Blocks] = []

    def begin(self, _landing: int, _entries: Sequence[Entry]) -> None:
        """The next landing begins."""
        self.blocks.append({})

    def change(self, entry: Entry, hunks: Hunks | None) -> None:
        """What became of one file."""
        if not hunks or entry.mode not in REGULAR or entry.status is Status.DELETED:
            return
        blocks = [(one[2], one[3] - one[2]) for one in hunks if one[3] > one[2]]
        if blocks:
            self.blocks[-1][entry.path] = blocks
