"""Records of Agent Trace: which lines of which files a conversation with an agent brought.

The form is 0.1.0 of the specification; docs/formats/records/agent-trace.md says what of it is read.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.base.digest import sha256
from affidavit.provenance.catalogue import UNSPECIFIED
from affidavit.provenance.gitai_log import Span, united
from affidavit.provenance.model import Claim, Role, Tier
from affidavit.provenance.records import documents as doc
from affidavit.provenance.records import naming
from affidavit.provenance.records.model import Attests, LineClaim, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SOURCE = "agent-trace"
VERSIONS = frozenset({"0.1", "0.1.0", "1.0", "1.0.0"})
"""Of one form all: its schema asked for two numbers first, and its examples name 1.0."""
MOST_RANGES = 200_000
"""Ranges of lines that are read of one record."""
MOST_CLAIMS = 1_000

BASE = "base"
"""The word for the commit that was checked out when a file was edited."""

NO_RECORD = "documents that are no record of this form"
NO_FILE = "files in it that are not of the form"
NO_CONVERSATION = "conversations in it that are not of the form"
NO_RANGES = "conversations without ranges, which tell of no line"
NO_CONTRIBUTOR = "contributors in it that are not of the form, taken for unknown"
NO_REVISION = "its revision is not the whole id of a commit of git"
OTHER_COMMIT = "it stands on another commit than the one that it names"
AT_AN_EDIT = "it tells of an edit before a commit: of files, and of no commit's lines"
NOT_OF_FILES = "entries of commands and sessions, which are no files"
UNREAD_RANGES = f"ranges of lines after the first {MOST_RANGES:,}, not read"

_NAMED = "PRV-AGENTTRACE-001"
_UNNAMED = "PRV-AGENTTRACE-002"
_EDIT_MARKS = frozenset({"generation_id", "tool_use_id", "event"})
"""Fields of `metadata` that hooks write at an edit, when the change has no commit yet."""
_NO_FILES = frozenset({".shell-history", ".sessions", ".unknown"})


class _Vcs(msgspec.Struct):
    type: str
    revision: str


class _Tool(msgspec.Struct):
    name: str = ""


class _Contributor(msgspec.Struct):
    type: str
    model_id: str | None = None


class _Range(msgspec.Struct):
    start_line: object = None
    end_line: object = None
    content_hash: str | None = None
    contributor: msgspec.Raw = doc.NOTHING


class _Related(msgspec.Struct):
    url: str = ""


class _Conversation(msgspec.Struct):
    ranges: list[msgspec.Raw]
    url: str | None = None
    contributor: msgspec.Raw = doc.NOTHING
    model_id: str | None = None
    related: msgspec.Raw = doc.NOTHING


class _File(msgspec.Struct):
    path: str
    conversations: msgspec.Raw


class _Trace(msgspec.Struct):
    version: str
    files: list[msgspec.Raw]
    timestamp: msgspec.Raw = doc.NOTHING
    vcs: msgspec.Raw = doc.NOTHING
    tool: msgspec.Raw = doc.NOTHING
    metadata: msgspec.Raw = doc.NOTHING


class _Who(NamedTuple):
    """To whom lines are attested."""

    attests: Attests
    agent: str = ""
    model: str | None = None
    session: str | None = None


class _Part(NamedTuple):
    path: str
    who: _Who
    span: Span
    digest: str | None


class _Context(NamedTuple):
    """What holds for all of a record."""

    tool: str
    session: str | None
    counts: doc.Counts


def read(data: bytes, *, place: str, noted: str | None = None) -> tuple[Record, ...]:
    """The records in `data`; `noted` is the commit that it is a note on.

    What is no record is told in one that has nothing else.
    """
    counts = doc.Counts()
    found = [_record(each, place, noted, counts) for each in doc.documents(data, counts)]
    records = tuple(one for one in found if one is not None)
    if problems := counts.sentences():
        records += (Record(source=SOURCE, place=place, problems=problems),)
    return records


def _record(data: bytes, place: str, noted: str | None, outer: doc.Counts) -> Record | None:
    trace = doc.of(data, _Trace)
    if trace is None:
        outer.count(NO_RECORD)
        return None
    counts = doc.Counts()
    if trace.version not in VERSIONS:
        named = doc.name_of(trace.version[:40]) or "not named"
        return Record(
            source=SOURCE, place=place, problems=(f"its version is {named}, which is not read",)
        )
    metadata = doc.of(trace.metadata, dict[str, msgspec.Raw]) or {}
    stated: tuple[tuple[str, str], ...] = ()
    commit = _commit(trace, noted, counts)
    if not _EDIT_MARKS.isdisjoint(metadata) and (noted is None or commit != noted):
        counts.tell(AT_AN_EDIT)
        stated = ((BASE, commit),) if commit else ()
        commit = None
    tool = doc.of(trace.tool, _Tool) or _Tool()
    context = _Context(tool.name, _said(metadata), counts)
    parts, links = _parts(trace.files, context)
    lines = _lines(parts, of_commit=commit is not None)
    return Record(
        source=SOURCE,
        place=place,
        commit=commit,
        time=doc.time_of(doc.of(trace.timestamp, str), counts),
        claims=() if commit is None else _claims(commit, noted and place, lines),
        lines=lines,
        links=tuple(islice(links, doc.MOST_LINKS)),
        stated=stated,
        problems=counts.sentences(),
    )


def _commit(trace: _Trace, noted: str | None, counts: doc.Counts) -> str | None:
    """The commit that it names; where it names none, the one that it is a note on."""
    vcs = doc.of(trace.vcs, _Vcs)
    if vcs is None:
        return noted
    commit = doc.commit_of(vcs.revision) if vcs.type == "git" else None
    if commit is None:
        counts.tell(NO_REVISION)
    elif noted not in (None, commit):
        counts.tell(OTHER_COMMIT)
    return commit


def _said(metadata: dict[str, msgspec.Raw]) -> str | None:
    """The session that the record as a whole is of."""
    for name in ("conversation_id", "session_id"):
        if told := naming.session(doc.of(metadata.get(name), str)):
            return told
    return None


def _parts(files: list[msgspec.Raw], context: _Context) -> tuple[list[_Part], dict[str, None]]:
    """What it says of lines, and the addresses in it."""
    parts: list[_Part] = []
    links: dict[str, None] = {}
    for path, conversation in _conversations(files, context.counts):
        links.update(_links(conversation))
        found = _ranges(path, conversation, context)
        parts += islice(found, MOST_RANGES - len(parts))
        context.counts.count(UNREAD_RANGES, sum(1 for _ in found))
    return parts, links


def _conversations(
    files: list[msgspec.Raw], counts: doc.Counts
) -> Iterator[tuple[str, _Conversation]]:
    for raw in files:
        file = doc.of(raw, _File)
        if file is None:
            counts.count(NO_FILE)
        elif file.path in _NO_FILES:
            counts.count(NOT_OF_FILES)
        elif path := doc.path_of(file.path, counts):
            for each in doc.parts(file.conversations, counts, NO_CONVERSATION):
                if conversation := doc.of(each, _Conversation):
                    yield path, conversation
                else:
                    counts.count(NO_CONVERSATION)


def _links(conversation: _Conversation) -> dict[str, None]:
    related = doc.of(conversation.related, list[_Related]) or []
    told = [conversation.url or "", *(one.url for one in related)]
    return {link: None for each in told if (link := doc.link_of(each))}


def _ranges(path: str, conversation: _Conversation, context: _Context) -> Iterator[_Part]:
    whole = _who(conversation.contributor, conversation, context)
    context.counts.count(NO_RANGES, int(not conversation.ranges))
    for raw in conversation.ranges:
        found = doc.of(raw, _Range) or _Range()
        if span := doc.span_of(found.start_line, found.end_line, context.counts):
            own = found.contributor
            who = _who(own, conversation, context) if doc.is_told(own) else whole
            yield _Part(path, who, span, doc.name_of(found.content_hash))


def _who(raw: msgspec.Raw, conversation: _Conversation, context: _Context) -> _Who:
    """Whom a contributor is; a bare word for its type is understood."""
    contributor = doc.of(raw, _Contributor)
    if contributor is None and (word := doc.of(raw, str)):
        contributor = _Contributor(word)
    try:
        attests = Attests(contributor.type if contributor else "unknown")
    except ValueError:
        attests = Attests.UNKNOWN
    if doc.is_told(raw) and (contributor is None or contributor.type != attests):
        context.counts.count(NO_CONTRIBUTOR)
    if attests not in (Attests.AI, Attests.MIXED):
        return _Who(attests)
    model = naming.model((contributor and contributor.model_id) or conversation.model_id)
    session = context.session or naming.session_at(conversation.url)
    return _Who(attests, naming.agent(context.tool, model), model, session)


def _lines(parts: Iterable[_Part], *, of_commit: bool) -> tuple[LineClaim, ...]:
    """A claim for each file and contributor, and one for each range that has a digest."""
    found: dict[tuple[str, _Who, str | None], list[Span]] = {}
    for path, who, span, digest in parts:
        found.setdefault((path, who, digest if of_commit else None), []).append(span)
    return tuple(
        LineClaim(
            path=path,
            attests=who.attests,
            spans=united(spans) if of_commit else None,
            agent=who.agent,
            model=who.model,
            session=who.session,
            digest=digest,
        )
        for (path, who, digest), spans in found.items()
    )


def _claims(commit: str, place: str | None, lines: Iterable[LineClaim]) -> tuple[Claim, ...]:
    """One for each agent, model and session that lines are attested to."""
    found: dict[_Who, list[LineClaim]] = {}
    for one in lines:
        if one.agent:
            who = _Who(Attests.AI, one.agent, one.model, one.session)
            found.setdefault(who, []).append(one)
    return tuple(
        _claim(commit, place, who, each) for who, each in islice(found.items(), MOST_CLAIMS)
    )


def _claim(commit: str, place: str | None, who: _Who, lines: Iterable[LineClaim]) -> Claim:
    told = "\n".join(f"{one.path} {_written(one)}" for one in lines)
    shown, data = doc.evidence_of(told)
    return Claim(
        commit=commit,
        rule=_UNNAMED if who.agent == UNSPECIFIED else _NAMED,
        tier=Tier.B,
        agent=who.agent,
        role=Role.CO_AUTHOR,
        source=place or SOURCE,
        evidence=shown,
        digest=sha256(data),
        model=who.model,
        session=who.session,
    )


def _written(one: LineClaim) -> str:
    return ",".join(f"{first}-{last}" for first, last in one.spans or ())
