"""Attested lines carried from one state of the files to the next: what a change touches is dropped.

Nothing is inferred. A line that the comparison of both texts leaves alone keeps what was said of
it, at its new number; a line inside a block that changed keeps nothing, however alike it looks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import FormatError
from affidavit.provenance.gitai_log import Keyed, Span, Spans, count, united, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from affidavit.changes.envelope.lines import Block
    from affidavit.changes.envelope.touched import Touched

State = dict[bytes, Keyed]
"""By path and key the lines that are attested at some commit."""
Changes = "Callable[[Touched], Sequence[Block] | None]"
"""Gives what changes in a file; None where what stands there afterwards is no text."""

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_END = 1 << 62


class Fitted(NamedTuple):
    """Of a note the lines that its commit brought, and how many it attests in all."""

    state: State
    attested: int


def lines_of(body: bytes) -> list[bytes]:
    """The lines of a file with their ends, so that one without its line feed is another line."""
    return _LINE.findall(body)


def carried(spans: Spans, blocks: Iterable[Block]) -> Spans:
    """`spans` where `blocks` leave them: shifted, without the lines that a block replaced."""
    return united(
        Span(one.first + shift, one.last + shift)
        for kept, shift in _between(blocks)
        for one in within(spans, (kept,))
    )


def _between(blocks: Iterable[Block]) -> Iterator[tuple[Span, int]]:
    """The old lines that no block replaced, counted from 1, and by how much they move."""
    start = shift = 0
    for block in blocks:
        if block.old_start > start:
            yield Span(start + 1, block.old_start), shift
        start, shift = block.old_end, block.new_end - block.old_end
    yield Span(start + 1, _END), shift


def brought(blocks: Iterable[Block]) -> Spans:
    """The new lines of `blocks`: those that the change brought."""
    return united(
        Span(one.new_start + 1, one.new_end) for one in blocks if one.new_end > one.new_start
    )


def through(
    state: State,
    touched: Mapping[bytes, Touched],
    changes: Callable[[Touched], Sequence[Block] | None],
) -> State:
    """`state` after a change."""
    found: State = {}
    for path, keyed in state.items():
        moved = _moved(keyed, touched[path], changes) if path in touched else keyed
        if moved:
            found[path] = moved
    return found


def _moved(
    keyed: Keyed, one: Touched, changes: Callable[[Touched], Sequence[Block] | None]
) -> Keyed:
    blocks = changes(one)
    if blocks is None:
        return {}
    moved = {key: carried(spans, blocks) for key, spans in keyed.items()}
    return {key: spans for key, spans in moved.items() if spans}


def added(
    state: State,
    touched: Mapping[bytes, Touched],
    changes: Callable[[Touched], Sequence[Block] | None],
) -> State:
    """Of `state` after a change the lines that the change brought."""
    found: State = {}
    for path, keyed in state.items():
        bounds = brought(changes(touched[path]) or ()) if path in touched else ()
        kept = {key: within(spans, bounds) for key, spans in keyed.items()}
        if kept := {key: spans for key, spans in kept.items() if spans}:
            found[path] = kept
    return found


def both(one: State, other: State) -> State:
    """What is attested in either."""
    found = dict(one)
    for path, keyed in other.items():
        mine = found.get(path, {})
        found[path] = mine | {key: united(mine.get(key, ()), each) for key, each in keyed.items()}
    return found


def fitted(
    files: Mapping[str, Keyed],
    touched: Mapping[bytes, Touched],
    lines: Callable[[Touched], Sequence[bytes] | None],
    changes: Callable[[Touched], Sequence[Block] | None],
) -> Fitted:
    """What a note says of the lines that its commit brought.

    Raises:
        FormatError: It cannot be a note on this commit: it is of a file that the commit does not
            touch, or of a line that the file does not have, or says two things of one line.
    """
    state = {path.encode(): keyed for path, keyed in files.items()}
    for path, keyed in files.items():
        one = touched.get(path.encode())
        text = lines(one) if one and one.new else None
        if one is None or not one.new:
            raise FormatError(f"its commit brings nothing to {path}")
        if text is None:
            raise FormatError(f"{path} is no text that is followed")
        if max(spans[-1].last for spans in keyed.values()) > len(text):
            raise FormatError(f"it tells of a line past the end of {path}, of {len(text):,} lines")
    if clash := clashing(state):
        raise FormatError(f"it says two things of one line of {clash}")
    attested = sum(count(spans) for keyed in files.values() for spans in keyed.values())
    return Fitted(added(state, touched, changes), attested)


def clashing(state: State) -> str | None:
    """A path of which one line is attested by two keys, if there is any."""
    for path, keyed in state.items():
        if count(united(*keyed.values())) != sum(map(count, keyed.values())):
            return path.decode()
    return None
