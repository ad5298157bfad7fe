"""Landings replayed: by path the runs of its lines, each run with the landing that brought it.

The answer for text without copies is that of ``git blame --first-parent``: a line belongs to the
landing whose comparison with its first parent has it as new. docs/lines.md names what differs.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from affidavit.provenance.blame.change import LINK, Status
from affidavit.provenance.blame.runs import Runs, Went

if TYPE_CHECKING:
    from affidavit.provenance.blame.change import Entry, Hunks

NOTHING = "0"
"""In place of the id of a blob where there is none."""
Gone = Callable[[Sequence[Went], int, str], None]
"""Is told of lines that went, the landing that took them, and the mode of the file before it."""


class Compare(Protocol):
    """Compares blobs, binary ones too; the id of no blob is zeros."""

    def blocks(self, old: str, new: str) -> Hunks | None:
        """The blocks between two blobs; None where one of them cannot be read."""
        ...

    def lines(self, blob: str) -> int | None:
        """How many lines a blob has; None where it cannot be read."""
        ...


class Binary:
    """A file that is binary, or was not there to be read: for when it has lines after all."""

    __slots__ = ("events", "runs", "text")

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        """Its lines before that."""
        self.events: list[tuple[int, str, str, bytes]] = []
        """Landings that changed it: number, blob before and after, and its path."""
        self.text: Runs | None = None
        """Its lines after them, where it was settled that it is text."""


class Replay:
    """The files of a branch after the landings that were replayed so far."""

    def __init__(self, compare: Compare, gone: Gone | None = None) -> None:
        self._compare = compare
        self._gone = gone
        self._landing = 0
        self._mode = ""
        self._taken: dict[bytes, Runs | Binary] = {}
        self.files: dict[bytes, Runs | Binary] = {}
        self.lost: set[tuple[int, bytes]] = set()
        """The origins that took over a file whose lines were not known."""
        self.late: set[int] = set()
        """The numbers of origins of lines that were found after their landing: their file was taken
        for binary. That they came is not counted, nor is that they go."""
        self.origins: list[tuple[int, bytes]] = []
        """By the number of an origin its landing's, and the path that the file had there."""
        self.used = 0
        """How many origins there were when all of them were of lines that are left."""

    def go_on(self, before: Replay) -> None:
        """Go on from where another one ended, which is not to be used any longer."""
        self.files, self.origins = before.files, before.origins
        self.lost, self.late, self.used = before.lost, before.late, before.used

    def begin(self, landing: int, entries: Sequence[Entry]) -> None:
        """Begin the landing of that number, which does to the paths what `entries` say."""
        self._landing = landing
        self._taken = {}
        for entry in entries:
            if entry.status in (Status.DELETED, Status.RENAMED, Status.RETYPED):
                self._take(entry)

    def _take(self, entry: Entry) -> None:
        file = self.files.pop(entry.old_path, None)
        if file is None:
            return
        if entry.status is Status.RENAMED:
            self._taken[entry.path] = file
        elif self._gone and not (isinstance(file, Binary) and not file.runs):
            self._mode = entry.old_mode
            self._tell(list(self._lined(file)))

    def change(self, entry: Entry, hunks: Hunks | None) -> None:
        """What became of the file of `entry`; without `hunks` it is binary before or after.

        Raises:
            FormatError: The blocks do not fit the lines of the file.
        """
        if entry.status is Status.DELETED or entry.mode == LINK:
            return
        file = self._taken.pop(entry.path, None) or self.files.get(entry.path) or Runs()
        if hunks is None:
            file = self._binary(file, entry)
        elif hunks:
            self._mode = entry.old_mode
            file = self._lined(file)
            self._tell(self._splice(file, hunks, entry.path))
        self.files[entry.path] = file

    def _binary(self, file: Runs | Binary, entry: Entry) -> Binary:
        found = file if isinstance(file, Binary) else Binary(file)
        # What changed its type begins anew: what was there before is no part of its lines.
        old_id = NOTHING if entry.status is Status.RETYPED else entry.old_id
        found.events.append((self._landing, old_id, entry.id, entry.path))
        found.text = None
        return found

    def _lined(self, file: Runs | Binary) -> Runs:
        """Its lines, where need be by comparing what was binary after all."""
        if isinstance(file, Runs):
            return file
        now = self._landing
        for self._landing, old, new, path in file.events:
            self._tell(self._compared(file.runs, (old, new), path))
        self._landing = now
        return file.runs

    def _compared(self, runs: Runs, blobs: tuple[str, str], path: bytes) -> Sequence[Went]:
        """Change the lines as two blobs differ; where one is missing all are of an unknown hand."""
        hunks = self._compare.blocks(*blobs)
        if hunks is None:
            lines = self._compare.lines(blobs[1])
            if lines is None:
                return ()
            hunks = [(0, runs.lines, 0, lines)]
            self.lost.add((self._landing, path))
        self.late.add(len(self.origins))
        return self._splice(runs, hunks, path)

    def _splice(self, runs: Runs, hunks: Hunks, path: bytes) -> list[Went]:
        gone = runs.splice(hunks, len(self.origins))
        self.origins.append((self._landing, path))
        return gone

    def _tell(self, gone: Sequence[Went]) -> None:
        if self._gone and gone:
            late = self.late
            told = [one for one in gone if one[0] not in late] if late else gone
            self._gone(told, self._landing, self._mode)

    def settle(self, path: bytes) -> Runs:
        """The lines of the file at `path`, which was taken for binary and is none now.

        Only git's next comparison of the file makes them its lines: until then it is not told what
        of them went, so that it is the same whether or not it was looked at in between.

        Raises:
            FormatError: The blocks do not fit the lines of the file.
        """
        file = self.files[path]
        if isinstance(file, Runs):
            return file
        if file.text is None:
            runs, now = file.runs.copy(), self._landing
            for self._landing, old, new, place in file.events:
                self._compared(runs, (old, new), place)
            self._landing, file.text = now, runs
        return file.text

    def text(self, path: bytes) -> Runs | None:
        """The lines of the file at `path`; None where it has none."""
        file = self.files[path]
        return file if isinstance(file, Runs) else file.text

    def forget(self) -> None:
        """Number the origins anew, without those of which no line is left."""
        each = [one for file in self.files.values() for one in _all(file)]
        left = sorted({number for runs in each for number in runs.origins})
        new = {number: at for at, number in enumerate(left)}
        self.origins = [self.origins[number] for number in left]
        self.late = {new[number] for number in self.late if number in new}
        self.used = len(left)
        for runs in each:
            runs.origins = array("I", map(new.__getitem__, runs.origins))


def _all(file: Runs | Binary) -> list[Runs]:
    if isinstance(file, Runs):
        return [file]
    return [file.runs] if file.text is None else [file.runs, file.text]
