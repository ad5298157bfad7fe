"""The trees of a branch's newest landings as git lists them, unverified: to work ahead by."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from affidavit.sources.git.program import stop
from affidavit.sources.git.silence import Patience

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.sources.git.private import PrivateGit

EMPTY = ""
"""What stands for no tree at all, before the first landing."""


def first_trees(git: PrivateGit, head: str, *, most: int, since: int) -> list[str]:
    """The trees of `head` and its first parents, newest first; `EMPTY` below the oldest of all.

    At most `most`, and down to the first that is dated before `since` (seconds since 1970 UTC).
    Fewer where git cannot read on.
    """
    trees: list[str] = []
    for tree, _, time in _listed(git, head, most):
        trees.append(tree)
        if time.isdecimal() and int(time) < since:
            return trees
    return trees if len(trees) == most else [*trees, EMPTY]


def _listed(git: PrivateGit, head: str, most: int) -> Iterator[tuple[str, str, str]]:
    with ExitStack() as stack:
        lines = stack.enter_context(git.lines([head]))
        options = ("--first-parent", f"--max-count={most}", "--format=%T %ct")
        listing = git.spawn("rev-list", "--stdin", *options, stdin=lines)
        stack.callback(stop, listing)
        assert listing.stdout is not None
        for line in Patience().lines(listing.stdout.fileno()):
            # Git names each commit on a line of its own first.
            if not line.startswith(b"commit "):
                yield line.decode("ascii", "replace").partition(" ")
