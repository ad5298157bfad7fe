"""Everybody that a history names as author or committer, with commits to show for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.joins import COMMITS
from affidavit.sources.git.commit import ident, parse
from affidavit.sources.git.history import walk

if TYPE_CHECKING:
    from affidavit.app.reading import Progress
    from affidavit.base.commit import Ident
    from affidavit.sources.git.header import Walked
    from affidavit.sources.git.private import PrivateGit

EVERY = 1_000
"""Progress is told once for so many commits."""


class Naming:
    """How often an identity is named, and the newest commits that do."""

    def __init__(self) -> None:
        self.count = 0
        self.commits: list[str] = []

    def add(self, commit: str) -> None:
        """Note that `commit` names it."""
        self.count += 1
        if len(self.commits) < COMMITS:
            self.commits.append(commit)


class Met:
    """Reads a history; nobody is taken from a trailer, where anybody can type any name."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._read = 0
        self._typed: dict[bytes, Naming] = {}
        self._parsed: dict[Ident, Naming] = {}

    def history(self, git: PrivateGit, head: str) -> dict[Ident, Naming]:
        """Every author and committer that is reachable from `head`, the newest first."""
        walk(git, [head], self._see)
        found: dict[Ident, Naming] = {}
        typed = ((ident(text), one) for text, one in self._typed.items())
        for who, one in (*typed, *self._parsed.items()):
            known = found.setdefault(who, one)
            if known is not one:
                known.count += one.count
        return found

    def _see(self, id_: str, body: bytes, read: Walked) -> None:
        self._read += 1
        if self._read % EVERY == 0:
            self._progress.step("reading commits", self._read)
        if read.author:
            for text in {read.author: None, read.committer: None}:
                self._typed.setdefault(text, Naming()).add(id_)
            return
        commit = parse(id_, body)
        for who in {commit.author: None, commit.committer: None}:
            self._parsed.setdefault(who, Naming()).add(id_)
