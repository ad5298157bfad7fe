"""Commits that are reachable from any ref at all: whether some are, and which say something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.sources.git.program import stop
from affidavit.sources.git.silence import Patience

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from affidavit.sources.git.private import PrivateGit


def reachable_from(
    git: PrivateGit, tips: Iterable[str], wanted: AbstractSet[str]
) -> frozenset[str]:
    """Those of `wanted` that git's own walk from `tips` meets. For counting, not for evidence."""
    with git.lines(sorted(set(tips))) as lines:
        listing = git.spawn("rev-list", "--stdin", "--ignore-missing", stdin=lines)
        assert listing.stdout is not None
        try:
            told = Patience().lines(listing.stdout.fileno())
            names = (line.decode("ascii", "replace") for line in told)
            return frozenset(name for name in names if name in wanted)
        finally:
            stop(listing)


def mentioning(git: PrivateGit, tips: Iterable[str], pattern: str) -> list[str]:
    """The commits that `tips` reach with a line that matches `pattern`, in any case.

    `pattern` is an extended regular expression as git has it.
    """
    with git.lines(sorted(set(tips))) as lines:
        options = ("--ignore-missing", "--extended-regexp", "--regexp-ignore-case")
        listing = git.spawn("rev-list", "--stdin", *options, f"--grep={pattern}", stdin=lines)
        assert listing.stdout is not None
        try:
            told = Patience().lines(listing.stdout.fileno())
            return [line.decode("ascii", "replace").strip() for line in told]
        finally:
            stop(listing)
