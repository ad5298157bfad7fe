"""By which landing of its branch each commit came; looked for once, and only where it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.chain import brought_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from affidavit.sources.git.graph import Graph


class Bringing:
    """Answers about the commits of `graph`. `chains` are the branches' landings, newest first."""

    def __init__(self, graph: Graph, chains: Mapping[str, Sequence[str]]) -> None:
        self.parents = graph.linked
        self._chains = chains
        self._known: dict[str, dict[str, int]] = {}

    def forget(self) -> None:
        """Let go of what was found; it is found again where it is asked for."""
        self._known.clear()

    def place(self, branch: str, commit: str) -> int | None:
        """The place in the chain of the oldest landing that has `commit` below it, or is it.

        None where none has: the newest landing has the place 0.
        """
        chain = self._chains[branch]
        if commit not in self.parents or not chain:
            return None
        if branch not in self._known:
            found = brought_in(self.parents, chain[0])
            self._known[branch] = {
                one: place for place, by in enumerate(chain) for one in found.get(by, ())
            }
        return self._known[branch].get(commit)
