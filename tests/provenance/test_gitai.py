"""git-ai notes: each known form, each irregularity, and hostile ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.digest import sha256
from affidavit.provenance.catalogue import load
from affidavit.provenance.gitai import _AGENTS, MOST_CLAIMS, MOST_LINES, read
from affidavit.provenance.model import Claim, NoteReading, Role, Tier

NOTES = Path(__file__).parents[1] / "fixtures" / "notes"
COMMIT = "1" * 40
REF = "refs/notes/ai"
SESSION = "s_0123456789abcd"
NO_DIVIDER = "the line --- and the metadata after it are missing"
NO_JSON = "the metadata is not JSON of the form expected"
NO_RECORD = "keys that have no record in the metadata: 1"


def a_claim(rule: str, agent: str, evidence: str, **said: str | None) -> Claim:
    return Claim(
        commit=COMMIT,
        rule=f"PRV-GITAI-00{rule}",
        tier=Tier.B,
        agent=agent,
        role=Role.CO_AUTHOR,
        source=REF,
        evidence=evidence,
        digest=sha256(evidence.encode()),
        **said,
    )


def reading(note: bytes) -> NoteReading:
    return read(COMMIT, note, source=REF)


def a_note(
    *entries: str, tool: object = "claude", model: object = "m", **metadata: object
) -> bytes:
    record = {"agent_id": {"tool": tool, "id": "one", "model": model}}
    said = {"schema_version": "authorship/3.0.0", "sessions": {SESSION: record}, **metadata}
    return "\n".join(["a.py", *entries, "---", json.dumps(said)]).encode()


ENTRY = f"  {SESSION}::t_aaaaaaaaaaaaaa 1"
CLAIM = a_claim("1", "claude-code", ENTRY.strip(), model="m", session="one")
UNNAMED = a_claim("3", "unspecified", ENTRY.strip(), session=SESSION)


def test_sessions_and_people_are_read() -> None:
    trace = f"{SESSION}::t_"
    both = f"{trace}aaaaaaaaaaaaaa 1-10,15\n{trace}bbbbbbbbbbbbbb 20"
    other = "s_fedcba98765432::t_cccccccccccccc 1"
    assert reading((NOTES / "gitai-sessions.txt").read_bytes()) == NoteReading(
        claims=(
            a_claim("1", "claude-code", both, model="claude-opus-4-6", session="session-1"),
            a_claim("1", "copilot-cli", other, session="session-2"),
        ),
        human=True,
        ai=True,
    )


def test_a_note_that_names_another_commit_claims_what_it_does_and_that_is_told() -> None:
    other, own = (a_note(ENTRY, base_commit_sha=one) for one in ("a" * 40, COMMIT))
    assert reading(own) == NoteReading(claims=(CLAIM,), ai=True)
    told = ("the metadata names another commit",)
    assert reading(other) == NoteReading(claims=(CLAIM,), ai=True, problems=told)


def test_old_keys_are_read_and_a_prompt_without_lines_is_no_claim() -> None:
    one = "d9978a8723e02b52 1-4,9-10\n638f41ac-1dd9-49eb-b090-a4abfe235a97 3"
    assert reading((NOTES / "gitai-legacy.txt").read_bytes()) == NoteReading(
        claims=(
            a_claim("2", "cursor", one, session="chat-1"),
            a_claim("2", "codex", "e61c0a4 11", model="gpt-5-codex", session="chat-2"),
        ),
        ai=True,
    )


def test_keys_without_metadata_are_an_agent_that_is_not_named() -> None:
    session = f"{SESSION}::t_aaaaaaaaaaaaaa 1\n{SESSION} 2"
    assert reading((NOTES / "gitai-no-metadata.txt").read_bytes()) == NoteReading(
        claims=(
            a_claim("3", "unspecified", session, session=SESSION),
            a_claim("3", "unspecified", "d9978a8723e02b52 3", session="d9978a8723e02b52"),
            a_claim("3", "unspecified", "ai_agent 4"),
        ),
        ai=True,
        problems=("keys that have no record in the metadata: 3",),
    )


def test_a_tool_for_tests_makes_no_claim() -> None:
    assert reading((NOTES / "gitai-test-tool.txt").read_bytes()) == NoteReading(
        problems=("keys of a tool for tests, which make no claim: 1",)
    )


@pytest.mark.parametrize(
    ("note", "claims", "problem"),
    [
        pytest.param(b"", (), NO_DIVIDER, id="empty"),
        pytest.param(
            ENTRY.encode(),
            (UNNAMED,),
            f"{NO_DIVIDER}; {NO_RECORD}",
            id="cut",
        ),
        pytest.param(
            ENTRY.encode() + b"\n---\n{",
            (UNNAMED,),
            f"{NO_JSON}; {NO_RECORD}",
            id="metadata cut",
        ),
        pytest.param(
            b"---\n" + b"[" * 200_000,
            (),
            NO_JSON,
            id="nested too deeply",
        ),
        pytest.param(
            a_note(ENTRY, deep=1).replace(b"1}", b"[" * 90_000 + b"]" * 90_000 + b"}"),
            (UNNAMED,),
            f"{NO_JSON}; {NO_RECORD}",
            id="nested too deeply in what is not read",
        ),
        pytest.param(
            a_note(ENTRY, sessions=[]),
            (UNNAMED,),
            f"{NO_JSON}; {NO_RECORD}",
            id="sessions in a list",
        ),
        pytest.param(
            a_note(ENTRY, sessions={SESSION: {"agent_id": "claude"}}),
            (UNNAMED,),
            NO_RECORD,
            id="a record of another form",
        ),
        pytest.param(
            a_note(ENTRY, sessions=None),
            (UNNAMED,),
            NO_RECORD,
            id="sessions null",
        ),
        pytest.param(
            a_note(ENTRY, schema_version="authorship/4.0.0\n"),
            (),
            "the schema is authorship/4.0.0\\u000a, which is not read",
            id="another schema",
        ),
        pytest.param(
            b'{"files": {}, "schema_version": "authorship/0.0.1"}',
            (),
            "the schema is authorship/0.0.1, which is not read",
            id="the first schema, without attestations",
        ),
        pytest.param(
            a_note(ENTRY, schema_version=None),
            (CLAIM,),
            "the metadata names no schema",
            id="no schema",
        ),
        pytest.param(
            a_note(ENTRY, "  x_1 2", "  y 3"),
            (CLAIM,),
            "keys of a form that is not known: 2",
            id="unknown keys",
        ),
        pytest.param(
            a_note(ENTRY, "  ", f"  {SESSION}", f"  {SESSION} all"),
            (CLAIM,),
            "indented lines that are not a key and line ranges: 2",
            id="no line ranges",
        ),
        pytest.param(
            a_note(*[ENTRY] * MOST_LINES).replace(ENTRY.encode(), b"b.py", MOST_LINES - 2),
            (CLAIM,),
            "lines after the first 100,000, not read: 1",
            id="too many lines",
        ),
    ],
)
def test_what_cannot_be_read_is_said_and_the_rest_is_kept(
    note: bytes, claims: tuple[Claim, ...], problem: str
) -> None:
    assert reading(note) == NoteReading(
        claims=claims, ai=bool(claims), problems=tuple(problem.split("; "))
    )


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(a_note(ENTRY), id="plain"),
        pytest.param(
            a_note(ENTRY, base_commit_sha=0).replace(b" 0", b"9" * 9_000), id="huge number"
        ),
        pytest.param(a_note(ENTRY, x="?").replace(b"?", b"\xff"), id="not UTF-8"),
        pytest.param(a_note(ENTRY).replace(b"\n", b"\r\n"), id="CR LF"),
        pytest.param(
            a_note(ENTRY).replace(b'{"schema', b'{"sessions":{}, "schema'), id="key twice"
        ),
        pytest.param(a_note(ENTRY).replace(b"a.py", b"\xff\x00.py"), id="path of any bytes"),
    ],
)
def test_what_does_not_matter_is_not_a_problem(note: bytes) -> None:
    assert reading(note) == NoteReading(claims=(CLAIM,), ai=True)


@pytest.mark.parametrize("model", ["", " ", "unknown", "Default", "auto", "<synthetic>"])
def test_a_model_that_is_not_named_is_none(model: str) -> None:
    assert reading(a_note(ENTRY, model=model)).claims[0].model is None


@pytest.mark.parametrize(
    ("tool", "agent"),
    [
        ("Claude", "claude-code"),
        ("droid", "factory-droid"),
        ("codex", "codex"),
        ("My Tool!", "my-tool"),
        ("x" * 50, "x" * 40),
        ("", "unspecified"),
    ],
)
def test_a_tool_is_named_by_the_slug_the_other_signals_use(tool: str, agent: str) -> None:
    assert reading(a_note(ENTRY, tool=tool)).claims[0].agent == agent


def test_every_agent_that_tools_are_mapped_to_is_a_known_one() -> None:
    assert set(_AGENTS.values()) <= set(load().agents)


def test_a_note_makes_a_bounded_number_of_claims() -> None:
    keys = [f"  s_{number:014x}::t_aaaaaaaaaaaaaa 1" for number in range(MOST_CLAIMS + 2)]
    found = reading(a_note(*keys))
    assert (len(found.claims), found.problems[0]) == (
        MOST_CLAIMS,
        "sessions after the first 1,000, left out: 2",
    )


def test_evidence_is_cut_and_its_digest_is_not() -> None:
    entries = [f"{ENTRY}-{number}" for number in range(2, 50)]
    whole = "\n".join(entry.strip() for entry in entries)
    claim = reading(a_note(*entries)).claims[0]
    assert (claim.evidence, claim.digest) == (whole[:299] + "…", sha256(whole.encode()))


@given(st.binary(max_size=300), st.binary(max_size=100))
def test_any_bytes_are_read_without_an_error(attestations: bytes, metadata: bytes) -> None:
    assert len(reading(attestations + b"\n---\n" + metadata).problems) <= 5


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_a_record_of_any_form_is_read_without_an_error(record: object) -> None:
    assert reading(a_note(ENTRY, sessions={SESSION: record})).ai
