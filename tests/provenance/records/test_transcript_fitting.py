"""Which added lines a transcript attests: those that agree, and no line for being near one."""

from __future__ import annotations

import msgspec
import pytest

from affidavit.base.digest import sha256
from affidavit.provenance.model import Claim, Role, Tier
from affidavit.provenance.records.fitting import (
    Added,
    Attested,
    Fitted,
    Landed,
    Writer,
    claims,
    fitted,
)
from affidavit.provenance.records.model import Attests, Record
from transcribed import TIME, record

COMMIT = "1a2b3c4" + "0" * 33
AFTER = "2026-03-01T10:00:00Z"
BEFORE = "2026-03-01T11:59:59+02:00"
CLAUDE = Writer(source="test", agent="claude-code", session="s-1")


def landed(*texts: str, time: str = AFTER, id_: str = COMMIT, path: str = "a.py") -> Landed:
    lines = tuple(Added(path, number, text) for number, text in enumerate(texts, 1))
    return Landed(id=id_, time=time, lines=lines)


def numbers(commit: Landed, *records: Record) -> list[int]:
    (found,) = fitted([commit], records)
    return [line.number for line in found.lines]


def test_a_line_that_was_written_before_the_commit_is_attested() -> None:
    line = Attested(path="a.py", number=2, by=(CLAUDE,))
    commit = landed("def f():", "return one\r\n", "# end of it")
    found = fitted([commit], [record(("a.py", ["return one"]))])
    assert found == (Fitted(commit=COMMIT, lines=(line,)),)


@pytest.mark.parametrize(
    "wrote",
    [
        record(("b.py", ["return one"])),
        record(("a.py", ["return one "])),
        record(("a.py", ["return one"]), time="2026-03-01T10:00:01Z"),
        record(("a.py", ["return one"]), time=None),
        record(("a.py", ["return one"]), time="2026-03-01T10:00:00"),
        record(("a.py", [])),
    ],
    ids=["another path", "another text", "later", "without a time", "no zone", "no lines told"],
)
def test_what_does_not_agree_attests_nothing(wrote: Record) -> None:
    assert numbers(landed("return one"), wrote) == []


def test_an_edit_within_the_second_of_the_commit_comes_before_it() -> None:
    wrote = record(("a.py", ["return one"]), time="2026-03-01T10:00:00.900Z")
    assert numbers(landed("return one"), wrote) == [1]
    assert numbers(landed("return one", time=BEFORE), wrote) == []


def test_a_commit_that_a_record_names_is_the_only_one_that_it_fits() -> None:
    wrote = record(("a.py", ["return one"]), time=None, commit="1a2b3c4")
    assert numbers(landed("return one", time="?"), wrote) == [1]
    assert numbers(landed("return one", id_="2" * 40), wrote) == []
    whole = msgspec.structs.replace(wrote, commit=COMMIT, stated=())
    assert numbers(landed("return one"), whole) == [1]
    short = record(("a.py", ["return one"]), time=None, commit="1a2b3c")
    assert numbers(landed("return one"), short) == []


@pytest.mark.parametrize("trivial", ["", "    }", "\tend"])
def test_a_trivial_line_alone_is_not_attested(trivial: str) -> None:
    assert numbers(landed(trivial), record(("a.py", [trivial]))) == []
    pair = ["return one", trivial]
    assert numbers(landed(*pair), record(("a.py", pair))) == [1]


@pytest.mark.parametrize(
    "row", [["return one", "}", ""], ["{", "return one", "}"], ["", "}", "return one"]]
)
def test_a_trivial_line_in_a_row_of_three_that_agree_is_attested(row: list[str]) -> None:
    assert numbers(landed("x = 1", *row), record(("a.py", row))) == [2, 3, 4]


def test_a_row_of_nothing_but_trivial_lines_is_not_attested() -> None:
    row = ["}", "}", "", "}"]
    assert numbers(landed(*row), record(("a.py", row))) == []


def test_a_row_that_does_not_follow_in_the_file_or_in_the_edit_is_none() -> None:
    row = ["return one", "}", ""]
    apart = Landed(
        id=COMMIT,
        time=AFTER,
        lines=tuple(Added("a.py", at, text) for at, text in zip((1, 2, 4), row, strict=True)),
    )
    assert numbers(apart, record(("a.py", row))) == [1]
    assert numbers(landed(*row), record(("a.py", row[:2]), ("a.py", row[2:]))) == [1]


def test_a_row_that_was_written_after_the_commit_is_none() -> None:
    row = ["return one", "}", ""]
    later = record(("a.py", row), time="2026-03-01T11:00:00Z")
    assert numbers(landed(*row), record(("a.py", row[:1])), later) == [1]


def test_of_equal_lines_more_than_were_written_none_is_chosen() -> None:
    assert (
        numbers(landed("return one", "x = 1", "return one"), record(("a.py", ["return one"]))) == []
    )
    twice = record(("a.py", ["return one"]), ("a.py", ["return one"]), time=TIME)
    assert numbers(landed("return one", "x = 1", "return one"), twice) == [1, 3]


def test_the_one_of_them_that_stands_in_a_row_that_agrees_is_chosen() -> None:
    row = ["def f():", "    return one", "    # ends"]
    commit = landed(*row, "x = 1", "    return one")
    assert numbers(commit, record(("a.py", row))) == [1, 2, 3]


def test_what_an_earlier_commit_has_used_up_is_not_attested_again() -> None:
    first = landed("return one", time="2026-03-01T10:05:00Z", id_="1" * 40)
    second = landed("return one", time="2026-03-01T10:06:00Z", id_="2" * 40)
    for given in ([first, second], [second, first]):
        found = {
            each.commit: len(each.lines)
            for each in fitted(given, [record(("a.py", ["return one"]))])
        }
        assert found == {first.id: 1, second.id: 0}


def test_a_row_is_not_attested_again_either() -> None:
    row = ["return one", "}", ""]
    commits = [landed(*row, time=AFTER, id_=digit * 40) for digit in "12"]
    assert [len(each.lines) for each in fitted(commits, [record(("a.py", row))])] == [3, 0]


def test_equal_lines_of_which_none_was_chosen_use_up_what_was_written() -> None:
    first = landed("return one", "return one", time=AFTER, id_="1" * 40)
    second = landed("return one", time="2026-03-01T10:06:00Z", id_="2" * 40)
    found = fitted([first, second], [record(("a.py", ["return one"]))])
    assert [len(each.lines) for each in found] == [0, 0]


def test_of_a_row_that_is_used_up_only_what_was_written_again_is_attested() -> None:
    row = ["first = 1", "second = 2", "third = 3"]
    commits = [landed(*row, time=AFTER, id_=digit * 40) for digit in "12"]
    again = record(("a.py", ["first = 1"]), time=BEFORE)
    found = fitted(commits, [record(("a.py", row)), again])
    assert [[line.number for line in each.lines] for each in found] == [[1, 2, 3], [1]]


def test_an_edit_that_several_transcripts_hold_counts_once() -> None:
    wrote = record(("a.py", ["return one"]))
    assert numbers(landed("return one", "return one"), wrote, wrote) == []


def test_a_line_of_two_sessions_is_attested_to_both_and_different_agents_contradict() -> None:
    same = record(("a.py", ["return one"]), session="s-2")
    other = record(("a.py", ["return one"]), session="s-3", agent="codex")
    (found,) = fitted([landed("return one")], [record(("a.py", ["return one"])), same])
    assert [[one.session for one in line.by] for line in found.lines] == [["s-1", "s-2"]]
    assert found.contradicted == ()
    (found,) = fitted([landed("return one")], [same, other])
    assert found.contradicted == found.lines
    assert [[one.agent for one in line.by] for line in found.lines] == [["claude-code", "codex"]]


def test_a_model_is_told_where_it_is_one() -> None:
    wrote = record(("a.py", ["return one"]))
    (claim,) = wrote.lines
    opus, haiku = (
        Record(
            source="test",
            place="test",
            time=TIME,
            lines=(type(claim)(**_fields(claim, model=model, attests=attests)),),  # type: ignore[arg-type]
        )
        for model, attests in (("opus", Attests.AI), ("haiku", Attests.MIXED))
    )
    (one,) = fitted([landed("return one")], [opus])[0].lines
    (both,) = fitted([landed("return one")], [opus, haiku])[0].lines
    assert [(each.model, each.attests) for each in one.by] == [("opus", Attests.AI)]
    assert [(each.model, each.attests) for each in both.by] == [(None, Attests.MIXED)]


def _fields(claim: object, **more: object) -> dict[str, object]:
    names = ("path", "attests", "agent", "session", "texts")
    return {name: getattr(claim, name) for name in names} | more


def test_what_is_attested_is_a_claim_for_each_session() -> None:
    wrote = record(("a.py", ["one = 1", "two = 2"]), ("b.py", ["three = 3"]))
    lines = (*landed("one = 1", "two = 2").lines, Added("b.py", 7, "three = 3"))
    (found,) = fitted([Landed(id=COMMIT, time=AFTER, lines=lines)], [wrote])
    assert claims(found) == (
        Claim(
            commit=COMMIT,
            rule="PRV-TRANSCRIPT-001",
            tier=Tier.B,
            agent="claude-code",
            role=Role.CO_AUTHOR,
            source="transcript",
            evidence="a.py 1-2\\u000ab.py 7",
            digest=sha256(b"a.py 1-2\nb.py 7"),
            session="s-1",
        ),
    )
