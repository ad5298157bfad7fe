"""Which landings belong to a period, and whether every commit of it is accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

import msgspec

from affidavit.audit.model import BranchReconciliation, Difference, Reconciliation
from affidavit.base.period import Period, months_before
from affidavit.changes.chain import (
    Dated,
    Place,
    brought_in,
    first_parents,
    out_of_order,
    places,
    span,
    stretched,
)

DEFAULT_MONTHS = 12
_Only = Container[str] | None
_Landed = tuple[tuple[str, ...], Place, list[str]]
"""What a landing accounts for, its place, and the branches that it is on."""
LEAP = 366 * 86_400
"""Seconds; a newest landing that far from the one before it moves the default period off it."""


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Commits as read and verified.

    `absent` are ids that a commit names as its parent but that could not be read, each with the
    reason. One of them may be in `parents` all the same: a damaged commit keeps its place, so that
    what lies before it is not lost, but no landing accounts for it. `dated` are landings of which a
    forge tells when they landed; the others lie in time where their place says.
    """

    parents: Mapping[str, tuple[str, ...]]
    times: Mapping[str, int | None]
    absent: Mapping[str, str]
    dated: Mapping[str, Dated] = {}

    def moments(self, chain: Sequence[str], where: Mapping[str, Place]) -> dict[str, int]:
        """The time by which each landing of `chain` belongs to a period; `where` are places."""
        found = {commit: where[commit].time for commit in chain}
        if self.dated:
            told = {one: self.dated[one].time for one in chain if one in self.dated}
            found.update(told)
        return found


class Displaced(msgspec.Struct, frozen=True):
    """A landing whose own date lies in the period, and that landed outside it.

    `place` is when it landed: by its place in history, or where `told` by a forge's records.
    """

    commit: str
    own: int
    place: int
    told: bool = False


class Selected(msgspec.Struct, frozen=True, kw_only=True):
    """One landing of the period: `commits` are itself and what it brought in.

    `dated` is when it landed by a forge's records, where that is not the time of its place.
    """

    commits: tuple[str, ...]
    place: Place
    branches: tuple[str, ...]
    dated: Dated | None = None


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
    """Landings that landed after the period."""
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

    Without an end it ends one second after the newest landing's time; without a start it begins
    twelve calendar months earlier, or at the first landing if that is later. Times are those that a
    forge tells, else those of places.

    Raises:
        PeriodError: The period holds no instant.
    """
    spans = [_span(history, head) for head in heads]
    last = max(newest for _, newest in spans) + 1 if end is None else end
    if start is None:
        first = min(oldest for oldest, _ in spans)
        earlier = months_before(last, DEFAULT_MONTHS)
        start = max(earlier, first) if first < last else earlier
    return Period(start, last)


def _span(history: History, head: str) -> tuple[int, int]:
    """When the oldest and the newest landing of a branch landed."""
    chain = first_parents(history.parents, head)
    if not history.dated:
        return span(chain, history.times)
    moments = history.moments(chain, places(chain, history.times)).values()
    return min(moments), max(moments)


def select(
    history: History, heads: Mapping[str, str], period: Period, *, only: _Only = None
) -> Selection:
    """The landings of `heads` (branch name to commit) whose time lies in `period`.

    `only` names those that may be among them; without it all may.
    """
    found: dict[str, _Landed] = {}
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
        moments = history.moments(chain, where)
        inside = [one for one in chain if moments[one] in period and _may(one, only)]
        later.update(commit for commit in chain if moments[commit] >= period.end)
        if len(chain) > 1 and moments[chain[0]] - moments[chain[1]] > LEAP:
            leaps.append(chain[0])
        for commit in inside:
            entry = found.setdefault(commit, (tuple(shares[commit]), where[commit], []))
            entry[2].append(name)
        displaced.update((one.commit, one) for one in _displaced(moments, history, period))
        row, missing = _reconcile(history, name, inside, shares)
        rows.append(row)
        differences.update((one.commit, one) for one in missing)
    landings = tuple(_selected(history, found.values()))
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


def _selected(history: History, found: Iterable[_Landed]) -> Iterator[Selected]:
    for commits, place, names in found:
        yield Selected(
            commits=commits,
            place=place,
            branches=tuple(names),
            dated=_elsewhere(history.dated.get(commits[0]), place),
        )


def _may(commit: str, only: _Only) -> bool:
    return only is None or commit in only


def _elsewhere(dated: Dated | None, place: Place) -> Dated | None:
    """`dated`, where it is another time than that of the place."""
    return None if dated is None or dated.time == place.time else dated


def _displaced(moments: Mapping[str, int], history: History, period: Period) -> Iterator[Displaced]:
    for commit, time in moments.items():
        own = history.times.get(commit)
        if own is not None and own in period and time not in period and out_of_order(own, time):
            yield Displaced(commit, own, time, commit in history.dated)


def _stretches(
    parents: Mapping[str, tuple[str, ...]], inside: Sequence[str]
) -> list[tuple[str, tuple[str, ...]]]:
    """`inside`, landings of a chain, in stretches that nothing lies between, the oldest first.

    Each is its newest landing, and the parent of its oldest.
    """
    found: list[tuple[str, tuple[str, ...]]] = []
    for commit in reversed(inside):
        below = parents[commit][:1]
        if found and below == found[-1][:1]:
            found[-1] = (commit, found[-1][1])
        else:
            found.append((commit, below))
    return found


def _reconcile(
    history: History, name: str, inside: Sequence[str], shares: Mapping[str, Sequence[str]]
) -> tuple[BranchReconciliation, list[Difference]]:
    """Commits reachable in the period, found by another walk, beside those accounted for."""
    if not inside:
        return BranchReconciliation(branch=name, reachable=0, accounted=0), []
    seen = stretched(history.parents, _stretches(history.parents, inside))
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
