"""The signature algorithms of a log's notes: Ed25519 (RFC 8032) and ML-DSA-44 (FIPS 204).

The numbers are the signature types that C2SP signed-note assigns.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

HAS_ML_DSA = find_spec("cryptography.hazmat.primitives.asymmetric.mldsa") is not None
"""Whether the installed cryptography package knows ML-DSA; older ones do not."""

if HAS_ML_DSA:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

ED25519 = 0x01
"""An Ed25519 signature over the text of a note."""
COSIGNATURE = 0x04
"""An Ed25519 signature over a time and the text of a checkpoint."""
ML_DSA_44 = 0x06
"""An ML-DSA-44 signature over a time and the facts of a checkpoint."""

PUBLIC_LENGTHS = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}
"""The supported signature types, and the bytes of a public key of each."""
SEED_LENGTH = 32
"""Bytes of the seed that a private key of any of them is made from."""


class PrivateKey(Protocol):
    """A private key of either algorithm."""

    def sign(self, data: bytes, /) -> bytes:
        """The bare signature over `data`."""
        ...

    def private_bytes_raw(self) -> bytes:
        """The seed of 32 bytes."""
        ...


def verifies(algorithm: int, public: bytes, *, signature: bytes, message: bytes) -> bool | None:
    """Whether `signature` is by the key `public` over `message`; None if that cannot be checked.

    Never raises for any `signature`, `message` or `public`.
    """
    if algorithm not in PUBLIC_LENGTHS or (algorithm == ML_DSA_44 and not HAS_ML_DSA):
        return None
    kind = MLDSA44PublicKey if algorithm == ML_DSA_44 else Ed25519PublicKey
    try:
        kind.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    except UnsupportedAlgorithm:
        return None
    return True


def key_pair(algorithm: int, seed: bytes) -> tuple[PrivateKey, bytes]:
    """The private key made from `seed` (32 bytes) and the bytes of its public key.

    Raises:
        ValueError: The algorithm is not supported here, or the seed has another length.
    """
    if len(seed) != SEED_LENGTH:
        raise ValueError("the seed of a key has 32 bytes")
    if algorithm in (ED25519, COSIGNATURE):
        ed25519 = Ed25519PrivateKey.from_private_bytes(seed)
        return ed25519, ed25519.public_key().public_bytes_raw()
    if algorithm != ML_DSA_44 or not HAS_ML_DSA:
        raise ValueError(f"keys of signature type {algorithm:#04x} are not supported here")
    try:
        ml_dsa = MLDSA44PrivateKey.from_seed_bytes(seed)
    except UnsupportedAlgorithm as error:
        raise ValueError("this machine's cryptography has no ML-DSA-44") from error
    return ml_dsa, ml_dsa.public_key().public_bytes_raw()
