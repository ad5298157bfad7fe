"""Observing the commits of some landings: from kept bodies, or read once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.sources.git.commit import Oddities, Read, parse
from affidavit.sources.git.history import KEPT, WHOLE, walk
from affidavit.sources.openpgp.check import SignatureStatus, check

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from affidavit.app.reading import Kept
    from affidavit.base.commit import Commit, Ident
    from affidavit.changes.observe import Observed, Observer
    from affidavit.sources.git.graph import Graph
    from affidavit.sources.git.header import Walked
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.openpgp.keyring import Keyring

TOGETHER = 500
"""Commits that are parsed, then observed, in one go: a fifth less time than one by one."""
FEW = 32
"""Commits that are asked together whether any of them may make a claim."""
TOGETHER_BYTES = 8 << 20
"""Bytes of commits after which they are not kept waiting for more."""


class Observing:
    """Parses commits, checks a forge's signature, and keeps what was `observed`, by id.

    `main` is the graph of the branches; `older` are commits of theirs that it was read without.
    """

    def __init__(
        self,
        observer: Observer,
        keyring: Keyring,
        main: Graph,
        older: AbstractSet[str] = frozenset(),
    ) -> None:
        self._observer = observer
        self._keyring = keyring
        self._main = main
        self.older = older
        self.oddities = Oddities()
        self.observed: dict[str, Observed] = {}
        self._waiting: list[tuple[str, Kept, bool]] = []
        self._waiting_bytes = 0

    @property
    def met(self) -> Iterable[Ident]:
        """Every author and committer observed, each once."""
        return self._observer.met

    def observe(
        self,
        wanted: Iterable[str],
        landings: Container[str],
        kept: dict[str, Kept],
        objects: Objects,
    ) -> None:
        """Observe `wanted` from what was `kept` in the walk, which is used up, or `objects`."""
        unkept = []
        for id_ in wanted:
            one = kept.pop(id_, None)
            if one is None:
                unkept.append(id_)
            else:
                self._keep(id_, one, landing=id_ in landings)
        for found in objects.read(unkept, max_size=WHOLE, head=KEPT):
            if found.body is not None and found.kind == "commit":
                self._keep(found.id, found.body, landing=found.id in landings)
        self._observe_waiting()

    def beside(self, git: PrivateGit, heads: Sequence[str], tips: Sequence[str]) -> Graph:
        """Every commit reachable from `heads` and not in the main graph, read from `tips`."""
        known = self._main.parents.keys() | self.older if self.older else self._main.parents
        graph = walk(git, heads, self._brought, without=tips, known=known)
        self._observe_waiting()
        return graph

    def _brought(self, id_: str, body: bytes, _read: Walked) -> None:
        self._keep(id_, body, landing=False)

    def _keep(self, id_: str, kept: Kept, *, landing: bool) -> None:
        self._waiting.append((id_, kept, landing))
        self._waiting_bytes += len(_body(kept))
        if len(self._waiting) >= TOGETHER or self._waiting_bytes >= TOGETHER_BYTES:
            self._observe_waiting()

    def _observe_waiting(self) -> None:
        waiting = self._waiting
        commits = [self._commit(id_, kept) for id_, kept, _ in waiting]
        for start in range(0, len(waiting), FEW):
            few = slice(start, start + FEW)
            silent = self._observer.silent(commits[few])
            for commit, (id_, kept, landing) in zip(commits[few], waiting[few], strict=True):
                signed = self._observer.forge_committer(commit) and self._forge_signed(commit, kept)
                self.observed[id_] = self._observer.observe(
                    commit, forge_signed=signed, landing=landing, silent=silent
                )
        waiting.clear()
        self._waiting_bytes = 0

    def _commit(self, id_: str, kept: Kept) -> Commit:
        if isinstance(kept, Read):
            return kept.commit(id_, self._main, self.oddities)
        return parse(id_, kept, self.oddities)

    def _forge_signed(self, commit: Commit, kept: Kept) -> bool:
        """Whether the signature of the forge that is typed as committer verifies."""
        found = check(_body(kept), self._keyring) if commit.signed else None
        # The key must be that forge's own: another host's key does not speak for GitHub.
        return (
            found is not None
            and found.status is SignatureStatus.GOOD
            and commit.committer.email.casefold() in found.addresses
        )


def _body(kept: Kept) -> bytes:
    return kept.body if isinstance(kept, Read) else kept
