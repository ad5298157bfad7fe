"""Notes of git-ai 3.0.0, written from attested lines: the same bytes for the same lines.

A key stands for an agent's session, or for a person who is named. What is not known has no key, as
the form wants it: such a line is untracked there, and nobody's.
"""

from __future__ import annotations

import hashlib
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import FormatError
from affidavit.provenance.catalogue import UNSPECIFIED
from affidavit.provenance.gitai_log import Log, count, text, united, written
from affidavit.provenance.records.documents import Counts, commit_of
from affidavit.provenance.records.model import Attests
from affidavit.provenance.records.writing import (
    NO_PATH,
    Written,
    attested_lines,
    is_text,
    lines_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from affidavit.provenance.gitai_log import Record, Spans
    from affidavit.provenance.records.model import LineClaim
    from affidavit.provenance.records.writing import Attested, Whose

TOOLS = MappingProxyType(
    {
        "claude-code": "claude",
        "continue": "continue-cli",
        "copilot-cli": "github-copilot",
        "copilot-cloud-agent": "github-copilot-agent",
        "factory-droid": "droid",
        "gemini-cli": "gemini",
    }
)
"""What git-ai calls an agent, where that is not the agent's slug."""
NO_MODEL = "unknown"
"""git-ai's own word for a model that is not known."""

MIXED = "lines of an agent and a person together, for which the form has no key, left out"
UNKNOWN = "lines of which the record says that it does not know, left out"
MODELS = "files where a session has a further model, of which the form names one in all"
NOBODY = "lines of a person whose name is not given, left out"
SHARED = (
    "lines of a session by what is claimed of a commit, left out: other lines of it are attested,"
    " and the form tells of all of a session alike"
)
GROUND = MappingProxyType({"ground": "commit"})
"""What a session's own attributes say where it has its lines by the claims of a commit alone."""
_NOT_NAMED: Mapping[str, str] = MappingProxyType({})


class Persons(NamedTuple):
    """Who typed the lines that are a person's, as git has it: ``Name <address>``.

    `by_session` is by the session of a claim, `else_by` who typed those of any other.
    """

    by_session: Mapping[str, str] = _NOT_NAMED
    else_by: str | None = None

    def of(self, whose: Whose) -> str | None:
        """Who typed these lines, where that is known."""
        return self.by_session.get(whose.session or "", self.else_by)

    def check(self) -> None:
        """See that each can be named in a note.

        Raises:
            FormatError: One is no text of one line.
        """
        each = (*self.by_session.values(), *([] if self.else_by is None else [self.else_by]))
        if not all(one.isprintable() and is_text(one) for one in each):
            raise FormatError("a person in a note of git-ai is named on one line")


def note(
    claims: Iterable[LineClaim],
    commit: str,
    *,
    person: str | Persons | None = None,
    by_commit: Iterable[LineClaim] = (),
) -> Written:
    """A note on `commit`; `person` is who is known to have typed the lines that are a person's.

    `by_commit` are lines that are an agent's by what is claimed of a commit alone: their sessions
    say so in ``custom_attributes``. Without attested lines there is no note.

    Raises:
        FormatError: The commit is no whole id, or `person` is no text of one line.
    """
    if commit_of(commit) != commit:
        raise FormatError("a note of git-ai is on one commit by its whole id")
    persons = person if isinstance(person, Persons) else Persons(else_by=person)
    persons.check()
    writing = _Writing(commit, persons)
    writing.add(attested_lines(claims, writing.counts), {})
    writing.add(attested_lines(by_commit, writing.counts), {"custom_attributes": dict(GROUND)})
    return writing.written()


def session_key(tool: str, conversation: str) -> str:
    """The key of a session, as git-ai makes it."""
    return f"s_{_hashed(f'{tool}:{conversation}')}"


def human_key(person: str) -> str:
    """The key of a person, as git-ai makes it."""
    return f"h_{_hashed(person)}"


def _hashed(told: str) -> str:
    return hashlib.sha256(told.encode()).hexdigest()[:14]


class _Sessions:
    """The sessions that a note on `commit` speaks of."""

    def __init__(self, commit: str, counts: Counts) -> None:
        self.records: dict[str, Record] = {}
        self._commit = commit
        self._counts = counts

    def key(self, whose: Whose, more: Record) -> str | None:
        """The key of an agent's lines; without a session of its own, the commit is its id.

        So git-ai does where it knows of an agent from a commit alone. `more` is what else the
        session says of itself; None where it says something else of itself already.
        """
        tool = TOOLS.get(whose.agent, whose.agent) or UNSPECIFIED
        conversation = whose.session or self._commit
        agent = {"tool": tool, "id": conversation, "model": whose.model or NO_MODEL}
        key = session_key(tool, conversation)
        known = self.records.setdefault(key, {"agent_id": agent, **more})
        if known.keys() != {"agent_id", *more}:
            return None
        if known["agent_id"] != agent:
            self._counts.count(MODELS)
        # The form wants a trace after the session: here one stands for all of the commit.
        return f"{key}::t_{_hashed(f'{self._commit}:{key}')}"


class _Writing:
    """One note under way; what it leaves out is counted."""

    def __init__(self, commit: str, persons: Persons) -> None:
        self.counts = Counts()
        self._commit = commit
        self._persons = persons
        self._sessions = _Sessions(commit, self.counts)
        self._files: dict[str, dict[str, list[Spans]]] = {}
        self._humans: dict[str, Record] = {}

    def add(self, found: Attested, more: Record) -> None:
        """Take lines in; `more` is what their sessions say of themselves."""
        self.counts.count(MIXED, lines_of(found, Attests.MIXED))
        self.counts.count(UNKNOWN, lines_of(found, Attests.UNKNOWN))
        for path, each in found.items():
            if not _is_writable(path):
                self.counts.count(NO_PATH)
                continue
            for whose, spans in each.items():
                key = self._key(whose, spans, more)
                if key is not None:
                    self._files.setdefault(path, {}).setdefault(key, []).append(spans)

    def _key(self, whose: Whose, spans: Spans, more: Record) -> str | None:
        """The key of lines of one file; None where the form has none for them."""
        if whose.attests is Attests.AI:
            key = self._sessions.key(whose, more)
            self.counts.count(SHARED, 0 if key else count(spans))
            return key
        if whose.attests is not Attests.HUMAN:
            return None
        person = self._persons.of(whose)
        if person is None:
            self.counts.count(NOBODY, count(spans))
            return None
        self._humans[human_key(person)] = {"author": person}
        return human_key(person)

    def written(self) -> Written:
        """The note."""
        files = {
            path: {key: united(*spans) for key, spans in keyed.items()}
            for path, keyed in self._files.items()
        }
        log = Log(files=files, sessions=self._sessions.records, humans=self._humans)
        return Written(text(log, self._commit) if files else b"", self.counts.sentences())


def _is_writable(path: str) -> bool:
    """Whether the form has a way to write it; git-ai strips what is blank at a line's end."""
    try:
        return written(path).strip() == written(path)
    except FormatError:
        return False
