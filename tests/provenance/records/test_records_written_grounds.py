"""Records of lines that only a commit claims, and of persons by name: what says which is which."""

from __future__ import annotations

import json

import jsonschema
import pytest

from affidavit.base.errors import FormatError
from affidavit.provenance.gitai_log import Span, parse
from affidavit.provenance.records import agent_trace
from affidavit.provenance.records.model import Attests, LineClaim
from affidavit.provenance.records.writing_agent_trace import About, records
from affidavit.provenance.records.writing_git_ai import (
    NOBODY,
    SHARED,
    Persons,
    human_key,
    note,
    session_key,
)
from written_records import GIT_AI, ai

COMMIT = "1" * 40
ANN, BEN = "Ann <ann@firm.mail>", "Ben <ben@firm.mail>"


def spans(*numbers: int) -> tuple[Span, ...]:
    return tuple(Span(one, one) for one in numbers)


def typed(number: int, session: str | None) -> LineClaim:
    return LineClaim(path="a.py", attests=Attests.HUMAN, spans=spans(number), session=session)


def test_a_session_that_has_its_lines_of_a_commit_says_so() -> None:
    seen, wide = ai("a.py", spans(1), session="x"), ai("a.py", spans(3), session="y")
    log = parse(note([seen], COMMIT, by_commit=[wide]).data)
    assert {key: one.get("custom_attributes") for key, one in log.sessions.items()} == {
        session_key("claude", "x"): None,
        session_key("claude", "y"): {"ground": "commit"},
    }


def test_it_has_the_form_that_is_defined() -> None:
    data = note([], COMMIT, by_commit=[ai("a.py", spans(3))]).data
    jsonschema.validate(json.loads(data.partition(b"---\n")[2]), GIT_AI)


def test_a_session_never_says_both_of_itself() -> None:
    written = note([ai("a.py", spans(1))], COMMIT, by_commit=[ai("a.py", spans(3, 4, 8))])
    log = parse(written.data)
    assert [*log.files["a.py"].values()] == [spans(1)]
    assert [one.keys() for one in log.sessions.values()] == [{"agent_id"}]
    assert written.left_out == (f"{SHARED}: 3",)


def test_each_person_has_a_key_of_their_own() -> None:
    who = Persons({"h_1": ANN, "h_2": BEN})
    written = note([typed(1, "h_1"), typed(2, "h_2"), typed(3, None)], COMMIT, person=who)
    log = parse(written.data)
    assert log.files == {"a.py": {human_key(ANN): spans(1), human_key(BEN): spans(2)}}
    assert log.humans == {human_key(ANN): {"author": ANN}, human_key(BEN): {"author": BEN}}
    assert written.left_out == (f"{NOBODY}: 1",)


def test_who_typed_the_rest_can_be_known_as_well() -> None:
    log = parse(note([typed(3, None)], COMMIT, person=Persons({"h_1": ANN}, BEN)).data)
    assert log.files == {"a.py": {human_key(BEN): spans(3)}}


@pytest.mark.parametrize("name", ["Ann\nBen", "\ud800"])
def test_a_person_who_is_named_on_no_line_of_text_is_refused(name: str) -> None:
    with pytest.raises(FormatError):
        note([], COMMIT, person=Persons({"h_1": name}))


def test_a_record_of_agent_trace_says_on_what_ground_it_is() -> None:
    about = About(COMMIT, "2026-03-04T05:06:07Z", "1.0", ground="commit: as claimed of it")
    data = records([ai("a.py", spans(3))], about).data
    assert json.loads(data)["metadata"]["ground"] == "commit: as claimed of it"
    (record,) = agent_trace.read(data, place="x")
    assert [(one.path, one.spans) for one in record.lines] == [("a.py", spans(3))]


def test_what_was_seen_says_no_ground() -> None:
    about = About(COMMIT, "2026-03-04T05:06:07Z", "1.0")
    assert "ground" not in json.loads(records([ai("a.py", spans(3))], about).data)["metadata"]
