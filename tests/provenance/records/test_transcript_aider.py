"""Histories of aider: edits that it said were applied, and the commit that it made of them."""

from __future__ import annotations

import pytest

from affidavit.provenance.records.aider import read, read_requests
from affidavit.provenance.records.edits import Left, Transcript
from affidavit.provenance.records.model import Attests, LineClaim, Record
from transcribed import (
    APPLIED,
    BLOCK,
    COMMIT,
    MODEL,
    NO_FORMAT,
    STARTED,
    TOKENS,
    digests,
    patch,
    written,
)

LINES = digests("one", "", "> quoted", "#### two")


def of(*lines: str, model: str = MODEL, root: str | None = None) -> Transcript:
    text = "\n".join(["", STARTED, "", model, "", "#### do it", "", *lines, ""])
    return read(text.encode(), ".aider.chat.history.md", root)


def formed(form: str) -> str:
    return f"> Model: gpt-5 with {form} edit format  "


def commits(transcript: Transcript) -> list[str | None]:
    return [dict(record.stated).get("commit") for record in transcript.records[1:]]


def test_a_block_that_was_applied_and_committed_is_told() -> None:
    claim = LineClaim(
        path="src/app.py",
        attests=Attests.AI,
        agent="aider",
        model="claude-sonnet-4",
        session="2026-03-01 11:00:00",
        texts=LINES,
    )
    source, place = "aider-history", ".aider.chat.history.md"
    head = Record(source=source, place=place)
    edit = Record(source=source, place=place, lines=(claim,), stated=(("commit", "1a2b3c4"),))
    found = of("I will.", "", *BLOCK, "", TOKENS, "", APPLIED, COMMIT)
    assert found == Transcript(records=(head, edit), left={})


def test_an_applied_edit_without_a_commit_is_told_without_one() -> None:
    found = of(*BLOCK, TOKENS, APPLIED)
    assert (written(found), commits(found)) == ([("src/app.py", LINES)], [None])


def test_a_commit_of_what_was_changed_before_is_not_the_edits() -> None:
    found = of(*BLOCK, TOKENS, "> Commit 9999999 chore: what somebody had changed", APPLIED, COMMIT)
    assert commits(found) == ["1a2b3c4"]


def test_of_two_commits_after_an_edit_the_first_is_its_own() -> None:
    found = of(*BLOCK, TOKENS, APPLIED, COMMIT, "> Commit 8888888 style: lint")
    assert commits(found) == ["1a2b3c4"]


@pytest.mark.parametrize(
    ("outcome", "left"),
    [
        ([TOKENS], {Left.UNTOLD: 1}),
        ([TOKENS, "> Applied edit to src/other.py"], {Left.UNTOLD: 1}),
        ([TOKENS, NO_FORMAT], {Left.FAILED: 1}),
        ([TOKENS, "> Did not apply edit to src/app.py (--dry-run)"], {Left.FAILED: 1}),
        ([TOKENS, "> Skipping edits to src/app.py"], {Left.FAILED: 1}),
        (["#### never mind", APPLIED], {Left.UNTOLD: 1}),
    ],
)
def test_a_block_that_was_not_applied_is_counted_and_left_out(
    outcome: list[str], left: dict[Left, int]
) -> None:
    found = of(*BLOCK, *outcome)
    assert (written(found), found.left) == ([], left)


def test_a_reply_after_a_refusal_is_one_of_its_own() -> None:
    found = of(*BLOCK, TOKENS, NO_FORMAT, "Sorry.", "", *BLOCK, TOKENS, APPLIED, COMMIT)
    assert (written(found), found.left) == ([("src/app.py", LINES)], {Left.FAILED: 1})


def test_a_reply_that_breaks_off_does_not_swallow_the_next() -> None:
    found = of(*BLOCK[:6], TOKENS, "", "#### again", *BLOCK, TOKENS, APPLIED)
    assert written(found) == [("src/app.py", LINES)]


def test_a_second_block_without_a_name_is_of_the_same_file() -> None:
    second = ["<<<<<<< SEARCH", "=======", "three", ">>>>>>> REPLACE"]
    found = of(*BLOCK, "And at its end:", *second, TOKENS, APPLIED)
    assert written(found)[-1] == ("src/app.py", digests("three"))


@pytest.mark.parametrize("name", ["`src/app.py`", "### src/app.py", "**src/app.py**:", "app.py"])
def test_a_name_may_be_dressed_up(name: str) -> None:
    assert written(of(name, "", *BLOCK[1:], TOKENS, APPLIED)) == [("src/app.py", LINES)]


def test_a_path_of_windows_is_told_with_slashes() -> None:
    found = of(*BLOCK, TOKENS, "> Applied edit to src\\app.py")
    assert written(found) == [("src/app.py", LINES)]


def test_two_files_of_one_name_are_not_told_apart() -> None:
    block = ["app.py", *BLOCK[1:]]
    found = of(*block, TOKENS, APPLIED, "> Applied edit to lib/app.py")
    assert (written(found), found.left) == ([], {Left.UNTOLD: 1})


def test_a_file_outside_the_repository_is_counted_and_left_out() -> None:
    block = ["../app.py", *BLOCK[1:]]
    found = of(*block, TOKENS, "> Applied edit to ../app.py")
    assert (written(found), found.left) == ([], {Left.OUTSIDE: 1})


@pytest.mark.parametrize(
    ("form", "reply"),
    [
        ("whole", ["src/app.py", "```", "one", "> two", "```"]),
        ("diff-fenced", ["```", "src/app.py", *BLOCK[2:5], "=======", "one", "> two", BLOCK[-2]]),
        (
            "udiff",
            ["```diff", "--- src/app.py", "+++ src/app.py", "@@ @@", "-x", "+one", "+> two", "```"],
        ),
        ("patch", [patch("*** Update File: src/app.py", "@@", "-x", "+one", "+> two")]),
    ],
)
def test_every_edit_format_is_understood(form: str, reply: list[str]) -> None:
    lines = "\n".join(reply).split("\n")
    found = of(*lines, TOKENS, APPLIED, model=formed(form))
    assert written(found) == [("src/app.py", digests("one", "> two"))]


def test_the_model_that_writes_is_the_editors() -> None:
    architect = "> Main model: o3 with architect edit format"
    editor = "> Editor model: gpt-5 with editor-whole edit format"
    whole = ["src/app.py", "```", "one", "```"]
    found = of(*whole, TOKENS, APPLIED, model=f"{architect}\n{editor}")
    assert [each.model for record in found.records for each in record.lines] == ["gpt-5"]


def test_of_requests_to_a_model_edits_are_only_counted() -> None:
    lines = ["LLM RESPONSE 2026-03-01T11:00:05", *(f"ASSISTANT {line}" for line in BLOCK)]
    said = ["TO LLM 2026-03-01T11:00:00", "USER >>>>>>> REPLACE", *lines]
    found = read_requests("\n".join(said).encode(), ".aider.llm.history")
    assert (written(found), found.left) == ([], {Left.UNTOLD: 1})
