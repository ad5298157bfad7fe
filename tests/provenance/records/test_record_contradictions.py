"""Records of one commit that say different things: shown beside each other."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from affidavit.provenance.gitai_log import Span
from affidavit.provenance.records.contradictions import (
    AGENTS,
    LINES,
    Contradiction,
    Saying,
    contradictions,
)
from affidavit.provenance.records.model import Attests, LineClaim, Record

COMMIT = "a1" * 20


def record(source: str, first: int, last: int, *, agent: str = "", path: str = "a.py") -> Record:
    line = LineClaim(
        path=path,
        attests=Attests.AI if agent else Attests.HUMAN,
        agent=agent,
        spans=(Span(first, last),),
    )
    return Record(source=source, place="x", commit=COMMIT, lines=(line,))


def told(*records: Record, **named: list[str]) -> tuple[Contradiction, ...]:
    return contradictions(COMMIT, records, named)


def test_lines_of_a_person_by_one_record_and_of_an_agent_by_another_contradict() -> None:
    found = told(record("git-ai", 1, 5), record("agent-trace", 4, 9, agent="codex"))
    said = (Saying(("agent-trace",), "codex"), Saying(("git-ai",), "a person"))
    assert found == (Contradiction(commit=COMMIT, about=LINES, path="a.py", lines=2, said=said),)


def test_lines_beside_each_other_and_in_other_files_do_not_contradict() -> None:
    assert told(record("git-ai", 1, 3), record("agent-trace", 4, 9, agent="codex")) == ()
    assert told(record("git-ai", 1, 3), record("x", 1, 3, agent="codex", path="b.py")) == ()


def test_two_sources_that_name_different_agents_contradict_in_lines_and_as_a_whole() -> None:
    found = told(record("git-ai", 1, 2, agent="cursor"), record("x", 2, 2, agent="codex"))
    assert [(one.about, one.lines, one.said) for one in found] == [
        (AGENTS, 0, (Saying(("git-ai",), "cursor"), Saying(("x",), "codex"))),
        (LINES, 1, (Saying(("x",), "codex"), Saying(("git-ai",), "cursor"))),
    ]


def joined(*records: Record) -> Record:
    """One record that says what all these say."""
    lines = tuple(line for one in records for line in one.lines)
    return msgspec.structs.replace(records[0], lines=lines)


CURSOR = record("git-ai", 1, 2, agent="cursor")
CODEX = record("git-ai", 2, 2, agent="codex")


def test_two_agents_of_one_record_may_have_had_a_hand_in_the_same_line() -> None:
    assert told(joined(CURSOR, CODEX)) == ()
    assert told(joined(CURSOR, CODEX), CODEX) == told(CODEX, joined(CURSOR, CODEX)) == ()


def test_two_records_of_one_source_that_name_different_agents_of_a_line_contradict() -> None:
    said = (Saying(("git-ai",), "codex"), Saying(("git-ai",), "cursor"))
    alike = Contradiction(commit=COMMIT, about=LINES, path="a.py", lines=1, said=said)
    assert told(CURSOR, CODEX) == (alike,)


def test_of_three_records_those_are_told_that_say_otherwise() -> None:
    found = told(CURSOR, CODEX, record("x", 2, 9, agent="codex"), record("y", 2, 2))
    assert [(one.lines, one.said) for one in found if one.about == LINES] == [
        (1, (Saying(("git-ai",), "cursor"), Saying(("y",), "a person"))),
        (1, (Saying(("git-ai", "x"), "codex"), Saying(("git-ai",), "cursor"))),
        (1, (Saying(("git-ai", "x"), "codex"), Saying(("y",), "a person"))),
    ]


def test_a_source_that_names_one_of_several_agents_of_another_agrees_with_it() -> None:
    assert told(record("git-ai", 1, 1, agent="cursor"), commit=["cursor", "codex"]) == ()


def test_an_agent_that_is_not_named_contradicts_nobody() -> None:
    assert told(record("git-ai", 1, 1, agent="unspecified"), commit=["codex"]) == ()


def test_what_the_message_names_contradicts_a_record_that_names_another() -> None:
    (found,) = told(record("git-ai", 1, 1, agent="cursor"), commit=["codex"])
    assert found.said == (Saying(("commit",), "codex"), Saying(("git-ai",), "cursor"))


ANY = st.builds(
    record,
    st.sampled_from(["git-ai", "agent-trace", "transcript"]),
    st.integers(1, 6),
    st.integers(6, 9),
    agent=st.sampled_from(["", "codex", "cursor", "unspecified"]),
    path=st.sampled_from(["a.py", "b.py"]),
)


@given(st.lists(ANY, max_size=5), st.randoms())
def test_the_order_of_records_makes_no_difference(
    records: list[Record],
    random: st.random.Random,  # type: ignore[name-defined]
) -> None:
    mixed = list(records)
    random.shuffle(mixed)
    assert told(*mixed) == told(*records)
    assert all(len(set(one.said)) == 2 for one in told(*records))
