"""What the gate decided about a landing: the last decision about what was merged, before it was.

A decision is of a landing where it is about the commit that was merged, or about the same files on
the same base, as of the commit of a merge queue. It was made by the gate of that base where the
base that it names lies on the branch and the policy is the one that the landing's base has.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """A decision of the gate that somebody whom the base believes recorded.

    `commit` and `tree` are the head that was judged, `parent` its first parent where that is known,
    and `at` when, RFC 3339 UTC, as the gate's own clock had it. `source` is where it was found,
    `digest` of what was signed or recorded, and `by` who signed or recorded it. `bundle` is the
    policy's digest, `base` what the change was judged by. `readable` is whether it is understood,
    `contradicts` where an allowance does not follow from what the decision itself says.
    """

    commit: str
    tree: str
    verdict: str
    at: str
    source: str
    digest: str
    by: str
    bundle: str
    base: str | None
    parent: str | None = None
    readable: bool = True
    contradicts: str = ""


class GateState(StrEnum):
    """Whether the gate allowed what was merged."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    UNDECIDED = "undecided"
    NONE = "none"
    """No decision about what was merged is known."""
    UNKNOWN = "unknown"
    """Something is not known: what was merged, or when, or whether the gate of its base decided."""


class Gated(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What became of a landing at the gate; `why` in a sentence.

    The rest is of the last decision about it: when it was made by its own clock, where it was
    found, who recorded it, by which policy and base it was made.
    """

    state: GateState
    why: str
    at: str | None = None
    source: str | None = None
    digest: str | None = None
    by: str | None = None
    bundle: str | None = None
    base: str | None = None


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a landing's gate.

    `is_gated` is whether its base asks for a decision, None where that cannot be read, and `bundle`
    is the digest of that base's policy, None where it has none that can be used. `head` and `tree`
    are what was merged, None where that is unknown: then `doubt` says why. `branch` are the
    landings of the branches that it is on.
    """

    is_gated: bool | None = False
    bundle: str | None = None
    head: str | None = None
    tree: str | None = None
    doubt: str = ""
    rulings: tuple[Ruling, ...] = ()
    unread: tuple[str, ...] = ()
    branch: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """How a landing was merged: its id, first parent and tree.

    `merged_at` is when it was merged, RFC 3339 UTC, by a record that no author controls.
    """

    landing: str
    base: str | None
    tree: str
    merged_at: str | None


def gated(sought: Sought, merge: Merge) -> Gated | None:
    """What the gate decided; None where the base asks for no gate."""
    if sought.is_gated is False:
        return None
    if sought.is_gated is None:
        return _unknown("whether its base asks for a gate is unknown")
    own = sorted(_own(sought, merge), key=_order)
    if not all(one.readable for one in own):
        return _unknown("a decision about what was merged cannot be read")
    return _told(own[-1], sought, merge) if own else _missing(sought)


_RANK = (GateState.ALLOWED.value, GateState.UNDECIDED.value, GateState.REFUSED.value)


def _order(one: Ruling) -> tuple[str, int, str]:
    """By time; of several at one time the worst is the last."""
    rank = _RANK.index(one.verdict) if one.verdict in _RANK else len(_RANK)
    return one.at, rank, one.digest


def _unknown(why: str) -> Gated:
    return Gated(state=GateState.UNKNOWN, why=why)


def _missing(sought: Sought) -> Gated:
    if sought.head is None:
        why = sought.doubt or "what was merged is unknown"
        return _unknown(f"no decision can be told to be of it: {why}")
    if sought.unread:
        return _unknown("no decision about what was merged was found, and not all could be read")
    return Gated(state=GateState.NONE, why="no decision about what was merged is known")


def _told(last: Ruling, sought: Sought, merge: Merge) -> Gated:
    state, why = _state(last, sought, merge)
    return Gated(
        state=state,
        why=why,
        at=last.at,
        source=last.source,
        digest=last.digest,
        by=last.by,
        bundle=last.bundle,
        base=last.base,
    )


def _state(last: Ruling, sought: Sought, merge: Merge) -> tuple[GateState, str]:
    if last.verdict == GateState.REFUSED:
        return GateState.REFUSED, "the gate refused what was merged"
    if last.verdict != GateState.ALLOWED:
        return GateState.UNDECIDED, "the gate could not decide about what was merged"
    if last.contradicts:
        return GateState.UNDECIDED, last.contradicts
    doubts: Sequence[tuple[bool, str]] = (
        (last.base is None or last.base not in sought.branch, "it was allowed for another branch"),
        (sought.bundle is None, "it was allowed, and the base has no policy that can be read"),
        (last.bundle != sought.bundle, "it was allowed by another policy than its base has"),
        (merge.merged_at is None, "it was allowed, and no record says whether before the merge"),
        (bool(sought.unread), "it was allowed, and not all that may say otherwise could be read"),
    )
    doubt = next((why for holds, why in doubts if holds), "")
    if doubt:
        return GateState.UNKNOWN, doubt
    return GateState.ALLOWED, "the gate allowed what was merged, by its own clock before the merge"


def _own(sought: Sought, merge: Merge) -> Iterator[Ruling]:
    """The decisions about what was merged, until it was; one that cannot be read has no time."""
    for one in sought.rulings:
        late = one.readable and merge.merged_at is not None and one.at > merge.merged_at
        if not late and _is_of(one, sought, merge):
            yield one


def _is_of(one: Ruling, sought: Sought, merge: Merge) -> bool:
    if (one.commit, one.tree) == (sought.head, sought.tree):
        return True
    # The commit of a merge queue: on the same base, with the same files. Elsewhere the same files
    # are another change, such as one that takes a later one back.
    begun = merge.base is not None and one.parent == merge.base
    return one.tree == merge.tree and (one.commit == merge.landing or begun)
