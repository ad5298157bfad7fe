"""The lines of one file of one commit, cut where the answer whose they are changes."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from affidavit.changes.lines.model import Ground, LineClass, Made, unknown
from affidavit.provenance.gitai_log import united
from affidavit.provenance.overlay import MOST, overlaid
from affidavit.provenance.records.contradictions import apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from affidavit.changes.lines.model import Hand
    from affidavit.changes.lines.stated import Attested
    from affidavit.provenance.gitai_log import Spans


class Segment(NamedTuple):
    """Lines `[start, end)`, counted from 0, that are all of the same."""

    start: int
    end: int
    made: Made


def segments(attested: Iterable[Attested]) -> list[Segment]:
    """What is attested, in order and without overlap.

    A line of which two things are attested is contradicted. So it is where two records attest it
    to different agents; of one record several agents had a hand in it together. More than `MOST`
    on one line are not told apart: it is contradicted, and the first of them are named.
    """
    by_said: dict[_Said, list[Spans]] = {}
    for one in attested:
        by_said.setdefault(_Said(one.made, one.record), []).append(one.spans)
    said = sorted(by_said, key=_order)
    found: list[Segment] = []
    before: tuple[int, ...] = ()
    for start, end, on in overlaid(united(*by_said[one]) for one in said):
        made = found[-1].made if on == before else _agreed([said[number] for number in on])
        before = on
        if found and found[-1].end == start and found[-1].made == made:
            found[-1] = Segment(found[-1].start, end, made)
        else:
            found.append(Segment(start, end, made))
    return found


class _Said(NamedTuple):
    made: Made
    record: str


def _order(said: _Said) -> tuple[tuple[Hand, ...], str, str, str]:
    return said.made.hands, said.made.line_class, said.made.ground, said.record


def _agreed(on: Sequence[_Said]) -> Made:
    """What all say; where they do not agree, that they contradict each other."""
    if len(on) <= MOST and len({one.made for one in on}) == 1:
        return on[0].made
    named = tuple(sorted({hand for one in on[:MOST] for hand in one.made.hands}))
    made = on[0].made
    alike = len({(one.made.line_class, one.made.ground) for one in on}) == 1
    if not alike or len(on) > MOST or (made.line_class is LineClass.AI and _differ(on)):
        return unknown(Ground.CONTRADICTED, named)
    return Made(made.line_class, made.ground, named)


def _differ(on: Iterable[_Said]) -> bool:
    """Whether records name agents, and no agent is named by all of them."""
    known: dict[str, set[str]] = {}
    for one in on:
        known.setdefault(one.record, set()).update(hand.agent for hand in one.made.hands)
    return apart(known.values())


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
