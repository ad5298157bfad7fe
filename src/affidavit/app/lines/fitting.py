"""The lines that commits add in files that transcripts wrote to, and what these attest of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.period import rfc3339
from affidavit.changes.lines.recorded import by_transcripts
from affidavit.provenance.records.fitting import Added, Landed, fitted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from affidavit.changes.lines.stated import Noted
    from affidavit.provenance.blame.change import Entry, Hunks
    from affidavit.provenance.records.model import Record
    from affidavit.sources.git.objects import Objects

LARGEST = 16 << 20
"""Bytes of a file up to which its lines are held against transcripts."""


class _File(NamedTuple):
    """A file as a commit left it; `spans` are the lines it added: from which, and how many."""

    path: bytes
    blob: str
    spans: tuple[tuple[int, int], ...]


class Fitting:
    """Transcripts, and what the `commits` that they may tell of add; each has its time."""

    def __init__(
        self, objects: Objects, records: Sequence[Record], commits: Mapping[str, int | None]
    ) -> None:
        self._objects = objects
        self._records = records
        self.commits = commits
        self._paths = {
            one.path.encode("utf-8", "surrogateescape")
            for record in records
            for one in record.lines
        }
        self._added: dict[str, list[_File]] = {}

    def touched(self, commit: str, entry: Entry, hunks: Hunks | None) -> None:
        """That `commit` left a file so, with these blocks against its first parent."""
        if commit not in self.commits or entry.path not in self._paths:
            return
        if spans := tuple((one[2], one[3] - one[2]) for one in hunks or () if one[3] > one[2]):
            self._added.setdefault(commit, []).append(_File(entry.path, entry.id, spans))

    def noted(self) -> dict[str, Noted]:
        """What the transcripts attest, by commit."""
        blobs = sorted({one.blob for files in self._added.values() for one in files})
        landed: dict[str, list[Added]] = {commit: [] for commit in self._added}
        wanted: dict[str, list[tuple[str, _File]]] = {}
        for commit, files in self._added.items():
            for one in files:
                wanted.setdefault(one.blob, []).append((commit, one))
        for found in self._objects.read(blobs, max_size=LARGEST):
            if found.body is None or found.kind != "blob":
                continue
            lines = found.body.split(b"\n")
            for commit, one in wanted[found.id]:
                landed[commit] += _lines(lines, one)
        given = [
            Landed(id=commit, time=self._time(commit), lines=tuple(lines))
            for commit, lines in landed.items()
        ]
        return {
            one.commit: by_transcripts(one) for one in fitted(given, self._records) if one.lines
        }

    def _time(self, commit: str) -> str:
        time = self.commits[commit]
        return "" if time is None else rfc3339(time)


def _lines(lines: Sequence[bytes], one: _File) -> Iterator[Added]:
    path = one.path.decode("utf-8", "surrogateescape")
    for start, count in one.spans:
        for number, text in enumerate(lines[start : start + count], start + 1):
            yield Added(path, number, text.decode("utf-8", "surrogateescape"))
