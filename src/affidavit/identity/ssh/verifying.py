"""Whether a signature holds over a message, and what it shows of the hand that made it."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from affidavit.base.text import shortened, visible
from affidavit.identity.ssh.errors import SshProblem, SshSignatureError
from affidavit.identity.ssh.keys import loaded
from affidavit.identity.ssh.signature import signed_bytes, two_numbers

if TYPE_CHECKING:
    from affidavit.identity.ssh.signature import SshSignature

APPLICATION = "ssh:"
"""What the application of a security key begins with; another is a web site's."""
USER_PRESENT, USER_VERIFIED = 0x01, 0x04
NOT_SIGNED = 0xC0
"""Flags that say more bytes follow, which SSH does not carry: no device sets them here."""
_CURVE_HASHES: dict[str, hashes.HashAlgorithm] = {
    "ecdsa-sha2-nistp384": hashes.SHA384(),
    "ecdsa-sha2-nistp521": hashes.SHA512(),
}
_RSA_HASHES: dict[str, hashes.HashAlgorithm] = {
    "rsa-sha2-256": hashes.SHA256(),
    "rsa-sha2-512": hashes.SHA512(),
}
_SHOWN = 60


class Presence(StrEnum):
    """What the signature itself says of a person at the key; never that they read the text.

    That a key lies in a device is not said here: only its enrolment can show that.
    """

    SOFTWARE = "software"
    """A key of a plain kind: who or what used it cannot be seen."""
    NONE = "none"
    """A security key that says nobody touched it."""
    TOUCHED = "touched"
    """A security key that says somebody touched it."""
    VERIFIED = "verified"
    """A security key that says somebody touched it and showed a PIN or a finger."""


def verify(signature: SshSignature, message: bytes, namespace: str) -> Presence:
    """What `signature` over `message` shows; it holds for `namespace`.

    Raises:
        SshSignatureError: It does not hold, or is for something else; `problem` says why.
    """
    if signature.namespace != namespace:
        raise SshSignatureError(
            SshProblem.WRONG_NAMESPACE,
            f"the signature is for the namespace {_shown(signature.namespace)}, not"
            f" {_shown(namespace)}",
        )
    _sound_device(signature)
    digest = hashlib.new(signature.hash, message).digest()
    _check(signature, _device_bytes(signature, signed_bytes(signature, digest)))
    return _presence(signature.flags)


def _sound_device(signature: SshSignature) -> None:
    """Refuse what a security key made for a web site, or says about bytes that are not there."""
    application = signature.key.application
    if application is not None and not application.startswith(APPLICATION):
        raise SshSignatureError(
            SshProblem.APPLICATION,
            f"the key is for the application {_shown(application)}, which does not begin with"
            f" {APPLICATION}",
        )
    if signature.flags is not None and signature.flags & NOT_SIGNED:
        raise SshSignatureError(
            SshProblem.FLAGS,
            f"the flags 0x{signature.flags:02x} speak of data that no SSH signature has",
        )


def _device_bytes(signature: SshSignature, signed: bytes) -> bytes:
    """What the algorithm is over: `signed` itself, or what a security key makes of it."""
    key = signature.key
    if key.application is None or signature.flags is None or signature.counter is None:
        return signed
    place = hashlib.sha256(key.application.encode()).digest()
    state = bytes([signature.flags]) + signature.counter.to_bytes(4, "big")
    return place + state + hashlib.sha256(signed).digest()


def _check(signature: SshSignature, data: bytes) -> None:
    key = loaded(signature.key)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            algorithm = _CURVE_HASHES.get(signature.key.kind, hashes.SHA256())
            key.verify(encode_dss_signature(*two_numbers(signature.raw)), data, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey):
            _check_rsa(key, signature, data)
        else:
            key.verify(signature.raw, data)
    except InvalidSignature as error:
        raise SshSignatureError(
            SshProblem.BAD_SIGNATURE, "the signature is not by its key over this message"
        ) from error


def _check_rsa(key: rsa.RSAPublicKey, signature: SshSignature, data: bytes) -> None:
    """Check a number that may be written without its leading zero bytes, as OpenSSH allows."""
    size = (key.key_size + 7) // 8
    if len(signature.raw) > size:
        raise InvalidSignature
    key.verify(
        signature.raw.rjust(size, b"\x00"),
        data,
        padding.PKCS1v15(),
        _RSA_HASHES[signature.algorithm],
    )


def _presence(flags: int | None) -> Presence:
    if flags is None:
        return Presence.SOFTWARE
    if not flags & USER_PRESENT:
        return Presence.NONE
    return Presence.VERIFIED if flags & USER_VERIFIED else Presence.TOUCHED


def _shown(text: str) -> str:
    return shortened(visible(text), _SHOWN)
