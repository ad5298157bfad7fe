"""Who typed the lines that the notes of git-ai attest to a person."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.noted import GIT_AI
from affidavit.base.errors import FormatError
from affidavit.base.text import decode
from affidavit.changes.lines.stated import GIT_AI as SOURCE
from affidavit.provenance.gitai_log import PERSON, Span, parse, within
from affidavit.provenance.records.writing import is_text
from affidavit.provenance.records.writing_git_ai import human_key
from affidavit.sources.git.notes import note_bodies, notes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from affidavit.app.gather import Source
    from affidavit.app.lines.held import Lines, Piece
    from affidavit.provenance.gitai_log import Log, Record, Spans


class Typed(NamedTuple):
    """Lines of a piece, the first one of it counted as 0, that one person typed.

    `key` stands for the person; None where the note does not name whose they are.
    """

    start: int
    length: int
    key: str | None


class Persons:
    """Asks the notes that are used who typed lines."""

    def __init__(self, source: Source, found: Lines) -> None:
        self._source = source
        self._refused = found.notes.refused
        self._known: dict[str, dict[str, list[tuple[str, Spans]]]] = {}
        self.names: dict[str, str] = {}
        """By their keys the persons whom the notes name."""

    def of(self, one: Piece) -> Iterator[Typed]:
        """Who typed each of the lines of a piece that is a person's; some by two are told twice."""
        whole = (Span(one.start + 1, one.start + one.length),)
        left = set(range(one.length))
        for key, spans in self._keyed(one.commit, decode(one.path)):
            for first, last in within(spans, whole):
                start = first - 1 - one.start
                yield Typed(start, last - first + 1, key)
                left -= set(range(start, start + last - first + 1))
        yield from (Typed(at, 1, None) for at in sorted(left))

    def _keyed(self, commit: str, path: str) -> list[tuple[str, Spans]]:
        """The lines of a commit's file that persons typed, each by the key of the person."""
        known = self._known.get(commit)
        if known is None:
            known = self._known[commit] = {}
            used = f"{commit}, {SOURCE}" not in self._refused
            for log in self._read(commit) if used else ():
                self._take(log, known)
        return known.get(path, [])

    def _take(self, log: Log, known: dict[str, list[tuple[str, Spans]]]) -> None:
        # Whom a key stands for is what its own note says: another may mean somebody else by it.
        named = {key: _name(record) for key, record in log.humans.items() if key.startswith(PERSON)}
        self.names.update((human_key(name), name) for name in named.values() if name)
        for path, keyed in log.files.items():
            for key, spans in keyed.items():
                if name := named.get(key):
                    known.setdefault(path, []).append((human_key(name), spans))

    def _read(self, commit: str) -> Iterator[Log]:
        ids = self._blobs.get(commit, ())
        for _, body in note_bodies(self._source.objects, {commit: ids}):
            try:
                yield parse(body)
            except FormatError:
                continue

    @cached_property
    def _blobs(self) -> Mapping[str, tuple[str, ...]]:
        tip = self._source.refs.get(GIT_AI)
        return notes(self._source.git, self._source.objects, tip) if tip else {}


def _name(record: Record) -> str:
    """What a note calls a person; empty where another note could not."""
    name = record.get("author")
    return name if isinstance(name, str) and name.isprintable() and is_text(name) else ""
