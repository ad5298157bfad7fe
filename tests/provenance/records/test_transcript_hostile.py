"""Transcripts made to harm: any bytes, any order, any size; never a traceback, always bounded."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.provenance.records import claude_code, edits, transcripts
from affidavit.provenance.records.edits import Left, Transcript
from affidavit.provenance.records.transcripts import READERS, form, read
from transcribed import (
    APPLIED,
    BLOCK,
    COMMIT,
    MODEL,
    PATCHED,
    ROOT,
    STARTED,
    TOKENS,
    Json,
    answered,
    begun,
    claude,
    edited,
    jsonl,
    patch,
    patching,
    result,
    use,
    written,
)

APP = f"{ROOT}/a.py"
JSON: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "payload", "message", "content", "input", "item", "cwd", "edits"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
LINES: list[Json | str] = [
    claude("assistant", [use("Write", file_path=APP, content="one\n")]),
    claude("assistant", [use("Edit", "t2", file_path=APP, old_string="a", new_string="b")]),
    claude("user", [result()]),
    claude("user", [result("t2", is_error=True)]),
    *begun(),
    patching(patch("*** Add File: a.py", "+one")),
    answered(PATCHED),
    {"hook_event_name": "afterFileEdit", "file_path": APP, "workspace_roots": [ROOT]},
    {"role": "assistant", "message": {"content": [{"type": "tool_use", "name": "Write"}]}},
    STARTED,
    MODEL,
    TOKENS,
    APPLIED,
    COMMIT,
    *BLOCK,
]


def told(transcript: Transcript) -> None:
    """What holds for every transcript."""
    head, *each = transcript.records
    assert head.lines == ()
    assert all(record.lines and not record.problems for record in each)
    assert all(often > 0 for often in transcript.left.values())
    paths = {claim.path for record in each for claim in record.lines}
    assert not any(path.startswith(("/", "..")) for path in paths)


@pytest.mark.parametrize("reader", READERS.values(), ids=list(READERS))
@given(st.binary(max_size=200))
def test_any_bytes_are_read(reader: object, data: bytes) -> None:
    assert callable(reader)
    told(reader(data, "log", None))
    told(read(data, "log"))


@pytest.mark.parametrize("reader", READERS.values(), ids=list(READERS))
@given(st.lists(st.sampled_from(LINES) | JSON.map(json.dumps), max_size=12))
def test_any_lines_in_any_order_are_read(reader: object, lines: list[Json | str]) -> None:
    assert callable(reader)
    told(reader(jsonl(*lines), "log", ROOT))


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (jsonl({"type": "summary", "leafUuid": "x"}), "claude-code"),
        (edited(APP, "", "one"), "claude-code"),
        (jsonl(*begun()), "codex"),
        (jsonl({"hook_event_name": "stop"}), "cursor"),
        (jsonl({"role": "user", "message": {}}), "cursor"),
        (b"\n" + STARTED.encode(), "aider"),
        (b"TO LLM 2026-01-01T00:00:00\n", "aider-requests"),
        (b"{}\n{", None),
        (b"", None),
        (b"\n" * 64 + STARTED.encode(), None),
    ],
)
def test_a_transcript_is_known_by_how_it_begins(lines: bytes, named: str | None) -> None:
    assert form(lines) == named


def test_what_is_in_no_form_is_told_and_not_read() -> None:
    (head,) = read(b'{"sessionid": "x"}', "a.jsonl").records
    assert head.problems == (transcripts.NOT_KNOWN,)


def test_deep_json_costs_only_its_line() -> None:
    deep = '{"type": "user", "message": ' + "[" * 100_000 + "]" * 100_000 + "}"
    found = read(edited(APP, "", "one") + deep.encode(), "log")
    assert [path for path, _ in written(found)] == ["a.py"]
    assert found.left == {Left.UNREAD: 1}


def test_a_transcript_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edits, "LARGEST", 10)
    (head,) = claude_code.read(edited(APP, "", "one"), "log").records
    assert head.problems == (edits.TOO_LARGE,)


@pytest.mark.parametrize(
    ("bound", "most", "left"),
    [
        ("MOST_EDITS", 1, {Left.MANY: 1}),
        ("MOST_WRITTEN", 2, {Left.LONG: 1}),
        ("MOST_LINES", 2, {Left.AFTER: 2}),
        ("LONGEST_LINE", 360, {Left.UNREAD: 1, Left.UNTOLD: 0}),
    ],
)
def test_what_is_beyond_a_bound_is_counted(
    monkeypatch: pytest.MonkeyPatch, bound: str, most: int, left: dict[Left, int]
) -> None:
    monkeypatch.setattr(edits, bound, most)
    calls = [
        claude("assistant", [use("Write", key, file_path=APP, content=text)])
        for key, text in (("t1", "one\ntwo\n"), ("t2", "three\n" * 20))
    ]
    data = jsonl(calls[0], claude("user", [result()]), calls[1], claude("user", [result("t2")]))
    found = claude_code.read(data, "log")
    assert [len(texts) for _, texts in written(found)] == [2]
    assert found.left == {what: often for what, often in left.items() if often}


def test_a_time_that_is_none_is_told_and_left_out() -> None:
    lines = [
        claude("assistant", [use("Write", file_path=APP, content="one\n")], timestamp="noon"),
        claude("user", [result()], timestamp="12:00"),
    ]
    head, edit = claude_code.read(jsonl(*lines), "log").records
    assert (head.time, edit.time) == (None, None)
    assert head.problems == ("its time is not one of RFC 3339",)
