"""Signed notes: a text, a blank line, and one line for each signature (C2SP signed-note).

The text of a note means nothing until a key that is trusted from elsewhere is found to have signed
it. Signatures by keys that are not known are kept and say nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from affidavit.base.errors import FormatError
from affidavit.ledger.algorithm import COSIGNATURE, ED25519, ML_DSA_44
from affidavit.ledger.encoding import from_base64, to_base64
from affidavit.ledger.key import (
    KEY_ID_LENGTH,
    SigningKey,
    VerifierKey,
    encode_secret,
    is_key_name,
    new_verifier_key,
    parse_secret,
    parse_vkey,
)

__all__ = [
    "COSIGNATURE",
    "ED25519",
    "LARGEST_NOTE",
    "ML_DSA_44",
    "MOST_SIGNATURES",
    "KeySigner",
    "Note",
    "Outcome",
    "Signature",
    "Signer",
    "SigningKey",
    "VerifierKey",
    "check",
    "combined",
    "encode_secret",
    "is_key_name",
    "new_verifier_key",
    "parse_note",
    "parse_secret",
    "parse_vkey",
]

LARGEST_NOTE = 1 << 20
"""Bytes of a note that are read. A note with 100 post-quantum signatures has about 340,000."""
MOST_SIGNATURES = 100
"""Signature lines of a note that are read."""

_DASH = "\N{EM DASH} "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Outcome(StrEnum):
    """What looking for one key's signature came to. Only `GOOD` shows that the key signed."""

    GOOD = "good"
    BAD = "bad"
    """A line with the key's name and id is not a signature by the key."""
    ABSENT = "absent"
    """No line has the key's name and id."""
    UNSUPPORTED = "unsupported"
    """There is such a line, of an algorithm that is not checked here."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who says to have signed, with which key, and the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise ValueError("the name of a key is empty, or has a space, a plus or a control")
        if len(self.key_id) != KEY_ID_LENGTH or not self.signature:
            raise ValueError("a signature has a key id of 4 bytes, and at least one byte more")

    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and its signatures in the order of their lines.

    A note that was not read may have no signature yet; what `parse_note` returns has at least one.
    """

    text: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        if not self.text.endswith("\n"):
            raise ValueError("the text of a note ends in a newline")
        if _CONTROL.search(self.text) or _SURROGATE.search(self.text):
            raise ValueError("the text of a note has a control character")

    def encode(self) -> bytes:
        """The note's bytes: exactly those it was read from, if it was read."""
        lines = "".join(signature.line() for signature in self.signatures)
        return f"{self.text}\n{lines}".encode()

    def by(self, key: VerifierKey) -> tuple[Signature, ...]:
        """The signatures with the name and id of `key`, good or not."""
        return tuple(
            each for each in self.signatures if each.key_id == key.key_id and each.name == key.name
        )


def parse_note(data: bytes, *, place: str = "note") -> Note:
    """The note that `data` holds. Time is linear in `data`. No signature is checked.

    Raises:
        FormatError: `data` is not a signed note, has more than `LARGEST_NOTE` bytes or more than
            `MOST_SIGNATURES` signatures, or base64 not in its canonical form. The message begins
            with `place`.
    """
    if len(data) > LARGEST_NOTE:
        raise FormatError(f"{place} has more than {LARGEST_NOTE} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise FormatError(f"{place} is not UTF-8 at byte {error.start}") from error
    if control := _CONTROL.search(whole):
        raise FormatError(f"{place} has the control character {control[0]!r}")
    above, blank, below = whole.rpartition("\n\n")
    if not blank or not below.endswith("\n"):
        raise FormatError(f"{place} has no signature lines after an empty line")
    if below.count("\n") > MOST_SIGNATURES:
        raise FormatError(f"{place} has more than {MOST_SIGNATURES} signatures")
    return Note(f"{above}\n", _signatures(below, place))


def _signatures(lines: str, place: str) -> tuple[Signature, ...]:
    return tuple(
        _signature(line, f"{place}: signature line {number}")
        for number, line in enumerate(lines[:-1].split("\n"), 1)
    )


def _signature(line: str, place: str) -> Signature:
    dash, name, data = line[:2], *line[2:].partition(" ")[::2]
    if dash != _DASH or not is_key_name(name):
        raise FormatError(f"{place} does not begin with a dash and the name of a key")
    decoded = from_base64(data, place)
    if len(decoded) <= KEY_ID_LENGTH:
        raise FormatError(f"{place} is too short for a key id and a signature")
    return Signature(name, decoded[:KEY_ID_LENGTH], decoded[KEY_ID_LENGTH:])


def check(note: Note, key: VerifierKey) -> Outcome:
    """Whether `key`, a plain Ed25519 key, signed the text of `note`.

    Every line with the key's name and id must verify: one that does not makes the outcome `BAD`,
    whatever others say. A key of another type makes cosignatures, which are not checked here.
    """
    lines = note.by(key)
    if not lines:
        return Outcome.ABSENT
    if key.algorithm != ED25519:
        return Outcome.UNSUPPORTED
    text = note.text.encode()
    return combined([key.verifies(each.signature, text) for each in lines])


def combined(lines: list[bool | None]) -> Outcome:
    """The outcome for a key whose lines, at least one, verified (True), did not, or are unknown."""
    if False in lines:
        return Outcome.BAD
    return Outcome.UNSUPPORTED if None in lines else Outcome.GOOD


class Signer(Protocol):
    """Whoever signs the text of notes: a key at hand, or a program that holds one."""

    @property
    def key(self) -> VerifierKey:
        """The public half, by which the signatures are checked."""
        ...

    def sign(self, text: str) -> Signature:
        """The signature of `text`, which ends in a newline."""
        ...


@dataclass(frozen=True, slots=True)
class KeySigner:
    """The signer that has its Ed25519 key at hand."""

    signing: SigningKey

    def __post_init__(self) -> None:
        if self.key.algorithm != ED25519:
            raise ValueError("the text of a note is signed by an Ed25519 key of type 0x01")

    @property
    def key(self) -> VerifierKey:
        """The public half, by which the signatures are checked."""
        return self.signing.key

    def sign(self, text: str) -> Signature:
        """The signature of `text`, which ends in a newline."""
        return Signature(self.key.name, self.key.key_id, self.signing.sign(text.encode()))
