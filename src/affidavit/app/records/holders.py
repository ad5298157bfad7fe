"""Which of some commits is the first to hold each of others: a tag, or what was deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet


def holders(
    parents: Mapping[str, tuple[str, ...]],
    candidates: Sequence[str],
    wanted: AbstractSet[str],
    *,
    below: Iterable[str] = (),
) -> dict[str, int]:
    """Of each of `wanted` the number of the first of `candidates` from which it is reachable.

    `candidates` come in the order in which they count. Each commit is looked at once; what is
    reachable from `below` is not looked at.
    """
    seen = set[str](below)
    found: dict[str, int] = {}
    for number, candidate in enumerate(candidates):
        pending = [candidate]
        while pending and len(found) < len(wanted):
            commit = pending.pop()
            if commit in seen or commit not in parents:
                continue
            seen.add(commit)
            if commit in wanted:
                found[commit] = number
            pending.extend(parents[commit])
    return found
