"""Notes of git-ai read in full and written: one form, both ways, and nothing beside it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.errors import FormatError
from affidavit.provenance.gitai import read
from affidavit.provenance.gitai_log import (
    Keyed,
    Log,
    Record,
    Span,
    count,
    names_another,
    parse,
    text,
    united,
)
from affidavit.provenance.gitai_records import of_lines

COMMIT = "1" * 40
TRACED = "s_0123456789abcd::t_aaaaaaaaaaaaaa"
PERSON = "h_0123456789abcd"
PROMPT = "0123456789abcdef"
AGENT: Record = {"agent_id": {"tool": "claude", "id": "one", "model": "m"}}
SAID = '---\n{"schema_version": "authorship/3.0.0"}'

KEYS = st.sampled_from([TRACED, PERSON, PROMPT, "ai_agent"])
SPANS = st.lists(
    st.tuples(st.integers(1, 500), st.integers(0, 20)).map(lambda at: Span(at[0], sum(at))),
    min_size=1,
).map(united)
PATHS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters='"'), min_size=1, max_size=9
).filter(lambda path: path.strip() == path)
LOGS = st.builds(
    Log,
    files=st.dictionaries(PATHS, st.dictionaries(KEYS, SPANS, min_size=1), max_size=4),
    base=st.just(COMMIT),
)


@given(LOGS)
def test_what_is_written_is_read_back(log: Log) -> None:
    assert parse(text(log, COMMIT)) == log


def test_a_note_is_written_in_the_form_that_is_defined() -> None:
    lines: Keyed = {TRACED: (Span(1, 4), Span(9, 9)), PERSON: (Span(5, 5),)}
    log = Log(
        files={"b c.py": lines, "a.py": {PROMPT: (Span(2, 2),)}},
        sessions={"s_0123456789abcd": AGENT},
    )
    assert text(log, COMMIT).decode().partition("---\n")[0].splitlines() == [
        "a.py",
        f"  {PROMPT} 2",
        '"b c.py"',
        f"  {PERSON} 5",
        f"  {TRACED} 1-4,9",
    ]
    assert json.loads(text(log, COMMIT).partition(b"---\n")[2]) == {
        "schema_version": "authorship/3.0.0",
        "base_commit_sha": COMMIT,
        "prompts": {},
        "sessions": {"s_0123456789abcd": AGENT},
    }


def test_the_reader_of_claims_takes_what_is_written_without_a_complaint() -> None:
    log = Log(files={"a.py": {TRACED: (Span(1, 4),)}}, sessions={"s_0123456789abcd": AGENT})
    found = read(COMMIT, text(log, COMMIT), source="refs/notes/ai")
    assert [(one.agent, one.model, one.session) for one in found.claims] == [
        ("claude-code", "m", "one")
    ]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("note", "why"),
    [
        (f"a.py\n  {TRACED} 1\n", "no line ---"),
        (f"a.py\n  {TRACED} 1\n---\nno json", "metadata is not JSON"),
        ('---\n{"schema_version": "authorship/4.0.0"}', "schema is not"),
        ("---\n{}", "metadata is not JSON"),
        (f"  {TRACED} 1\n{SAID}", "under a path"),
        (f"a.py\n   {TRACED} 1\n{SAID}", "under a path"),
        (f"a.py\n  someone 1\n{SAID}", "under a path"),
        (f"a.py\n  {TRACED} 1, 2\n{SAID}", "under a path"),
        (f"a.py\n  {TRACED} 0\n{SAID}", "range"),
        (f"a.py\n  {TRACED} 4-3\n{SAID}", "range"),
        (f"a.py\n  {TRACED} 1,\n{SAID}", "range"),
        (f"a.py\n  {TRACED} 99999999\n{SAID}", "range"),
        (f'a"b.py\n  {TRACED} 1\n{SAID}', "character"),
    ],
)
def test_a_note_that_is_not_wholly_in_its_form_is_refused(note: str, why: str) -> None:
    with pytest.raises(FormatError, match=why):
        parse(note.encode())


def test_a_path_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(FormatError, match="UTF-8"):
        parse(f"a\xff.py\n  {TRACED} 1\n{SAID}".encode("latin-1"))


def test_more_ranges_than_are_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("affidavit.provenance.gitai_log.MOST_SPANS", 2)
    with pytest.raises(FormatError, match="more than 2 ranges"):
        parse(f"a.py\n  {TRACED} 1,3,5\n{SAID}".encode())


@pytest.mark.parametrize("path", ["", 'a"b', "a\nb"])
def test_a_path_that_the_form_cannot_say_is_not_written(path: str) -> None:
    with pytest.raises(FormatError, match="character"):
        text(Log(files={path: {TRACED: (Span(1, 1),)}}), COMMIT)


def test_a_file_named_like_the_divider_is_quoted() -> None:
    log = Log(files={"---": {TRACED: (Span(1, 1),)}})
    assert parse(text(log, COMMIT)).files == log.files


@pytest.mark.parametrize(
    ("told", "base"),
    [
        (f'"{COMMIT}"', COMMIT),
        (f'"{"ab" * 32}"', "ab" * 32),
        ('""', ""),
        ('"HEAD"', ""),
        (f'"{"0" * 40}"', ""),
        (f'"{COMMIT[1:]}"', ""),
        ("null", ""),
        ("[1]", ""),
        ("9" * 9_000, ""),
    ],
)
def test_the_commit_that_a_note_names_is_a_whole_id_or_none(told: str, base: str) -> None:
    note = SAID.replace("}", f', "base_commit_sha": {told}}}').encode()
    assert parse(note) == Log(files={}, base=base)


def test_a_note_names_another_commit_where_it_names_none_of_these() -> None:
    assert not names_another("", [COMMIT])
    assert not names_another(COMMIT, ["ab" * 20, COMMIT])
    assert names_another(COMMIT, ["ab" * 20])


def test_a_key_that_comes_often_attests_all_its_lines() -> None:
    note = f"a.py\n  {TRACED} 3\n  {TRACED} 1-2\n  {TRACED} 9\n{SAID}".encode()
    assert parse(note).files == {"a.py": {TRACED: (Span(1, 3), Span(9, 9))}}


def test_the_old_key_that_attests_nothing_is_left_out() -> None:
    note = f"a.py\n  human 1-3\nb.py\n  human 4\n  {TRACED} 5\n{SAID}"
    assert parse(note.encode()).files == {"b.py": {TRACED: (Span(5, 5),)}}


def test_lines_end_as_on_windows_or_not() -> None:
    note = f"a.py\n  {TRACED} 1\n{SAID}"
    assert parse(note.replace("\n", "\r\n").encode()) == parse(note.encode())


def test_ranges_are_the_fewest_that_hold_the_lines() -> None:
    spans = united([Span(5, 6), Span(1, 2)], [Span(3, 3), Span(9, 9), Span(2, 2)])
    assert (spans, count(spans)) == ((Span(1, 3), Span(5, 6), Span(9, 9)), 6)


LINES: dict[str, Keyed] = {
    "a.py": {PROMPT: (Span(1, 4),), TRACED: (Span(7, 7),)},
    "b.py": {PROMPT: (Span(2, 2),)},
}


def test_the_counts_of_a_prompt_are_told_anew_and_its_words_go_nowhere() -> None:
    told: Record = {
        "total_additions": 9,
        "total_deletions": 0,
        "overriden_lines": 1,
        "accepted_lines": 8,
    }
    older: Record = AGENT | told | {"messages_url": "https://old", "messages": ["a secret"]}
    newer = AGENT | told | {"total_additions": 5, "messages_url": "https://new"}
    notes = [Log(files={}, prompts={PROMPT: older}), Log(files={}, prompts={PROMPT: newer})]
    log = of_lines(LINES, notes)
    assert log.prompts == {
        PROMPT: AGENT | told | {"accepted_lines": 5, "messages_url": "https://new"}
    }


def test_a_count_that_is_none_is_nothing() -> None:
    log = of_lines(LINES, [Log(files={}, prompts={PROMPT: AGENT | {"total_additions": "many"}})])
    zero: Record = {"total_additions": 0, "total_deletions": 0, "overriden_lines": 0}
    assert log.prompts == {PROMPT: AGENT | zero | {"accepted_lines": 5}}


def test_what_one_note_leaves_unsaid_another_may_say() -> None:
    key = "s_0123456789abcd"
    said: Record = AGENT | {"human_author": "Jo"}
    unsaid: Record = AGENT | {"human_author": None}
    for one, other in ((said, unsaid), (unsaid, said)):
        notes = [Log(files={}, sessions={key: one}), Log(files={}, sessions={key: other})]
        assert of_lines(LINES, notes).sessions == {key: said}


def test_a_key_that_is_said_to_be_two_is_refused() -> None:
    other: Record = {"agent_id": {"tool": "claude", "id": "one", "model": "another"}}
    notes = [
        Log(files={}, sessions={"s_0123456789abcd": AGENT}),
        Log(files={}, sessions={"s_0123456789abcd": other}),
    ]
    with pytest.raises(FormatError, match="different things of who s_0123456789abcd is"):
        of_lines(LINES, notes)


def test_of_a_key_without_lines_nothing_is_said() -> None:
    records: dict[str, Record] = {"fedcba9876543210": AGENT}
    assert of_lines(LINES, [Log(files={}, prompts=records)]).prompts == {}
