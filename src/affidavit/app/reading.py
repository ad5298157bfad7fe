"""Reading a history once, and keeping what the commits of its period are observed from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from affidavit.sources.git.commit import Read, ident, parse
from affidavit.sources.git.history import walk

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from affidavit.base.commit import Ident
    from affidavit.sources.git.graph import Graph
    from affidavit.sources.git.header import Walked
    from affidavit.sources.git.private import PrivateGit

EVERY = 1_000
"""Progress is told once for so many commits."""
KEPT_BYTES = 128 << 20
"""Bytes of commits that are kept from the walk; the others are read a second time."""


Kept = Read | bytes
"""What is kept of a commit: as the walk read it, or its body where that is still to be parsed."""


class Progress(Protocol):
    """Is told how far the work is; never changes a result."""

    def step(self, name: str, done: int = 0, total: int | None = None) -> None:
        """The work named `name` has done `done` of `total` items."""
        ...


class Reader:
    """Walks a history, and keeps the bodies of commits `since` the period's likely start.

    `known` are all commits reachable from those that are left out, if any are.
    `since` is seconds since 1970 UTC. Who made every commit is noted over the whole history: a name
    that somebody used long before the period is still theirs.
    """

    def __init__(
        self, progress: Progress, *, since: int, known: Container[str] | None = None
    ) -> None:
        self._progress = progress
        self._since = since
        self._known = known
        self._read = 0
        self._left = KEPT_BYTES
        self._idents: dict[bytes, Ident] = {}
        self._parsed: dict[Ident, None] = {}
        self.kept: dict[str, Kept] = {}
        """The commits that are likely to belong to the period, by id, as far as kept."""

    def history(self, git: PrivateGit, heads: Sequence[str], without: Sequence[str] = ()) -> Graph:
        """Every commit reachable from `heads` and not from `without`."""
        known = self._known if without else None
        return walk(git, heads, self._see, without=without, known=known)

    @property
    def met(self) -> list[Ident]:
        """Every author and committer of the history, each once.

        Not those of trailers: anybody can type somebody else's name there.
        """
        return list(dict.fromkeys((*self._idents.values(), *self._parsed)))

    def _see(self, id_: str, body: bytes, read: Walked) -> None:
        self._read += 1
        if self._read % EVERY == 0:
            self._progress.step("reading commits", self._read)
        kept = self._named(id_, body, read)
        if (read.time is None or read.time >= self._since) and len(body) <= self._left:
            self.kept[id_] = kept
            self._left -= len(body)

    def _named(self, id_: str, body: bytes, read: Walked) -> Kept:
        """What is to be kept of a commit, once it is noted who made it."""
        if not read.author:
            commit = parse(id_, body)
            self._parsed[commit.author] = self._parsed[commit.committer] = None
            return body
        idents = self._idents
        # Many commits are made by the same people: each is decoded once.
        author = idents.get(read.author) or idents.setdefault(read.author, ident(read.author))
        committer = idents.get(read.committer) or idents.setdefault(
            read.committer, ident(read.committer)
        )
        return body if read.signed is None else Read(body, author, committer, read.signed)
