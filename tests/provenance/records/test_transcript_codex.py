"""Rollouts of Codex: patches that were applied, however they were called and answered."""

from __future__ import annotations

import json

import pytest

from affidavit.provenance.records.codex import read
from affidavit.provenance.records.edits import Left, Transcript
from affidavit.provenance.records.model import Attests, LineClaim, Record
from transcribed import (
    LATER,
    PATCHED,
    ROOT,
    TIME,
    Json,
    answered,
    begun,
    codex,
    digests,
    jsonl,
    patch,
    patching,
    written,
)

ONE = patch("*** Update File: src/app.py", "@@ def f():", " kept", "-old", "+one", "+two")
WRITTEN = [("src/app.py", digests("one", "two"))]
OUT = "function_call_output"


def of(*lines: Json | str, root: str | None = None) -> Transcript:
    return read(jsonl(*begun(), *lines), "rollout.jsonl", root)


def command(told: Json, name: str = "shell") -> Json:
    arguments = json.dumps(told)
    return codex(
        "response_item", type="function_call", name=name, call_id="call_1", arguments=arguments
    )


def heredoc(text: str, before: str = "", after: str = "") -> str:
    return f"{before}apply_patch <<'EOF'\n{text}\nEOF{after}\n"


def event(changes: Json, kind: str = "patch_apply_end", **more: object) -> Json:
    told = {"type": kind, "changes": changes} | more
    if kind == "FileChange":
        return codex("event_msg", at=LATER, type="item_completed", item=told)
    return codex("event_msg", at=LATER, **told)


def test_a_patch_is_told_by_the_lines_that_it_adds() -> None:
    claim = LineClaim(
        path="src/app.py",
        attests=Attests.AI,
        agent="codex",
        model="gpt-5.2-codex",
        session="c-1",
        texts=digests("one", "two"),
    )
    head = Record(source="codex-transcript", place="rollout.jsonl", time=TIME)
    edit = Record(source="codex-transcript", place="rollout.jsonl", time=LATER, lines=(claim,))
    assert of(patching(ONE), answered(PATCHED)) == Transcript(records=(head, edit), left={})


@pytest.mark.parametrize(
    "answer",
    [
        PATCHED,
        f"Exit code: 0\nWall time: 0 seconds\nOutput:\n{PATCHED}",
        json.dumps({"output": PATCHED, "metadata": {"exit_code": 0, "duration_seconds": 0.1}}),
        [{"type": "input_text", "text": PATCHED}],
    ],
    ids=["text", "with exit code", "JSON in a text", "parts"],
)
def test_every_form_of_an_answer_is_understood(answer: object) -> None:
    assert written(of(patching(ONE), answered(answer))) == WRITTEN


@pytest.mark.parametrize(
    "answer",
    [
        "apply_patch verification failed: Failed to find expected lines in src/app.py",
        "patch rejected by user",
        json.dumps({"output": PATCHED, "metadata": {"exit_code": 1}}),
        [{"type": "input_image"}],
        None,
        {"content": "?"},
    ],
)
def test_a_patch_that_was_not_applied_is_counted_and_left_out(answer: object) -> None:
    found = of(patching(ONE), answered(answer))
    assert (written(found), found.left) == ([], {Left.FAILED: 1})


def test_a_patch_without_an_answer_is_counted_and_left_out() -> None:
    assert of(patching(ONE)).left == {Left.UNTOLD: 1}


@pytest.mark.parametrize(
    "call",
    [
        command({"input": ONE}, "apply_patch"),
        command({"patch": ONE}, "apply_patch"),
        command({"command": ["apply_patch", ONE]}, "apply_patch"),
        command({"command": ["bash", "-lc", heredoc(ONE)], "workdir": ROOT}),
        command({"command": heredoc(ONE), "workdir": ROOT}, "shell_command"),
        command({"cmd": heredoc(ONE)}, "exec_command"),
    ],
)
def test_every_form_of_a_call_is_understood(call: Json) -> None:
    assert written(of(call, answered(PATCHED, kind=OUT))) == WRITTEN


def test_a_command_patches_from_the_folder_that_it_works_in() -> None:
    call = command({"command": heredoc(ONE, "cd lib && "), "workdir": f"{ROOT}/web"})
    found = of(call, answered(PATCHED, kind=OUT))
    assert written(found) == [("web/lib/src/app.py", digests("one", "two"))]


@pytest.mark.parametrize(
    "script",
    [
        heredoc(ONE, after="\nrm -rf build"),
        heredoc(ONE, before="set -e; "),
        f"cat <<'EOF'\n{ONE}\nEOF",
        f"apply_patch <<'EOF'\n{ONE}",
    ],
)
def test_a_command_that_does_more_is_counted_and_left_out(script: str) -> None:
    found = of(command({"command": script}), answered(PATCHED, kind=OUT))
    assert (written(found), found.left) == ([], {Left.COMMAND: 1})


@pytest.mark.parametrize(
    "changes",
    [
        {f"{ROOT}/src/app.py": {"type": "add", "content": "one\ntwo\n"}},
        {"src/app.py": {"type": "update", "unified_diff": "@@ -1 +1,2 @@\n-old\n+one\n+two\n"}},
        {
            "src/old.py": {
                "type": "update",
                "unified_diff": "@@ -1 +1,2 @@\n-old\n+one\n+two\n",
                "move_path": f"{ROOT}/src/app.py",
            }
        },
        {"src/app.py": {"add": {"content": "one\ntwo\n"}}, "gone.py": {"delete": {"content": "x"}}},
    ],
    ids=["added", "changed", "moved", "older form"],
)
@pytest.mark.parametrize("kind", ["patch_apply_end", "FileChange"])
def test_an_event_tells_what_was_changed(changes: Json, kind: str) -> None:
    found = of(event(changes, kind, id="e1", status="completed"))
    assert (written(found), found.left) == (WRITTEN, {})


def test_an_event_of_a_failure_is_counted() -> None:
    changes: Json = {"src/app.py": {"type": "add", "content": "one\n"}}
    assert of(event(changes, call_id="e1", success=False)).left == {Left.FAILED: 1}


def test_a_patch_that_both_a_call_and_an_event_tell_counts_once() -> None:
    changes: Json = {"src/app.py": {"type": "add", "content": "one\ntwo\n"}}
    told = event(changes, call_id="call_1", success=True)
    assert written(of(patching(ONE), told, answered(PATCHED))) == WRITTEN
    assert written(of(patching(ONE), answered(PATCHED), told)) == WRITTEN


def test_of_an_event_without_changes_the_call_tells_them() -> None:
    told = codex("event_msg", type="patch_apply_end", call_id="call_1", success=True)
    assert written(of(patching(ONE), told)) == WRITTEN


def test_a_script_that_patches_is_told_by_its_event_or_counted() -> None:
    script = codex(
        "response_item",
        type="custom_tool_call",
        name="exec",
        call_id="call_1",
        input="text(await tools.apply_patch(p))",
    )
    changes: Json = {"src/app.py": {"type": "add", "content": "one\ntwo\n"}}
    told = event(changes, "FileChange", id="exec-1", status="completed")
    assert of(script, answered("Script completed")).left == {Left.UNTOLD: 1}
    found = of(script, told, answered("Script completed"))
    assert (written(found), found.left) == (WRITTEN, {})


def test_a_patch_of_several_files_is_one_edit() -> None:
    text = patch(
        "*** Add File: a.py",
        "+one",
        "*** Delete File: b.py",
        "*** Update File: c.py",
        "*** Move to: d.py",
        "@@",
        "-old",
        "+two",
        "*** End of File",
    )
    found = of(patching(text), answered(PATCHED))
    assert written(found) == [("a.py", digests("one")), ("d.py", digests("two"))]
    assert len(found.records) == 2


def test_the_model_is_that_of_the_turn() -> None:
    other = codex("turn_context", cwd=ROOT, model="gpt-5.4")
    again = codex("session_meta", id="c-0", cwd="/elsewhere")
    found = of(
        patching(ONE), answered(PATCHED), again, other, patching(ONE, "k2"), answered(PATCHED, "k2")
    )
    told = [(each.model, each.session) for record in found.records for each in record.lines]
    assert told == [("gpt-5.2-codex", "c-1"), ("gpt-5.4", "c-1")]


def test_the_commit_that_a_session_began_on_is_stated() -> None:
    first = codex("session_meta", id="c-1", cwd=ROOT, git={"commit_hash": "A" * 40, "branch": "x"})
    other = codex("session_meta", id="c-0", cwd=ROOT, git={"commit_hash": "b" * 40})
    found = read(jsonl(first, other), "rollout.jsonl")
    assert [record.stated for record in found.records] == [(("base", "a" * 40),)]
    odd = codex("session_meta", id="c-1", cwd=ROOT, git={"commit_hash": "abc"})
    assert read(jsonl(odd), "rollout.jsonl").records[0].stated == ()


def test_a_folder_may_be_told_as_an_address() -> None:
    lines = [*begun("file:///home/ann/my%20shop"), patching(ONE), answered(PATCHED)]
    assert written(read(jsonl(*lines), "rollout.jsonl")) == WRITTEN


@pytest.mark.parametrize(
    "odd",
    [
        '{"id": "c-1", "timestamp": "2025-05-01T00:00:00Z", "instructions": null}',
        '{"type": "response_item", "payload": 5}',
        '{"type": "turn_context", "payload": []}',
        patching("*** Begin Patch\nhalf of it"),
    ],
)
def test_what_is_not_in_the_form_is_counted(odd: Json | str) -> None:
    found = of(odd, patching(ONE, "k2"), answered(PATCHED, "k2"))
    assert (written(found), found.left) == (WRITTEN, {Left.UNREAD: 1})
