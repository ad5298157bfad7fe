"""Notes of git-ai, written from attested lines: to the specification, and read back whole."""

from __future__ import annotations

import hashlib
import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.errors import FormatError
from affidavit.provenance import gitai
from affidavit.provenance.gitai_log import Span, parse
from affidavit.provenance.records.model import Attests, LineClaim
from affidavit.provenance.records.writing_git_ai import TOOLS, note, session_key
from written_records import CLAIMS, GIT_AI, ai, merged

COMMIT = "1" * 40
PERSON = "Ann Lee <ann@firm.example>"
SPAN = (Span(1, 2),)


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:14]


def test_a_note_is_written_in_the_form_that_is_specified() -> None:
    session, person = f"s_{hashed('claude:abc')}", f"h_{hashed(PERSON)}"
    trace = f"t_{hashed(f'{COMMIT}:{session}')}"
    human = LineClaim(path="b c.py", attests=Attests.HUMAN, spans=(Span(9, 9),))
    found = note([ai("b c.py", (Span(1, 4),), session="abc"), human], COMMIT, person=PERSON)
    lines, _, metadata = found.data.decode().partition("---\n")
    assert lines.splitlines() == ['"b c.py"', f"  {person} 9", f"  {session}::{trace} 1-4"]
    agent = {"tool": "claude", "id": "abc", "model": "claude-opus-4-6"}
    assert json.loads(metadata) == {
        "schema_version": "authorship/3.0.0",
        "base_commit_sha": COMMIT,
        "prompts": {},
        "humans": {person: {"author": PERSON}},
        "sessions": {session: {"agent_id": agent}},
    }


def test_the_key_of_a_session_is_the_one_of_the_specifications_formula() -> None:
    assert session_key("cursor", "6ef2299e-a67f-432b-aa80-3d2fb4d28999") == "s_866dabf162e96b"


@given(CLAIMS)
def test_what_is_written_has_the_form_and_is_read_back_whole(claims: list[LineClaim]) -> None:
    told = [one for one in claims if one.attests in (Attests.AI, Attests.HUMAN)]
    data = note(claims, COMMIT, person=PERSON).data
    if not data:
        assert told == []
        return
    jsonschema.Draft202012Validator(GIT_AI).validate(json.loads(data.partition(b"\n---\n")[2]))
    log = parse(data)
    back = [
        LineClaim(path=path, attests=Attests.HUMAN, spans=spans)
        if who is None
        else ai(path, spans, agent=who.agent)
        for path, keyed in log.files.items()
        for key, spans in keyed.items()
        for who in [gitai.whose(key, log)]
    ]
    plain = [
        one if one.attests is Attests.HUMAN else ai(one.path, one.spans or (), agent=one.agent)
        for one in told
    ]
    assert merged(back) == merged(plain)


@given(CLAIMS.flatmap(lambda claims: st.tuples(st.just(claims), st.permutations(claims))))
def test_the_same_lines_give_the_same_bytes_in_any_order(
    both: tuple[list[LineClaim], list[LineClaim]],
) -> None:
    assert note(both[0], COMMIT) == note(both[1], COMMIT)


def test_a_reader_finds_agent_model_and_session() -> None:
    data = note([ai("a", SPAN, agent="gemini-cli", model="m-1", session="abc")], COMMIT).data
    (claim,) = gitai.read(COMMIT, data, source="refs/notes/ai").claims
    assert (claim.rule, claim.agent, claim.model, claim.session) == (
        "PRV-GITAI-001",
        "gemini-cli",
        "m-1",
        "abc",
    )


def test_a_session_without_an_id_has_the_commits_and_an_unknown_model_none() -> None:
    data = note([ai("a", SPAN, model=None)], COMMIT).data
    (claim,) = gitai.read(COMMIT, data, source="refs/notes/ai").claims
    assert (claim.model, claim.session) == (None, COMMIT)


def test_an_agent_that_is_not_named_stays_so() -> None:
    data = note([ai("a", SPAN, agent="", model=None)], COMMIT).data
    (claim,) = gitai.read(COMMIT, data, source="refs/notes/ai").claims
    assert claim.agent == "unspecified"


@pytest.mark.parametrize("agent", TOOLS)
def test_git_ais_name_of_a_tool_is_read_as_the_agent(agent: str) -> None:
    assert gitai.agent_of(TOOLS[agent]) == agent


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (
            LineClaim(path="a", attests=Attests.UNKNOWN, spans=SPAN),
            "lines of which the record says that it does not know, left out: 2",
        ),
        (
            LineClaim(path="a", attests=Attests.MIXED, spans=SPAN, agent="codex"),
            "lines of an agent and a person together, for which the form has no key, left out: 2",
        ),
        (
            LineClaim(path="a", attests=Attests.HUMAN, spans=SPAN),
            "lines of a person whose name is not given, left out: 2",
        ),
        (ai('a"b', SPAN), "paths that the form has no way to write, left out: 1"),
        (ai("a\u3000", SPAN), "paths that the form has no way to write, left out: 1"),
    ],
)
def test_there_is_no_key_for_what_is_not_known(claim: LineClaim, told: str) -> None:
    assert note([claim], COMMIT) == (b"", (told,))


def test_a_further_model_of_one_session_is_told() -> None:
    claims = [ai("a", SPAN, model=model, session="abc") for model in ("m-2", "m-1")]
    found = note(claims, COMMIT)
    assert b'"model": "m-1"' in found.data
    assert found.left_out == (
        "files where a session has a further model, of which the form names one in all: 1",
    )


@pytest.mark.parametrize(("commit", "person"), [("1" * 39, None), (COMMIT, "a\nb")])
def test_a_note_is_on_one_commit_and_a_person_on_one_line(commit: str, person: str | None) -> None:
    with pytest.raises(FormatError):
        note([], commit, person=person)
