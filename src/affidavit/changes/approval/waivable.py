"""What a waiver may seem to name: requirements of the gate and control tests lift none."""

from __future__ import annotations

from affidavit.changes.gate.model import ALWAYS, OPTIONAL

CONTROLS = tuple(f"AFF-CC8.1-{number:02}" for number in range(1, 15))
"""The control tests, which a lower layer than theirs names by their numbers."""
FAMILIAR = (*ALWAYS, *OPTIONAL, *CONTROLS)


def is_rule(item: str) -> bool:
    """Whether `item` has the form of a rule's id: a dot between two names."""
    part, dot, name = item.partition(".")
    return bool(dot and part.isidentifier() and name.isidentifier())
