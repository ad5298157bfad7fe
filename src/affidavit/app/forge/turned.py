"""Landings of merges the wrong way round: what was the tip of the branch is no first parent.

git does not tell which parent of a merge the branch was at. A push whose beginning is no landing of
the branch any more, and a request that was merged into the branch and is none, tell it: a merge has
brought them in from beside. What then lies below it, on the line of first parents, came with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from affidavit.app.forge.bringing import Bringing
    from affidavit.app.forge.requests import Pushed


class Tip(NamedTuple):
    """What a branch was at, and when, in seconds since 1970 UTC."""

    time: int
    commit: str


class Line(NamedTuple):
    """A branch: its landings, the newest first, and the pushes to it; `landings` are the same."""

    name: str
    chain: Sequence[str]
    landings: Mapping[str, int]
    pushes: Sequence[Pushed]


def turned(line: Line, merged: Iterable[Tip], bringing: Bringing) -> dict[str, str]:
    """Each landing that came by such a merge, with the tip that the branch had before it.

    `merged` is what requests that were merged into the branch became.
    """
    found: dict[str, str] = {}
    beside = [one for one in merged if one.commit not in line.landings]
    for tip in sorted((*_left(line, bringing), *_beside(line, beside, bringing))):
        place = bringing.place(line.name, tip.commit)
        if place is not None:
            end = _parted(line, tip.commit, bringing) or place + 1
            found.update(dict.fromkeys(line.chain[place:end], tip.commit))
    return found


def _left(line: Line, bringing: Bringing) -> Iterator[Tip]:
    """Where pushes began that ended in a landing, and that are none themselves."""
    for push in line.pushes:
        if push.after in line.landings and push.before not in line.landings:
            by = bringing.place(line.name, push.before)
            after = bringing.place(line.name, push.after)
            # After a forced push it may come back with a later landing, in whatever way.
            if by is not None and after is not None and by >= after:
                yield Tip(push.time, push.before)


def _beside(line: Line, tips: Sequence[Tip], bringing: Bringing) -> Iterator[Tip]:
    """Those of `tips` that a merge brought in, but where a push shows the merge to be in order."""
    places = [bringing.place(line.name, one.commit) for one in tips]
    known = {one for one in places if one is not None}
    sure = _in_order(line, known, bringing) if known else set()
    for tip, place in zip(tips, places, strict=True):
        if place is not None and place not in sure:
            yield tip


def _in_order(line: Line, places: set[int], bringing: Bringing) -> set[int]:
    """Those of `places` whose landing came by a push that began at a landing."""
    found = set[int]()
    for push in line.pushes:
        if push.after in line.landings and push.before in line.landings:
            after = bringing.place(line.name, push.after)
            before = bringing.place(line.name, push.before)
            if after is not None and before is not None:
                found.update(one for one in places if after <= one < before)
    return found


def _parted(line: Line, tip: str, bringing: Bringing) -> int | None:
    """The place where the line of first parents of `tip` comes to the branch's.

    The end of the branch where each has a beginning of its own; None where it is cut off before.
    """
    at = tip
    while at not in line.landings:
        parents = bringing.parents.get(at)
        if parents is None:
            return None
        if not parents:
            return len(line.chain)
        at = parents[0]
    return bringing.place(line.name, at)
