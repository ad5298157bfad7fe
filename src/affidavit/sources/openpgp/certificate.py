"""A certificate: a primary key, its owner's names and subkeys, and the signatures binding them.

RFC 9580, section 10. Every binding is checked, so that nothing pasted into a key file counts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from affidavit.base.text import decode
from affidavit.sources.openpgp import packet
from affidavit.sources.openpgp.key import PublicKey
from affidavit.sources.openpgp.packet import PacketError, Signature, UnsupportedError
from affidavit.sources.openpgp.rsa import RsaKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CERTIFICATIONS = frozenset({0x10, 0x11, 0x12, 0x13})
_DIRECT, _CONSENT, _REVOKES_KEY, _REVOKES_SUBKEY = 0x1F, 0x19, 0x20, 0x28
_MAY_SIGN = 0x02
_STILL_GOOD_BEFORE = (b"\x01", b"\x03")
"""Reasons to revoke, replaced and retired, that leave earlier signatures standing."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A key, subkey or user id, and the bodies of the signatures that follow it."""

    tag: int
    body: bytes
    signatures: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """A key's material before anything says what it may do."""

    fingerprint: bytes
    created: int
    rsa: RsaKey
    hashed: bytes

    @classmethod
    def of(cls, body: bytes) -> _Key:
        if body[:1] != b"\x04" or len(body) < 6:
            raise UnsupportedError("a key that is not of version 4")
        if body[5] not in packet.RSA:
            raise UnsupportedError(f"a key of algorithm {body[5]}")
        modulus, at = packet.integer(body, 6)
        exponent, _ = packet.integer(body, at)
        hashed = b"\x99" + len(body).to_bytes(2, "big") + body
        return cls(
            fingerprint=hashlib.sha1(hashed, usedforsecurity=False).digest(),
            created=int.from_bytes(body[1:5], "big"),
            rsa=RsaKey.of(modulus, exponent),
            hashed=hashed,
        )

    def made(
        self, bodies: Sequence[bytes], kinds: frozenset[int], document: bytes
    ) -> list[Signature]:
        """Those of the signatures that are of `kinds` and by this key over `document`, by time."""
        found = []
        for body in bodies:
            try:
                signature = packet.signature(body)
                if signature.kind in kinds and self.rsa.verifies(signature, document, old=True):
                    found.append(signature)
            except PacketError:
                continue
        return sorted(found, key=lambda signature: signature.created)


def public_keys(data: bytes) -> Iterator[PublicKey | str]:
    """The keys in `data` that may sign, and a sentence on each that is left out.

    Raises:
        PacketError: `data` is not a sequence of packets.
    """
    for parts in _certificates(data):
        try:
            yield from _signing_keys(parts)
        except PacketError as error:
            yield f"a key was left out: {error}"


def _certificates(data: bytes) -> list[list[_Part]]:
    """The parts of each certificate, its primary key first."""
    found: list[list[_Part]] = []
    for tag, body in packet.packets(data):
        if tag == packet.PUBLIC_KEY:
            found.append([_Part(tag, body)])
        elif not found:
            raise PacketError("the data does not begin with a public key")
        elif tag == packet.SIGNATURE:
            found[-1][-1].signatures.append(body)
        else:
            found[-1].append(_Part(tag, body))
    return found


def _signing_keys(parts: list[_Part]) -> Iterator[PublicKey | str]:
    primary = _Key.of(parts[0].body)
    direct = primary.made(parts[0].signatures, frozenset({_DIRECT}), primary.hashed)
    names = [(part.body, _naming(primary, part)) for part in parts if part.tag == packet.USER_ID]
    own = sorted(sum((made for _, made in names), direct), key=lambda signature: signature.created)
    if not own:
        raise UnsupportedError("it carries no valid signature of its own")
    revoked = primary.made(parts[0].signatures, frozenset({_REVOKES_KEY}), primary.hashed)
    end = _end(primary, own[-1], revoked)
    user_ids = tuple(dict.fromkeys(decode(name) for name, made in names if made))
    if _may_sign(own[-1], default=True):
        yield _public_key(primary, end, user_ids)
    for part in parts:
        if part.tag == packet.PUBLIC_SUBKEY:
            yield from _signing_subkey(primary, part, (end, user_ids))


def _naming(primary: _Key, part: _Part) -> list[Signature]:
    """The signatures by which `primary` says that the user id is its own."""
    document = primary.hashed + b"\xb4" + len(part.body).to_bytes(4, "big") + part.body
    return primary.made(part.signatures, _CERTIFICATIONS, document)


def _signing_subkey(
    primary: _Key, part: _Part, whole: tuple[int | None, tuple[str, ...]]
) -> Iterator[PublicKey | str]:
    """The subkey, when both keys agree that it signs for its primary."""
    try:
        subkey = _Key.of(part.body)
        document = primary.hashed + subkey.hashed
        bindings = primary.made(part.signatures, frozenset({packet.SUBKEY_BINDING}), document)
        if not bindings or not _may_sign(bindings[-1], default=False):
            return
        consent = [bindings[-1].subpackets.get(packet.EMBEDDED_SIGNATURE, b"")]
        if not subkey.made(consent, frozenset({_CONSENT}), document):
            raise UnsupportedError("it does not sign for its primary key")
        revoked = primary.made(part.signatures, frozenset({_REVOKES_SUBKEY}), document)
        ends = [end for end in (whole[0], _end(subkey, bindings[-1], revoked)) if end is not None]
        yield _public_key(subkey, min(ends, default=None), whole[1])
    except PacketError as error:
        yield f"a subkey was left out: {error}"


def _may_sign(binding: Signature, *, default: bool) -> bool:
    flags = binding.subpackets.get(packet.KEY_FLAGS)
    return default if flags is None else bool(flags[:1] and flags[0] & _MAY_SIGN)


def _end(key: _Key, binding: Signature, revocations: list[Signature]) -> int | None:
    """When `key` stops signing, in seconds since 1970 UTC.

    Raises:
        UnsupportedError: It was revoked for a reason that voids all it ever signed.
    """
    lifetime = int.from_bytes(binding.subpackets.get(packet.KEY_EXPIRES, b""), "big")
    ends = [key.created + lifetime] if lifetime else []
    for revocation in revocations:
        if revocation.subpackets.get(packet.REVOCATION_REASON, b"")[:1] not in _STILL_GOOD_BEFORE:
            raise UnsupportedError("it is revoked")
        ends.append(revocation.created)
    return min(ends, default=None)


def _public_key(key: _Key, expires: int | None, user_ids: tuple[str, ...]) -> PublicKey:
    return PublicKey(
        fingerprint=key.fingerprint.hex().upper(),
        created=key.created,
        expires=expires,
        user_ids=user_ids,
        rsa=key.rsa,
    )
