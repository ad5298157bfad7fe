"""What is missing from a report's population or its evidence, each in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.base.limit import Limit

NAMED = 3
"""Things that a line names; the count tells the rest."""
OF_FORGE = frozenset(
    {"forge-of-another", "forge-incomplete", "forge-unknown", "requests-not-landed"}
)
"""Gaps of a forge's records: whoever gave them is to hear of these beside every answer."""


def gaps(limits: Iterable[Limit]) -> tuple[Limit, ...]:
    """Those of `limits` by which something is missing."""
    return tuple(one for one in limits if one.gap)


def said(one: Limit) -> str:
    """A limit in one line, with the first things that it concerns."""
    named = ", ".join(one.items[:NAMED])
    more = f" and {one.count - NAMED:,} more" if one.count > NAMED and one.items else ""
    return visible(f"{one.id}: {one.text}{f' ({named}{more})' if named else ''}")
