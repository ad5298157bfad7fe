"""The keys of a log and its witnesses, and how they are written (C2SP signed-note).

A verifier key is ``<name>+<id in hex>+<base64 of type and public key>``. A secret key is written as
golang.org/x/mod/sumdb/note does: ``PRIVATE+KEY+<name>+<id in hex>+<base64 of type and seed>``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from affidavit.base.errors import FormatError
from affidavit.ledger.algorithm import (
    ED25519,
    ML_DSA_44,
    PUBLIC_LENGTHS,
    SEED_LENGTH,
    PrivateKey,
    key_pair,
    verifies,
)
from affidavit.ledger.encoding import from_base64, to_base64

KEY_ID_LENGTH = 4
"""Bytes of the id that tells a name's keys apart. It is no strong hash."""
LONGEST_KEY = 1 << 16
"""Characters of a written key that are read. One of ML-DSA-44 has about 1,800."""

_UNFIT = re.compile(r"[\s+\x00-\x1f\ud800-\udfff]")
_KEY_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)
_SECRET = "PRIVATE+KEY+"  # noqa: S105


def is_key_name(text: str) -> bool:
    """Whether `text` can name a key: not empty, no Unicode space, no plus, no control character."""
    return bool(text) and not _UNFIT.search(text)


def _key_id(name: str, algorithm: int, public: bytes) -> bytes:
    whole = b"%s\n%c%s" % (name.encode(), algorithm, public)
    return hashlib.sha256(whole).digest()[:KEY_ID_LENGTH]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key by which signatures are checked: its name, id, signature type and bytes."""

    name: str
    key_id: bytes
    algorithm: int
    public: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise ValueError("the name of a key is empty, or has a space, a plus or a control")
        if self.algorithm not in PUBLIC_LENGTHS:
            raise ValueError(f"keys of signature type {self.algorithm:#04x} are not supported")
        if len(self.public) != PUBLIC_LENGTHS[self.algorithm]:
            length = PUBLIC_LENGTHS[self.algorithm]
            raise ValueError(f"a key of signature type {self.algorithm:#04x} has {length} bytes")
        if self.algorithm == ML_DSA_44 and len(self.name.encode()) > 255:
            raise ValueError("the name of an ML-DSA-44 key has at most 255 bytes")
        if self.key_id != _key_id(self.name, self.algorithm, self.public):
            raise ValueError("the id is not that of the name and the key")

    def __str__(self) -> str:
        """Name and id, as lines of a note have them: to tell keys apart, not to trust them."""
        return f"{self.name}+{self.key_id.hex()}"

    def encode(self) -> str:
        """The key as one word of text, a *vkey*, which `parse_vkey` reads."""
        return f"{self}+{to_base64(bytes([self.algorithm]) + self.public)}"

    def verifies(self, signature: bytes, message: bytes) -> bool | None:
        """Whether the key made this bare `signature` over `message`; None if it cannot be known."""
        return verifies(self.algorithm, self.public, signature=signature, message=message)


def new_verifier_key(name: str, algorithm: int, public: bytes) -> VerifierKey:
    """The verifier key of that name for the bytes of a public key, its id computed.

    Raises:
        ValueError: The name cannot name a key, the type is not supported or the length is wrong.
    """
    if not is_key_name(name) or algorithm not in PUBLIC_LENGTHS:
        raise ValueError("the name cannot name a key, or keys of that type are not supported")
    return VerifierKey(name, _key_id(name, algorithm, public), algorithm, public)


def parse_vkey(text: str, *, place: str = "key") -> VerifierKey:
    """The verifier key that `text` writes, without a newline.

    Raises:
        FormatError: `text` is no verifier key of a supported type, or its id is not its own.
    """
    name, key_id, algorithm, public = _parts(text, place)
    try:
        return VerifierKey(name, key_id, algorithm, public)
    except ValueError as error:
        raise FormatError(f"{place}: {error}") from error


def _parts(text: str, place: str) -> tuple[str, bytes, int, bytes]:
    """Name, id, signature type and key material of a written key."""
    if len(text) > LONGEST_KEY:
        raise FormatError(f"{place} has more than {LONGEST_KEY} characters")
    parts = text.split("+", 2)
    if len(parts) != 3 or not _KEY_ID.fullmatch(parts[1]):
        raise FormatError(f"{place} is not a name, eight hex digits and base64, joined by +")
    material = from_base64(parts[2], place)
    return parts[0], bytes.fromhex(parts[1]), material[0], material[1:]


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that can sign, and its public half. Its text form never shows the secret."""

    key: VerifierKey
    _secret: PrivateKey = field(repr=False, compare=False)

    @classmethod
    def from_secret(cls, name: str, seed: bytes, *, algorithm: int = ED25519) -> SigningKey:
        """The key of that name and type made from `seed`, 32 secret random bytes.

        Raises:
            ValueError: The name, type or length is not usable.
        """
        secret, public = key_pair(algorithm, seed)
        return cls(new_verifier_key(name, algorithm, public), secret)

    @property
    def name(self) -> str:
        """The name of the key."""
        return self.key.name

    @property
    def key_id(self) -> bytes:
        """The id of the key, 4 bytes."""
        return self.key.key_id

    def sign(self, text: bytes) -> bytes:
        """The bare signature over `text`: 64 bytes, or 2,420 of ML-DSA-44."""
        return self._secret.sign(text)

    def seed(self) -> bytes:
        """The secret itself, 32 bytes."""
        return self._secret.private_bytes_raw()


def encode_secret(key: SigningKey) -> str:
    """The secret key as one word of text, which `parse_secret` reads."""
    material = bytes([key.key.algorithm]) + key.seed()
    return f"{_SECRET}{key.key}+{to_base64(material)}"


def parse_secret(text: str, place: str) -> SigningKey:
    """The secret key that `text` writes, without a newline. No error repeats any of `text`.

    Raises:
        FormatError: `text` is no secret key of a supported type, or its id is not its own.
    """
    if not text.startswith(_SECRET):
        raise FormatError(f"{place} does not begin with {_SECRET}")
    name, key_id, algorithm, seed = _parts(text.removeprefix(_SECRET), place)
    if len(seed) != SEED_LENGTH or algorithm not in PUBLIC_LENGTHS:
        raise FormatError(f"{place} is not a secret key of a supported type and length")
    try:
        key = SigningKey.from_secret(name, seed, algorithm=algorithm)
    except ValueError as error:
        raise FormatError(f"{place}: {error}") from error
    if key.key_id != key_id:
        raise FormatError(f"{place}: the id is not that of the name and the key")
    return key
