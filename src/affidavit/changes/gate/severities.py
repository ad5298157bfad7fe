"""Findings of a scanner that weigh enough to hold a change up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SEVERITIES = ("low", "medium", "high", "critical")
UNRATED = "unrated"


def above(open_: Mapping[str, int], threshold: str) -> int:
    """How many findings are open at `threshold` or above, those without a severity included."""
    first = SEVERITIES.index(threshold) if threshold in SEVERITIES else 0
    return sum(open_.get(one, 0) for one in (*SEVERITIES[first:], UNRATED))
