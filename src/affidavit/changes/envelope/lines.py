"""Which lines of two texts are the same lines: one answer, whatever git is set to.

The common beginning and end are matched, then lines that stand just once in both, as many as keep
their order; between them it begins again. What no such line divides is replaced as a whole.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DEEPEST = 64
"""How often a region is divided again; texts can be made that it would go on for ever with."""


class Block(NamedTuple):
    """Lines `[old_start, old_end)` become lines `[new_start, new_end)`."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


class _Region(NamedTuple):
    """A block that is still to be divided, and how often that was done."""

    block: Block
    depth: int


def blocks(old: Sequence[bytes], new: Sequence[bytes]) -> list[Block]:
    """What changes from `old` to `new`, in order; between two blocks there are equal lines."""
    found: list[Block] = []
    waiting = [_Region(Block(0, len(old), 0, len(new)), 0)]
    while waiting:
        region = waiting.pop()
        block = _trimmed(old, new, region.block)
        if block.old_start == block.old_end and block.new_start == block.new_end:
            continue
        anchors = _anchors(old, new, block) if region.depth < DEEPEST else []
        if anchors:
            between = _between(block, anchors)
            waiting += [_Region(one, region.depth + 1) for one in reversed(list(between))]
        else:
            found.append(block)
    return found


def _trimmed(old: Sequence[bytes], new: Sequence[bytes], block: Block) -> Block:
    """`block` without the lines at its beginning and end that are equal."""
    at, to, new_at, new_to = block
    while at < to and new_at < new_to and old[at] == new[new_at]:
        at, new_at = at + 1, new_at + 1
    while at < to and new_at < new_to and old[to - 1] == new[new_to - 1]:
        to, new_to = to - 1, new_to - 1
    return Block(at, to, new_at, new_to)


def _anchors(old: Sequence[bytes], new: Sequence[bytes], block: Block) -> list[tuple[int, int]]:
    """The places of lines that stand once in either part, the longest run that keeps its order."""
    lines = old[block.old_start : block.old_end]
    others = new[block.new_start : block.new_end]
    counts, other_counts = Counter(lines), Counter(others)
    places = {
        line: number
        for number, line in enumerate(others, block.new_start)
        if other_counts[line] == 1
    }
    pairs = [
        (number, places[line])
        for number, line in enumerate(lines, block.old_start)
        if counts[line] == 1 and line in places
    ]
    return _rising(pairs)


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of `pairs`, which rise in the first, that rises in the second too.

    Of several that are as long, the one that ends lowest, and so on from its end.
    """
    ends: list[int] = []
    lasts: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(lasts[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        lasts[length : length + 1] = [number]
    run: list[tuple[int, int]] = []
    at = lasts[-1] if lasts else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]


def _between(block: Block, anchors: Sequence[tuple[int, int]]) -> Iterator[Block]:
    """The parts of `block` before, between and after the anchors."""
    old_at, new_at = block.old_start, block.new_start
    for old, new in anchors:
        yield Block(old_at, old, new_at, new)
        old_at, new_at = old + 1, new + 1
    yield Block(old_at, block.old_end, new_at, block.new_end)
