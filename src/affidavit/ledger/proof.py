"""Proof files: that one entry is in a log, checkable without the log (C2SP tlog-proof)."""

from __future__ import annotations

from dataclasses import dataclass

from affidavit.base.errors import FormatError
from affidavit.ledger.encoding import (
    HASH_LENGTH,
    LARGEST_NUMBER,
    from_base64,
    from_decimal,
    from_hash,
    to_base64,
)
from affidavit.ledger.note import LARGEST_NOTE

LARGEST_PROOF = 2 * LARGEST_NOTE
"""Bytes of a proof file that are read; one of a million entries has about 1,200."""
LONGEST_PATH = 63
"""Hashes of an inclusion proof in a tree of fewer than 2^63 leaves."""

_HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """An entry's index, its inclusion proof from leaf to root, and the checkpoint it leads to.

    `checkpoint` is the signed note verbatim and `extra` what an application adds, at least one
    byte. Nobody vouches for `extra`, and nothing here is checked but the form.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index <= LARGEST_NUMBER:
            raise ValueError("the index of an entry is from 0 to 2^63 - 1")
        if len(self.path) > LONGEST_PATH or any(len(each) != HASH_LENGTH for each in self.path):
            raise ValueError("an inclusion proof has at most 63 hashes of 32 bytes")
        if not self.checkpoint or self.extra == b"":
            raise ValueError(
                "a proof has a checkpoint, and extra data of at least one byte or none"
            )

    def encode(self) -> bytes:
        """The bytes of the file, which `parse_proof` reads."""
        extra = [] if self.extra is None else [f"extra {to_base64(self.extra)}"]
        lines = [_HEADER, *extra, f"index {self.index}", *map(to_base64, self.path)]
        return "\n".join([*lines, "", ""]).encode() + self.checkpoint


def parse_proof(data: bytes, place: str = "proof") -> Proof:
    """The proof that the file `data` holds. Time is linear in `data`.

    The checkpoint is not read: it is for `parse_note`, which may refuse it.

    Raises:
        FormatError: `data` is no proof file, or larger than `LARGEST_PROOF`; the message begins
            with `place`.
    """
    if len(data) > LARGEST_PROOF:
        raise FormatError(f"{place} has more than {LARGEST_PROOF} bytes")
    above, blank, checkpoint = data.partition(b"\n\n")
    if not blank or not checkpoint:
        raise FormatError(f"{place} has no checkpoint after an empty line")
    if not above.isascii():
        raise FormatError(f"{place} has characters that are not ASCII above its checkpoint")
    header, *lines = above.decode("ascii").split("\n")
    if header != _HEADER:
        raise FormatError(f"{place} does not begin with the line {_HEADER}")
    extra = _extra(lines.pop(0), place) if lines and lines[0].startswith("extra ") else None
    index = _index(lines.pop(0) if lines else "", place)
    return Proof(index=index, path=_path(lines, place), checkpoint=checkpoint, extra=extra)


def _extra(line: str, place: str) -> bytes:
    return from_base64(line.removeprefix("extra "), f"{place}: the extra data")


def _index(line: str, place: str) -> int:
    if not line.startswith("index "):
        raise FormatError(f"{place} has no index line below its first line or the extra data")
    return from_decimal(line.removeprefix("index "), f"{place}: the index")


def _path(lines: list[str], place: str) -> tuple[bytes, ...]:
    if len(lines) > LONGEST_PATH:
        raise FormatError(f"{place} has more than {LONGEST_PATH} hashes")
    return tuple(from_hash(line, f"{place}: hash {at}") for at, line in enumerate(lines, 1))
