"""The answer of a time stamping authority, taken apart (RFC 3161, section 2.4.2; RFC 5652).

Of the signed attributes only those that name the signer's certificate are read (RFC 2634, section
5.4, and RFC 5035): the rest is checked by whoever verifies the signature.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from affidavit.app.anchor.der import (
    FIRST,
    INTEGER,
    OCTETS,
    OID,
    SEQUENCE,
    SET,
    Element,
    tags,
    whole,
)
from affidavit.base.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_ANSWER = 1 << 16
"""Bytes of an answer; one with four certificates has about 6,000."""
PLACE = "the time stamp"

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_CONTENT = bytes.fromhex("2a864886f70d0109100104")
"""id-ct-TSTInfo."""
_CONTENT_TYPE = bytes.fromhex("2a864886f70d010903")
_CERTIFICATE_1 = bytes.fromhex("2a864886f70d010910020c")
_CERTIFICATE_2 = bytes.fromhex("2a864886f70d010910022f")


def _sha1(data: bytes) -> bytes:
    # RFC 2634 knows no other; what matters is that no second certificate has the same.
    return hashlib.sha1(data, usedforsecurity=False).digest()


_HASHES: dict[bytes, Callable[[bytes], bytes]] = {
    bytes.fromhex("608648016503040201"): lambda data: hashlib.sha256(data).digest(),
    bytes.fromhex("608648016503040202"): lambda data: hashlib.sha384(data).digest(),
    bytes.fromhex("608648016503040203"): lambda data: hashlib.sha512(data).digest(),
}
_SHA256 = _HASHES[bytes.fromhex("608648016503040201")]


@dataclass(frozen=True, slots=True)
class CertificateId:
    """The signer's certificate as the signature names it: by a hash of all of it."""

    hashed: Callable[[bytes], bytes]
    value: bytes

    def is_of(self, certificate: bytes) -> bool:
        """Whether this names the certificate with that DER."""
        return self.hashed(certificate) == self.value


@dataclass(frozen=True, slots=True)
class Token:
    """The parts of a token that the checks need; `certificates` are DER."""

    certificates: tuple[bytes, ...]
    named: tuple[CertificateId, ...]


def ordered(answer: bytes) -> bytes:
    """`answer` with the certificates of its token in the order that DER asks for in a set.

    No signature covers that order, and not every authority keeps to it. Nothing else is changed.

    Raises:
        FormatError: It is no answer of an authority.
    """
    parts = _signed_data(answer)
    found = None if parts is None else _certificates(parts)
    if found is None:
        return answer
    certificates = b"".join(sorted(one.whole for one in found.below()))
    return answer[: found.content] + certificates + answer[found.end :]


def token_of(answer: bytes) -> Token | None:
    """The token of `answer`; None where the authority gave none.

    Raises:
        FormatError: It is no answer of an authority, or its token is of something else.
    """
    parts = _signed_data(answer)
    if parts is None:
        return None
    _, _, content = tags(parts, INTEGER, SET, SEQUENCE)
    if tags(content.below(), OID)[0].value != _CONTENT:
        raise FormatError(f"{PLACE} is of something else than a time")
    signers = parts[-1].is_a(SET).below()
    if len(signers) != 1:
        raise FormatError(f"{PLACE} has {len(signers)} signers")
    found = _certificates(parts)
    return Token(
        certificates=tuple(one.whole for one in found.below()) if found else (),
        named=tuple(_named(signers[0])),
    )


def _signed_data(answer: bytes) -> list[Element] | None:
    """The parts of the SignedData; None where there is no token."""
    if len(answer) > LARGEST_ANSWER:
        raise FormatError(f"{PLACE} has more than {LARGEST_ANSWER:,} bytes")
    parts = whole(answer).is_a(SEQUENCE).below()
    tags(parts, SEQUENCE)
    if len(parts) == 1:
        return None
    kind, wrapped = tags(parts[1].is_a(SEQUENCE).below(), OID, FIRST)
    if len(parts) != 2 or kind.value != _SIGNED_DATA:
        raise FormatError(f"{PLACE} is not of the form of a time stamp")
    return tags(wrapped.below(), SEQUENCE)[0].below()


def _certificates(parts: list[Element]) -> Element | None:
    return next((one for one in parts[3:] if one.tag == FIRST), None)


def _named(signer: Element) -> list[CertificateId]:
    *_, signed = tags(signer.below(), INTEGER, SEQUENCE, SEQUENCE, FIRST)
    attributes = dict[bytes, Element]()
    for one in signed.below():
        kind, values = tags(one.below(), OID, SET)
        if kind.value in attributes or len(values.below()) != 1:
            raise FormatError(f"{PLACE} has a signed attribute twice")
        attributes[kind.value] = values.below()[0]
    if _CONTENT_TYPE not in attributes or attributes[_CONTENT_TYPE].value != _CONTENT:
        raise FormatError(f"{PLACE} is signed as something else than a time")
    return [
        _certificate_id(attributes[kind], default)
        for kind, default in ((_CERTIFICATE_1, _sha1), (_CERTIFICATE_2, _SHA256))
        if kind in attributes
    ]


def _certificate_id(attribute: Element, default: Callable[[bytes], bytes]) -> CertificateId:
    """The first certificate of the attribute, which is the signer's."""
    (listed,) = tags(attribute.below(), SEQUENCE)
    (first,) = tags(listed.below()[:1], SEQUENCE)
    parts, hashed = first.below(), default
    if default is _SHA256 and parts and parts[0].tag == SEQUENCE:
        algorithm = tags(parts[0].below(), OID)[0].value
        if algorithm not in _HASHES:
            raise FormatError(f"{PLACE} names its certificate by an unknown hash")
        parts, hashed = parts[1:], _HASHES[algorithm]
    return CertificateId(hashed, tags(parts, OCTETS)[0].value)
