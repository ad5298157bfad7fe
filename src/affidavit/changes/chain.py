"""The first-parent chain of a branch: its landings, when they landed, what each brought in."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.period import day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Parents = dict[str, tuple[str, ...]]
"""Commit id to parent ids, from verified bodies only; a commit that could not be read is absent."""

DAY = 86_400
UNDATED = 0
"""The place in time of landings before the first usable date: 1970-01-01."""


class Place(msgspec.Struct, frozen=True, gc=False):
    """A landing's place on its branch: `time` is the latest committer date up to it."""

    time: int
    change: str


class By(StrEnum):
    """Which record of a forge tells when a landing landed."""

    REQUEST = "request"
    """The request that became it was merged then."""
    PUSH = "push"
    """It was pushed then."""


class Dated(msgspec.Struct, frozen=True, gc=False):
    """When a landing landed by a forge's record, in seconds since 1970 UTC."""

    time: int
    by: By


def first_parents(parents: Mapping[str, tuple[str, ...]], head: str) -> list[str]:
    """The landings of the branch that ends in `head`, newest first, as far as commits were read."""
    chain: list[str] = []
    commit = head
    while commit in parents:
        chain.append(commit)
        ancestors = parents[commit]
        if not ancestors:
            break
        commit = ancestors[0]
    return chain


def places(chain: Sequence[str], times: Mapping[str, int | None]) -> dict[str, Place]:
    """Where each landing of `chain` (newest first) lies in time, and its change id.

    A landing without a usable date takes the place of the one before it. Both answers depend only
    on the chain below a landing, so they never alter as a branch grows, and two branches that share
    a landing agree about it. A change id counts landings of one UTC day of the own committer date,
    in first-parent order over all history.
    """
    found: dict[str, Place] = {}
    days: dict[int, tuple[str, int]] = {}
    latest: int | None = None
    for commit in reversed(chain):
        own = times.get(commit)
        if latest is None:
            latest = UNDATED if own is None else own
        elif own is not None and own > latest:
            latest = own
        since = (latest if own is None else own) // DAY
        date, count = days.get(since) or (day(since * DAY), 0)
        days[since] = date, count + 1
        found[commit] = Place(latest, f"CHG-{date}-{count + 1:03d}")
    return found


def span(chain: Sequence[str], times: Mapping[str, int | None]) -> tuple[int, int]:
    """Where the oldest and the newest landing of `chain` (newest first) lie in time."""
    first = times.get(chain[-1])
    oldest = UNDATED if first is None else first
    later = (time for commit in chain if (time := times.get(commit)) is not None)
    return oldest, max((oldest, *later))


def brought_in(parents: Mapping[str, tuple[str, ...]], head: str) -> dict[str, list[str]]:
    """For each landing of `head`'s branch, itself and the commits it brought in.

    A commit belongs to the oldest landing from which it can be reached: what that landing reaches
    and its first parent does not. Newest landing first, children before parents. Linear in commits.
    """
    chain = first_parents(parents, head)
    owned: set[str] = set()
    shares = [_added(parents, landing, owned) for landing in reversed(chain)]
    return {commits[0]: commits for commits in reversed(shares)}


def _added(parents: Mapping[str, tuple[str, ...]], landing: str, owned: set[str]) -> list[str]:
    """`landing` and what it reaches of what is not `owned` yet, which is then."""
    found: list[str] = []
    waiting = [landing]
    one_line = True
    while waiting:
        commit = waiting.pop()
        while commit not in owned and commit in parents:
            owned.add(commit)
            found.append(commit)
            before = parents[commit]
            if len(before) != 1:
                ahead = [one for one in before if one not in owned and one in parents]
                one_line &= len(ahead) < 2
                waiting += reversed(ahead)
                break
            commit = before[0]
    return found if one_line else _children_first(parents, found)


def _children_first(parents: Mapping[str, tuple[str, ...]], commits: Sequence[str]) -> list[str]:
    """`commits`, all of them reachable from the first, each after all its children among them."""
    inside = set(commits)
    children = Counter(
        one for commit in commits for one in dict.fromkeys(parents[commit]) if one in inside
    )
    ready = list(commits[:1])
    order: list[str] = []
    while ready:
        commit = ready.pop()
        order.append(commit)
        for one in reversed(tuple(dict.fromkeys(parents[commit]))):
            if one in inside:
                children[one] -= 1
                if not children[one]:
                    ready.append(one)
    return order


def reachable(
    parents: Mapping[str, tuple[str, ...]], heads: Iterable[str], without: Iterable[str] = ()
) -> set[str]:
    """Every commit that was read and is reachable from `heads` but from none of `without`."""
    hidden = _closure(parents, without, frozenset())
    return _closure(parents, heads, hidden)


def stretched(
    parents: Mapping[str, tuple[str, ...]], stretches: Iterable[tuple[str, Iterable[str]]]
) -> set[str]:
    """Every commit read that a stretch of a chain reaches, each stretch given as `reachable` takes.

    A stretch is its newest landing and what lies before its oldest; the oldest stretch comes first,
    so that no commit is walked twice.
    """
    hidden: set[str] = set()
    own: set[str] = set()
    found: set[str] = set()
    for head, without in stretches:
        hidden |= own
        hidden |= _closure(parents, without, hidden)
        own = _closure(parents, [head], hidden)
        found |= own
    return found


def _closure(
    parents: Mapping[str, tuple[str, ...]], heads: Iterable[str], stop: set[str] | frozenset[str]
) -> set[str]:
    found: set[str] = set()
    waiting = list(heads)
    while waiting:
        commit = waiting.pop()
        while commit not in found and commit in parents and commit not in stop:
            found.add(commit)
            before = parents[commit]
            if len(before) != 1:
                waiting += before
                break
            commit = before[0]
    return found


def out_of_order(own: int | None, place: int) -> bool:
    """Whether a landing's own date lies more than a day from its place, or cannot be used."""
    return own is None or abs(place - own) > DAY
