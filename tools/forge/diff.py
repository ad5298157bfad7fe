"""What a pull request changes, counted as git counts it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forge.git import Bare, Files
    from forge.pulls import Pull


@dataclass(frozen=True, slots=True)
class Changed:
    """One file that is changed: `blob` is its content now, None where it was removed."""

    path: str
    status: str
    blob: str | None
    additions: int
    deletions: int


@dataclass(frozen=True, slots=True)
class Size:
    """How many files and lines are changed."""

    files: int
    additions: int
    deletions: int


@lru_cache(maxsize=20_000)
def _lines(before: bytes, after: bytes) -> tuple[int, int]:
    """How many lines were added and how many deleted."""
    old, new = before.splitlines(), after.splitlines()
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    return len(new) - same, len(old) - same


def _content(git: Bare, entry: tuple[str, str] | None) -> bytes:
    """What a file holds; of a submodule the line that git shows of it."""
    if entry is None:
        return b""
    mode, oid = entry
    return b"Subproject commit %b\n" % oid.encode() if mode == "160000" else git.content(oid)


def between(git: Bare, before: Files, after: Files) -> list[Changed]:
    """The files that differ, by their paths."""
    changed = []
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path), after.get(path)
        if old != new:
            added, gone = _lines(_content(git, old), _content(git, new))
            status = "added" if old is None else "removed" if new is None else "modified"
            changed.append(Changed(path, status, new[1] if new else None, added, gone))
    return changed


def files(pull: Pull) -> list[Changed]:
    """The files that the pull request changes, against where it left its base."""
    return _of(pull, pull.head_oid)


def _of(pull: Pull, head: str) -> list[Changed]:
    git = pull.repository.git
    base = git.base(pull.base_oid, head) if pull.base_oid else None
    return between(git, git.files(base) if base else {}, git.files(head))


def size(pull: Pull) -> Size:
    """How much the pull request changes."""
    changed = files(pull)
    return Size(
        len(changed),
        sum(each.additions for each in changed),
        sum(each.deletions for each in changed),
    )


def same_change(pull: Pull, before: str, after: str) -> bool:
    """Whether two heads change the same files to the same content."""
    was, now = _of(pull, before), _of(pull, after)
    return [(each.path, each.blob) for each in was] == [(each.path, each.blob) for each in now]
