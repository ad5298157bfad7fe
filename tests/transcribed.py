"""Transcripts of coding tools for tests, in the forms in which the tools write them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from affidavit.provenance.records.model import Attests, LineClaim, Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.provenance.records.edits import Transcript

ROOT = "/home/ann/shop"
TIME = "2026-03-01T10:00:00.500Z"
LATER = "2026-03-01T10:00:02Z"
PATCHED = "Success. Updated the following files:\nM src/app.py\n"

Json = dict[str, object]


def digests(*lines: str) -> tuple[str, ...]:
    """The digest of each line, made without the program."""
    return tuple("sha256:" + hashlib.sha256(f"{line}\n".encode()).hexdigest() for line in lines)


def jsonl(*lines: Json | str) -> bytes:
    """Each as JSON on a line; a text stands as it is."""
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    return "".join(f"{text}\n" for text in texts).encode()


def written(transcript: Transcript) -> list[tuple[str, tuple[str, ...]]]:
    """Path and digests of each claim, in order."""
    return [(claim.path, claim.texts) for each in transcript.records for claim in each.lines]


# Claude Code.


def claude(kind: str, content: Sequence[Json] | str, **more: object) -> Json:
    """A line of Claude Code."""
    message: Json = {"role": kind, "content": content}
    if kind == "assistant":
        message["model"] = more.pop("model", "claude-opus-4-6")
    base: Json = {"type": kind, "sessionId": "s-1", "cwd": ROOT, "timestamp": TIME}
    return base | {"message": message} | more


def use(name: str, key: str = "t1", **told: object) -> Json:
    """The call of a tool."""
    return {"type": "tool_use", "id": key, "name": name, "input": told}


def result(key: str = "t1", **more: object) -> Json:
    """What came of it."""
    return {"type": "tool_result", "tool_use_id": key, "content": "done"} | more


def edited(path: str, old: str, new: str, **shown: object) -> bytes:
    """A session with one edit; `shown` is what the result shows."""
    call = use("Edit", file_path=path, old_string=old, new_string=new)
    answer = claude("user", [result()], timestamp=LATER, toolUseResult=shown or None)
    return jsonl(claude("assistant", [call]), answer)


# Codex.


def codex(kind: str, /, at: str = TIME, **payload: object) -> Json:
    """A line of a rollout."""
    return {"timestamp": at, "type": kind, "payload": payload}


def begun(cwd: str = ROOT, model: str = "gpt-5.2-codex") -> tuple[Json, Json]:
    """The first lines of a rollout."""
    return codex("session_meta", id="c-1", cwd=cwd), codex("turn_context", cwd=cwd, model=model)


def patching(text: str, key: str = "call_1") -> Json:
    """The call of apply_patch."""
    return codex(
        "response_item", type="custom_tool_call", name="apply_patch", call_id=key, input=text
    )


def answered(output: object, key: str = "call_1", kind: str = "custom_tool_call_output") -> Json:
    """The answer to a call."""
    return codex("response_item", at=LATER, type=kind, call_id=key, output=output)


def patch(*lines: str) -> str:
    """A patch of these lines."""
    return "\n".join(["*** Begin Patch", *lines, "*** End Patch"])


# aider.

STARTED = "# aider chat started at 2026-03-01 11:00:00"
MODEL = "> Main model: anthropic/claude-sonnet-4 with diff edit format, infinite output  "
TOKENS = "> Tokens: 2.4k sent, 91 received. Cost: $0.0085 message, $0.0085 session.  "
APPLIED = "> Applied edit to src/app.py  "
COMMIT = "> Commit 1a2b3c4 feat: one  "
NO_FORMAT = "> The LLM did not conform to the edit format.  "
BLOCK = (
    "src/app.py",
    "```python",
    "<<<<<<< SEARCH",
    "kept",
    "old",
    "=======",
    "kept",
    "one",
    "",
    "> quoted",
    "#### two",
    ">>>>>>> REPLACE",
    "```",
)


# What is attested.


def record(
    *rows: tuple[str, Sequence[str]],
    session: str = "s-1",
    agent: str = "claude-code",
    time: str | None = TIME,
    commit: str | None = None,
) -> Record:
    """An edit that wrote these lines in a row, for each of these paths."""
    lines = tuple(
        LineClaim(
            path=path, attests=Attests.AI, agent=agent, session=session, texts=digests(*texts)
        )
        for path, texts in rows
    )
    stated = (("commit", commit),) if commit else ()
    return Record(source="test", place="test", time=time, lines=lines, stated=stated)
