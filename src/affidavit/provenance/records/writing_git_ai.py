"""Notes of git-ai 3.0.0, written from attested lines: the same bytes for the same lines.

A key stands for an agent's session, or for a person who is named. What is not known has no key, as
the form wants it: such a line is untracked there, and nobody's.
"""

from __future__ import annotations

import hashlib
from types import MappingProxyType
from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError
from affidavit.provenance.catalogue import UNSPECIFIED
from affidavit.provenance.gitai_log import PERSON, Log, text, united, written
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

    from affidavit.provenance.gitai_log import Keyed, Record, Spans
    from affidavit.provenance.records.model import LineClaim
    from affidavit.provenance.records.writing import Whose

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


def note(claims: Iterable[LineClaim], commit: str, *, person: str | None = None) -> Written:
    """A note on `commit`; `person` is who is known to have typed the lines that are a person's.

    `person` is written as git has it, ``Name <address>``. Without attested lines there is no note.

    Raises:
        FormatError: The commit is no whole id, or `person` is no text of one line.
    """
    if commit_of(commit) != commit:
        raise FormatError("a note of git-ai is on one commit by its whole id")
    if person is not None and not (person.isprintable() and is_text(person)):
        raise FormatError("a person in a note of git-ai is named on one line")
    counts = Counts()
    found = attested_lines(claims, counts)
    counts.count(MIXED, lines_of(found, Attests.MIXED))
    counts.count(UNKNOWN, lines_of(found, Attests.UNKNOWN))
    if person is None:
        counts.count(NOBODY, lines_of(found, Attests.HUMAN))
    sessions = _Sessions(commit, counts)
    files: dict[str, Keyed] = {}
    for path, each in found.items():
        if not _is_writable(path):
            counts.count(NO_PATH)
        elif keyed := _keyed(each, person, sessions):
            files[path] = keyed
    humans = {human_key(person): _person(person)} if person and _has_person(files) else {}
    log = Log(files=files, sessions=sessions.records, humans=humans)
    return Written(text(log, commit) if files else b"", counts.sentences())


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

    def key(self, whose: Whose) -> str:
        """The key of an agent's lines; without a session of its own, the commit is its id.

        So git-ai does where it knows of an agent from a commit alone.
        """
        tool = TOOLS.get(whose.agent, whose.agent) or UNSPECIFIED
        conversation = whose.session or self._commit
        agent = {"tool": tool, "id": conversation, "model": whose.model or NO_MODEL}
        key = session_key(tool, conversation)
        if self.records.setdefault(key, {"agent_id": agent}) != {"agent_id": agent}:
            self._counts.count(MODELS)
        # The form wants a trace after the session: here one stands for all of the commit.
        return f"{key}::t_{_hashed(f'{self._commit}:{key}')}"


def _keyed(each: Mapping[Whose, Spans], person: str | None, sessions: _Sessions) -> Keyed:
    """The lines of a file by key."""
    found: dict[str, list[Spans]] = {}
    for whose, spans in each.items():
        if whose.attests is Attests.AI:
            found.setdefault(sessions.key(whose), []).append(spans)
        elif whose.attests is Attests.HUMAN and person is not None:
            found.setdefault(human_key(person), []).append(spans)
    return {key: united(*spans) for key, spans in found.items()}


def _person(person: str) -> Record:
    return {"author": person}


def _has_person(files: Mapping[str, Keyed]) -> bool:
    return any(key.startswith(PERSON) for keyed in files.values() for key in keyed)


def _is_writable(path: str) -> bool:
    """Whether the form has a way to write it; git-ai strips what is blank at a line's end."""
    try:
        return written(path).strip() == written(path)
    except FormatError:
        return False
