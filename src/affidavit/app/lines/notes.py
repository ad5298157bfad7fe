"""Line-level notes held against the commits that they are on: one that does not fit is not used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.limit import limit
from affidavit.changes.lines.model import Ground, LineClass, unknown
from affidavit.changes.lines.segments import segments, unattested
from affidavit.provenance.blame.change import Status
from affidavit.provenance.gitai_log import Span, count, united, within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from affidavit.app.lines.fitting import Fitting
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
OTHERS = b""
"""Stands for the files that a record does not name; no file has that path."""


class Notes:
    """What notes attest of the lines of commits.

    First it is told what each commit `touched`, then to `settle`, and then it is asked. `fitting`
    finds lines that transcripts attest, where there are any.
    """

    def __init__(
        self,
        objects: Objects,
        noted: Mapping[str, Sequence[Noted]],
        before: Notes | None = None,
        fitting: Fitting | None = None,
    ) -> None:
        self._objects = objects
        self._noted = noted
        self._fitting = fitting
        self._blobs: dict[str, dict[bytes, str]] = {}
        self._brought: dict[str, dict[bytes, Spans]] = {}
        self.coverage: dict[str, Coverage] = dict(before.coverage) if before else {}
        """What the records of each form came to."""
        self.known: dict[str, dict[bytes, list[Segment]]] = dict(before.known) if before else {}
        """By commit and path what is attested, of the notes that are used."""
        self.rest: dict[str, dict[bytes, Made | None]] = dict(before.rest) if before else {}
        """What they say of the other lines of a file: None that they attest none of them. `OTHERS`
        stands for the files that they do not name."""
        self._by_persons: dict[str, bool] = {}
        self._counted: set[tuple[str, str, bool]] = set()
        self.refused: dict[str, str] = dict(before.refused) if before else {}
        """Why others are not, by commit and form."""

    def touched(self, commit: str, entry: Entry, hunks: Hunks | None) -> None:
        """That `commit` did this to a file, in these blocks against its first parent."""
        if commit in self._noted and entry.status is not Status.DELETED:
            self._blobs.setdefault(commit, {})[entry.path] = entry.id
            brought = united(Span(one[2] + 1, one[3]) for one in hunks or () if one[3] > one[2])
            self._brought.setdefault(commit, {})[entry.path] = brought
        if self._fitting and entry.status is not Status.DELETED:
            self._fitting.touched(commit, entry, hunks)

    def may_split(self, commit: str) -> bool:
        """Whether the lines of the commit may not be all of the same."""
        return commit in self._noted or bool(self._fitting and commit in self._fitting.commits)

    def settle(self) -> None:
        """Hold every note against what its commit touched."""
        lines = self._lines()
        fitted = self._fitting.noted() if self._fitting else {}
        for one in fitted.values():
            attested = sum(count(it.spans) for each in one.files.values() for it in each)
            covered = self.coverage.setdefault(one.source, Coverage())
            covered.used += 1
            covered.attested += attested
            covered.brought += attested
        for commit in dict.fromkeys((*self._noted, *fitted)):
            used = []
            if commit in self._blobs:
                notes = self._noted.get(commit, ())
                used = [one for one in notes if self._fits(commit, one, lines)]
                self._tell_rest(commit, used)
            used += [fitted[commit]] if commit in fitted else []
            paths = dict.fromkeys(path for one in used for path in one.files)
            if paths:
                self.known[commit] = {
                    path: segments(each for one in used for each in one.files.get(path, ()))
                    for path in paths
                }

    def _tell_rest(self, commit: str, used: Sequence[Noted]) -> None:
        """Keep what the records that are used say of lines that none of them attests."""
        rest: dict[bytes, Made | None] = {path: None for one in used for path in one.files}
        for one in used:
            rest.update({path: made for path, made in one.whole.items() if path not in rest})
        if rest:
            # A record names all files in which its tool saw anything.
            self.rest[commit] = {**rest, OTHERS: None}

    def _fits(self, commit: str, note: Noted, lines: Mapping[str, int]) -> bool:
        """Whether a note can be about its commit; it is counted either way."""
        covered = self.coverage.setdefault(note.source, Coverage())
        why = note.refused or self._misfit(commit, note, lines)
        counts = (commit, note.source, not why) not in self._counted
        self._counted.add((commit, note.source, not why))
        if why:
            covered.refused += counts
            self.refused[f"{commit}, {note.source}"] = why
        else:
            covered.used += counts
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
        if note.whole and not note.files and blobs.keys().isdisjoint(note.whole):
            return "it tells of no file that the commit touches"
        for path, each in note.files.items():
            if path not in blobs:
                return "it tells of a file that the commit does not touch"
            length = lines.get(blobs[path])
            if length is None:
                return "a file that it tells of cannot be read"
            if max((it.spans[-1].last for it in each), default=0) > length:
                return "it tells of a line past the end of a file"
        return self._foreign(commit, note)

    def _foreign(self, commit: str, note: Noted) -> str:
        """Why a note is of another commit, going by the lines; empty if it is not."""
        attested = brought = 0
        for path, each in note.files.items():
            for spans, *_ in each:
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
        rest = self.rest.get(commit)
        if rest is None or (path not in rest and OTHERS not in rest):
            return made
        return rest.get(path) or unattested(made)

    def against(self, commit: str, noted: Made, made: Made) -> Made:
        """What is `noted` of a line of a commit that is `made` so.

        A record that attests lines to persons alone contradicts a commit that names an agent.
        """
        named = made.line_class is LineClass.AI and made.ground is Ground.COMMIT
        if noted.line_class is not LineClass.HUMAN or not named:
            return noted
        if commit not in self._by_persons:
            every = (one.made for each in self.known.get(commit, {}).values() for one in each)
            self._by_persons[commit] = all(one.line_class is LineClass.HUMAN for one in every)
        return unknown(Ground.CONTRADICTED, made.hands) if self._by_persons[commit] else noted

    def speaks(self, commit: str) -> bool:
        """Whether lines of the commit are not all of the same for what is told of some of them."""
        return commit in self.known or commit in self.rest

    @property
    def limits(self) -> list[Limit]:
        """The notes that were not used, and why."""
        each = [f"{place}: {why}" for place, why in self.refused.items()]
        return [limit("line-notes-refused", _REFUSED, each)] if each else []


_REFUSED = "Line-level notes do not fit the commits that they are on, and attest nothing here."
