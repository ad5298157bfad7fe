"""Records of Agent Trace, written: to the specification's schema, and read back whole."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.errors import FormatError
from affidavit.provenance.gitai_log import Span, Spans
from affidavit.provenance.records.agent_trace import read
from affidavit.provenance.records.model import Attests, LineClaim
from affidavit.provenance.records.writing_agent_trace import HASHED, About, records
from written_records import AGENT_TRACE, CLAIMS, ai, merged

COMMIT = "1" * 40
ABOUT = About(COMMIT, "2026-03-04T05:06:07Z", "1.2.3")
SPAN = (Span(1, 2),)
FILE = LineClaim(path="a", attests=Attests.AI)


def documents(*claims: LineClaim, about: About = ABOUT) -> list[dict[str, object]]:
    return [json.loads(one) for one in records(claims, about).data.splitlines()]


def conversation(claim: LineClaim, about: About = ABOUT) -> dict[str, object]:
    """The one conversation of the one record of `claim`."""
    trace = json.loads(records([claim], about).data)
    found: dict[str, object] = trace["files"][0]["conversations"][0]
    return found


def test_a_record_is_written_in_the_form_that_is_specified() -> None:
    found = documents(
        ai("b.py", (Span(3, 4), Span(9, 9)), session="abc"), ai("a.py", SPAN, session="abc")
    )
    assert UUID(str(found[0].pop("id"))).version == 5
    made_by = {"type": "ai", "model_id": "claude-opus-4-6"}
    assert found == [
        {
            "version": "0.1.0",
            "timestamp": "2026-03-04T05:06:07Z",
            "vcs": {"type": "git", "revision": COMMIT},
            "tool": {"name": "claude-code", "version": "unknown"},
            "files": [
                {
                    "path": "a.py",
                    "conversations": [
                        {"contributor": made_by, "ranges": [{"start_line": 1, "end_line": 2}]}
                    ],
                },
                {
                    "path": "b.py",
                    "conversations": [
                        {
                            "contributor": made_by,
                            "ranges": [
                                {"start_line": 3, "end_line": 4},
                                {"start_line": 9, "end_line": 9},
                            ],
                        }
                    ],
                },
            ],
            "metadata": {
                "session_id": "abc",
                "writer": {"name": "affidavit", "version": "1.2.3"},
            },
        }
    ]


@given(CLAIMS)
def test_what_is_written_has_the_form_and_is_read_back_whole(claims: list[LineClaim]) -> None:
    written = records(claims, ABOUT)
    for line in written.data.splitlines():
        jsonschema.Draft202012Validator(AGENT_TRACE).validate(json.loads(line))
    found = read(written.data, place="x")
    assert [one.problems for one in found if one.problems] == []
    assert {one.commit for one in found} <= {COMMIT}
    assert merged(one for each in found for one in each.lines) == merged(claims)
    assert written.left_out == ()


@given(CLAIMS.flatmap(lambda claims: st.tuples(st.just(claims), st.permutations(claims))))
def test_the_same_lines_give_the_same_bytes_in_any_order(
    both: tuple[list[LineClaim], list[LineClaim]],
) -> None:
    assert records(both[0], ABOUT) == records(both[1], ABOUT)


def test_other_lines_have_another_id() -> None:
    ids = [documents(ai("a", (Span(1, last),)))[0]["id"] for last in (2, 3)]
    assert len(set(ids)) == 2


def test_an_address_of_a_conversation_stands_with_its_lines() -> None:
    address = "https://tool.example/chats/7"
    assert conversation(ai("a", SPAN, session=address))["url"] == address
    (back,) = read(records([ai("a", SPAN, session=address)], ABOUT).data, place="x")
    assert (back.lines[0].session, back.links) == (address, (address,))


@pytest.mark.parametrize(
    ("content", "span", "hashed"),
    [
        (b"one\ntwo\n", Span(1, 2), b"one\ntwo\n"),
        (b"one\r\ntwo", Span(1, 2), b"one\ntwo\n"),
        (b"one\ntwo\nthree\r", Span(2, 3), b"two\nthree\r\n"),
        (b"\n\n", Span(2, 2), b"\n"),
    ],
)
def test_the_hash_of_a_range_is_of_its_lines_each_ended_by_one_line_feed(
    content: bytes, span: Span, hashed: bytes
) -> None:
    about = ABOUT._replace(contents={"a": content})
    expected = {
        "start_line": span.first,
        "end_line": span.last,
        "content_hash": f"sha256:{hashlib.sha256(hashed).hexdigest()}",
    }
    assert conversation(ai("a", (span,)), about)["ranges"] == [expected]


def test_a_record_says_how_its_hashes_are_made() -> None:
    (found,) = documents(ai("a", SPAN), about=ABOUT._replace(contents={"a": b"1\n2\n"}))
    writer = {"name": "affidavit", "version": "1.2.3"}
    assert found["metadata"] == {"content_hash": HASHED, "writer": writer}


@pytest.mark.parametrize("contents", [{"a": b"one\n"}, {"a": b""}, {}])
def test_lines_that_the_file_does_not_have_are_left_out_and_told(
    contents: dict[str, bytes],
) -> None:
    found = records([ai("a", SPAN)], ABOUT._replace(contents=contents))
    assert found == (b"", ("paths with lines that the file does not have, left out: 1",))


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (
            LineClaim(path="a", attests=Attests.AI),
            "claims of files that name no lines, left out: 1",
        ),
        (ai("a", (Span(0, 2),)), "ranges of lines that are none, left out: 1"),
        (ai("../a", SPAN), "paths that the form has no way to write, left out: 1"),
        (ai("a\ud800", SPAN), "paths that the form has no way to write, left out: 1"),
        (ai("a", SPAN, agent="\ud800"), "names that are no text, left out with their lines: 1"),
    ],
)
def test_what_has_no_form_is_left_out_and_told(claim: LineClaim, told: str) -> None:
    assert records([claim], ABOUT) == (b"", (told,))


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (
            ai("a", SPAN, session="two words"),
            "sessions that the form has no way to write, left out: 1",
        ),
        (ai("a", SPAN, model="m" * 251), "models of more than 250 characters, left out: 1"),
    ],
)
def test_a_name_that_has_no_form_is_left_out_of_its_record(claim: LineClaim, told: str) -> None:
    found = records([claim], ABOUT)
    assert (len(found.data.splitlines()), found.left_out) == (1, (told,))


@pytest.mark.parametrize("about", [ABOUT._replace(commit="1" * 39), ABOUT._replace(time="now")])
def test_a_record_is_of_one_commit_and_one_time(about: About) -> None:
    with pytest.raises(FormatError):
        records([], about)


def test_a_person_has_no_model_and_overlapping_ranges_are_one() -> None:
    spans: Spans = (Span(1, 2), Span(3, 4))
    human = LineClaim(path="a", attests=Attests.HUMAN, spans=spans, model="gpt-5")
    assert conversation(human) == {
        "contributor": {"type": "human"},
        "ranges": [{"start_line": 1, "end_line": 4}],
    }
    assert "tool" not in documents(human)[0]
