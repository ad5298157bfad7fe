"""Which landings belong to a period, and whether every commit of it is accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from affidavit.audit.model import BranchReconciliation, Difference, Reconciliation
from affidavit.base.period import Period, months_before
from affidavit.changes.chain import (
    Place,
    brought_in,
    first_parents,
    out_of_order,
    places,
    reachable,
    span,
)

DEFAULT_MONTHS = 12
LEAP = 366 * 86_400
"""Seconds; a newest landing that far from the one before it moves the default period off it."""


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Commits as read and verified.

    `absent` are ids that a commit names as its parent but that could not be read, each with the
    reason. One of them may be in `parents` all the same: a damaged commit keeps its place, so that
    what lies before it is not lost, but no landing accounts for it.
    """

    parents: Mapping[str, tuple[str, ...]]
    times: Mapping[str, int | None]
    absent: Mapping[str, str]


class Displaced(msgspec.Struct, frozen=True):
    """A landing whose own date lies in the period and whose place in history does not."""

    commit: str
    own: int
    place: int


class Selected(msgspec.Struct, frozen=True, kw_only=True):
    """One landing of the period: `commits` are itself and what it brought in."""

    commits: tuple[str, ...]
    place: Place
    branches: tuple[str, ...]


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """The population: newest landing first, the first branch's before what others add."""

    period: Period
    landings: tuple[Selected, ...]
    displaced: tuple[Displaced, ...]
    reconciliation: Reconciliation
    branches: tuple[BranchReconciliation, ...]
    chains: Mapping[str, Sequence[str]]
    """Every branch's landings over all history, newest first."""
    later: int = 0
    """Landings whose place is after the period."""
    leaps: tuple[str, ...] = ()
    """Newest landings that lie more than `LEAP` after the one before them."""

    @property
    def ids(self) -> list[str]:
        """The landings' commits, in their order."""
        return [one.commits[0] for one in self.landings]


def period_of(
    history: History, heads: Sequence[str], *, start: int | None, end: int | None
) -> Period:
    """The period from `start` to `end`, either of which defaults by the branches' own dates.

    Without an end it ends one second after the newest landing's place; without a start it begins
    twelve calendar months earlier, or at the first landing if that is later.

    Raises:
        PeriodError: The period holds no instant.
    """
    spans = [span(first_parents(history.parents, head), history.times) for head in heads]
    last = max(newest for _, newest in spans) + 1 if end is None else end
    if start is None:
        first = min(oldest for oldest, _ in spans)
        earlier = months_before(last, DEFAULT_MONTHS)
        start = max(earlier, first) if first < last else earlier
    return Period(start, last)


def select(history: History, heads: Mapping[str, str], period: Period) -> Selection:
    """The landings of `heads` (branch name to commit) whose place lies in `period`."""
    found: dict[str, tuple[tuple[str, ...], Place, list[str]]] = {}
    displaced: dict[str, Displaced] = {}
    rows: list[BranchReconciliation] = []
    differences: dict[str, Difference] = {}
    chains: dict[str, Sequence[str]] = {}
    later: set[str] = set()
    leaps: list[str] = []
    for name, head in heads.items():
        shares = brought_in(history.parents, head)
        chain = chains[name] = list(shares)
        where = places(chain, history.times)
        inside = [commit for commit in chain if where[commit].time in period]
        later.update(commit for commit in chain if where[commit].time >= period.end)
        if len(chain) > 1 and where[chain[0]].time - where[chain[1]].time > LEAP:
            leaps.append(chain[0])
        for commit in inside:
            entry = found.setdefault(commit, (tuple(shares[commit]), where[commit], []))
            entry[2].append(name)
        displaced.update((one.commit, one) for one in _displaced(chain, where, history, period))
        row, missing = _reconcile(history, name, inside, shares)
        rows.append(row)
        differences.update((one.commit, one) for one in missing)
    landings = tuple(
        Selected(commits=commits, place=place, branches=tuple(names))
        for commits, place, names in found.values()
    )
    return Selection(
        period=period,
        landings=landings,
        displaced=tuple(displaced.values()),
        reconciliation=_total(history, rows, landings, differences),
        branches=tuple(rows),
        chains=chains,
        later=len(later),
        leaps=tuple(leaps),
    )


def _displaced(
    chain: Sequence[str], where: Mapping[str, Place], history: History, period: Period
) -> list[Displaced]:
    found = []
    for commit in chain:
        own, place = history.times.get(commit), where[commit].time
        if own is not None and own in period and place not in period and out_of_order(own, place):
            found.append(Displaced(commit, own, place))
    return found


def _reconcile(
    history: History, name: str, inside: Sequence[str], shares: Mapping[str, Sequence[str]]
) -> tuple[BranchReconciliation, list[Difference]]:
    """Commits reachable in the period, found by another walk, beside those accounted for."""
    if not inside:
        return BranchReconciliation(branch=name, reachable=0, accounted=0), []
    before = history.parents[inside[-1]][:1]
    seen = reachable(history.parents, inside[:1], before)
    accounted = {commit for landing in inside for commit in shares[landing]}
    total = len(accounted - history.absent.keys())
    absent = history.absent.keys() and {
        p for commit in seen for p in history.parents[commit] if p in history.absent
    }
    differences = [Difference(commit=c, reason=history.absent[c]) for c in sorted(absent)]
    for commits, reason in (
        (seen - accounted, "reachable, and in no landing"),
        (accounted - seen, "in a landing, and not reachable"),
    ):
        differences += [Difference(commit=commit, reason=reason) for commit in sorted(commits)]
    row = BranchReconciliation(branch=name, reachable=len(seen | absent), accounted=total)
    return row, differences


def _total(
    history: History,
    rows: Sequence[BranchReconciliation],
    landings: Sequence[Selected],
    differences: Mapping[str, Difference],
) -> Reconciliation:
    """One branch's row as it is; several branches' commits counted once each."""
    named = tuple(differences[commit] for commit in sorted(differences))
    if len(rows) == 1:
        return Reconciliation(
            reachable=rows[0].reachable, accounted=rows[0].accounted, differences=named
        )
    commits = {commit for landing in landings for commit in landing.commits}
    accounted = len(commits - history.absent.keys())
    unaccounted = sum(one.reason != "in a landing, and not reachable" for one in named)
    return Reconciliation(reachable=accounted + unaccounted, accounted=accounted, differences=named)


def population_digest(landings: Sequence[Selected]) -> str:
    """The digest of the population: see docs/population.md.

    SHA-256 over one line for each landing, ``<commit> <change> <place>`` and a line feed, the place
    in seconds since 1970 UTC, lines sorted as bytes.
    """
    lines = sorted(f"{one.commits[0]} {one.place.change} {one.place.time}\n" for one in landings)
    return "sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest()
