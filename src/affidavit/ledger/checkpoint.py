"""Checkpoints: what a log states of its whole tree at one size (C2SP tlog-checkpoint)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError
from affidavit.ledger.encoding import (
    HASH_LENGTH,
    LARGEST_NUMBER,
    from_decimal,
    from_hash,
    to_base64,
)
from affidavit.ledger.note import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.ledger.note import Signer

LONGEST_ORIGIN = 255
"""Bytes of the name of a log that is begun here; an ML-DSA-44 cosignature holds no longer one."""

_UNFIT_ORIGIN = re.compile(r"[\s+\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNFIT_LINE = re.compile(r"[\x00-\x1f\ud800-\udfff]")


def is_origin(text: str) -> bool:
    """Whether a log may be begun under that name: 1 to 255 bytes, no space, plus or control.

    The checkpoints of others' logs are read under any name that is one line.
    """
    return bool(text) and not _UNFIT_ORIGIN.search(text) and len(text.encode()) <= LONGEST_ORIGIN


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log's name, the number of its leaves, the root hash over them, and the log's own lines.

    `size` is from 0 to 2^63 - 1, `root` has 32 bytes. No witness looks at `extensions`.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all((self.origin, *self.extensions)):
            raise ValueError("the name of a log or an extension line is empty")
        if any(_UNFIT_LINE.search(each) for each in (self.origin, *self.extensions)):
            raise ValueError("the name of a log or an extension line has a control character")
        if not 0 <= self.size <= LARGEST_NUMBER:
            raise ValueError("the size of a tree is from 0 to 2^63 - 1")
        if len(self.root) != HASH_LENGTH:
            raise ValueError("the root of a tree is a hash of 32 bytes")

    def text(self) -> str:
        """What is signed: exactly the text that it was read from, if it was read."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "\n".join(lines) + "\n"


def parse_checkpoint(note: Note, place: str = "checkpoint") -> Checkpoint:
    """The checkpoint that the text of `note` states. No signature is checked.

    Raises:
        FormatError: The text is no checkpoint; the message begins with `place`.
    """
    origin, *rest = note.text[:-1].split("\n")
    if len(rest) < 2:
        raise FormatError(f"{place} has fewer than three lines")
    if not origin or not all(rest):
        raise FormatError(f"{place} has an empty line in its text")
    size = from_decimal(rest[0], f"{place}: the tree size")
    root = from_hash(rest[1], f"{place}: the root hash")
    return Checkpoint(origin, size, root, tuple(rest[2:]))


def signed_checkpoint(checkpoint: Checkpoint, signers: Sequence[Signer]) -> Note:
    """The note that states `checkpoint` under a signature of each of `signers`, in their order."""
    text = checkpoint.text()
    return Note(text, tuple(signer.sign(text) for signer in signers))
