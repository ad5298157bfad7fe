"""Copies of checkpoints in a git repository's notes: their lines, written and read.

A note is a set of lines, so that git merges two of them with its strategy ``cat_sort_uniq``.
Whoever keeps the ledger can write these notes too: a copy is *operator-held*, and no witness.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.errors import FormatError
from affidavit.ledger.checkpoint import Checkpoint, parse_checkpoint
from affidavit.ledger.cosignature import check_any
from affidavit.ledger.note import Note, Outcome, parse_note

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from affidavit.ledger.key import VerifierKey

LABEL = "operator-held copy"
FORMAT = "affidavit/checkpoint-copy@1"
REF = "refs/notes/affidavit-checkpoints"
MOST = 100_000
"""Lines of all notes together that are read."""
LONGEST_LINE = 1 << 20


class Copy(msgspec.Struct, frozen=True):
    """A checkpoint that was found, and the bytes of its note. No signature of it is checked."""

    checkpoint: Checkpoint
    note: bytes

    def is_signed_by(self, keys: Iterable[VerifierKey]) -> bool:
        """Whether one of `keys` signed it."""
        note = parse_note(self.note)
        return any(check_any(note, key)[0] is Outcome.GOOD for key in keys)


def line_of(note: Note) -> bytes:
    """The line, with its newline, that holds the checkpoint in `note`."""
    checkpoint = parse_checkpoint(note)
    fields = {
        "checkpoint": note.encode().decode(),
        "format": FORMAT,
        "label": LABEL,
        "origin": checkpoint.origin,
        "size": checkpoint.size,
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def copy_of(line: bytes) -> Copy:
    """The checkpoint that a line holds; what else the line says is not believed.

    Raises:
        FormatError: It holds none.
    """
    try:
        fields = json.loads(line) if len(line) <= LONGEST_LINE else None
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        raise FormatError("the line is no copy of a checkpoint")
    text = fields.get("checkpoint")
    try:
        data = text.encode() if isinstance(text, str) else b""
    except UnicodeEncodeError as error:
        raise FormatError("the line is no text") from error
    note = parse_note(data, place="the copy")
    return Copy(parse_checkpoint(note, "the copy"), data)


def united(bodies: Sequence[bytes], line: bytes) -> bytes:
    """The lines of the notes `bodies` in their order, each once, and `line` after them."""
    lines = dict.fromkeys(one for body in bodies for one in body.split(b"\n") if one)
    return b"".join(one + b"\n" for one in dict.fromkeys([*lines, line.removesuffix(b"\n")]))
