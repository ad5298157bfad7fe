"""Attested lines of a commit found again in a commit with the same patch, at their new place.

The two patches are the same block for block. A block keeps what was said of its lines where the
comparison of both texts moves it as a whole, with the lines around it, to where the other patch has
that block. So the context proves the place; where it does not, the block's lines are dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.envelope.lifting import carried
from affidavit.changes.envelope.touched import Touched
from affidavit.provenance.gitai_log import Span, united, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from affidavit.changes.envelope.lifting import State
    from affidavit.changes.envelope.lines import Block

CONTEXT = 3
"""Lines before and after a block that must have stayed, as far as the file has them."""


def placed(
    state: State,
    own: Mapping[bytes, Touched],
    landed: Mapping[bytes, Touched],
    changes: Callable[[Touched], Sequence[Block] | None],
) -> State:
    """`state`, of lines that the change `own` brought, where the change `landed` brought them."""
    found: State = {}
    for path, keyed in state.items():
        moved = list(_moved(own.get(path), landed.get(path), changes))
        kept = {
            key: united(
                Span(one.first + shift, one.last + shift)
                for bounds, shift in moved
                for one in within(spans, (bounds,))
            )
            for key, spans in keyed.items()
        }
        if kept := {key: spans for key, spans in kept.items() if spans}:
            found[path] = kept
    return found


def _moved(
    own: Touched | None,
    landed: Touched | None,
    changes: Callable[[Touched], Sequence[Block] | None],
) -> Iterator[tuple[Span, int]]:
    """The lines that each block brought whose place is proven, and by how much they move."""
    if own is None or landed is None:
        return
    mine, theirs, apart = changes(own), changes(landed), changes(_between(own, landed))
    if mine is None or theirs is None or apart is None or len(mine) != len(theirs):
        return
    for one, other in zip(mine, theirs, strict=True):
        shift = other.new_start - one.new_start
        around = Span(max(one.new_start + 1 - CONTEXT, 1), one.new_end + CONTEXT)
        if _alike(one, other) and _stays(around, shift, apart):
            yield Span(one.new_start + 1, one.new_end), shift


def _between(own: Touched, landed: Touched) -> Touched:
    """From what the one left to what the other left."""
    return Touched(own.path, own.new_mode, landed.new_mode, own.new, landed.new)


def _alike(one: Block, other: Block) -> bool:
    """Whether both replace as many lines by as many."""
    brought = one.new_end - one.new_start
    gone = one.old_end - one.old_start
    return (brought, gone) == (other.new_end - other.new_start, other.old_end - other.old_start)


def _stays(around: Span, shift: int, apart: Sequence[Block]) -> bool:
    """Whether these lines are left alone, all of them, and move by so much."""
    return carried((around,), apart) == (Span(around.first + shift, around.last + shift),)
