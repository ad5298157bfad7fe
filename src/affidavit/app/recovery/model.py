"""What is told of notes that are recovered: a row for each landing, and totals."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import msgspec

from affidavit.app.envelope.lifting import RefusedNote

REBASE = "rebase"
"""The rung of a landing whose own patch is that of one commit with a note."""


class Outcome(StrEnum):
    """What became of a landing that has no note of its own."""

    RECOVERED = "recovered"
    """It can have a note, or has it now."""
    NOTED_SINCE = "noted-since"
    """It got a note from another while this was done, and that is never written over."""
    UNREAD = "unread"
    """Something that it takes cannot be read."""
    AMBIGUOUS = "ambiguous"
    """Several fit as well as each other: none is chosen."""
    REFUSED = "refused"
    """What it was is proven; the notes on that do not fit their commits, or contradict each
    other."""
    NO_LINE = "no-line"
    """What it was is proven; none of the attested lines is left in it, or none has a proven
    place."""
    UNPROVEN = "unproven"
    """Content equal, position unproven."""
    ON_A_BRANCH = "on-a-branch"
    """The commit that it equals is on another branch: its note is not orphaned."""
    NUMBER = "number"
    """Only its text names a request, which proves nothing."""
    NO_NOTE = "no-note"
    """What it was is proven, and has no note with lines."""
    MERGE = "merge"
    """It is a merge: what it brought is on the branch and keeps its notes."""
    NOTHING = "nothing"
    """Nothing was found that it replaced."""


class Fate(StrEnum):
    """What became of a note that is on no commit of the branch: the first of these that holds."""

    CARRIED = "carried"
    """It is behind a landing that can have a note of it."""
    REFUSED = "refused"
    """It is behind such a landing, or another that is proven, and was refused."""
    LOST = "lost"
    """What it is behind is proven, and none of its lines arrived."""
    NOTED = "noted"
    """What it is behind is proven, and has a note already."""
    EMPTY = "empty"
    """What it is behind is proven, and no note there has lines."""
    UNPROVEN = "unproven"
    """It is behind what a landing may have been."""
    GONE = "gone"
    """Its commit is not in the repository."""
    ON_A_BRANCH = "on-a-branch"
    """Its commit is on another branch."""
    UNJOINED = "unjoined"
    """Nothing was found that replaced its commit."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A landing without a note of its own, and what was found of it.

    `change` is the ref of the request, or the commit, that it is by `rung`; `among` are those that
    hold where it is ambiguous. `notes` attest `attested` lines, of which their commits brought
    `brought`, and `lines` arrived. `why` says more than the outcome.
    """

    landing: str
    outcome: Outcome
    rung: str = "none"
    change: str | None = None
    head: str | None = None
    among: tuple[str, ...] = ()
    commits: int = 0
    notes: int = 0
    attested: int = 0
    brought: int = 0
    lines: int = 0
    refused: tuple[RefusedNote, ...] = ()
    more_refused: int = 0
    why: str | None = None
    note: str | None = None
    written: bool = False


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """What was recovered by one rung."""

    landings: int = 0
    notes: int = 0
    attested: int = 0
    lines: int = 0


class Recovered(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, the newest landing first.

    `landings` are on the branch, `noted` of them have a note of their own, and `rows` are the
    others. `notes` are in the repository, `orphaned` of them on no commit of the branch; `fates`
    says what became of these. `rungs` has what was recovered, `outcomes` counts the rows. `git`
    merged for the replay, None where it cannot. `unread` says what could not be read, beside rows.
    """

    branch: str
    head: str
    landings: int
    noted: int
    notes: int
    orphaned: int
    fates: dict[str, int]
    outcomes: dict[str, int]
    rungs: dict[str, Rung]
    rows: tuple[Row, ...]
    unread: tuple[str, ...]
    written: int
    git: str | None

    @property
    def exit_status(self) -> int:
        """0 where all could be read, else 3."""
        return 3 if self.unread or self.outcomes[Outcome.UNREAD] else 0


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The landings of `branch` (default: the main one); with `write` notes are written."""

    repository: Path
    branch: str | None = None
    write: bool = False
