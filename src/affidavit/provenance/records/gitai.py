"""Notes of git-ai as records: its own form, the two JSON forms before it, and what it exports.

What a note claims of its commit is read as in `provenance.gitai`; which lines it attests is read of
a note alone that is wholly in its form. docs/formats/records/git-ai.md says what is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.digest import sha256
from affidavit.base.errors import FormatError
from affidavit.provenance import gitai
from affidavit.provenance.gitai_log import PERSON, Log, Span, parse, united
from affidavit.provenance.model import Claim, Role, Tier
from affidavit.provenance.records import documents as doc
from affidavit.provenance.records import naming
from affidavit.provenance.records.model import Attests, LineClaim, Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from affidavit.provenance.gitai_log import Spans

SOURCE = "git-ai"
FIRST_FORMS = frozenset({"", "authorship/0.0.1"})
"""Schemas of the first form; before it had a name none was stated."""
EXPORT_BYTES = 64 << 20
"""How large an export may be; the contract of the service asks for as much."""
MOST_NOTES = 100_000
"""Notes of one export that are read."""
MOST_RANGES = 200_000
"""Ranges of lines that are read of one note of the first form."""

NO_AUTHORS = "files in it that are not of the first form"
UNREAD_RANGES = f"ranges of lines after the first {MOST_RANGES:,}, not read"

_NAMED_AUTHOR = "PRV-GITAI-004"


class _Author(msgspec.Struct):
    author: str
    lines: list[msgspec.Raw]


class _File(msgspec.Struct):
    authors: list[_Author]


class _First(msgspec.Struct):
    files: dict[str, msgspec.Raw]
    schema_version: str = ""


class _Entry(msgspec.Struct):
    commit_sha: str
    content: str


class _Upload(msgspec.Struct):
    entries: list[_Entry]


class _Answer(msgspec.Struct):
    notes: dict[str, str]


def read(commit: str, note: bytes, *, place: str) -> Record:
    """What a note on `commit` says, with the lines that it attests where it is whole."""
    first = doc.of(note, _First) if note[:1] == b"{" and len(note) <= doc.MOST_BYTES else None
    if first is not None and first.schema_version in FIRST_FORMS:
        return _of_first_form(commit, first, place)
    reading = gitai.read(commit, note, source=place)
    problems = reading.problems
    lines: tuple[LineClaim, ...] = ()
    try:
        lines = tuple(_lines(parse(note)))
    except FormatError as error:
        problems += (f"its lines are not read: {error.message}",)
    return Record(
        source=SOURCE,
        place=place,
        commit=commit,
        claims=reading.claims,
        lines=lines,
        problems=problems,
    )


def _lines(log: Log) -> Iterator[LineClaim]:
    keys = {key for keyed in log.files.values() for key in keyed}
    agents = {key: gitai.whose(key, log) for key in keys}
    for path, keyed in log.files.items():
        for key, spans in keyed.items():
            if key.startswith(PERSON):
                yield LineClaim(path=path, attests=Attests.HUMAN, spans=spans)
            elif who := agents[key]:
                yield LineClaim(
                    path=path,
                    attests=Attests.AI,
                    spans=spans,
                    agent=who.agent,
                    model=who.model,
                    session=doc.name_of(who.session),
                )


def _of_first_form(commit: str, first: _First, place: str) -> Record:
    """A note of the first form: each author by name, people and agents alike.

    It tells nobody from anybody, so who is not called like an agent is not known to be a person.
    """
    counts = doc.Counts()
    lines = tuple(_authored(first, counts))
    agents = dict.fromkeys(one.agent for one in lines if one.agent)
    return Record(
        source=SOURCE,
        place=place,
        commit=commit,
        claims=tuple(_claim(commit, place, agent, lines) for agent in agents),
        lines=lines,
        problems=counts.sentences(),
    )


def _authored(first: _First, counts: doc.Counts) -> Iterator[LineClaim]:
    left = MOST_RANGES
    for told, raw in first.files.items():
        file = doc.of(raw, _File)
        path = doc.path_of(told, counts)
        if file is None:
            counts.count(NO_AUTHORS)
        for each in file.authors if file and path else ():
            spans = _spans(each.lines[:left], counts)
            counts.count(UNREAD_RANGES, max(len(each.lines) - left, 0))
            left = max(left - len(each.lines), 0)
            agent = naming.names().agent(each.author) or ""
            if path and spans:
                attests = Attests.AI if agent else Attests.UNKNOWN
                yield LineClaim(path=path, attests=attests, spans=spans, agent=agent)


def _spans(told: list[msgspec.Raw], counts: doc.Counts) -> Spans:
    """Lines as numbers, or as pairs of the first and the last."""
    found: list[Span] = []
    for raw in told:
        one = doc.of(raw, int)
        pair = doc.of(raw, tuple[int, int]) if one is None else (one, one)
        first, last = pair or (0, 0)
        if span := doc.span_of(first, last, counts):
            found.append(span)
    return united(found)


def _claim(commit: str, place: str, agent: str, lines: tuple[LineClaim, ...]) -> Claim:
    told = "\n".join(
        f"{one.path} {_written(one.spans or ())}" for one in lines if one.agent == agent
    )
    shown, data = doc.evidence_of(told)
    return Claim(
        commit=commit,
        rule=_NAMED_AUTHOR,
        tier=Tier.C,
        agent=agent,
        role=Role.CO_AUTHOR,
        source=place,
        evidence=shown,
        digest=sha256(data),
    )


def _written(spans: Spans) -> str:
    return ",".join(f"{first}-{last}" for first, last in spans)


def read_export(data: bytes) -> Mapping[str, bytes]:
    """By commit the notes in a file of what git-ai's clients send to its service, or are answered.

    An upload has them as a list, of which the last on a commit counts, as the service has it; an
    answer as an object. A file may hold several such, one to a line.

    Raises:
        FormatError: It is neither, or more than is read; the message says what.
    """
    if len(data) > EXPORT_BYTES:
        raise FormatError(f"the export has more than {EXPORT_BYTES:,} bytes")
    found: dict[str, bytes] = {}
    whole = _exported(data)
    for number, line in enumerate([data] if whole is not None else data.splitlines(), 1):
        if not line.strip():
            continue
        notes = whole if whole is not None else _exported(line)
        if notes is None:
            raise FormatError(f"line {number} of the export is no upload and no answer of notes")
        for told, content in notes:
            commit = doc.commit_of(told)
            if commit is None:
                raise FormatError(f"line {number} of the export names no whole id of a commit")
            found[commit] = content.encode()
        if len(found) > MOST_NOTES:
            raise FormatError(f"the export has more than {MOST_NOTES:,} notes")
    return found


def _exported(data: bytes) -> list[tuple[str, str]] | None:
    if upload := doc.of(data, _Upload):
        return [(one.commit_sha, one.content) for one in upload.entries]
    answer = doc.of(data, _Answer)
    return None if answer is None else list(answer.notes.items())
