"""When landings landed, as a forge's records tell: what decides which of them are in a period.

A landing that a merged request became landed when that was merged, all landings of a rebased one at
once. Of the others a push that was recorded tells: what it added to the branch came with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.forge.content import Contents
from affidavit.app.forge.requests import Branches, Merged, Requests, merged
from affidavit.app.forge.seeing import Seeing
from affidavit.app.forge.turned import Line, Tip, turned
from affidavit.base.text import shortened, visible
from affidavit.changes.chain import By, Dated, places
from affidavit.changes.forge.landed import Became, Fit, fit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from affidavit.app.forge.requests import Place, Pushed
    from affidavit.app.gather import Source, Walk
    from affidavit.base.period import Period
    from affidavit.changes.forge.landed import Seen
    from affidavit.sources.forge.lines import Head

_HEADS = "refs/heads/"
_REMOTE = "remotes/origin/"


def on_forge(branch: str) -> str:
    """The name that a branch has on the forge; an audit tells two of one name by where they lie."""
    return branch.removeprefix("heads/").removeprefix(_REMOTE)


class _Chain(msgspec.Struct, frozen=True):
    """The landings of a branch, the newest first, and when they landed as far as git tells."""

    name: str
    commits: Sequence[str]
    places: Mapping[str, int]


class Dating:
    """The requests of an export beside a history that was read.

    `requests` are those of the landings that were asked about so far, `found` all that were merged.
    `elsewhere` says of landings which request became them on another branch. `turned` has those of
    a merge the wrong way round, each with the tip that the branch had before.

    Raises:
        InputError: The export holds what is no record.
        UnreadableError: It cannot be read.
    """

    def __init__(self, path: Path, head: Head, source: Source, walk: Walk) -> None:
        self._parents = walk.graph.parents
        self._chains = [_chain(name, chain, walk) for name, chain in walk.chains.items()]
        self._bases: dict[str, list[Mapping[str, int]]] = {}
        for chain in self._chains:
            self._bases.setdefault(on_forge(chain.name), []).append(chain.places)
        looked_at = Branches(refs={_HEADS + name for name in self._bases}, fits=self._fits)
        self.found: Merged = merged(path, looked_at)
        contents = Contents(source.git, walk.graph, walk.chains, source.objects)
        self._bringing = contents.bringing
        self.requests = Requests(path, head, self.found, contents)
        self._seeing = Seeing(source.objects, walk)
        self.elsewhere: dict[str, tuple[str]] = {}
        self._tips = self._named()
        self._asked: set[str] = set()
        self._dated: dict[str, Dated] = {}
        self.turned: dict[str, str] = {}
        for chain in self._chains:
            self._add_pushes(chain)
            self.turned.update(turned(*self._line(chain), self._bringing))
        # What they tell is taken in, and they take room.
        self.found.pushed.clear()
        self._pushed = {commit: one.time for commit, one in self._dated.items()}
        self._dated.update((commit, one) for commit in self._tips if (one := self._merge(commit)))

    @property
    def dated(self) -> Mapping[str, Dated]:
        """When landings landed by the records, as far as is known by now."""
        return self._dated

    def look(self, period: Period) -> None:
        """Find the landings of all requests that may have one in `period`."""
        tips = self._tips.items()
        merged = {tip for tip, named in tips if any(one.merged_at in period for one in named)}
        pushed = {commit for commit, time in self._pushed.items() if time in period}

        def near(commit: str, tip: str, chain: _Chain) -> bool:
            return tip in merged or commit in pushed or chain.places[commit] in period

        self._find(near)

    def find(self, population: frozenset[str]) -> None:
        """Find the requests of all landings of the population."""
        self._find(lambda commit, _tip, _chain: commit in population)
        self._bringing.forget()

    def _find(self, wanted: Callable[[str, str, _Chain], bool]) -> None:
        for tip in dict.fromkeys(self._near(wanted)):
            self._asked.add(tip)
            members: tuple[str, ...] = ()
            # What ranks highest is taken last, and stays.
            for place in sorted(self._tips[tip], key=lambda one: one.rank):
                members = self.requests.take(place, partial(self._of, tip))
            dated = self._dated.get(tip)
            if dated is not None and dated.by is By.REQUEST and len(members) > 1:
                self._dated.update(dict.fromkeys(members, dated))

    def _near(self, wanted: Callable[[str, str, _Chain], bool]) -> Iterator[str]:
        """The commits that requests became, of which a wanted landing may be a part."""
        for chain in self._chains:
            tip = ""
            for commit in chain.commits:
                tip = commit if commit in self._tips else tip
                if tip and tip not in self._asked and wanted(commit, tip, chain):
                    yield tip

    def _of(self, tip: str, commit: str) -> Seen | None:
        """The landing `commit`, unless another request than that of `tip` became it."""
        if commit == tip:
            # The history's own text of the id: what is kept of each landing must not have another.
            return self._seeing.landing(tip)
        return None if commit in self._tips else self._seeing.landing(commit)

    def _named(self) -> dict[str, tuple[Place, ...]]:
        """The requests by the landings that they became, as the forge says.

        What was merged into another branch counts for none: it may have come from there by a push.
        """
        landings = {commit: commit for chain in self._chains for commit in chain.commits}
        found: dict[str, tuple[Place, ...]] = {}
        places = self.found.places
        for number, told in places.items():
            commit = landings.get(told.commit)
            if commit is None:
                continue
            # The history's own text of the id: there is one of each landing then, not two.
            places[number] = place = told._replace(commit=commit)
            here = any(commit in one for one in self._bases.get(place.base, ()))
            found[commit] = (*found.get(commit, ()), *((place,) if here else ()))
            if not here:
                base = visible(shortened(place.base, 100))
                into = (
                    f"by the forge's record #{place.number} was merged into {base}, not into this"
                )
                self.elsewhere[commit] = (f"{into} branch: how it came here is not told",)
        return found

    def _fits(self, commit: str, told: Became) -> Fit:
        parents = self._parents.get(commit)
        return Fit.NO if parents is None else fit(told, parents, self._parents)

    def _merge(self, commit: str) -> Dated | None:
        """When the request that `commit` is of was merged; None where it is of none."""
        named = self._tips[commit]
        place = named[0] if len(named) == 1 else max(named, key=lambda one: one.rank, default=None)
        if place is None or place.fit is Fit.NO:
            return None
        return Dated(place.merged_at, By.REQUEST)

    def _line(self, chain: _Chain) -> tuple[Line, list[Tip]]:
        """A branch with the pushes to it, and what requests that were merged into it became."""
        base = on_forge(chain.name)
        pushes = [one for one in self.found.pushed.values() if one.ref == _HEADS + base]
        tips = [
            Tip(one.merged_at, one.commit)
            for one in self.found.places.values()
            if one.base == base and not one.indirect and one.commit not in chain.places
        ]
        return Line(chain.name, chain.commits, chain.places, pushes), tips

    def _add_pushes(self, chain: _Chain) -> None:
        """Date what pushes added to a branch, the first push first."""
        ref = _HEADS + on_forge(chain.name)
        pushes = [one for one in self.found.pushed.values() if one.ref == ref]
        if not pushes:
            return
        for commit, time in _added(chain.commits, pushes):
            known = self._dated.get(commit)
            if known is None or time < known.time:
                self._dated[commit] = Dated(time, By.PUSH)


def _chain(name: str, commits: Sequence[str], walk: Walk) -> _Chain:
    found = places(commits, walk.graph.times)
    return _Chain(name, commits, {commit: place.time for commit, place in found.items()})


def _added(chain: Sequence[str], pushes: Iterable[Pushed]) -> Iterator[tuple[str, int]]:
    """The landings of `chain` that pushes added, each with the time of the first that did.

    A push whose beginning is not on the chain, as after a forced one, tells of its end alone. One
    that made the branch tells nothing: what it held came from elsewhere.
    """
    index = {commit: place for place, commit in enumerate(chain)}
    free = list(range(len(chain) + 1))
    for push in sorted(pushes, key=lambda one: (one.time, one.after)):
        first = index.get(push.after)
        if first is None or not push.before.strip("0"):
            continue
        below = index.get(push.before, 0)
        place = _free(free, first)
        while place < max(below, first + 1):
            yield chain[place], push.time
            free[place] = place + 1
            place = _free(free, place)


def _free(free: list[int], place: int) -> int:
    """The first place from `place` on that nothing was said of; shortens the way there."""
    while free[place] != place:
        free[place] = free[free[place]]
        place = free[place]
    return place
