"""The claims of a landing in the form of another tool, and what was so written of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from affidavit import __version__
from affidavit.app.claims_written.model import AgentLines, Form, Outcome, Record, Row
from affidavit.base.digest import sha256
from affidavit.base.period import rfc3339
from affidavit.base.text import visible
from affidavit.provenance.catalogue import UNSPECIFIED
from affidavit.provenance.gitai import whose
from affidavit.provenance.gitai_log import PERSON, count, parse, record_key
from affidavit.provenance.records import writing_agent_trace, writing_git_ai
from affidavit.provenance.records.writing import Written, is_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from affidavit.app.claims_written.gathering import Gathered
    from affidavit.provenance.records.model import LineClaim
    from affidavit.sources.git.objects import Objects

LARGEST = 64 << 20
"""Bytes of a file whose lines have a hash."""
BY_COMMIT = (
    "commit: these lines are the agent's by what is claimed of their commit, and no tool saw them"
    " written"
)
"""What a record of Agent Trace says of lines that only a commit's claim is widened to."""
NO_TIME = "its commit has no time that a record can have, nothing is written"


def git_ai(commit: str, found: Gathered, names: Mapping[str, str]) -> Record:
    """The note of git-ai on a landing; `names` are the persons by their keys."""
    persons = writing_git_ai.Persons(names)
    made = writing_git_ai.note(found.attested, commit, person=persons, by_commit=found.by_commit)
    return _record(commit, made, found, _of_note(made.data))


def agent_trace(commit: str, found: Gathered, time: int | None, objects: Objects) -> Record:
    """The records of Agent Trace of a landing, one to a line."""
    if time is None:
        nothing = Written(b"", (NO_TIME,))
        return _record(commit, nothing, found, [])
    contents = _contents(commit, (*found.attested, *found.by_commit), objects)
    about = writing_agent_trace.About(commit, rfc3339(time), __version__, contents)
    seen = writing_agent_trace.records(found.attested, about)
    wide = writing_agent_trace.records(found.by_commit, about._replace(ground=BY_COMMIT))
    left_out = tuple(dict.fromkeys((*seen.left_out, *wide.left_out)))
    made = Written(seen.data + wide.data, left_out)
    return _record(commit, made, found, [*_of_trace(seen.data), *_of_trace(wide.data, wide=True)])


def _contents(
    commit: str, claims: Iterable[LineClaim], objects: Objects
) -> dict[str, bytes] | None:
    """The files that are told of; None where one cannot be read, so that no range has a hash."""
    found: dict[str, bytes] = {}
    for path in dict.fromkeys(one.path for one in claims if is_text(one.path)):
        body = objects.blob_at(commit, path, LARGEST)
        if body is None:
            return None
        found[path] = body
    return found


class _Told(msgspec.Struct, frozen=True):
    """Lines as a record tells of them; a person's have no agent."""

    agent: str | None
    model: str | None
    by_commit: bool
    lines: int


def _of_note(data: bytes) -> Iterator[_Told]:
    """What a note attests, read as any other."""
    if not data:
        return
    log = parse(data)
    for keyed in log.files.values():
        for key, spans in keyed.items():
            who = whose(key, log)
            if who is None:
                yield _Told(None, None, False, count(spans) * key.startswith(PERSON))  # noqa: FBT003
            else:
                wide = "custom_attributes" in log.sessions.get(record_key(key), {})
                yield _Told(who.agent, who.model, wide, count(spans))


class _Contributor(msgspec.Struct):
    type: str
    model_id: str | None = None


class _Range(msgspec.Struct):
    start_line: int
    end_line: int


class _Conversation(msgspec.Struct):
    contributor: _Contributor
    ranges: tuple[_Range, ...]


class _File(msgspec.Struct):
    conversations: tuple[_Conversation, ...]


class _Tool(msgspec.Struct, frozen=True):
    name: str


class _Trace(msgspec.Struct):
    files: tuple[_File, ...]
    tool: _Tool = _Tool(UNSPECIFIED)


def _of_trace(data: bytes, *, wide: bool = False) -> Iterator[_Told]:
    """What records attest, read again."""
    for line in data.splitlines():
        trace = msgspec.json.decode(line, type=_Trace)
        for one in (each for file in trace.files for each in file.conversations):
            lines = sum(span.end_line - span.start_line + 1 for span in one.ranges)
            agent = trace.tool.name if one.contributor.type == "ai" else None
            yield _Told(agent, one.contributor.model_id, wide, lines)


def _record(commit: str, made: Written, found: Gathered, told: Iterable[_Told]) -> Record:
    agents: Counter[tuple[str, str, bool]] = Counter()
    persons = 0
    for one in told:
        if one.agent is None:
            persons += one.lines
        else:
            agents[visible(one.agent), visible(one.model or ""), one.by_commit] += one.lines
    row = Row(
        landing=commit,
        outcome=Outcome.READY if made.data else Outcome.NOTHING,
        agents=tuple(
            AgentLines(agent=agent, model=model or None, by_commit=wide, lines=lines)
            for (agent, model, wide), lines in sorted(agents.items())
        ),
        persons=persons,
        left_out=(*found.sentences(), *made.left_out),
        digest=sha256(made.data) if made.data else None,
    )
    return Record(data=made.data, row=row)


def export(form: Form, one: Record) -> bytes:
    """A record as it stands in a file with others: a note of git-ai as an export has it."""
    if form is Form.AGENT_TRACE:
        return one.data
    said = {"entries": [{"commit_sha": one.row.landing, "content": one.data.decode()}]}
    return msgspec.json.encode(said) + b"\n"
