from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pull_request_builder import GITHUB, PERSON, a_commit, found

from affidavit.changes.pull_request import merge_source, stated
from affidavit.provenance.model import Trailer

WORDS = st.sampled_from(
    [
        "Merge pull request ",
        "Merge branch '",
        "Merged PR ",
        "See merge request ",
        "Differential Revision: ",
        "Merge #",
        "Auto merge of #",
        "(cherry picked from commit ",
        " from ",
        " into ",
        "https://",
        "a/b",
        "(#",
        "#1",
        "12",
        "!",
        ")",
        "'",
        '"',
        ":",
        "/c/",
        "/+/",
        " ",
        "\n",
        "\r\n",
        "\0",
        "\u2028",
    ]
)
TEXT = st.lists(WORDS | st.text(max_size=4)).map("".join)


@given(TEXT, TEXT, st.booleans())
def test_no_message_makes_reading_raise(message: str, value: str, by_github: bool) -> None:  # noqa: FBT001
    trailers = (Trailer("Reviewed-on", value), Trailer("Change-Id", value))
    commit = a_commit(message.encode("utf-8", "replace"), by=GITHUB if by_github else PERSON)
    said = stated(commit, trailers)
    assert said is None or said.number.lstrip("DI").isalnum()
    assert merge_source(message) != ""


@given(st.binary())
def test_no_bytes_make_reading_raise(message: bytes) -> None:
    said = stated(a_commit(message), ())
    assert said is None or said.form


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("(#1" * 3_000_000, id="unclosed numbers"),
        pytest.param("Merge pull request '" + "' (#1) from a" * 700_000, id="unclosed titles"),
        pytest.param("Merged in " + "a/" * 4_000_000 + " (pull request #1)", id="long branch"),
        pytest.param("x" + "\nSee merge request !1!" * 450_000, id="many lines"),
        pytest.param("x\nSee merge request " + "!1" * 5_000_000, id="long line"),
        pytest.param(" " * 10_000_000 + "x", id="blanks"),
        pytest.param("Merge #1" + " #1" * 3_000_000, id="large batch"),
        pytest.param("x\n\n" + "(cherry picked from commit 0\n" * 300_000, id="copies"),
    ],
)
def test_ten_megabytes_of_near_misses_state_nothing(message: str) -> None:
    assert found(message) is None
    assert merge_source(message) is None


@pytest.mark.parametrize("message", ["Merged PR 12: " + "x" * 5000, "x" * 5000 + " (#12)"])
def test_both_ends_of_a_long_subject_are_read(message: str) -> None:
    said = found(message)
    assert said is not None
    assert said.number == "12"
