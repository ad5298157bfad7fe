"""What Cursor tells: hooks that were told of an edit, and transcripts that tell no results."""

from __future__ import annotations

import pytest

from affidavit.provenance.records.cursor import read
from affidavit.provenance.records.edits import Left, Transcript
from affidavit.provenance.records.model import Attests, LineClaim, Record
from transcribed import ROOT, TIME, Json, digests, jsonl, patch, written

APP = f"{ROOT}/src/app.py"
WRITTEN = [("src/app.py", digests("one"))]


def hook(name: str = "afterFileEdit", /, **more: object) -> Json:
    base: Json = {
        "hook_event_name": name,
        "conversation_id": "k-1",
        "generation_id": "g-1",
        "model": "gpt-5",
        "workspace_roots": ["/elsewhere", ROOT],
        "timestamp": TIME,
    }
    return base | more


def after(**more: object) -> Json:
    edits = [{"old_string": "old\n", "new_string": "one\n"}]
    return hook("afterFileEdit", file_path=APP, edits=edits, **more)


def tool(name: str = "Write", event: str = "postToolUse", **told: object) -> Json:
    return hook(event, tool_name=name, tool_input=told)


def of(*lines: Json | str, root: str | None = None) -> Transcript:
    return read(jsonl(*lines), "hooks.jsonl", root)


def test_an_edit_that_a_hook_was_told_of_is_read() -> None:
    claim = LineClaim(
        path="src/app.py",
        attests=Attests.AI,
        agent="cursor",
        model="gpt-5",
        session="k-1",
        texts=digests("one"),
    )
    head = Record(source="cursor-transcript", place="hooks.jsonl", time=TIME)
    edit = Record(source="cursor-transcript", place="hooks.jsonl", time=TIME, lines=(claim,))
    assert of(after()) == Transcript(records=(head, edit), left={})


@pytest.mark.parametrize(
    "line",
    [
        tool(path=APP, contents="one\n"),
        tool(file_path=APP, content="one\n"),
        tool("StrReplace", path=APP, old_string="old", new_string="one"),
        tool("MultiEdit", file_path=APP, edits=[{"old_string": "", "new_string": "one"}]),
        tool("ApplyPatch", patch=patch(f"*** Add File: {APP}", "+one")),
        hook(
            "postToolUse",
            tool_name="ApplyPatch",
            tool_input=patch("*** Update File: src/app.py", "+one"),
            workspace_roots=[ROOT],
        ),
    ],
)
def test_every_form_of_a_tools_input_is_understood(line: Json) -> None:
    assert written(of(line)) == WRITTEN


def test_an_edit_that_two_kinds_of_hook_tell_counts_once() -> None:
    found = of(tool(path=APP, contents="one\nmore\n"), after(), tool(path=APP, contents="x\n"))
    assert written(found) == WRITTEN


def test_of_another_conversation_the_other_kind_is_read() -> None:
    other = tool(path=APP, contents="two\n") | {"conversation_id": "k-2"}
    assert written(of(after(), other)) == [*WRITTEN, ("src/app.py", digests("two"))]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        (tool("Write", "preToolUse", path=APP, contents="one"), {}),
        (tool("Shell", command="ls"), {}),
        (tool("Write", "postToolUseFailure", path=APP, contents="one"), {Left.FAILED: 1}),
        (tool("ApplyPatch", patch="half"), {Left.UNREAD: 1}),
        (tool(path="/etc/hosts", contents="one"), {Left.OUTSIDE: 1}),
        (tool("Delete", path=APP), {}),
        ("5", {Left.UNREAD: 1}),
        ("{}", {Left.UNREAD: 1}),
    ],
)
def test_what_is_no_edit_that_succeeded_makes_none(line: Json | str, left: dict[Left, int]) -> None:
    found = of(line)
    assert (written(found), found.left) == ([], left)


def test_paths_are_told_from_the_root_that_is_given() -> None:
    assert written(of(after(), root=f"{ROOT}/src")) == [("app.py", digests("one"))]


def test_the_edits_of_a_transcript_have_no_result_and_are_counted() -> None:
    calls = [
        {"type": "text", "text": "Done."},
        {"type": "tool_use", "name": "Write", "input": {"path": APP, "contents": "one\n"}},
        {"type": "tool_use", "name": "Read", "input": {"path": APP}},
    ]
    found = of(
        {"role": "user", "message": {"content": "Write it."}},
        {"role": "assistant", "message": {"content": calls}},
        {"type": "turn_ended", "status": "success"},
    )
    assert (written(found), found.left) == ([], {Left.UNTOLD: 1})
