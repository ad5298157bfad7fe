"""The lines that an edit wrote, as digests: of what else stands in a transcript nothing is kept.

A line's digest is the SHA-256 of its text and one line feed, whatever ended it. Lines that an edit
only repeats are not written by it: those of a diff's context, and those that it takes away and puts
back. A run is of lines that follow each other in the file as the edit left it.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from affidavit.base.digest import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Runs = tuple[tuple[str, ...], ...]
"""Digests of lines in a row, for each row."""

OF_THE_FILE: Runs = ((),)
"""What is written where an edit tells of a file, and its lines are not those of the file."""

_FEWEST = 4


def digest(line: str) -> str:
    """The digest of `line`, with or without what ends it."""
    text = line.removesuffix("\n").removesuffix("\r")
    return sha256(text.encode("utf-8", "surrogatepass") + b"\n")


def is_trivial(line: str) -> bool:
    """Whether `line` is so short that it says nothing of who wrote it: ``}``, ``else``, blank."""
    return len("".join(islice(line.split(), _FEWEST))) < _FEWEST


def lines_of(text: str) -> list[str]:
    """The lines of `text`, what ends them left out; a last one that is empty is none."""
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def whole(text: str) -> Runs:
    """Every line of `text`."""
    run = tuple(map(digest, lines_of(text)))
    return (run,) if run else ()


def replaced(old: str, new: str) -> Runs:
    """The lines of `new`, which took the place of `old`, that do not stand in `old`."""
    before, after = lines_of(old), lines_of(new)
    first = _alike(before, after)
    last = _alike(before[first:][::-1], after[first:][::-1])
    taken = (f"-{line}" for line in before[first : len(before) - last])
    put = (f"+{line}" for line in after[first : len(after) - last])
    return added([*taken, *put])


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines both begin with."""
    return next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )


def added(hunk: Iterable[str]) -> Runs:
    """What one hunk of a diff adds: its lines begin with ``+``, ``-`` or a blank."""
    lines = list(hunk)
    taken = Counter(digest(line[1:]) for line in lines if line[:1] == "-")
    runs: list[list[str]] = [[]]
    for line in lines:
        if line[:1] == "+" and not _put_back(written := digest(line[1:]), taken):
            runs[-1].append(written)
        elif line[:1] not in ("-", "\\"):
            runs.append([])
    return tuple(tuple(run) for run in runs if run)


def _put_back(written: str, taken: Counter[str]) -> bool:
    """Whether the line was taken away by the same hunk, as often as it is put back."""
    taken[written] -= 1
    return taken[written] >= 0


def unified(diff: str) -> Runs:
    """What the hunks of a diff of one file add; lines before the first ``@@`` are none."""
    return tuple(run for hunk in _hunks(diff) for run in added(hunk))


def _hunks(diff: str) -> Iterator[list[str]]:
    hunk: list[str] | None = None
    for line in lines_of(diff):
        if line.startswith("@@"):
            yield hunk or []
            hunk = []
        elif hunk is not None:
            hunk.append(line)
    yield hunk or []
