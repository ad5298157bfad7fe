"""A release as two commits of a history: its landings, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from affidavit.audit.selection import select
from affidavit.base.period import Period
from affidavit.changes.chain import brought_in, first_parents, places, reachable

if TYPE_CHECKING:
    from affidavit.audit.selection import History, Selection

    Parents = Mapping[str, tuple[str, ...]]


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """What `head` holds and `base` does not; without a base all that it holds.

    `name` is what the line of `head` is called where it is on no audited branch.
    """

    head: str
    base: str | None
    name: str

    @property
    def ends(self) -> tuple[str, ...]:
        """Its commits."""
        return (self.head,) if self.base is None else (self.head, self.base)


class Relation(StrEnum):
    """How the beginning of a release stands to its end."""

    BEGINNING = "beginning"
    """There is no commit that it begins after."""
    SAME = "same"
    ANCESTOR = "ancestor"
    """The end holds the beginning, as of a release that follows another."""
    HELD = "held"
    """The beginning holds the end: there is nothing new."""
    DIVERGED = "diverged"
    """Each holds something that the other does not."""


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """What a release reaches. `landings` are the newest first.

    `held` are the commits that its beginning holds, `new` those that it holds and its beginning
    does not, `dropped` the other way round, in no order. `accounted` is how many of the new ones
    the landings bring in. `again` counts, by landing, commits that it brings in and that the
    beginning held. `absent` are parents that some commit names and that could not be read.
    """

    landings: tuple[str, ...]
    held: AbstractSet[str]
    new: AbstractSet[str]
    dropped: AbstractSet[str]
    again: Mapping[str, int]
    accounted: int
    absent: AbstractSet[str]
    relation: Relation


def reach(parents: Parents, span: Span) -> Reach:
    """What the release `span` reaches in a history."""
    held = reachable(parents, [span.base]) if span.base else set[str]()
    whole = reachable(parents, [span.head])
    shares = brought_in(parents, span.head)
    landings = tuple(one for one in shares if one not in held)
    again = {one: sum(commit in held for commit in shares[one]) for one in landings}
    brought = {commit for one in landings for commit in shares[one]}
    return Reach(
        landings=landings,
        held=held,
        new=whole - held,
        dropped=held - whole,
        again={one: count for one, count in again.items() if count},
        accounted=len(brought - held),
        absent={one for commit in whole | held for one in parents[commit] if one not in parents},
        relation=_relation(span, held, whole),
    )


def _relation(span: Span, held: AbstractSet[str], whole: AbstractSet[str]) -> Relation:
    if span.base is None:
        return Relation.BEGINNING
    if span.base == span.head:
        return Relation.SAME
    if span.head in held:
        return Relation.HELD
    return Relation.ANCESTOR if span.base in whole else Relation.DIVERGED


def lines(parents: Parents, heads: Mapping[str, str], span: Span) -> dict[str, list[str]]:
    """The landings of the audited branches, by name, and of the release's line if it is none."""
    every = {name: first_parents(parents, head) for name, head in heads.items()}
    found = {name: line for name, line in every.items() if line}
    if not any(span.head in line for line in found.values()):
        found[span.name] = first_parents(parents, span.head)
    return found


def released(history: History, heads: Mapping[str, str], span: Span) -> Selection:
    """The landings of `span`; `heads` are the audited branches, by name.

    The range decides what belongs to it, and no date. A landing is on the audited branches whose
    first parents it is one of, else on a line that is called as `span` says.
    """
    chains = lines(history.parents, heads, span)
    held = reachable(history.parents, [span.base]) if span.base else set[str]()
    chain = first_parents(history.parents, span.head)
    inside = [commit for commit in chain if commit not in held]
    moments = history.moments(chain, places(chain, history.times))
    times = [moments[one] for one in inside or [span.head]]
    own = next(name for name, line in chains.items() if span.head in line)
    period = Period(min(times), max(times) + 1)
    found = select(history, {own: span.head}, period, only=frozenset(inside))
    audited = {name: set(chains[name]) for name in heads if name in chains}
    landings = tuple(
        msgspec.structs.replace(one, branches=_on(one.commits[0], audited) or (span.name,))
        for one in found.landings
    )
    return msgspec.structs.replace(
        found, landings=landings, chains=chains, displaced=(), later=0, leaps=()
    )


def _on(commit: str, audited: Mapping[str, AbstractSet[str]]) -> tuple[str, ...]:
    return tuple(name for name, line in audited.items() if commit in line)
