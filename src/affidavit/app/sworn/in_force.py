"""Which gate was in force where a landing was merged: the table of what its branch was at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.config import FILE_NAME, MAX_INSIDE, config
from affidavit.app.gate.table import GateTable
from affidavit.app.identity.versions import LINKED, UNREADABLE, file_ids
from affidavit.app.sworn.asked import may_gate
from affidavit.base.errors import ConfigError
from affidavit.changes.gate.model import ALWAYS, DEFAULT
from affidavit.changes.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.gather import Gathered, Source
    from affidavit.audit.selection import Selected


class InForce(NamedTuple):
    """The table of a base; `is_gated` is whether it has one, None where that cannot be read.

    `required` are the requirements that it asks for. `turned` is whether that base may not be what
    the branch was at: then `is_gated` is of either.
    """

    table: GateTable
    is_gated: bool | None
    required: tuple[str, ...] = ALWAYS
    turned: bool = False


_UNKNOWN = InForce(GateTable(), is_gated=None)
_CHANGED: dict[tuple[bool | None, bool | None], str] = {
    (True, False): "removed",
    (False, True): "added",
}
"""What became of the gate with a landing."""


class Tables:
    """The tables along the branches; with `every` one is in force where a base has none as well."""

    def __init__(self, source: Source, gathered: Gathered, *, every: bool) -> None:
        self._objects = source.objects
        self._parents = gathered.graph.parents
        self._facts = gathered.facts
        self._none = InForce(GateTable(), is_gated=every)
        self._bases: dict[str, InForce] = {}
        self._known = {"": self._none, UNREADABLE: _UNKNOWN, LINKED: _UNKNOWN}

    def of(self, landings: Sequence[Selected]) -> list[InForce]:
        """Of each landing the table of its base."""
        tables = self._at([self.base(one) for one in landings])
        own = [one.commits[0] for one in landings]
        beside = [self._beside(commit, table) for commit, table in zip(own, tables, strict=True)]
        ids = self._ids([one for each in beside for one in each])
        return [
            self._either(commit, table, [ids[one] for one in others])
            for commit, table, others in zip(own, tables, beside, strict=True)
        ]

    def differ(self, base: str, at_base: InForce) -> bool:
        """Whether the commit `base` has another table than `at_base`, or one that is not known."""
        if base not in self._bases:
            [self._bases[base]] = self._at([base])
        found = self._bases[base]
        return found.is_gated is None or found.table != at_base.table

    def changes(self, landings: Sequence[Selected]) -> Iterator[str]:
        """The landings with a gate whose first parent has none, and the other way round."""
        own = [one.commits[0] for one in landings]
        before = self._at([next(iter(self._parents.get(one, ())), "") for one in own])
        for commit, old, new in zip(own, before, self._at(own), strict=True):
            if old.is_gated != new.is_gated:
                words = _CHANGED.get((old.is_gated, new.is_gated), "may have been added or removed")
                yield f"{words} by {commit}"

    def base(self, landing: Selected) -> str:
        """What it was merged into: of a request that was rebased, what its first landing was."""
        own, parents = landing.commits[0], self._parents
        recorded = self._facts.recorded.get(own)
        first = next(iter(recorded.landed.members[-1:]), own) if recorded else own
        return next(iter(parents.get(first if first in parents else own, ())), "")

    def _beside(self, commit: str, table: InForce) -> tuple[str, ...]:
        """What else the branch may have been at: the tip that is known, or else other parents."""
        tip = self._facts.turned.get(commit)
        if tip is not None:
            return (tip,)
        return self._parents.get(commit, ())[1:] if table.is_gated is False else ()

    def _either(self, commit: str, table: InForce, others: Sequence[str]) -> InForce:
        """`table`, unless what else the branch may have been at asks for a gate as well."""
        known = commit in self._facts.turned
        asks = any(one != UNREADABLE and self._table(one).is_gated is not False for one in others)
        if not known and (not asks or self._is_made(commit)):
            return table
        gated = True if asks else table.is_gated
        return table._replace(is_gated=gated, turned=True)

    def _is_made(self, commit: str) -> bool:
        """Whether the forge made the merge: then its first parent is what the branch was at."""
        recorded = self._facts.recorded.get(commit)
        landed = recorded.landed if recorded else None
        return landed is not None and landed.kind is Kind.MERGE and landed.made

    def _at(self, commits: Sequence[str]) -> list[InForce]:
        """Of each commit its table; an empty id is of none."""
        ids = self._ids([one for one in commits if one])
        return [self._table(ids[one]) if one else self._none for one in commits]

    def _ids(self, commits: Sequence[str]) -> dict[str, str]:
        known = list(dict.fromkeys(commits))
        found = file_ids(self._objects, known, FILE_NAME, links=True)
        return dict(zip(known, found, strict=True))

    def _table(self, content: str) -> InForce:
        if content not in self._known:
            self._known[content] = self._opened(content)
        return self._known[content]

    def _opened(self, content: str) -> InForce:
        data = self._objects.one(content, kind="blob", max_size=MAX_INSIDE)
        if data is None:
            return _UNKNOWN
        if not may_gate(data):
            return self._none
        try:
            gate = config(data, FILE_NAME, most=MAX_INSIDE).gate
        except ConfigError:
            return _UNKNOWN
        if gate is None:
            return self._none
        asked = DEFAULT if gate.require is None else gate.require
        return InForce(gate, is_gated=True, required=tuple(dict.fromkeys((*ALWAYS, *asked))))
