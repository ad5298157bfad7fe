"""Transcripts of Claude Code: one JSON object a line, messages and what came of each tool's call.

A call is a block ``tool_use`` of an assistant's message, its result a block ``tool_result`` of a
user's message that repeats the call's id; the line of the result has under ``toolUseResult`` what
was written. docs/formats/records/claude-code.md says what is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from affidavit.provenance.records import naming
from affidavit.provenance.records.documents import name_of, of
from affidavit.provenance.records.edits import Change, Edits, Left, Transcript, Who, lines
from affidavit.provenance.records.model import Attests
from affidavit.provenance.records.rooted import folder, relative
from affidavit.provenance.records.written import OF_THE_FILE, added, replaced, whole

if TYPE_CHECKING:
    from affidavit.provenance.records.written import Runs

SOURCE = "claude-code-transcript"
AGENT = "claude-code"
T = TypeVar("T")
TOOLS = frozenset({"Write", "Edit", "MultiEdit", "NotebookEdit"})


class _Line(msgspec.Struct, rename="camel"):
    type: str = ""
    session_id: str | None = None
    cwd: str | None = None
    timestamp: str | None = None
    message: msgspec.Raw = msgspec.Raw()
    tool_use_result: msgspec.Raw = msgspec.Raw()


class _Message(msgspec.Struct):
    model: str | None = None
    content: msgspec.Raw = msgspec.Raw()


class _Block(msgspec.Struct):
    type: str = ""
    id: str = ""
    name: str = ""
    input: msgspec.Raw = msgspec.Raw()
    tool_use_id: str = ""
    is_error: bool | None = None


class _Replacement(msgspec.Struct):
    old_string: str = ""
    new_string: str = ""


class _Input(_Replacement):
    file_path: str = ""
    notebook_path: str = ""
    content: str = ""
    edits: list[_Replacement] = []


class _Hunk(msgspec.Struct):
    lines: list[str]


class _Written(msgspec.Struct, rename="camel"):
    file_path: str = ""
    type: str | None = None
    content: str | None = None
    structured_patch: list[_Hunk] | None = None
    user_modified: bool | None = None


class _Session:
    """One transcript while it is read."""

    def __init__(self, edits: Edits, root: str | None) -> None:
        self.edits = edits
        self.root = folder(root)
        self.cwd = ""
        self.began: str | None = None

    def read(self, line: _Line) -> None:
        self.cwd = folder(line.cwd) or self.cwd
        self.root = self.root or self.cwd
        self.began = self.began or line.timestamp
        message = self._of(line.message, _Message) or _Message()
        raw = of(message.content, list[msgspec.Raw]) or []
        blocks = [found for each in raw if (found := self._of(each, _Block))]
        for block in blocks:
            if line.type == "assistant" and block.type == "tool_use" and block.name in TOOLS:
                self._call(block, Who(AGENT, naming.model(message.model), name_of(line.session_id)))
        results = [block for block in blocks if block.type == "tool_result"]
        for block in results if line.type == "user" else ():
            self._result(block, line, alone=len(results) == 1)

    def _of(self, raw: msgspec.Raw, form: type[T]) -> T | None:
        """`raw` as a value of `form`; what is there and is none is counted."""
        found = of(raw, form)
        if found is None and bytes(raw) not in (b"", b"null"):
            self.edits.leave(Left.UNREAD)
        return found

    def _call(self, block: _Block, who: Who) -> None:
        told = of(block.input, _Input)
        if told is None or not block.id:
            self.edits.leave(Left.UNREAD)
            return
        path = self._path(told.notebook_path or told.file_path)
        self.edits.call(block.id, who, (Change(path, _told(block.name, told)),))

    def _result(self, block: _Block, line: _Line, *, alone: bool) -> None:
        found = self.edits.calls(block.tool_use_id)
        if found is None:
            return
        if block.is_error:
            self.edits.failed(block.tool_use_id)
            return
        written = of(line.tool_use_result, _Written) or _Written()
        path = self._path(written.file_path) if written.file_path else found[1][0].path
        runs = _shown(written) if alone or path == found[1][0].path else None
        attests = Attests.MIXED if written.user_modified else Attests.AI
        changes = None if runs is None else (Change(path, runs, attests),)
        self.edits.succeeded(block.tool_use_id, line.timestamp, changes=changes)

    def _path(self, path: str) -> str | None:
        return relative(path, self.root, self.cwd)


def _told(tool: str, told: _Input) -> Runs:
    """What a call says that it will write."""
    if tool == "NotebookEdit":
        return OF_THE_FILE
    if tool == "Write":
        return whole(told.content)
    each = told.edits if tool == "MultiEdit" else [told]
    return tuple(run for one in each for run in replaced(one.old_string, one.new_string))


def _shown(written: _Written) -> Runs | None:
    """What a result shows that was written; ``None`` where it does not show it."""
    if written.structured_patch:
        return tuple(run for hunk in written.structured_patch for run in added(hunk.lines))
    if written.type == "create":
        return whole(written.content or "")
    return () if written.type == "update" else None


def read(data: bytes, place: str, root: str | None = None) -> Transcript:
    """What the transcript `data`, which stood at `place`, says that was written.

    Paths are told from `root`, or, where it is not given, from the folder in which the session
    began.
    """
    edits = Edits(SOURCE, place)
    session = _Session(edits, root)
    for line in filter(bytes.strip, lines(data, edits)):
        found = of(line, _Line)
        if found is None:
            edits.leave(Left.UNREAD)
        else:
            session.read(found)
    return edits.transcript(session.began)
