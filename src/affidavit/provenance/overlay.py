"""Ranges of lines laid over each other: what lies where, however many there are."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from affidavit.provenance.gitai_log import Spans

MOST = 50
"""Ranges that are told apart on one line."""


class Overlay(NamedTuple):
    """Lines `[start, end)`, counted from 0, and the numbers of the ranges on all of them, in order.

    Where more than `MOST` lie there, `on` has the first `MOST` and one more.
    """

    start: int
    end: int
    on: tuple[int, ...]


def overlaid(each: Iterable[Spans]) -> Iterator[Overlay]:
    """Where the ranges of `each` lie, by their place in it, in the order of the lines.

    Lines on which none lies are left out.
    """
    edges: list[tuple[int, bool, int]] = []
    for number, spans in enumerate(each):
        for first, last in spans:
            edges.append((first - 1, True, number))
            edges.append((last, False, number))
    edges.sort()
    on: list[int] = []
    at = 0
    for line, begins, number in edges:
        if on and line > at:
            yield Overlay(at, line, tuple(on[: MOST + 1]))
        at = line
        if begins:
            insort(on, number)
        else:
            del on[bisect_left(on, number)]
