"""What a change did to files: the paths, and the blocks of lines that it replaced."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

LINK = "160000"
"""The mode of another repository's commit: it has no lines."""

Hunk = tuple[int, int, int, int]
"""Lines `[old_start, old_end)` become lines `[new_start, new_end)`, counted from 0."""
Hunks = Sequence[Hunk]
"""The blocks of one file, in order; between two of them the lines are equal."""


class Status(StrEnum):
    """How a path changed, as git's raw format names it."""

    ADDED = "A"
    DELETED = "D"
    MODIFIED = "M"
    RENAMED = "R"
    RETYPED = "T"
    """A file became a symbolic link, or the other way round: another file in its place."""


class Entry(NamedTuple):
    """A path that changed; `old_path` is another one where it was renamed.

    Ids are of blobs, all zeros where there is none; modes as in a tree, ``000000`` where none.
    """

    status: Status
    old_path: bytes
    path: bytes
    old_mode: str
    mode: str
    old_id: str
    id: str
