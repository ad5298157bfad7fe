"""Whose each line is where several records attest it: cut as a reader of single lines would say."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from affidavit.changes.lines.model import Ground, Hand, LineClass, Made, unknown
from affidavit.changes.lines.segments import Segment, segments
from affidavit.changes.lines.stated import Attested, noted
from affidavit.provenance.gitai_log import Span, united
from affidavit.provenance.overlay import MOST
from recordedwork import SESSION, note

CLAUDE, CODEX, NOBODY = Hand("claude-code", "m"), Hand("codex"), Hand("unspecified")
PERSON = Made(LineClass.HUMAN, Ground.NOTE)


def by(*hands: Hand) -> Made:
    return Made(LineClass.AI, Ground.NOTE, hands)


def said(made: Made, record: str = "one", first: int = 1, last: int = 1) -> Attested:
    return Attested((Span(first, last),), made, record)


def only(*each: Attested) -> Made:
    """Whose the one line is."""
    (found,) = segments(each)
    return found.made


def test_agents_of_one_record_had_a_hand_in_a_line_together() -> None:
    assert only(said(by(CODEX)), said(by(CLAUDE))) == by(CLAUDE, CODEX)


def test_two_records_that_name_different_agents_contradict_each_other() -> None:
    both = unknown(Ground.CONTRADICTED, (CLAUDE, CODEX))
    assert only(said(by(CLAUDE), "one"), said(by(CODEX), "two")) == both


def test_two_records_that_name_one_agent_agree_whatever_else_they_tell() -> None:
    other = Hand("claude-code", "n", "s")
    assert only(said(by(CLAUDE), "one"), said(by(other), "two")) == by(CLAUDE, other)
    more = (said(by(CLAUDE), "one"), said(by(CODEX), "one"), said(by(CLAUDE), "two"))
    assert only(*more) == by(CLAUDE, CODEX)


def test_a_record_that_names_no_agent_contradicts_none() -> None:
    assert only(said(by(CLAUDE), "one"), said(by(NOBODY), "two")) == by(CLAUDE, NOBODY)


def test_more_than_are_told_apart_leave_a_line_contradicted_with_the_first_named() -> None:
    hands = tuple(Hand("codex", "", f"{number:03}") for number in range(MOST + 1))
    assert only(*(said(by(one)) for one in hands[1:])) == by(*hands[1:])
    assert only(*(said(by(one)) for one in hands)) == unknown(Ground.CONTRADICTED, hands[:MOST])


def test_thousands_of_keys_that_overlap_come_to_few_segments() -> None:
    many = 8_000
    each = [said(by(Hand("a", "", f"{one:05}")), "x", one + 1, many) for one in range(many)]
    found = segments(each)
    assert (len(found), found[-1].start, found[-1].end) == (MOST + 1, MOST, many)


def test_a_key_of_a_tool_for_tests_attests_nothing_of_a_file_that_its_note_names() -> None:
    body = note(f"{SESSION} 1-2").replace('"claude"', '"mock_ai"').encode()
    assert [one.files for one in noted([body])] == [{b"a.py": []}]


def test_what_is_alike_and_adjacent_is_one_segment() -> None:
    two = Attested((Span(1, 2), Span(5, 5)), PERSON, "one")
    assert segments([two, said(PERSON, "two", 3, 4)]) == [Segment(0, 5, PERSON)]


MADE = st.sampled_from(
    [
        PERSON,
        by(CLAUDE),
        by(CODEX),
        by(NOBODY),
        by(CLAUDE, CODEX),
        unknown(Ground.SHARED, (CLAUDE,)),
        unknown(Ground.SHARED, (CODEX,)),
        unknown(Ground.CONTRADICTED, (CLAUDE,)),
    ]
)
SPANS = st.lists(
    st.tuples(st.integers(1, 12), st.integers(0, 6)).map(lambda at: Span(at[0], sum(at))),
    min_size=1,
    max_size=4,
).map(united)
EACH = st.lists(st.builds(Attested, SPANS, MADE, st.sampled_from(["one", "two", "six"])))


def whose(line: int, each: list[Attested]) -> Made | None:
    """Whose one line is, counted from 1, by looking at everything that is said of it."""
    here = [one for one in each if any(first <= line <= last for first, last in one.spans)]
    if not here:
        return None
    if len({one.made for one in here}) == 1:
        return here[0].made
    hands = tuple(sorted({hand for one in here for hand in one.made.hands}))
    kinds = {(one.made.line_class, one.made.ground) for one in here}
    records = [
        {hand.agent for one in here if one.record == name for hand in one.made.hands}
        - {"unspecified"}
        for name in {one.record for one in here}
    ]
    known = [one for one in records if one]
    together = not known or set.intersection(*known)
    if len(kinds) > 1 or (here[0].made.line_class is LineClass.AI and not together):
        return unknown(Ground.CONTRADICTED, hands)
    return Made(here[0].made.line_class, here[0].made.ground, hands)


@given(EACH)
def test_segments_say_of_every_line_what_is_said_of_it_alone(each: list[Attested]) -> None:
    found = segments(each)
    by_line = {at + 1: one.made for one in found for at in range(one.start, one.end)}
    alone = {line: made for line in range(1, 20) if (made := whose(line, each))}
    assert by_line == alone
    assert all(one.end <= other.start for one, other in pairwise(found))
