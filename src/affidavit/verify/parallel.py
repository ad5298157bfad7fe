"""Several processes walking one log, each a range at a time, and their reports in order."""

from __future__ import annotations

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from affidavit.ledger.tile import WIDTH
from affidavit.verify.shapes import Shapes
from affidavit.verify.walk import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from affidavit.verify.report import Report, Task
    from affidavit.verify.source import Source

SPAN = 64 * WIDTH
"""Entries of a range: few enough for even shares, enough that handing them out costs nothing."""

_held: dict[str, tuple[Source, Task, Shapes]] = {}
"""What a process of the pool walks; set once, when it starts."""


def reports(opened: Callable[[], Source], task: Task, *, processes: int) -> Iterator[Report]:
    """The report of each range of the log, in order. Each process opens the source for itself."""
    spans = [(start, min(start + SPAN, task.end)) for start in range(0, task.end, SPAN)]
    if processes <= 1 or len(spans) <= 1:
        yield from _alone(opened, task, spans)
        return
    method = "fork" if sys.platform == "linux" else "spawn"
    with ProcessPoolExecutor(
        processes, multiprocessing.get_context(method), initializer=_start, initargs=(opened, task)
    ) as pool:
        yield from pool.map(_walk, spans)


def _alone(
    opened: Callable[[], Source], task: Task, spans: list[tuple[int, int]]
) -> Iterator[Report]:
    source, shapes = opened(), Shapes()
    try:
        for start, end in spans:
            yield walk(source, task, shapes, start=start, end=end)
    finally:
        source.close()


def _start(opened: Callable[[], Source], task: Task) -> None:
    _held["it"] = opened(), task, Shapes()


def _walk(span: tuple[int, int]) -> Report:
    source, task, shapes = _held["it"]
    return walk(source, task, shapes, start=span[0], end=span[1])
