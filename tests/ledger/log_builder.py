"""Keys, checkpoints and notes to write tests about."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from affidavit.ledger.checkpoint import Checkpoint, signed_checkpoint
from affidavit.ledger.cosignature import cosign
from affidavit.ledger.note import COSIGNATURE, ED25519, KeySigner, Note, SigningKey

if TYPE_CHECKING:
    from collections.abc import Iterable

ORIGIN = "log.example/facts"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETERS_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETERS_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpR"
    "Zb6KE6RyyBwJnAM=\n"
)


def a_key(name: str = ORIGIN, *, algorithm: int = ED25519, seed: str = "") -> SigningKey:
    """A signing key made from its name and type, or from the word `seed`."""
    digest = hashlib.sha256(f"{seed or name} {algorithm}".encode()).digest()
    return SigningKey.from_secret(name, digest, algorithm=algorithm)


def a_witness(name: str, *, algorithm: int = COSIGNATURE) -> SigningKey:
    """The key of a witness."""
    return a_key(name, algorithm=algorithm)


def a_checkpoint(size: int = 3, *, origin: str = ORIGIN, root: bytes = b"\x07" * 32) -> Checkpoint:
    """A checkpoint with a made-up root."""
    return Checkpoint(origin, size, root)


def a_note(
    checkpoint: Checkpoint | None = None,
    *,
    logs: Iterable[SigningKey] = (),
    witnesses: Iterable[SigningKey] = (),
    time: int = 1_800_000_000,
) -> Note:
    """A note of `checkpoint` under the signatures of `logs`, then of `witnesses` at `time`."""
    stated = checkpoint or a_checkpoint()
    signed = signed_checkpoint(stated, [KeySigner(key) for key in logs])
    more = tuple(cosign(stated, key, time) for key in witnesses)
    return Note(signed.text, (*signed.signatures, *more))
