"""The signature of a commit, judged against a keyring."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from affidavit.sources.openpgp import armor, packet
from affidavit.sources.openpgp.packet import PacketError, UnsupportedError

if TYPE_CHECKING:
    from affidavit.sources.openpgp.key import PublicKey
    from affidavit.sources.openpgp.keyring import Keyring
    from affidavit.sources.openpgp.packet import Signature

MAX_SIGNATURE = 1 << 16
"""Bytes of a signature header that are read; a real one has about 1,000."""

_HEADERS = re.compile(rb"^gpgsig[^\n]*(?:\n|\Z)(?: [^\n]*(?:\n|\Z))*", re.MULTILINE)
_CANONICAL = re.compile(
    rb"tree [0-9a-f]+\n(?:parent [0-9a-f]+\n)*author [^\n]*\ncommitter [^\n]*\n"
)
"""How every commit begins that git or a forge writes: no header stands between these."""
_OUT_OF_PLACE = re.compile(rb"^(?:tree|parent|author|committer) ", re.MULTILINE)
_SHA_256_COMMIT = re.compile(rb"tree [0-9a-f]{64}\n")
_OTHER_KINDS = {
    b"-----BEGIN SSH SIGNATURE-----": "an SSH signature",
    b"-----BEGIN SIGNED MESSAGE-----": "an X.509 signature",
}
_BINARY_DOCUMENT = 0x00


class SignatureStatus(StrEnum):
    """What checking a commit's signature came to. Only `GOOD` shows who made the commit."""

    GOOD = "good"
    BAD = "bad"
    """The key is known and did not sign this commit, or not while it was valid."""
    UNKNOWN_KEY = "unknown-key"
    UNSUPPORTED = "unsupported"
    """A form of signature that is not checked here."""
    MALFORMED = "malformed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """The outcome, the maker that the signature names, and why it is not good.

    `fingerprint` is 40 upper-case hex digits, or the 16 of a key id where the signature states no
    more; it names a maker only when the status is good. `reason` is empty then, and `addresses` are
    the e-mail addresses of the key that signed: a forge's commit has one of them as its committer,
    so that one host's key does not speak for another host.
    """

    status: SignatureStatus
    fingerprint: str | None = None
    reason: str = ""
    addresses: frozenset[str] = frozenset()


def check(body: bytes, keyring: Keyring) -> SignatureCheck:
    """The check of the commit with this raw `body` (headers and message, without git's framing).

    Never raises, whatever the bytes. Time is linear in `body`; signature headers longer than
    `MAX_SIGNATURE` are malformed. A commit counts as signed by one header, ``gpgsig``, or
    ``gpgsig-sha256`` where its ids are SHA-256; every header beginning ``gpgsig`` is outside what
    is signed. As a header put among tree, parents, author and committer could hide parents from
    whoever reads the commit without changing what is signed, only git's own order is accepted.
    """
    end = body.find(b"\n\n") + 1 or len(body)
    headers = _signature_headers(body, end)
    if not headers:
        return SignatureCheck(SignatureStatus.NONE)
    try:
        _check_order(body, end)
        signature = _signature(headers)
        payload = _HEADERS.sub(b"", body[:end]) + body[end:]
        return _judged(payload, signature, keyring.find(signature.issuers))
    except UnsupportedError as error:
        return SignatureCheck(SignatureStatus.UNSUPPORTED, reason=str(error))
    except PacketError as error:
        return SignatureCheck(SignatureStatus.MALFORMED, reason=str(error))


def _check_order(body: bytes, end: int) -> None:
    begin = _CANONICAL.match(body, 0, end)
    if begin is None or _OUT_OF_PLACE.search(body[begin.end() : end]):
        raise PacketError("the headers are not in the order that git writes")


def _signature_headers(body: bytes, end: int) -> list[bytes]:
    """The values of the first two headers that hold a signature over `body`."""
    if body.find(b"gpgsig", 0, end) < 0:
        return []
    name = b"gpgsig-sha256 " if _SHA_256_COMMIT.match(body) else b"gpgsig "
    found = (match.group() for match in _HEADERS.finditer(body, 0, end))
    own = (header.removeprefix(name) for header in found if header.startswith(name))
    return list(islice(own, 2))


def _signature(headers: list[bytes]) -> Signature:
    """The one signature in `headers`."""
    if len(headers) > 1:
        raise PacketError("more than one signature header")
    if len(headers[0]) > MAX_SIGNATURE:
        raise PacketError(f"a signature of more than {MAX_SIGNATURE} bytes")
    text = headers[0].replace(b"\n ", b"\n")
    for begin, kind in _OTHER_KINDS.items():
        if text.startswith(begin):
            raise UnsupportedError(kind)
    found = list(packet.packets(armor.dearmored(text, armor.SIGNATURE)))
    if [tag for tag, _ in found] != [packet.SIGNATURE]:
        raise PacketError("the armor does not hold exactly one signature")
    return _supported(packet.signature(found[0][1]))


def _supported(signature: Signature) -> Signature:
    if signature.kind != _BINARY_DOCUMENT:
        raise UnsupportedError(f"signature of type {signature.kind}")
    if signature.algorithm not in packet.RSA:
        raise UnsupportedError(f"public key algorithm {signature.algorithm}")
    return signature


def _judged(payload: bytes, signature: Signature, key: PublicKey | None) -> SignatureCheck:
    named = max(signature.issuers, key=len, default=b"").hex().upper() or None
    if key is None:
        return SignatureCheck(SignatureStatus.UNKNOWN_KEY, named, "no key of this maker is known")
    if not all(map(key.is_issuer, signature.issuers)):
        raise PacketError("the signature names more than one maker")
    if not key.rsa.verifies(signature, payload):
        reason = "the key did not make this signature over this commit"
        return SignatureCheck(SignatureStatus.BAD, key.fingerprint, reason)
    if not key.valid_at(signature.created):
        reason = "the signature was made outside the key's validity"
        return SignatureCheck(SignatureStatus.BAD, key.fingerprint, reason)
    return SignatureCheck(SignatureStatus.GOOD, key.fingerprint, addresses=key.addresses)
