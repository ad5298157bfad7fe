"""Transcripts of Claude Code: the lines of edits that succeeded, and nothing else of them."""

from __future__ import annotations

import pytest

from affidavit.provenance.records.claude_code import read
from affidavit.provenance.records.edits import Left, Transcript
from affidavit.provenance.records.model import Attests, LineClaim, Record
from transcribed import (
    LATER,
    ROOT,
    TIME,
    Json,
    claude,
    digests,
    edited,
    jsonl,
    result,
    use,
    written,
)

APP = f"{ROOT}/src/app.py"


def of(data: bytes, root: str | None = None) -> Transcript:
    return read(data, "log.jsonl", root)


def wrote(*content: str) -> bytes:
    call = use("Write", file_path=APP, content="\n".join([*content, ""]))
    return jsonl(claude("assistant", [call]), claude("user", [result()], timestamp=LATER))


def test_an_edit_is_told_by_the_lines_of_its_result() -> None:
    shown = {
        "filePath": APP,
        "structuredPatch": [{"lines": [" kept", "-old", "+one", "+two", " kept", "+three"]}],
        "userModified": False,
    }
    claim = {
        "path": "src/app.py",
        "attests": Attests.AI,
        "agent": "claude-code",
        "model": "claude-opus-4-6",
        "session": "s-1",
    }
    head = Record(source="claude-code-transcript", place="log.jsonl", time=TIME)
    edit = Record(
        source="claude-code-transcript",
        place="log.jsonl",
        time=LATER,
        lines=(
            LineClaim(**claim, texts=digests("one", "two")),  # type: ignore[arg-type]
            LineClaim(**claim, texts=digests("three")),  # type: ignore[arg-type]
        ),
    )
    found = of(edited(APP, "old", "one\ntwo", **shown))
    assert found == Transcript(records=(head, edit), left={})


def test_without_a_shown_result_the_call_tells_what_is_new() -> None:
    found = of(edited(APP, "a\nb\nc\n", "a\nnew\nb\nc\n"))
    assert written(found) == [("src/app.py", digests("new"))]


def test_a_file_that_was_created_is_told_whole() -> None:
    assert written(of(wrote("one", "", "two"))) == [("src/app.py", digests("one", "", "two"))]


def test_a_file_that_was_overwritten_is_told_by_what_changed() -> None:
    shown: Json = {
        "type": "update",
        "filePath": APP,
        "content": "same\nnew\n",
        "structuredPatch": [{"lines": [" same", "-old", "+new"]}],
    }
    call = use("Write", file_path=APP, content="same\nnew\n")
    data = jsonl(claude("assistant", [call]), claude("user", [result()], toolUseResult=shown))
    assert written(of(data)) == [("src/app.py", digests("new"))]


def test_several_edits_of_one_call_are_told() -> None:
    edits = [{"old_string": "a", "new_string": "b"}, {"old_string": "", "new_string": "c\nd"}]
    call = use("MultiEdit", file_path=APP, edits=edits)
    data = jsonl(claude("assistant", [call]), claude("user", [result()]))
    assert written(of(data)) == [("src/app.py", digests("b")), ("src/app.py", digests("c", "d"))]


def test_of_a_notebook_only_the_file_is_told() -> None:
    call = use("NotebookEdit", notebook_path=f"{ROOT}/a.ipynb", new_source="x = 1")
    data = jsonl(claude("assistant", [call]), claude("user", [result()]))
    assert written(of(data)) == [("a.ipynb", ())]


def test_what_a_person_changed_before_it_was_written_is_of_both() -> None:
    shown = {"filePath": APP, "structuredPatch": [{"lines": ["+one"]}], "userModified": True}
    claims = [claim for each in of(edited(APP, "", "one", **shown)).records for claim in each.lines]
    assert [claim.attests for claim in claims] == [Attests.MIXED]


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ([claude("user", [result(is_error=True)])], {Left.FAILED: 1}),
        ([], {Left.UNTOLD: 1}),
        ([claude("user", [result("t2")])], {Left.UNTOLD: 1}),
        ([claude("assistant", [result()])], {Left.UNTOLD: 1}),
    ],
    ids=["failed", "no result", "the result of another call", "not said by the tool"],
)
def test_an_edit_without_success_is_counted_and_left_out(
    answer: list[Json], left: dict[Left, int]
) -> None:
    call = use("Write", file_path=APP, content="one\n")
    found = of(jsonl(claude("assistant", [call]), *answer))
    assert (written(found), found.left) == ([], left)
    assert found.records[0].problems == tuple(f"{what}: {often}" for what, often in left.items())


def test_a_file_outside_the_folder_of_the_session_is_counted_and_left_out() -> None:
    found = of(edited("/etc/hosts", "", "one"))
    assert (written(found), found.left) == ([], {Left.OUTSIDE: 1})


def test_paths_are_told_from_the_root_that_is_given() -> None:
    assert written(of(edited(APP, "", "one"), f"{ROOT}/src")) == [("app.py", digests("one"))]


def test_paths_of_windows_are_told_with_slashes() -> None:
    call = use("Write", file_path="E:\\Shop\\src\\app.py", content="one\n")
    data = jsonl(claude("assistant", [call], cwd="e:\\Shop"), claude("user", [result()]))
    assert written(of(data)) == [("src/app.py", digests("one"))]


def test_an_edit_that_is_told_twice_counts_once() -> None:
    data = edited(APP, "", "one")
    assert written(of(data + data)) == [("src/app.py", digests("one"))]


def test_a_model_that_is_none_is_left_out() -> None:
    call = claude("assistant", [use("Write", file_path=APP, content="a\n")], model="<synthetic>")
    found = of(jsonl(call, claude("user", [result()])))
    assert [each.model for record in found.records for each in record.lines] == [None]


def test_of_two_results_in_one_line_what_is_shown_is_taken_for_its_file_alone() -> None:
    calls = [
        use("Write", "t1", file_path=APP, content="one\n"),
        use("Write", "t2", file_path=f"{ROOT}/b.py", content="two\n"),
    ]
    shown = {"type": "create", "filePath": APP, "content": "shown\n"}
    both = claude("user", [result("t1"), result("t2")], toolUseResult=shown)
    assert written(of(jsonl(claude("assistant", calls), both))) == [
        ("src/app.py", digests("shown")),
        ("b.py", digests("two")),
    ]


@pytest.mark.parametrize(
    "odd",
    [
        "{}}",
        "[1]",
        '{"type": "user", "cwd": 5}',
        '{"type": "assistant", "message": [1]}',
        '{"type": "assistant", "message": {"content": [5]}}',
        '{"type": "assistant", "message": {"content": [{"type": "tool_use", "name": "Edit"}]}}',
    ],
)
def test_what_is_not_in_the_form_is_counted(odd: str) -> None:
    found = of(odd.encode() + b"\n" + wrote("one"))
    assert (written(found), found.left) == ([("src/app.py", digests("one"))], {Left.UNREAD: 1})


def test_no_word_of_a_conversation_is_kept() -> None:
    secret = "correct horse"
    bash = use("Bash", "t9", command=secret)
    data = jsonl(
        claude("user", secret),
        claude("assistant", [{"type": "text", "text": secret}, bash]),
        claude("user", [result("t9", content=secret)]),
        claude("user", [result("t8", content=secret, is_error=True)]),
    )
    data += edited(APP, secret, f"{secret}\none")
    assert secret not in repr(of(data))
