"""Reading a history once and keeping of each commit only what its landing needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from affidavit.sources.git.commit import Oddities, parse
from affidavit.sources.git.header import header
from affidavit.sources.git.history import walk
from affidavit.sources.git.objects import State
from affidavit.sources.openpgp.check import SignatureStatus, check

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from affidavit.base.commit import Commit
    from affidavit.changes.observe import Observed, Observer
    from affidavit.sources.git.graph import Graph
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.openpgp.keyring import Keyring

EVERY = 1_000
"""Progress is told once for so many commits."""
TOGETHER = 500
"""Commits that are parsed, then observed, in one go: a fifth less time than one by one."""
TOGETHER_BYTES = 8 << 20
"""Bytes of commits after which they are not kept waiting for more."""


class Progress(Protocol):
    """Is told how far the work is; never changes a result."""

    def step(self, name: str, done: int = 0, total: int | None = None) -> None:
        """The work named `name` has done `done` of `total` items."""
        ...


class Reader:
    """Reads and observes commits; those `since` the period's likely start as they stream by.

    `since` is seconds since 1970 UTC. A commit older than that is parsed only if it turns out to
    belong to a landing of the period (`complete`). Landings are told from other commits as they
    stream by: children come first, so that each landing announces the next, its first parent.
    """

    def __init__(
        self, observer: Observer, keyring: Keyring, progress: Progress, *, since: int
    ) -> None:
        self._observer = observer
        self._keyring = keyring
        self._progress = progress
        self._since = since
        self._read = 0
        self.oddities = Oddities()
        self.observed: dict[str, Observed] = {}
        self._landings: set[str] = set()
        """Heads, and first parents of landings, as far as they are known."""
        self._waiting: list[tuple[str, bytes, bool]] = []
        self._waiting_bytes = 0

    def history(self, git: PrivateGit, heads: Sequence[str]) -> Graph:
        """Every commit reachable from `heads`."""
        self._landings.update(heads)
        graph = walk(git, heads, self._see)
        self._observe_waiting()
        return graph

    def beside(
        self, git: PrivateGit, heads: Sequence[str], main: Graph, tips: Sequence[str]
    ) -> Graph:
        """Every commit reachable from `heads` and not in `main`, which was read from `tips`."""
        graph = walk(git, heads, self._brought, without=tips, known=main.parents)
        self._observe_waiting()
        return graph

    def complete(self, objects: Objects, wanted: Iterable[str], landings: Collection[str]) -> None:
        """Read again those of `wanted` that went by unobserved, or as no landings and are such."""
        mistaken = [commit for commit in landings if commit not in self._landings]
        again = [commit for commit in wanted if commit not in self.observed]
        for found in objects.read(dict.fromkeys((*mistaken, *again))):
            if found.state is State.OK and found.body is not None and found.kind == "commit":
                self._keep(found.id, found.body, landing=True)
        self._observe_waiting()

    def _see(self, id_: str, body: bytes, time: int | None) -> None:
        self._read += 1
        if self._read % EVERY == 0:
            self._progress.step("reading commits", self._read)
        landing = id_ in self._landings
        if landing:
            self._landings.update(header(body, len(id_)).parents[:1])
        if time is None or time >= self._since:
            self._keep(id_, body, landing=landing)

    def _brought(self, id_: str, body: bytes, _time: int | None) -> None:
        self._keep(id_, body, landing=False)

    def _keep(self, id_: str, body: bytes, *, landing: bool) -> None:
        self._waiting.append((id_, body, landing))
        self._waiting_bytes += len(body)
        if len(self._waiting) >= TOGETHER or self._waiting_bytes >= TOGETHER_BYTES:
            self._observe_waiting()

    def _observe_waiting(self) -> None:
        commits = [self._parsed(id_, body) for id_, body, _ in self._waiting]
        for commit, (id_, body, landing) in zip(commits, self._waiting, strict=True):
            signed = self._observer.forge_committer(commit) and self._forge_signed(commit, body)
            self.observed[id_] = self._observer.observe(
                commit, forge_signed=signed, landing=landing
            )
        self._waiting.clear()
        self._waiting_bytes = 0

    def _parsed(self, id_: str, body: bytes) -> Commit:
        # What is odd about a commit that is read a second time has been noted.
        return parse(id_, body) if id_ in self.observed else parse(id_, body, self.oddities)

    def _forge_signed(self, commit: Commit, body: bytes) -> bool:
        """Whether the signature of the forge that is typed as committer verifies on `body`."""
        found = check(body, self._keyring) if commit.signed else None
        # The key must be that forge's own: another host's key does not speak for GitHub.
        return (
            found is not None
            and found.status is SignatureStatus.GOOD
            and commit.committer.email.casefold() in found.addresses
        )
