"""Line-level notes held against the commits that they are on: one that does not fit is not used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.limit import limit
from affidavit.changes.lines.segments import segments, unattested
from affidavit.provenance.blame.change import Status
from affidavit.provenance.gitai_log import Span, count, united, within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from affidavit.base.limit import Limit
    from affidavit.changes.lines.model import Made
    from affidavit.changes.lines.segments import Segment
    from affidavit.changes.lines.stated import Noted
    from affidavit.provenance.blame.change import Entry, Hunks
    from affidavit.provenance.gitai_log import Spans
    from affidavit.sources.git.objects import Objects


class Coverage(msgspec.Struct, array_like=True):
    """What the records of one form came to: commits with some that were used, or refused.

    `attested` counts the lines that the ones used tell of, `brought` those of them that their
    commits brought: nothing is said of the others.
    """

    used: int = 0
    refused: int = 0
    attested: int = 0
    brought: int = 0


LARGEST = 64 << 20
"""Bytes of a file whose lines are counted."""


class Notes:
    """What notes attest of the lines of commits.

    First it is told what each commit `touched`, then to `settle`, and then it is asked.
    """

    def __init__(
        self, objects: Objects, noted: Mapping[str, Sequence[Noted]], before: Notes | None = None
    ) -> None:
        self._objects = objects
        self._noted = noted
        self._blobs: dict[str, dict[bytes, str]] = {}
        self._brought: dict[str, dict[bytes, Spans]] = {}
        self.coverage: dict[str, Coverage] = dict(before.coverage) if before else {}
        """What the records of each form came to."""
        self.known: dict[str, dict[bytes, list[Segment]]] = dict(before.known) if before else {}
        """By commit and path what is attested, of the notes that are used."""
        self.refused: dict[str, str] = dict(before.refused) if before else {}
        """Why others are not, by commit and form."""

    def touched(self, commit: str, entry: Entry, hunks: Hunks | None) -> None:
        """That `commit` did this to a file, in these blocks against its first parent."""
        if commit in self._noted and entry.status is not Status.DELETED:
            self._blobs.setdefault(commit, {})[entry.path] = entry.id
            brought = united(Span(one[2] + 1, one[3]) for one in hunks or () if one[3] > one[2])
            self._brought.setdefault(commit, {})[entry.path] = brought

    def settle(self) -> None:
        """Hold every note against what its commit touched."""
        lines = self._lines()
        for commit, notes in self._noted.items():
            if commit not in self._blobs:
                continue
            used = [one for one in notes if self._fits(commit, one, lines)]
            paths = dict.fromkeys(path for one in used for path in one.files)
            if used:
                self.known[commit] = {
                    path: segments(each for one in used for each in one.files.get(path, ()))
                    for path in paths
                }

    def _fits(self, commit: str, note: Noted, lines: Mapping[str, int]) -> bool:
        """Whether a note can be about its commit; it is counted either way."""
        covered = self.coverage.setdefault(note.source, Coverage())
        why = note.refused or self._misfit(commit, note, lines)
        if why:
            covered.refused += 1
            self.refused[f"{commit}, {note.source}"] = why
        else:
            covered.used += 1
        return not why

    def _lines(self) -> dict[str, int]:
        """How many lines each of the files has that a note tells of."""
        wanted = {
            blob
            for commit, blobs in self._blobs.items()
            for path, blob in blobs.items()
            if any(path in one.files for one in self._noted[commit])
        }
        found: dict[str, int] = {}
        for one in self._objects.read(sorted(wanted), max_size=LARGEST):
            if one.body is not None and one.kind == "blob":
                whole = not one.body or one.body.endswith(b"\n")
                found[one.id] = one.body.count(b"\n") + (not whole)
        return found

    def _misfit(self, commit: str, note: Noted, lines: Mapping[str, int]) -> str:
        """Why a note cannot be about this commit; empty if it can."""
        blobs = self._blobs[commit]
        for path, each in note.files.items():
            if path not in blobs:
                return "it tells of a file that the commit does not touch"
            length = lines.get(blobs[path])
            if length is None:
                return "a file that it tells of cannot be read"
            if max(spans[-1].last for spans, _ in each) > length:
                return "it tells of a line past the end of a file"
        return self._foreign(commit, note)

    def _foreign(self, commit: str, note: Noted) -> str:
        """Why a note is of another commit, going by the lines; empty if it is not."""
        attested = brought = 0
        for path, each in note.files.items():
            for spans, _ in each:
                attested += count(spans)
                brought += count(within(spans, self._brought[commit][path]))
        if attested and not brought:
            return "its commit brought none of the lines that it tells of"
        self.coverage[note.source].attested += attested
        self.coverage[note.source].brought += brought
        return ""

    def of(self, commit: str, path: bytes) -> Sequence[Segment]:
        """What is attested of the lines of a commit's file."""
        return self.known.get(commit, {}).get(path, ())

    def otherwise(self, commit: str, path: bytes, made: Made) -> Made:
        """Whose lines are of which nothing is attested, in a file of a commit that is `made` so."""
        return unattested(made) if path in self.known.get(commit, ()) else made

    @property
    def limits(self) -> list[Limit]:
        """The notes that were not used, and why."""
        each = [f"{place}: {why}" for place, why in self.refused.items()]
        return [limit("line-notes-refused", _REFUSED, each)] if each else []


_REFUSED = "Line-level notes do not fit the commits that they are on, and attest nothing here."
