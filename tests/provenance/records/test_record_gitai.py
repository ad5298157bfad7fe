"""git-ai as records: lines of whole notes, the first form, and what is exported."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.digest import sha256
from affidavit.base.errors import FormatError
from affidavit.provenance import gitai as notes
from affidavit.provenance.gitai_log import Span
from affidavit.provenance.model import Claim, Role, Tier
from affidavit.provenance.records import documents as doc
from affidavit.provenance.records import gitai
from affidavit.provenance.records.model import Attests, LineClaim, Record
from recorded import as_json, lines

COMMIT = "a1" * 20
OTHER = "b2" * 20
PLACE = "refs/notes/ai"
SESSION = "s_0123456789abcd"
PERSON = "h_fedcba98765432"
TEST = "s_ffffffffffffff"


def a_note(*said: str, **metadata: object) -> bytes:
    agent = {"tool": "claude", "id": "one", "model": "claude-opus-4-6"}
    record = {"agent_id": agent}
    of_test = {"agent_id": {**agent, "tool": "mock_ai"}}
    told = {"schema_version": "authorship/3.0.0", "sessions": {SESSION: record, TEST: of_test}}
    return "\n".join([*said, "---", json.dumps({**told, **metadata})]).encode()


def read(note: bytes) -> Record:
    return gitai.read(COMMIT, note, place=PLACE)


def spans(*each: tuple[int, int]) -> tuple[Span, ...]:
    return tuple(Span(*one) for one in each)


def test_each_key_of_a_whole_note_is_a_claim_of_its_lines() -> None:
    note = a_note(
        "src/a.py",
        f"  {SESSION}::t_aaaaaaaaaaaaaa 1-4,9",
        f"  {PERSON} 5",
        f"  {TEST} 7",
        "b c.md",
        "  1234567 2",
    )
    assert read(note) == Record(
        source="git-ai",
        place=PLACE,
        commit=COMMIT,
        claims=notes.read(COMMIT, note, source=PLACE).claims,
        lines=(
            LineClaim(
                path="src/a.py",
                attests=Attests.AI,
                spans=spans((1, 4), (9, 9)),
                agent="claude-code",
                model="claude-opus-4-6",
                session="one",
            ),
            LineClaim(path="src/a.py", attests=Attests.HUMAN, spans=spans((5, 5))),
            LineClaim(
                path="b c.md",
                attests=Attests.AI,
                spans=spans((2, 2)),
                agent="unspecified",
                session="1234567",
            ),
        ),
        problems=(
            "keys that have no record in the metadata: 1",
            "keys of a tool for tests, which make no claim: 1",
        ),
    )


def test_a_note_that_is_not_wholly_in_its_form_claims_without_lines() -> None:
    record = read(a_note("src/a.py", f"  {SESSION} 9-4"))
    assert [one.agent for one in record.claims] == ["claude-code"]
    assert record.lines == ()
    assert record.problems == ("its lines are not read: a range of lines in it is none",)


FIRST = {
    "files": {
        "src/a.py": {
            "file": "src/a.py",
            "authors": [
                {"author": "Claude", "lines": [22, [30, 41], 23], "agent_metadata": None},
                {"author": "Claude Martin", "lines": [[1, 9]], "agent_metadata": None},
            ],
        }
    },
    "schema_version": "authorship/0.0.1",
}


def test_authors_of_the_first_form_are_agents_where_they_are_called_so() -> None:
    evidence = "src/a.py 22-23,30-41"
    assert read(as_json(FIRST)) == Record(
        source="git-ai",
        place=PLACE,
        commit=COMMIT,
        claims=(
            Claim(
                commit=COMMIT,
                rule="PRV-GITAI-004",
                tier=Tier.C,
                agent="claude-code",
                role=Role.CO_AUTHOR,
                source=PLACE,
                evidence=evidence,
                digest=sha256(evidence.encode()),
            ),
        ),
        lines=(
            LineClaim(
                path="src/a.py",
                attests=Attests.AI,
                spans=spans((22, 23), (30, 41)),
                agent="claude-code",
            ),
            LineClaim(path="src/a.py", attests=Attests.UNKNOWN, spans=spans((1, 9))),
        ),
    )


def test_the_first_form_had_no_name_at_first() -> None:
    assert read(as_json({"files": FIRST["files"]})) == read(as_json(FIRST))


def test_forms_between_the_first_and_the_present_are_told_and_not_read() -> None:
    record = read(as_json({**FIRST, "schema_version": "authorship/2.0.0"}))
    assert (record.claims, record.lines) == ((), ())
    assert record.problems[0] == "the schema is authorship/2.0.0, which is not read"


def test_parts_of_the_first_form_that_are_odd_cost_only_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gitai, "MOST_RANGES", 4)
    said = [
        {"author": "Cursor", "lines": ["7", [9, 3], [1], 5, 6]},
        {"author": "Cursor", "lines": [8]},
    ]
    files = {"a": {"authors": said}, "b": 7, "/c": {"authors": said}}
    record = read(as_json({"files": files}))
    assert record.lines == (
        LineClaim(path="a", attests=Attests.AI, spans=spans((5, 5)), agent="cursor"),
    )
    assert record.problems == (
        f"{doc.NO_RANGE}: 3",
        f"{gitai.UNREAD_RANGES}: 2",
        f"{gitai.NO_AUTHORS}: 1",
        f"{doc.ODD_PATH}: 1",
    )


def test_a_note_that_is_too_large_for_the_first_form_is_read_as_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doc, "MOST_BYTES", 10)
    assert read(as_json(FIRST)).lines == ()


@given(st.binary(max_size=200) | st.dictionaries(st.text(max_size=3), st.integers()).map(as_json))
def test_any_note_is_one_record_of_its_commit(note: bytes) -> None:
    assert read(note).commit == COMMIT


def test_an_upload_is_read_and_the_last_note_on_a_commit_counts() -> None:
    told = [(COMMIT, "old"), (OTHER, "ß"), (COMMIT.upper(), "new")]
    upload = {"entries": [{"commit_sha": commit, "content": note} for commit, note in told]}
    assert gitai.read_export(as_json(upload)) == {COMMIT: b"new", OTHER: "ß".encode()}


def test_answers_one_to_a_line_are_read_together() -> None:
    data = lines({"notes": {COMMIT: "a"}}, {"notes": {}}, {"notes": {OTHER: "b"}}) + b"\n"
    assert gitai.read_export(data) == {COMMIT: b"a", OTHER: b"b"}
    assert gitai.read_export(as_json({"notes": {COMMIT: "a"}})) == {COMMIT: b"a"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", None),
        (b"[]", "line 1 of the export is no upload and no answer of notes"),
        (
            b'{"notes": {}}\n{"error": "x"}',
            "line 2 of the export is no upload and no answer of notes",
        ),
        (b'{"notes": {"a1b2": "x"}}', "line 1 of the export names no whole id of a commit"),
        (
            b'{"notes": {"%s": 7}}' % COMMIT.encode(),
            "line 1 of the export is no upload and no answer of notes",
        ),
    ],
)
def test_an_export_of_another_form_is_refused_by_its_line(data: bytes, message: str | None) -> None:
    if message is None:
        assert gitai.read_export(data) == {}
    else:
        with pytest.raises(FormatError) as raised:
            gitai.read_export(data)
        assert raised.value.message == message


def test_an_export_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = as_json({"notes": {COMMIT: "a", OTHER: "b"}})
    monkeypatch.setattr(gitai, "MOST_NOTES", 1)
    with pytest.raises(FormatError, match="more than 1 notes"):
        gitai.read_export(data)
    monkeypatch.setattr(gitai, "EXPORT_BYTES", 10)
    with pytest.raises(FormatError, match="more than 10 bytes"):
        gitai.read_export(data)


@given(st.binary(max_size=100))
def test_any_bytes_are_an_export_or_refused(data: bytes) -> None:
    try:
        found = gitai.read_export(data)
    except FormatError:
        return
    assert found == {}
