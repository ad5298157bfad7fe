"""OpenPGP's text form (RFC 9580, section 6): base64 between two marker lines."""

from __future__ import annotations

import binascii
import re

from affidavit.sources.openpgp.packet import PacketError

SIGNATURE, PUBLIC_KEY = b"SIGNATURE", b"PUBLIC KEY BLOCK"
_HEADER = re.compile(rb"[A-Za-z]+: [^\n]*\Z")
_CHECKSUM = re.compile(rb"=[A-Za-z0-9+/]{4}\Z")


def dearmored(text: bytes, kind: bytes) -> bytes:
    """The packets inside `text`, which is one armored block of `kind` and nothing else.

    The checksum is optional and not compared: it guards against accidents of transport, and what
    matters here is signed.

    Raises:
        PacketError: `text` is not such a block.
    """
    lines = [line.rstrip(b" \t\r") for line in text.strip(b" \t\r\n").split(b"\n")]
    begin, end = b"-----BEGIN PGP " + kind + b"-----", b"-----END PGP " + kind + b"-----"
    if lines[0] != begin or lines[-1] != end or b"" not in lines:
        raise PacketError("there is no armored block")
    blank = lines.index(b"")
    if not all(_HEADER.match(line) for line in lines[1:blank]):
        raise PacketError("the armor's headers are damaged")
    data = lines[blank + 1 : -1]
    if data and _CHECKSUM.match(data[-1]):
        data.pop()
    try:
        return binascii.a2b_base64(b"".join(data), strict_mode=True)
    except binascii.Error as error:
        raise PacketError("the armor is not base64") from error


def blocks(text: bytes, kind: bytes) -> list[bytes]:
    """The armored blocks of `kind` in `text`, with whatever stands between them left out."""
    begin, end = b"-----BEGIN PGP " + kind + b"-----", b"-----END PGP " + kind + b"-----"
    found = []
    for piece in text.split(begin)[1:]:
        inside, marker, _ = piece.partition(end)
        if marker:
            found.append(begin + inside + marker)
    return found
