"""The small encodings that every text format of a log shares, read in one way only.

Each value has exactly one spelling here, so what was read can be written again byte for byte:
base64 is RFC 4648 section 4 with its padding and no stray bits, a number is ASCII decimal without
leading zeros, at most 2^63 - 1.
"""

from __future__ import annotations

import binascii
import re

from affidavit.base.errors import FormatError

LARGEST_NUMBER = (1 << 63) - 1
"""The largest size, index or time that a log's formats can hold."""

HASH_LENGTH = 32
"""Bytes of a SHA-256 hash."""

_LONGEST_HASH = 64
"""Characters that are decoded of what should be a hash: more than the 44 that one has."""
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def to_base64(data: bytes) -> str:
    """`data` in standard base64 with padding, on one line."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def from_base64(text: str, place: str) -> bytes:
    """The bytes that `text` encodes: at least one. Time is linear in `text`.

    Raises:
        FormatError: `text` is not what `to_base64` would write; the message begins with `place`.
    """
    try:
        data = binascii.a2b_base64(text)
    except ValueError as error:
        raise FormatError(f"{place} is not base64") from error
    if not data or to_base64(data) != text:
        raise FormatError(f"{place} is not base64 in its one canonical form")
    return data


def from_hash(text: str, place: str) -> bytes:
    """The 32 bytes of a hash written in base64.

    Raises:
        FormatError: `text` is not canonical base64 of 32 bytes.
    """
    data = from_base64(text[:_LONGEST_HASH], place)
    if len(data) != HASH_LENGTH:
        raise FormatError(f"{place} is not a hash of 32 bytes")
    return data


def from_decimal(text: str, place: str) -> int:
    """The number from 0 to 2^63 - 1 that `text` writes in ASCII decimal.

    Raises:
        FormatError: `text` has other characters, leading zeros, or a larger number.
    """
    if not _DECIMAL.fullmatch(text):
        raise FormatError(f"{place} is not a decimal number without leading zeros")
    number = int(text)
    if number > LARGEST_NUMBER:
        raise FormatError(f"{place} is larger than 2^63 - 1")
    return number
