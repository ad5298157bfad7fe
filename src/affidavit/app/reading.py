"""Reading a history once, and keeping what the commits of its period are observed from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from affidavit.sources.git.commit import ident, parse
from affidavit.sources.git.history import walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.base.commit import Ident
    from affidavit.sources.git.graph import Graph
    from affidavit.sources.git.header import Walked
    from affidavit.sources.git.private import PrivateGit

EVERY = 1_000
"""Progress is told once for so many commits."""
KEPT_BYTES = 128 << 20
"""Bytes of commits that are kept from the walk; the others are read a second time."""


class Progress(Protocol):
    """Is told how far the work is; never changes a result."""

    def step(self, name: str, done: int = 0, total: int | None = None) -> None:
        """The work named `name` has done `done` of `total` items."""
        ...


class Reader:
    """Walks a history, and keeps the bodies of commits `since` the period's likely start.

    `since` is seconds since 1970 UTC. Who made every commit is noted over the whole history: a name
    that somebody used long before the period is still theirs.
    """

    def __init__(self, progress: Progress, *, since: int) -> None:
        self._progress = progress
        self._since = since
        self._read = 0
        self._left = KEPT_BYTES
        self._typed: dict[bytes, None] = {}
        self._parsed: dict[Ident, None] = {}
        self.bodies: dict[str, bytes] = {}
        """Bodies of commits that are likely to belong to the period, by id, as far as kept."""

    def history(self, git: PrivateGit, heads: Sequence[str]) -> Graph:
        """Every commit reachable from `heads`."""
        return walk(git, heads, self._see)

    @property
    def met(self) -> list[Ident]:
        """Every author and committer of the history, each once.

        Not those of trailers: anybody can type somebody else's name there.
        """
        return list(dict.fromkeys((*map(ident, self._typed), *self._parsed)))

    def _see(self, id_: str, body: bytes, read: Walked) -> None:
        self._read += 1
        if self._read % EVERY == 0:
            self._progress.step("reading commits", self._read)
        if read.author:
            self._typed[read.author] = self._typed[read.committer] = None
        else:
            commit = parse(id_, body)
            self._parsed[commit.author] = self._parsed[commit.committer] = None
        if (read.time is None or read.time >= self._since) and len(body) <= self._left:
            self.bodies[id_] = body
            self._left -= len(body)
