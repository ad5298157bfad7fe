"""The lines of one file of one commit, cut where the answer whose they are changes."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from affidavit.changes.lines.model import Ground, LineClass, Made, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from affidavit.changes.lines.stated import Attested


class Segment(NamedTuple):
    """Lines `[start, end)`, counted from 0, that are all of the same."""

    start: int
    end: int
    made: Made


def segments(attested: Iterable[Attested]) -> list[Segment]:
    """What is attested, in order and without overlap.

    A line of which two things are attested is contradicted.
    """
    edges: list[tuple[int, bool, int, Made]] = []
    for number, (spans, made) in enumerate(attested):
        for first, last in spans:
            edges.append((first - 1, True, number, made))
            edges.append((last, False, number, made))
    edges.sort(key=lambda edge: (edge[0], edge[1]))
    found: list[Segment] = []
    open_: dict[int, Made] = {}
    at = 0
    for line, begins, number, made in edges:
        if open_ and line > at:
            found.append(Segment(at, line, _agreed(open_.values())))
        at = line
        if begins:
            open_[number] = made
        else:
            open_.pop(number, None)
    return found


def _agreed(each: Iterable[Made]) -> Made:
    """What all say; where they do not agree, that they contradict each other."""
    different = list(dict.fromkeys(each))
    if len(different) == 1:
        return different[0]
    if len({one.line_class for one in different}) == 1:
        hands = tuple(sorted({hand for one in different for hand in one.hands}))
        return Made(different[0].line_class, different[0].ground, hands)
    named = tuple(sorted({hand for one in different for hand in one.hands}))
    return unknown(Ground.CONTRADICTED, named)


def split(
    known: Sequence[Segment], otherwise: Made, start: int, count: int
) -> Iterator[tuple[int, Made]]:
    """How many of `count` lines from `start` are whose; `otherwise` where nothing is attested."""
    at, end = start, start + count
    number = max(bisect_right(known, at, key=lambda one: one.start) - 1, 0)
    for one in known[number:]:
        if one.start >= end:
            break
        if one.end <= at:
            continue
        if one.start > at:
            yield one.start - at, otherwise
            at = one.start
        upto = min(one.end, end)
        yield upto - at, one.made
        at = upto
    if at < end:
        yield end - at, otherwise


def unattested(made: Made) -> Made:
    """Whose lines are that the note on their commit does not attest."""
    if made.line_class is LineClass.AI:
        return unknown(Ground.UNATTESTED, made.hands)
    return made
