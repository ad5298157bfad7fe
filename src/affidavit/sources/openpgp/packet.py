"""OpenPGP packets, numbers and subpackets (RFC 9580, sections 3 to 5), as far as RSA needs them.

Every reader is bounded by the bytes it was given and raises `PacketError` for anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNATURE, PUBLIC_KEY, USER_ID, PUBLIC_SUBKEY = 2, 6, 13, 14
RSA = frozenset({1, 3})
"""RSA for everything, and RSA for signatures only."""

CREATED, KEY_EXPIRES, ISSUER_ID, KEY_FLAGS = 2, 9, 16, 27
REVOCATION_REASON, EMBEDDED_SIGNATURE, ISSUER_FINGERPRINT = 29, 32, 33
SUBKEY_BINDING = 0x18
_IN_ANY = frozenset({ISSUER_ID, ISSUER_FINGERPRINT})
_IN_BINDING = _IN_ANY | {EMBEDDED_SIGNATURE}
_CRITICAL = 0x80
_UNDERSTOOD = frozenset(
    {
        CREATED,
        3,  # when the signature expires: judged by today, so of no use for history
        KEY_EXPIRES,
        ISSUER_ID,
        KEY_FLAGS,
        REVOCATION_REASON,
        EMBEDDED_SIGNATURE,
        ISSUER_FINGERPRINT,
    }
    # preferences of the key's owner, which bind nobody who verifies
    | {4, 7, 11, 21, 22, 23, 24, 25, 28, 30, 34, 39}
)


class PacketError(ValueError):
    """The bytes are not in the form that OpenPGP gives them."""


class UnsupportedError(PacketError):
    """The bytes are well formed as far as read, in a form that is not checked here."""


def packets(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each packet's tag and body, in order.

    Raises:
        PacketError: A length does not fit, or is indefinite or partial: neither occurs in keys and
            signatures, and both make one text mean two things.
    """
    at = 0
    while at < len(data):
        tag, start, size = _header(data, at)
        at = start + size
        if at > len(data):
            raise PacketError("a packet is longer than the data")
        yield tag, data[start:at]


def _header(data: bytes, at: int) -> tuple[int, int, int]:
    """The tag of the packet at `at`, where its body starts, and the body's length in bytes."""
    first = data[at]
    if not first & 0x80:
        raise PacketError("there is no packet where one must begin")
    if first & 0x40:
        start, size = _length(data, at + 1, partial_from=224)
        return first & 0x3F, start, size
    width = 1 << (first & 3)
    if width == 8:
        raise PacketError("a packet has no length")
    start = at + 1 + width
    return first >> 2 & 0xF, start, _number(data, at + 1, width)


def _length(data: bytes, at: int, *, partial_from: int) -> tuple[int, int]:
    """Where what a variable length at `at` measures starts, and that length."""
    first = _number(data, at, 1)
    if first < 192:
        return at + 1, first
    if first < partial_from:
        return at + 2, (first - 192 << 8) + _number(data, at + 1, 1) + 192
    if first < 255:
        raise PacketError("a packet is cut into parts")
    return at + 5, _number(data, at + 1, 4)


def _number(data: bytes, at: int, width: int) -> int:
    if at + width > len(data):
        raise PacketError("the data ends inside a number")
    return int.from_bytes(data[at : at + width], "big")


def integer(data: bytes, at: int) -> tuple[bytes, int]:
    """The big-endian bytes of the multiprecision integer at `at`, and where it ends.

    The length in bits may count leading zero bits up to a whole byte: forges write the key's size
    whatever the number is. Any other length that does not fit the number is an error.
    """
    bits = _number(data, at, 2)
    end = at + 2 + (bits + 7 >> 3)
    value = data[at + 2 : end]
    if end > len(data) or not bits:
        raise PacketError("a number is longer than the data, or empty")
    if bits % 8 and value[0].bit_length() != bits % 8:
        raise PacketError("a number's length does not fit it")
    return value, end


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A version 4 signature packet, taken apart but not checked.

    `hashed` is what the signer's hash covers after the document; `rest` holds the numbers.
    `issuers` are the fingerprints (20 bytes) and key ids (8 bytes) that it says made it.
    """

    kind: int
    algorithm: int
    hash_algorithm: int
    created: int
    issuers: frozenset[bytes]
    hashed: bytes
    subpackets: dict[int, bytes]
    rest: bytes


def signature(body: bytes) -> Signature:
    """The signature packet with this `body`.

    Raises:
        UnsupportedError: It has another version, or a condition nobody here knows.
        PacketError: It is damaged.
    """
    if _number(body, 0, 1) != 4:
        raise UnsupportedError(f"signature of version {body[0]}")
    hashed_end = 6 + _number(body, 4, 2)
    unhashed_end = hashed_end + 2 + _number(body, hashed_end, 2)
    hashed = [(kind & ~_CRITICAL, rest) for kind, rest in _checked(body[6:hashed_end])]
    unhashed = _unhashed(body[hashed_end + 2 : unhashed_end], kind=body[1])
    head = body[:hashed_end]
    return Signature(
        kind=body[1],
        algorithm=body[2],
        hash_algorithm=body[3],
        created=_created(hashed),
        issuers=_issuers([*hashed, *unhashed]),
        hashed=head + b"\x04\xff" + len(head).to_bytes(4, "big"),
        subpackets=dict(unhashed) | dict(hashed),
        # two bytes of the hash stand here to speed up a search: some signers write them wrongly
        rest=body[unhashed_end + 2 :],
    )


def _unhashed(area: bytes, *, kind: int) -> list[tuple[int, bytes]]:
    """What the signature does not cover: who made it, and a subkey's own consent.

    Anything else there could be put in by anybody, so it is not accepted.
    """
    allowed = _IN_BINDING if kind == SUBKEY_BINDING else _IN_ANY
    found = _subpackets(area)
    if any(subpacket not in allowed for subpacket, _ in found):
        raise UnsupportedError("something is added outside what the signature covers")
    return found


def _checked(area: bytes) -> list[tuple[int, bytes]]:
    """The subpackets of a hashed area; an unknown critical one voids the signature."""
    found = _subpackets(area)
    unknown = {kind & ~_CRITICAL for kind, _ in found if kind & _CRITICAL} - _UNDERSTOOD
    if unknown:
        raise UnsupportedError(f"critical subpacket of type {min(unknown)}")
    return found


def _subpackets(area: bytes) -> list[tuple[int, bytes]]:
    """Each subpacket's type, its critical bit included, and its body."""
    found = []
    at = 0
    while at < len(area):
        start, size = _length(area, at, partial_from=255)
        at = start + size
        if not size or at > len(area):
            raise PacketError("a subpacket is longer than its area, or empty")
        found.append((area[start], area[start + 1 : at]))
    return found


def _created(hashed: list[tuple[int, bytes]]) -> int:
    times = [body for kind, body in hashed if kind == CREATED]
    if len(times) != 1 or len(times[0]) != 4:
        raise PacketError("the signature does not say when it was made")
    return int.from_bytes(times[0], "big")


def _issuers(subpackets: list[tuple[int, bytes]]) -> frozenset[bytes]:
    """Every key id and version 4 fingerprint that is named as the maker."""
    ids = [body for kind, body in subpackets if kind == ISSUER_ID]
    prints = [body for kind, body in subpackets if kind == ISSUER_FINGERPRINT]
    if any(len(body) != 8 for body in ids) or any(
        len(body) != 21 or body[0] != 4 for body in prints
    ):
        raise PacketError("a key id or fingerprint has a wrong form")
    return frozenset(ids) | {body[1:] for body in prints}
