"""What landings changed and say, read from the repository a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import decode, shortened, visible
from affidavit.changes.record.material import Touched
from affidavit.sources.git.changed import changed_paths
from affidavit.sources.git.commit import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit

PATHS = 2_000
"""Paths kept of one landing."""
MESSAGE = 64 << 10
"""Bytes of a message that are looked at."""
MESSAGES = 100
"""Messages that are looked at of one change."""


def touched(git: PrivateGit, objects: Objects, commits: Sequence[str]) -> dict[str, Touched]:
    """The paths that each of `commits` changed against its first parent, where they are known."""
    before: dict[str, str] = {}
    trees: dict[str, str] = {}
    for found in objects.read(commits):
        if found.body is not None and found.kind == "commit":
            commit = parse(found.id, found.body)
            trees[found.id] = commit.tree
            before[found.id] = commit.parents[0] if commit.parents else ""
    parents = {one: objects.tree_of(one) for one in {*before.values()} if one}
    # Of a parent that cannot be read the id itself stands for its tree: there is no such tree.
    known = [one for one in commits if one in trees]
    pairs = [(parents.get(before[one]) or before[one], trees[one]) for one in known]
    compared = zip(known, changed_paths(git, pairs), strict=True)
    return {
        one: Touched(
            paths=tuple(_shown(path.path) for path in paths.paths[:PATHS]),
            more=bool(paths.more) or len(paths.paths) > PATHS,
        )
        for one, paths in compared
        if paths is not None
    }


def messages(objects: Objects, commits: Iterable[str]) -> dict[str, str]:
    """The messages of `commits`, the beginning of each."""
    found = {}
    for one in objects.read(commits):
        if one.body is not None and one.kind == "commit":
            found[one.id] = decode(parse(one.id, one.body).message[:MESSAGE])
    return found


def _shown(path: bytes) -> str:
    return visible(shortened(decode(path), 500))
