"""Transcripts of Codex, its *rollouts*: one JSON object a line, ``type`` and ``payload``.

Files are written by patches. A patch is told as a call of ``apply_patch``, in a command that does
nothing else, or, by what it changed, as an event. docs/formats/records/codex.md says what is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import msgspec

from affidavit.provenance.records import naming
from affidavit.provenance.records.applied_patch import BEGIN, Patched, patched
from affidavit.provenance.records.documents import commit_of, name_of, of
from affidavit.provenance.records.edits import Change, Edits, Left, Transcript, Who, lines
from affidavit.provenance.records.rooted import folder, relative
from affidavit.provenance.records.written import Runs, unified, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = "codex-transcript"
AGENT = "codex"
DONE = "Success. Updated the following files:"
"""What Codex answers where a patch was applied."""

T = TypeVar("T")

_HEREDOC = re.compile(
    r"""(?:cd[ ](?P<cd>[^\s'"&;|]+)[ ]&&[ ])?(?:apply_patch|applypatch)[ ]?"""
    r"""<<[ ]?['"]?(?P<end>\w+)['"]?\n"""
)
_MADE_IN_SCRIPT = "apply_patch("


class _Line(msgspec.Struct):
    type: str
    payload: msgspec.Raw
    timestamp: str | None = None


class _Git(msgspec.Struct):
    commit_hash: str = ""


class _Setting(msgspec.Struct):
    """Of ``session_meta`` and ``turn_context``."""

    id: str | None = None
    cwd: str | None = None
    model: str | None = None
    git: msgspec.Raw = msgspec.Raw()


class _Item(msgspec.Struct):
    """Of ``response_item`` and ``event_msg``."""

    type: str = ""
    name: str = ""
    call_id: str | None = None
    id: str | None = None
    arguments: msgspec.Raw = msgspec.Raw()
    input: msgspec.Raw = msgspec.Raw()
    action: msgspec.Raw = msgspec.Raw()
    output: msgspec.Raw = msgspec.Raw()
    success: bool | None = None
    status: str | None = None
    changes: dict[str, msgspec.Raw] | None = None
    item: msgspec.Raw = msgspec.Raw()


class _Arguments(msgspec.Struct):
    input: str | None = None
    patch: str | None = None
    command: str | list[str] | None = None
    cmd: str | None = None
    workdir: str | None = None


class _Changed(msgspec.Struct):
    type: str = ""
    content: str = ""
    unified_diff: str = ""
    move_path: str | None = None


class _Metadata(msgspec.Struct):
    exit_code: int = 0


class _Answer(msgspec.Struct):
    """The answer of a call, which may be JSON in a text."""

    output: str = ""
    metadata: _Metadata | None = None


class _Part(msgspec.Struct):
    text: str = ""


class _Session:
    """One rollout while it is read."""

    def __init__(self, edits: Edits, root: str | None) -> None:
        self.edits = edits
        self.root = folder(root)
        self.cwd = ""
        self.began: str | None = None
        self.base: str | None = None
        self._session: str | None = None
        self._model: str | None = None
        self._events = 0
        self._scripts: dict[str, int] = {}

    def read(self, line: _Line) -> None:
        self.began = self.began or line.timestamp
        if line.type in ("session_meta", "turn_context"):
            self._set(self._of(line.payload, _Setting) or _Setting(), line.type)
        elif line.type in ("response_item", "event_msg"):
            item = self._of(line.payload, _Item) or _Item()
            inner = item.type == "item_completed"
            self._item((self._of(item.item, _Item) if inner else item) or _Item(), line.timestamp)

    def _of(self, raw: msgspec.Raw, form: type[T]) -> T | None:
        """`raw` as a value of `form`; what is none is counted."""
        found = of(raw, form)
        if found is None:
            self.edits.leave(Left.UNREAD)
        return found

    def _set(self, said: _Setting, where: str) -> None:
        self.cwd = folder(said.cwd) or self.cwd
        self.root = self.root or self.cwd
        self._model = naming.model(said.model) or self._model
        if where == "session_meta":
            # A session that goes on from another repeats the other's, after its own.
            self._session = self._session or name_of(said.id)
            self.base = self.base or commit_of((of(said.git, _Git) or _Git()).commit_hash)

    def _item(self, item: _Item, time: str | None) -> None:
        key = item.call_id or item.id or ""
        if item.type in ("patch_apply_end", "FileChange"):
            self._event(item, key, time)
        elif item.type in ("function_call", "custom_tool_call", "local_shell_call"):
            self._call(item, key)
        elif item.type in ("function_call_output", "custom_tool_call_output"):
            self._answer(item, key, time)

    def _call(self, item: _Item, key: str) -> None:
        text = of(item.input, str) or of(item.arguments, str) or ""
        told = of(text.encode("utf-8", "replace"), _Arguments) or of(item.action, _Arguments)
        told = told or _Arguments(input=text)
        script = _script(told)
        if item.name == "apply_patch":
            self._patch(key, told.input or told.patch or script, self.cwd)
        elif BEGIN in script:
            self._command(key, script, folder(told.workdir) or self.cwd)
        elif _MADE_IN_SCRIPT in text:
            self._scripts[key] = self._events

    def _command(self, key: str, script: str, cwd: str) -> None:
        """A command that does nothing but patch, if it is one."""
        begin = _HEREDOC.match(script)
        end = f"\n{begin['end']}" if begin else BEGIN
        body, ended, rest = script[begin.end() if begin else 0 :].partition(end)
        if not begin or not ended or rest.strip():
            self.edits.leave(Left.COMMAND)
            return
        self._patch(key, body, f"{cwd}/{begin['cd']}" if begin["cd"] else cwd)

    def _patch(self, key: str, text: str, cwd: str) -> None:
        found = patched(text)
        if found is None or not key:
            self.edits.leave(Left.UNREAD)
            return
        self.edits.call(key, self._who(), tuple(self._change(each, cwd) for each in found))

    def _answer(self, item: _Item, key: str, time: str | None) -> None:
        if key in self._scripts and self._scripts.pop(key) == self._events:
            self.edits.leave(Left.UNTOLD)
        elif _is_done(item.output):
            self.edits.succeeded(key, time)
        else:
            self.edits.failed(key)

    def _event(self, item: _Item, key: str, time: str | None) -> None:
        self._events += 1
        changes = tuple(
            self._change(each, self.cwd)
            for path, raw in (item.changes or {}).items()
            for each in _changed(path, raw)
        )
        if key and not self.edits.calls(key):
            self.edits.call(key, self._who(), changes)
        if item.success or item.status == "completed":
            self.edits.succeeded(key, time, changes=changes if item.changes else None)
        else:
            self.edits.failed(key)

    def _change(self, each: Patched, cwd: str) -> Change:
        return Change(relative(each.path, self.root, cwd), each.runs)

    def _who(self) -> Who:
        return Who(AGENT, self._model, self._session)


def _script(told: _Arguments) -> str:
    """The command that is run; of one that a shell runs, what the shell is given."""
    command = told.cmd or told.command or ""
    return command if isinstance(command, str) else command[-1]


def _changed(path: str, raw: msgspec.Raw) -> Iterator[Patched]:
    """What an event says of one file; in an older form the kind of change is the only key."""
    said = of(raw, _Changed)
    if said is not None and not said.type:
        for kind, inner in (of(raw, dict[str, msgspec.Raw]) or {}).items():
            told = of(inner, _Changed)
            said = told and msgspec.structs.replace(told, type=kind)
    runs: Runs = ()
    if said and said.type == "add":
        runs = whole(said.content)
    elif said and said.type == "update":
        runs = unified(said.unified_diff)
    if said and said.type != "delete":
        yield Patched(said.move_path or path, runs)


def _is_done(output: msgspec.Raw) -> bool:
    """Whether an answer says that the patch was applied."""
    text = of(output, str)
    if text is None:
        text = "\n".join(part.text for part in of(output, list[_Part]) or ())
    answer = of(text.encode("utf-8", "replace"), _Answer) or _Answer(output=text)
    failed = answer.metadata is not None and answer.metadata.exit_code != 0
    return not failed and any(line.startswith(DONE) for line in answer.output.splitlines())


def read(data: bytes, place: str, root: str | None = None) -> Transcript:
    """What the rollout `data`, which stood at `place`, says that was written.

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
    return edits.transcript(session.began, base=session.base)
