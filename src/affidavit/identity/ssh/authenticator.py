"""What a security key says of a key it made: authenticator data (WebAuthn, section 6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.identity.ssh.keys import SK_ED25519
from affidavit.identity.ssh.wire import Reader

if TYPE_CHECKING:
    from affidavit.identity.ssh.keys import PublicKey

ATTESTED, EXTENSIONS = 0x40, 0x80
"""Flags: a key's data follow; extensions follow them."""
_BYTES = {0x58: 1, 0x59: 2}
_POINT = 32


class AuthenticatorData(msgspec.Struct, frozen=True, kw_only=True):
    """The data, and `raw`, their bytes as they were signed. `key` begins with the key in COSE."""

    raw: bytes
    application: bytes
    """The SHA-256 digest of the key's application."""
    flags: int
    model: bytes
    key: bytes


def read_data(wrapped: bytes) -> AuthenticatorData:
    """The data in `wrapped`, which is one byte string of CBOR.

    Raises:
        SshSignatureError: It is something else, or the data are about no key.
    """
    reader = Reader(wrapped, "the authenticator data")
    first = reader.take(1, "their length")[0]
    if first in _BYTES:
        size = int.from_bytes(reader.take(_BYTES[first], "their length"), "big")
    elif 0x40 <= first <= 0x57:
        size = first - 0x40
    else:
        reader.refuse("are no byte string of CBOR")
    raw = reader.take(size, "their bytes")
    reader.done()
    return _data(raw)


def _data(raw: bytes) -> AuthenticatorData:
    reader = Reader(raw, "the authenticator data")
    application = reader.take(32, "the application")
    flags = reader.take(1, "the flags")[0]
    reader.take(4, "the counter")
    if not flags & ATTESTED:
        reader.refuse("are about no key")
    model = reader.take(16, "the model")
    reader.take(int.from_bytes(reader.take(2, "the handle's length"), "big"), "the handle")
    return AuthenticatorData(
        raw=raw, application=application, flags=flags, model=model, key=reader.rest()
    )


def cose(key: PublicKey) -> bytes:
    """The `key` of a security key as CTAP 2 writes it: a map of COSE in its one order."""
    reader = Reader(key.blob, "the key")
    reader.string("its kind")
    if key.kind == SK_ED25519:
        return bytes.fromhex("a4010103272006215820") + reader.string("its point")
    reader.string("its curve")
    point = reader.string("its point")[1:]
    x, y = point[:_POINT], point[_POINT:]
    return bytes.fromhex("a5010203262001215820") + x + bytes.fromhex("225820") + y
