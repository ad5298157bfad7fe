"""What an audit could not see, or saw and did not use: said, never silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable


class Limit(msgspec.Struct, frozen=True, order=True):
    """One thing that bounds what the report can claim.

    `id` is a stable word such as ``replace-refs``; `text` is a sentence for a reader who does not
    know git's insides; `items` names what it concerns, at most `SHOWN` of `count`.
    """

    id: str
    text: str
    count: int = 0
    items: tuple[str, ...] = ()
    gap: bool = False
    """Whether something that belongs to the population or its evidence is missing (a coverage gap:
    ``--fail-on unknown`` ends with 3), rather than a notice of what was not used."""


SHOWN = 20
"""How many items a limit names; `count` tells the rest."""


def limit(
    id_: str, text: str, items: list[str] | tuple[str, ...] = (), *, gap: bool = False
) -> Limit:
    """A limit that names the first `SHOWN` of `items` in sorted order and counts them all."""
    return Limit(id_, text, len(items), tuple(sorted(items)[:SHOWN]), gap)


class Finding(msgspec.Struct, frozen=True):
    """All items that one limit concerns, as far as one part of the work met them."""

    id: str
    text: str
    items: tuple[str, ...]
    gap: bool = False


def combined(findings: Iterable[Finding]) -> list[Limit]:
    """One limit for each kind of finding, over the items of all; an item counts once."""
    items: dict[tuple[str, str, bool], set[str]] = {}
    for one in findings:
        items.setdefault((one.id, one.text, one.gap), set()).update(one.items)
    return [limit(id_, text, tuple(met), gap=gap) for (id_, text, gap), met in items.items()]
