"""Which candidates a landing could be, told without merging: who fails here cannot be it.

Where neither side moved files, a merge changes just what the head changes and the branch has not
got. So every path of the landing is one of the candidate's. Where the branch had the file as the
candidate found it, it has it afterwards as the candidate left it. Else its new lines come from the
candidate's file, and the lines that are gone were in the file that the candidate found.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from affidavit.changes.envelope.ladder import Candidate, Landed
    from affidavit.changes.envelope.touched import Change, Touched

Lines = frozenset[bytes]


class Fitting:
    """Tells candidates that one landing could be; `lines` gives the lines of a blob, if a text."""

    def __init__(self, landed: Change, lines: Callable[[str], Lines | None]) -> None:
        self._landed = landed
        self._lines = lines
        self._differing = cache(self._differences)

    def fits(self, change: Change) -> bool:
        """Whether a merge of `change` could be what landed."""
        if change.touched == self._landed.touched:
            return True
        pairs = [(own, change.by_path.get(own.path)) for own in self._landed.touched or ()]
        return all(_can(own, other) for own, other in pairs) and all(
            self._can_lines(own, other) for own, other in pairs if other is not None
        )

    def _can_lines(self, own: Touched, other: Touched) -> bool:
        differing = self._differing(own) if own.old != other.old else None
        if differing is None:
            return True
        added, removed = differing
        found, left = self._lines(other.old), self._lines(other.new)
        return found is None or left is None or (added <= left and removed <= found)

    def _differences(self, own: Touched) -> tuple[Lines, Lines] | None:
        """Lines that came and lines that went; None where it cannot be told."""
        old, new = self._lines(own.old), self._lines(own.new)
        return None if old is None or new is None else (new - old, old - new)


def _can(own: Touched, other: Touched | None) -> bool:
    if other is None:
        return False
    if (own.old_mode, own.old) == (other.old_mode, other.old):
        return (own.new_mode, own.new) == (other.new_mode, other.new)
    # The path had what the candidate brings already: a merge would have left it.
    return (own.old_mode, own.old) != (other.new_mode, other.new)


def had(landed: Landed, one: Candidate) -> bool:
    """Whether the branch may have had, just before it landed, what the candidate began on.

    One that began on what came to the branch only later brought other commits then, as a port to
    another branch does that was merged back since.
    """
    return one.since is None or landed.place is None or one.since < landed.place
