"""Transcripts of coding tools, of whatever form: each is known by how it begins."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from affidavit.provenance.records import aider, claude_code, codex, cursor
from affidavit.provenance.records.documents import of
from affidavit.provenance.records.edits import Edits, Transcript

if TYPE_CHECKING:
    from collections.abc import Callable

NOT_KNOWN = "it is in no form of transcript that is read"
SOURCE = "transcript"
_LOOKED_AT = 64
"""How many of the first lines are looked at."""
_FIRST_BYTES = 1 << 20


class _Line(msgspec.Struct):
    type: msgspec.Raw = msgspec.Raw()
    payload: msgspec.Raw = msgspec.Raw()
    hook_event_name: msgspec.Raw = msgspec.Raw()
    role: msgspec.Raw = msgspec.Raw()
    message: msgspec.Raw = msgspec.Raw()
    sessionId: msgspec.Raw = msgspec.Raw()  # noqa: N815 - as it is written
    leafUuid: msgspec.Raw = msgspec.Raw()  # noqa: N815 - as it is written


READERS: MappingProxyType[str, Callable[[bytes, str, str | None], Transcript]] = MappingProxyType(
    {
        "aider": aider.read,
        "aider-requests": aider.read_requests,
        "claude-code": claude_code.read,
        "codex": codex.read,
        "cursor": cursor.read,
    }
)
"""By form what reads it."""


def form(data: bytes) -> str | None:
    """The form that `data` is in, a key of `READERS`, if any."""
    for line in data[:_FIRST_BYTES].split(b"\n")[:_LOOKED_AT]:
        if line.startswith(aider.BEGUN.encode()):
            return "aider"
        if line.startswith((b"TO LLM ", b"LLM RESPONSE ")):
            return "aider-requests"
        found = of(line, _Line) if line[:1] == b"{" else None
        if found and (named := _form(found)):
            return named
    return None


def _form(line: _Line) -> str | None:
    if bytes(line.hook_event_name):
        return "cursor"
    if bytes(line.type) and bytes(line.payload):
        return "codex"
    if bytes(line.sessionId) or bytes(line.leafUuid):
        return "claude-code"
    return "cursor" if bytes(line.role) and bytes(line.message) else None


def read(data: bytes, place: str, root: str | None = None) -> Transcript:
    """What the transcript `data`, which stood at `place`, says that was written.

    `root` is the folder of the repository on the machine where the session ran; where it is not
    given, the folder in which the session began is taken for it.
    """
    named = form(data)
    if named is None:
        edits = Edits(SOURCE, place)
        edits.counts.tell(NOT_KNOWN)
        return edits.transcript()
    return READERS[named](data, place, root)
