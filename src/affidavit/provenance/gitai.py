"""Notes of git-ai: which lines of a commit are attested as an agent's, and which as a person's.

The format is git-ai's ``authorship/3.0.0``, its older keys included: attestations (a path at column
0, below it indented ``<key> <line ranges>``), a line ``---``, and a JSON object that says what each
key stands for. docs/notes.md names the irregularities that are tolerated.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.base.digest import sha256
from affidavit.base.text import decode, shortened, visible
from affidavit.provenance.gitai_log import base_of, names_another, record_key
from affidavit.provenance.model import Claim, NoteReading, Role, Tier
from affidavit.provenance.naming import slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from affidavit.provenance.gitai_log import Log

MOST_LINES = 100_000
"""How many attestation lines of one note are read."""

MOST_CLAIMS = 1_000
"""How many claims one note makes."""

_MOST_PROBLEMS = 5
_MOST_EVIDENCE = 300
_MOST_NAME = 200

_SESSION_RULE = "PRV-GITAI-001"
_PROMPT_RULE = "PRV-GITAI-002"
_UNNAMED_RULE = "PRV-GITAI-003"

_DIVIDER = re.compile(rb"(?:\A|\n)---[ \t\r]*(?:\n|\Z)")
_LINE = re.compile(rb"[^\n]+")
_ENTRY = re.compile(rb"[ \t]++(\S++)[ \t]++[0-9][0-9, -]*+[ \t\r]*+")
_SESSION_KEY = re.compile(r"s_[0-9a-f]{14}(?:::t_[0-9a-f]{14})?")
_HUMAN_KEY = re.compile(r"h_[0-9a-f]{14}")
_PROMPT_KEY = re.compile(r"[0-9a-f]{16}|[0-9a-f]{7}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_UNSAID_HUMAN = "human"
"""An old key for lines that no agent was seen to write: it attests nothing."""

_UNSAID_AGENT = "ai_agent"
"""A key for an agent's lines where the agent is not told."""

_TEST_TOOLS = frozenset({"mock_ai", "test-agent"})
_NO_MODELS = frozenset({"", "auto", "default", "unknown"})
_AGENTS = MappingProxyType(
    {
        "claude": "claude-code",
        "claude-web": "claude-code",
        "codex-cloud": "codex",
        "continue-cli": "continue",
        "copilot": "copilot-cli",
        "cursor-agent": "cursor",
        "droid": "factory-droid",
        "gemini": "gemini-cli",
        "github-copilot": "copilot-cli",
        "github-copilot-agent": "copilot-cloud-agent",
        "github-copilot-cli": "copilot-cli",
        "roo-background": "roo-code",
    }
)

_ABSENT = "keys that have no record in the metadata"
_TEST = "keys of a tool for tests, which make no claim"
_OF_ANOTHER = "the metadata names another commit"
_UNKNOWN_KEY = "keys of a form that is not known"
_NOT_ENTRY = "indented lines that are not a key and line ranges"
_UNREAD = f"lines after the first {MOST_LINES:,}, not read"
_UNCLAIMED = f"sessions after the first {MOST_CLAIMS:,}, left out"


class _AgentId(msgspec.Struct):
    tool: str = ""
    id: str = ""
    model: str = ""


class _Record(msgspec.Struct):
    agent_id: _AgentId


class _Metadata(msgspec.Struct):
    schema_version: str | None = None
    base_commit_sha: msgspec.Raw = msgspec.Raw()
    prompts: dict[str, msgspec.Raw] | None = None
    sessions: dict[str, msgspec.Raw] | None = None


class Who(NamedTuple):
    """What entries with one key, or several, are claimed for."""

    rule: str
    agent: str
    model: str | None
    session: str | None


def read(commit: str, note: bytes, *, source: str) -> NoteReading:
    """What a git-ai `note` on `commit` states; `source` is the ref it stood in.

    One claim for each agent, model and session with attested lines. A session that the metadata
    describes without any attested line made nothing that is in the commit, and is no claim.
    """
    attestations, metadata, problems = _parts(note)
    if metadata is None:
        return NoteReading(problems=problems)
    if names_another(base_of(metadata.base_commit_sha), (commit,)):
        problems += (_OF_ANOTHER,)
    counts: Counter[str] = Counter()
    entries = _entries(attestations, counts)
    found: dict[Who, list[bytes]] = {}
    human = False
    for key, lines in entries.items():
        human = human or _HUMAN_KEY.fullmatch(key) is not None
        if who := _who(key, metadata, counts):
            found.setdefault(who, []).extend(lines)
    counts[_UNCLAIMED] = max(len(found) - MOST_CLAIMS, 0)
    return NoteReading(
        claims=tuple(_claim(commit, source, *each) for each in islice(found.items(), MOST_CLAIMS)),
        human=human,
        ai=bool(found),
        problems=(problems + _told(counts))[:_MOST_PROBLEMS],
    )


def whose(key: str, log: Log) -> Who | None:
    """Whom a note that was read in full attests lines under `key` to, if an agent.

    A key of a tool for tests attests nothing.
    """
    if _HUMAN_KEY.fullmatch(key) or key == _UNSAID_HUMAN:
        return None
    if key == _UNSAID_AGENT:
        return Who(_UNNAMED_RULE, slug(""), None, None)
    named = record_key(key)
    session = _SESSION_KEY.fullmatch(key) is not None
    record = (log.sessions if session else log.prompts).get(named)
    try:
        agent = msgspec.convert(record, _Record).agent_id
    except msgspec.ValidationError:
        return Who(_UNNAMED_RULE, slug(""), None, named)
    return _of_agent(_SESSION_RULE if session else _PROMPT_RULE, named, agent)


def _parts(note: bytes) -> tuple[bytes, _Metadata | None, tuple[str, ...]]:
    """The attestations, the metadata (``None``: of another schema) and what is wrong with them."""
    divider = _DIVIDER.search(note)
    if divider is None and note[:1] != b"{":
        return note, _Metadata(), ("the line --- and the metadata after it are missing",)
    attestations, said = (
        (note[: divider.start()], note[divider.end() :]) if divider else (b"", note)
    )
    try:
        metadata = msgspec.json.decode(decode(said).encode(), type=_Metadata)
    except (ValueError, RecursionError):
        return attestations, _Metadata(), ("the metadata is not JSON of the form expected",)
    version = metadata.schema_version
    if version is None:
        return attestations, metadata, ("the metadata names no schema",)
    if not version.startswith("authorship/3."):
        named = shortened(visible(version), 40)
        return attestations, None, (f"the schema is {named}, which is not read",)
    return attestations, metadata, ()


def _entries(attestations: bytes, counts: Counter[str]) -> dict[str, list[bytes]]:
    """The attested lines under each key, in the note's order, without their indentation."""
    entries: dict[str, list[bytes]] = {}
    lines = _LINE.finditer(attestations)
    for line in islice(lines, MOST_LINES):
        if line[0][:1] not in b" \t":
            continue
        if entry := _ENTRY.fullmatch(line[0]):
            entries.setdefault(decode(entry[1]), []).append(line[0].strip())
        elif line[0].strip():
            counts[_NOT_ENTRY] += 1
    counts[_UNREAD] = sum(1 for _ in lines)
    return entries


def _who(key: str, metadata: _Metadata, counts: Counter[str]) -> Who | None:
    """Whom the entries under `key` are claimed for, if an agent; otherwise what is wrong counts."""
    if _HUMAN_KEY.fullmatch(key) or key == _UNSAID_HUMAN:
        return None
    if key == _UNSAID_AGENT:
        return Who(_UNNAMED_RULE, slug(""), None, None)
    if _SESSION_KEY.fullmatch(key):
        key = key.partition("::")[0]
        return _named(_SESSION_RULE, key, metadata.sessions or {}, counts)
    prompts = metadata.prompts or {}
    if key in prompts or _PROMPT_KEY.fullmatch(key):
        return _named(_PROMPT_RULE, key, prompts, counts)
    counts[_UNKNOWN_KEY] += 1
    return None


def _named(
    rule: str, key: str, records: Mapping[str, msgspec.Raw], counts: Counter[str]
) -> Who | None:
    try:
        agent = msgspec.json.decode(records.get(key, b""), type=_Record).agent_id
    except (ValueError, RecursionError):
        counts[_ABSENT] += 1
        return Who(_UNNAMED_RULE, slug(""), None, key)
    who = _of_agent(rule, key, agent)
    counts[_TEST] += who is None
    return who


def _of_agent(rule: str, key: str, agent: _AgentId) -> Who | None:
    """Who that is; none where it is a tool for tests."""
    tool = agent.tool.lower()
    if tool in _TEST_TOOLS:
        return None
    return Who(rule, agent_of(tool), model_of(agent.model), agent.id or key)


def agent_of(tool: str) -> str:
    """The slug of the agent that a record of a tool calls `tool`."""
    tool = tool.strip().lower()
    return _AGENTS.get(tool) or slug(tool)


def model_of(name: str) -> str | None:
    """The model called `name`; ``None`` where that is a word for none."""
    name = name.strip()
    return None if name.lower() in _NO_MODELS or name[:1] == "<" else shortened(name, _MOST_NAME)


def _claim(commit: str, source: str, who: Who, lines: list[bytes]) -> Claim:
    evidence = b"\n".join(lines)
    return Claim(
        commit=commit,
        rule=who.rule,
        tier=Tier.B,
        agent=who.agent,
        role=Role.CO_AUTHOR,
        source=source,
        evidence=shortened(decode(evidence), _MOST_EVIDENCE),
        digest=sha256(evidence),
        model=who.model,
        session=who.session and shortened(who.session, _MOST_NAME),
    )


def _told(counts: Counter[str]) -> tuple[str, ...]:
    order = (_UNREAD, _UNCLAIMED, _ABSENT, _UNKNOWN_KEY, _NOT_ENTRY, _TEST)
    return tuple(f"{what}: {counts[what]:,}" for what in order if counts[what])
