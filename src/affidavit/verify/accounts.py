"""Which accounts recorded the entries, and how many of them come from one that holds the key.

Whoever holds the key can write anything into the log, so what such an account recorded rests on it
alone. An account is taken from the field ``recorded_by`` of the envelope, and those that hold the
key are the keepers that ``log.opened.v1`` and ``key.rotated.v1`` name.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BEFORE = b'"recorded_by":'
_AFTER = b',"sequence":'
_LONGEST = 512
"""Characters of an account that are kept: a longer one, no keeper's, is known by its digest."""


@dataclass(slots=True)
class Term:
    """Entries from `start` on, up to the next term, by the ``recorded_by`` that they have."""

    start: int
    entries: Counter[str] = field(default_factory=Counter)


def account(by: str) -> str:
    """What an account is counted as, by the JSON of its ``recorded_by``."""
    return by if len(by) <= _LONGEST else sha256(by.encode()).hexdigest()


def recorder(entry: bytes) -> str:
    """The JSON of ``recorded_by`` in the envelope of `entry`, or nothing where it has none.

    In canonical form the envelope's names are sorted, so what a fact's writer chose, its body, is
    all before it. Within a text a quote has a backslash before it, so none can look like a name.
    """
    at = entry.rfind(_BEFORE)
    found = entry[at + len(_BEFORE) : entry.find(_AFTER, at)] if at >= 0 else b""
    return found.decode(errors="replace")


def joined(terms: list[Term], more: Sequence[Term]) -> list[Term]:
    """The terms of one range and those of the next, whose first goes on with the last."""
    if not terms or not more:
        return [*terms, *more]
    terms[-1].entries.update(more[0].entries)
    terms += more[1:]
    return terms


def by_keepers(terms: Sequence[Term], keepers: Iterable[tuple[int, str]]) -> int:
    """How many entries an account recorded that held the key then, or had held it.

    `keepers` are the accounts with the index of the entry that names each; `terms` and they are in
    order.
    """
    waiting, known, total = list(keepers), set[str](), 0
    waiting.reverse()
    for term in terms:
        while waiting and waiting[-1][0] <= term.start:
            known.add(waiting.pop()[1])
        total += sum(count for by, count in term.entries.items() if _credential(by) in known)
    return total


def _credential(by: str) -> str | None:
    try:
        found = json.loads(by)
    except (ValueError, RecursionError):
        return None
    value = found.get("credential") if isinstance(found, dict) else None
    return value if isinstance(value, str) else None
