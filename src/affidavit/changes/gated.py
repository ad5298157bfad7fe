"""What the gate decided about a landing: the last decision about what was merged, before it was.

A decision is of a landing where it is about the commit that was merged, or about the same files on
the same base, as of the commit of a merge queue, and was made for the request and branch that were
merged: so it covers one landing, or those that one request was rebased to. It was made by the gate
of that base where the base that it names lies on the branch, the policy is the one that the
landing's base has, and all that this base requires was met.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.text import shortened, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WAIVED = 5
"""Waived rules that are told of one decision."""


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """A decision of the gate that somebody whom the base believes recorded.

    `commit` and `tree` are the head that was judged, `parent` its first parent where that is known,
    and `at` when, RFC 3339 UTC, as the gate's own clock had it. `source` is where it was found,
    `digest` of what was signed or recorded, and `by` who signed or recorded it. `bundle` is the
    policy's digest, `base` what the change was judged by. `request` and `branch` are what it was to
    be merged by and into, `met` the requirements that were met, `score` the score. `elsewise` is
    whether the gate's settings in `base` may be others than those that the landing's base has,
    `readable` whether it is understood, `contradicts` where an allowance does not follow from what
    the decision itself says. `waived` are rules that a waiver lifted.
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
    request: int | None = None
    branch: str | None = None
    met: frozenset[str] = frozenset()
    score: int | None = None
    elsewise: bool = False
    readable: bool = True
    contradicts: str = ""
    waived: tuple[str, ...] = ()


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
    is the digest of that base's policy, None where it has none that can be used. `required` are the
    requirements that the base asks for, `threshold` the score. `head` and `tree` are what was
    merged, None where that is unknown: then `doubt` says why. `branch` are the landings of the
    branches that it is on.
    """

    is_gated: bool | None = False
    bundle: str | None = None
    required: tuple[str, ...] = ()
    threshold: int | None = None
    head: str | None = None
    tree: str | None = None
    doubt: str = ""
    rulings: tuple[Ruling, ...] = ()
    unread: tuple[str, ...] = ()
    branch: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """How a landing was merged: its id, first parent and tree.

    `merged_at` is when it was merged, RFC 3339 UTC, by a record that no author controls. `request`
    and `branch` are what it was merged by and into, by the forge's record; `outside` is whether
    that shows that no request became it.
    """

    landing: str
    base: str | None
    tree: str
    merged_at: str | None
    request: int | None = None
    branch: str | None = None
    outside: bool = False


def gated(sought: Sought, merge: Merge) -> Gated | None:
    """What the gate decided; None where the base asks for no gate."""
    if sought.is_gated is False:
        return None
    if sought.is_gated is None:
        return _unknown("whether its base asks for a gate is unknown")
    about = [one for one in sought.rulings if _is_of(one, sought, merge)]
    own = sorted((one for one in about if _is_for(one, merge)), key=_order)
    if not all(one.readable for one in own):
        return _unknown("a decision about what was merged cannot be read")
    last = _last(own, merge)
    return _missing(sought, merge, about) if last is None else _told(last, sought, merge)


_RANK = (GateState.ALLOWED.value, GateState.UNDECIDED.value, GateState.REFUSED.value)


def _order(one: Ruling) -> tuple[str, int, str]:
    """By time; of several at one time the worst is the last."""
    rank = _RANK.index(one.verdict) if one.verdict in _RANK else len(_RANK)
    return one.at, rank, one.digest


def _last(own: Sequence[Ruling], merge: Merge) -> Ruling | None:
    """The last one until the merge.

    One of its very second may be of after it: an allowance is looked at only where the one before
    was none, so that it can say nothing for sure.
    """
    until = merge.merged_at
    found = [one for one in own if until is None or one.at <= until]
    before = [one for one in found if until is None or one.at < until]
    if found and found[-1].verdict == GateState.ALLOWED and before:
        return before[-1] if before[-1].verdict == GateState.ALLOWED else found[-1]
    return found[-1] if found else None


def _unknown(why: str) -> Gated:
    return Gated(state=GateState.UNKNOWN, why=why)


PUSHED = "it was pushed past every request: by the forge's records none became it"
MISSING = "no decision about what was merged, before it was, is known"
_ELSEWHERE = "the gate decided about the same commit for another request or branch"


def _missing(sought: Sought, merge: Merge, about: Sequence[Ruling]) -> Gated:
    if merge.outside and not sought.unread:
        return Gated(state=GateState.NONE, why=PUSHED)
    if sought.head is None and not merge.outside:
        why = sought.doubt or "what was merged is unknown"
        return _unknown(f"no decision can be told to be of it: {why}")
    if sought.unread:
        return _unknown("no decision about what was merged was found, and not all could be read")
    other = any(not _is_for(one, merge) for one in about)
    return Gated(state=GateState.NONE, why=f"{MISSING}: {_ELSEWHERE}" if other else MISSING)


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
    doubt = next(_doubts(last, sought, merge), "")
    if doubt:
        return GateState.UNKNOWN, f"it was allowed{doubt}"
    return GateState.ALLOWED, f"{_ALLOWED}{_waived(last)}"


_ALLOWED = "the gate allowed what was merged, by its own clock before the merge"


def _waived(last: Ruling) -> str:
    """What it let through because it was waived."""
    told = ", ".join(visible(shortened(one, 60)) for one in last.waived[:WAIVED])
    more = len(last.waived) - WAIVED
    told += f" and {more} more" if more > 0 else ""
    return f"; a waiver lifted {told}" if told else ""


def _doubts(last: Ruling, sought: Sought, merge: Merge) -> Iterator[str]:
    """Why an allowance is none for sure, the gravest first."""
    if last.base is None or last.base not in sought.branch:
        yield " for another branch"
    if sought.bundle is None:
        yield ", and the base has no policy that can be read"
    if last.bundle != sought.bundle:
        yield " by another policy than its base has"
    if lacking := [one for one in sought.required if one not in last.met]:
        yield f" without what its base requires: {', '.join(lacking)}"
    if sought.threshold is not None and (last.score or 0) < sought.threshold:
        yield f" with a lower score than its base requires: {sought.threshold}"
    if last.elsewise:
        yield " by other settings of the gate than its base has"
    yield from _unplaced(last, merge)
    if sought.unread:
        yield ", and not all that may say otherwise could be read"


def _unplaced(last: Ruling, merge: Merge) -> Iterator[str]:
    """Why an allowance is not surely of this merge."""
    if merge.merged_at is None:
        yield ", and no record says whether before the merge"
    elif last.at == merge.merged_at:
        yield " in the very second of the merge, and so perhaps after it"
    if None in (last.request, last.branch):
        yield ", and does not say for which request and branch"
    if None in (merge.request, merge.branch):
        yield ", and no record says which request was merged"


def _is_for(one: Ruling, merge: Merge) -> bool:
    """Whether it was made for the request and branch that were merged, or may have been."""
    if merge.outside:
        return one.request is None
    pairs = ((one.request, merge.request), (one.branch, merge.branch))
    return all(None in pair or pair[0] == pair[1] for pair in pairs)


def _is_of(one: Ruling, sought: Sought, merge: Merge) -> bool:
    """Whether it is about what was merged."""
    if (one.commit, one.tree) == (sought.head, sought.tree):
        return True
    # The commit of a merge queue: on the same base, with the same files. Elsewhere the same files
    # are another change, such as one that takes a later one back.
    begun = merge.base is not None and one.parent == merge.base
    return one.tree == merge.tree and (one.commit == merge.landing or begun)
