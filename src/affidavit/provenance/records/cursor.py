"""What Cursor tells of edits: lines that its hooks were given, and its transcripts.

A hook is told of an edit after it was made. A transcript has the calls of tools and nothing of what
came of them, so that its edits are counted and left out. docs/formats/records/cursor.md says what
is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.provenance.records import naming
from affidavit.provenance.records.applied_patch import Patched, patched
from affidavit.provenance.records.documents import name_of, of
from affidavit.provenance.records.edits import Change, Edits, Left, Transcript, Who, lines
from affidavit.provenance.records.rooted import folder, relative
from affidavit.provenance.records.written import replaced, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SOURCE = "cursor-transcript"
AGENT = "cursor"
TOOLS = frozenset(
    {"Write", "StrReplace", "Edit", "MultiEdit", "ApplyPatch", "EditNotebook", "Delete"}
)
AFTER_EDIT, AFTER_TOOL = "afterFileEdit", "postToolUse"


class _Replacement(msgspec.Struct):
    old_string: str = ""
    new_string: str = ""


class _Input(_Replacement):
    file_path: str | None = None
    path: str | None = None
    contents: str | None = None
    content: str | None = None
    patch: str | None = None
    edits: list[_Replacement] | None = None


class _Hook(msgspec.Struct):
    hook_event_name: str
    conversation_id: str | None = None
    model: str | None = None
    workspace_roots: list[str] = []
    timestamp: str | None = None
    tool_name: str = ""
    tool_input: msgspec.Raw = msgspec.Raw()
    file_path: str | None = None
    edits: list[_Replacement] = []


class _Block(msgspec.Struct):
    type: str = ""
    name: str = ""


class _Message(msgspec.Struct):
    content: msgspec.Raw = msgspec.Raw()


class _Line(msgspec.Struct):
    role: str = ""
    type: str = ""
    message: msgspec.Raw = msgspec.Raw()


class _Edit(NamedTuple):
    """An edit that a hook was told of."""

    hook: _Hook
    files: Sequence[Patched]


def read(data: bytes, place: str, root: str | None = None) -> Transcript:
    """What `data`, which stood at `place`, says that was written; paths from `root` if given."""
    edits = Edits(SOURCE, place)
    told: list[_Edit] = []
    for line in filter(bytes.strip, lines(data, edits)):
        hook = of(line, _Hook)
        if hook is not None:
            told.extend(_told(hook, edits))
        else:
            _transcribed(of(line, _Line), edits)
    for number, edit in enumerate(_once(told)):
        hook = edit.hook
        who = Who(AGENT, naming.model(hook.model), name_of(hook.conversation_id))
        changes = tuple(Change(_path(each, hook, root), each.runs) for each in edit.files)
        edits.call(str(number), who, changes)
        edits.succeeded(str(number), hook.timestamp)
    return edits.transcript(told[0].hook.timestamp if told else None)


def _told(hook: _Hook, edits: Edits) -> Iterator[_Edit]:
    """The edit of a hook's line, if it tells one."""
    if hook.hook_event_name == AFTER_EDIT:
        runs = (run for one in hook.edits for run in replaced(one.old_string, one.new_string))
        yield _Edit(hook, [Patched(hook.file_path or "", tuple(runs))])
    elif hook.hook_event_name == AFTER_TOOL and hook.tool_name in TOOLS:
        files = _files(hook.tool_input)
        if files is None:
            edits.leave(Left.UNREAD)
        else:
            yield _Edit(hook, files)
    elif hook.hook_event_name == "postToolUseFailure" and hook.tool_name in TOOLS:
        edits.leave(Left.FAILED)


def _files(raw: msgspec.Raw) -> Sequence[Patched] | None:
    """What the input of a tool says that it writes."""
    told = of(raw, _Input) or _Input(patch=of(raw, str))
    path = told.file_path or told.path
    if path is None:
        return patched(told.patch or "")
    content = told.contents if told.content is None else told.content
    if content is not None:
        return [Patched(path, whole(content))]
    each = [told] if told.edits is None else told.edits
    runs = (run for one in each for run in replaced(one.old_string, one.new_string))
    return [Patched(path, tuple(runs))]


def _once(told: Sequence[_Edit]) -> Iterator[_Edit]:
    """Each edit once: where a conversation has both kinds of line, the later kind repeats."""
    full = {edit.hook.conversation_id for edit in told if edit.hook.hook_event_name == AFTER_EDIT}
    for edit in told:
        if edit.hook.hook_event_name == AFTER_EDIT or edit.hook.conversation_id not in full:
            yield edit


def _path(each: Patched, hook: _Hook, root: str | None) -> str | None:
    """The path from `root`, or from the workspace's folder that it lies in."""
    roots = [root] if root else hook.workspace_roots
    found = (relative(each.path, folder(one)) for one in roots)
    return next((path for path in found if path is not None), None)


def _transcribed(line: _Line | None, edits: Edits) -> None:
    """Count the edits of a transcript's line."""
    if line is None or not (line.role or line.type):
        edits.leave(Left.UNREAD)
        return
    message = of(line.message, _Message) or _Message()
    for block in of(message.content, list[_Block]) or ():
        if block.type == "tool_use" and block.name in TOOLS:
            edits.leave(Left.UNTOLD)
