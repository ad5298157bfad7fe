"""What a time stamping authority is asked (RFC 3161, section 2.4.1)."""

from __future__ import annotations

from affidavit.app.anchor.der import INTEGER, SEQUENCE, tags, whole
from affidavit.base.errors import FormatError

_VERSION = bytes([INTEGER, 1, 1])
_SHA256 = bytes.fromhex("300d06096086480165030402010500")
"""The AlgorithmIdentifier of SHA-256 (RFC 5754, section 2.2), its parameters NULL."""
_WITH_CERTIFICATES = b"\x01\x01\xff"


def query(imprint: bytes, nonce: int) -> bytes:
    """A request for a token over `imprint`, a SHA-256, that brings the authority's certificates.

    `nonce` is from 0 to 2^64 - 1.
    """
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1)
    hashed = _wrapped(SEQUENCE, _SHA256 + b"\x04\x20" + imprint)
    return _wrapped(SEQUENCE, _VERSION + hashed + _wrapped(INTEGER, number) + _WITH_CERTIFICATES)


def nonce_of(data: bytes, imprint: bytes) -> int:
    """The nonce of a request that `query` made for `imprint`.

    Raises:
        FormatError: It is none.
    """
    _, _, number = tags(whole(data).below(), INTEGER, SEQUENCE, INTEGER)
    nonce = int.from_bytes(number.value)
    if nonce.bit_length() > 64 or query(imprint, nonce) != data:
        raise FormatError("this is no time stamp request for that checkpoint")
    return nonce


def _wrapped(tag: int, content: bytes) -> bytes:
    """An element of less than 128 bytes, as all of a request are."""
    return bytes([tag, len(content)]) + content
