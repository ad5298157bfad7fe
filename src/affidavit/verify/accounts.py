"""Which accounts recorded the entries, and how many of them come from one that holds the key.

Whoever holds the key can write anything into the log, so what such an account recorded rests on it
alone. An account is taken from the field ``recorded_by`` of the envelope, and those that hold the
key are the keepers that ``log.opened.v1`` and ``key.rotated.v1`` name.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_BY = 512
"""Characters of the field up to which it is not read to see whose account it is."""


@dataclass(slots=True)
class Term:
    """Entries from `start` on, up to the next term, by the account that recorded them.

    `own` are those that only who keeps the log can write, which `entries` does not hold.
    """

    start: int
    entries: Counter[str] = field(default_factory=Counter)
    own: Counter[str] = field(default_factory=Counter)


def account(by: str) -> str:
    """The account that `by`, the JSON of a ``recorded_by`` that was checked, names."""
    found = json.loads(by)
    return str(found["credential"])


def joined(terms: list[Term], more: Sequence[Term]) -> list[Term]:
    """The terms of one range and those of the next, whose first goes on with the last."""
    if not terms or not more:
        return [*terms, *more]
    terms[-1].entries.update(more[0].entries)
    terms[-1].own.update(more[0].own)
    terms += more[1:]
    return terms


def by_keepers(terms: Sequence[Term], keepers: Iterable[tuple[int, str]]) -> int:
    """How many entries an account recorded that held the key then, or had held it.

    0 where it recorded nothing but what only who keeps the log can write. `keepers` are the
    accounts with the index of the entry that names each; `terms` and they are in order.
    """
    waiting, known, total, own = list(keepers), set[str](), 0, 0
    waiting.reverse()
    for term in terms:
        while waiting and waiting[-1][0] <= term.start:
            known.add(waiting.pop()[1])
        total += sum(count for by, count in term.entries.items() if by in known)
        own += sum(count for by, count in term.own.items() if by in known)
    return total + own if total else 0
