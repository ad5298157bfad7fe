"""What a waiver can name: requirements of the gate, control tests, rules of a policy, findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.gate.model import ALWAYS, OPTIONAL

if TYPE_CHECKING:
    from collections.abc import Sequence

CONTROLS = tuple(f"AFF-CC8.1-{number:02}" for number in range(1, 15))
"""The control tests, which a lower layer than theirs names by their numbers."""
FAMILIAR = (*ALWAYS, *OPTIONAL, *CONTROLS)


def unfamiliar(items: Sequence[str]) -> tuple[str, ...]:
    """Those of `items` that are of no form we know: perhaps findings, perhaps misspelt.

    An id with a dot within it may be a rule of whatever policy the base has.
    """
    return tuple(one for one in items if one not in FAMILIAR and not _is_rule(one))


def _is_rule(item: str) -> bool:
    part, dot, name = item.partition(".")
    return bool(dot and part.isidentifier() and name.isidentifier())
