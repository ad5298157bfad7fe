"""Review notes as the plugin writes them, and as nobody should."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.commit import Ident
from affidavit.changes.gerrit import MOST_LINES, read
from affidavit.changes.model import ReviewNote, Vote

NOTE = Path(__file__).parents[1] / "fixtures" / "notes" / "gerrit-review.txt"
OTHER = Ident("A. N. Other", "another@example.org")
JO = Ident("Jo Doe", "jo@example.org")


def test_votes_and_the_submission_are_read() -> None:
    assert read(NOTE.read_bytes()) == ReviewNote(
        votes=(
            Vote(label="Code-Review", value=2, voter=OTHER),
            Vote(label="Code-Review", value=-1, voter=JO),
            Vote(label="Verified", value=1, voter=Ident("Zuul", "zuul@ci.example.org")),
        ),
        submitted_by=Ident("Random J Developer", "random@example.org"),
        submitted_at="2012-09-11T04:49:03Z",
        url="https://review.example.org/12345",
        change_id="I0123456789abcdef0123456789abcdef01234567",
    )


@pytest.mark.parametrize(
    ("line", "vote"),
    [
        (
            "Library-Compliance+1: x <y@z>",
            Vote(label="Library-Compliance", value=1, voter=Ident("x", "y@z")),
        ),
        ("Code-Review 0: x <y@z>", Vote(label="Code-Review", value=0, voter=Ident("x", "y@z"))),
        ("My-2-Label-2: x", Vote(label="My-2-Label", value=-2, voter=Ident("x", ""))),
        ("A+10:Name #1000042", Vote(label="A", value=10, voter=Ident("Name #1000042", ""))),
        ("A+1: <y@z>\r", Vote(label="A", value=1, voter=Ident("", "y@z"))),
    ],
)
def test_any_label_and_any_account_is_a_vote(line: str, vote: Vote) -> None:
    assert read(line.encode()) == ReviewNote(votes=(vote,))


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Mon, 25 Jun 2012 16:15:57 +0200", "2012-06-25T14:15:57Z"),
        ("Sat, 31 Dec 2016 20:00:00 -0730", "2017-01-01T03:30:00Z"),
        ("1 Feb 2020 00:00:00 +0000", "2020-02-01T00:00:00Z"),
    ],
)
def test_the_time_of_submission_is_told_in_utc(text: str, time: str) -> None:
    assert read(f"Submitted-at: {text}\n".encode()).submitted_at == time


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "Mon, 30 Feb 2012 16:15:57 +0200",
        "Mon, 25 Foo 2012 16:15:57 +0200",
        "Mon, 25 Jun 2012 25:15:57 +0200",
        "Mon, 25 Jun 2012 16:15:57 +9900",
        "Mon, 1 Jan 0001 00:00:00 +0100",
        "Fri, 31 Dec 9999 23:00:00 -0100",
        "Mon, 25 Jun 2012 16:15:57 UTC",
    ],
)
def test_a_time_that_is_not_understood_is_said(text: str) -> None:
    problem = f"the time of submission is not understood: {text}"
    assert read(f"Submitted-at: {text}".encode()) == ReviewNote(problems=(problem,))


def test_two_notes_joined_into_one_keep_all_votes_and_say_what_differs() -> None:
    one = b"A+1: x <y@z>\nProject: p\nBranch: a\n"
    two = one + b"\nA+1: x <y@z>\nB-1: v <w@z>\nProject: p\nBranch: b\n"
    assert read(two) == ReviewNote(
        votes=(
            Vote(label="A", value=1, voter=Ident("x", "y@z")),
            Vote(label="B", value=-1, voter=Ident("v", "w@z")),
        ),
        problems=("Branch is stated twice, and differs",),
    )


def test_what_is_no_field_is_said_and_the_rest_is_kept() -> None:
    assert read(b"\x1b[2J free text\n : x\nA+1: x <y@z>\n  \n" + b"z" * 99) == ReviewNote(
        votes=(Vote(label="A", value=1, voter=Ident("x", "y@z")),),
        problems=(
            "a line is no field: \\u001b[2J free text",
            "a line is no field: : x",
            "a line is no field: " + "z" * 59 + "…",
        ),
    )


def test_lines_and_problems_are_bounded() -> None:
    note = read(b"A: b\nA: c\nno\n" * MOST_LINES)
    assert (note.problems[0], len(note.problems)) == ("only the first 10,000 lines were read", 5)


@given(st.binary() | st.text("ABC+-12: \n<>@").map(str.encode))
def test_any_bytes_are_read_without_an_error(note: bytes) -> None:
    assert len(read(note).problems) <= 5


def test_a_vote_of_very_many_digits_is_no_vote() -> None:
    assert read(b"Code-Review-" + b"9" * 5_000 + b": Bob <b@c.example>\n").votes == ()
