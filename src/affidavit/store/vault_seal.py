"""What the keys of a vault do: wrap the keys of subjects, seal openings, blind lookups.

Everything here is pure: nonces and new keys are arguments. The forms are in docs/personal-data.md.
"""

from __future__ import annotations

import hmac
import unicodedata
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from affidavit.base.errors import DamagedError, FormatError
from affidavit.ledger.commitment import SALT_SIZE, Opening, digest_of

if TYPE_CHECKING:
    from affidavit.store.vault_key import TenantKey

NONCE_SIZE = 12
"""Bytes of a nonce of AES-GCM (NIST SP 800-38D, section 8.2.2: random, for at most 2**32 uses)."""
_WRAP = "affidavit/vault-wrap@1"
_LOOKUP = "affidavit/vault-lookup@1"
_OPENING = "affidavit/vault-opening@1"
_FOLDED = frozenset({"person", "agent"})
"""Kinds whose values are names and addresses: they are looked up without regard to case."""


class Seal:
    """The two keys that a tenant key gives one vault: to wrap with and to look up with."""

    def __init__(self, tenant: TenantKey, vault: bytes) -> None:
        self._wrap = AESGCM(tenant.derived(_WRAP, vault))
        self._lookup = tenant.derived(_LOOKUP, vault)

    def lookup(self, kind: str, value: str) -> bytes:
        """The 32 bytes under which `value` is looked up; they need the tenant key to be guessed."""
        return hmac.digest(self._lookup, framed(_LOOKUP, kind, normal(kind, value)), "sha256")

    def wrapped(self, subject: str, key: bytes, *, nonce: bytes) -> bytes:
        """The `key` of `subject`, for it alone to be unwrapped: 60 bytes, the nonce first."""
        return nonce + self._wrap.encrypt(nonce, key, framed(_WRAP, subject))

    def key_of(self, subject: str, wrapped: object) -> AESGCM:
        """The key of `subject` that `wrapped` holds.

        Raises:
            DamagedError: It was changed, or is another subject's.
        """
        if isinstance(wrapped, bytes):
            try:
                aad = framed(_WRAP, subject)
                return AESGCM(self._wrap.decrypt(wrapped[:NONCE_SIZE], wrapped[NONCE_SIZE:], aad))
            except (InvalidTag, ValueError) as error:
                raise _damaged(subject) from error
        raise _damaged(subject)


def sealed(key: AESGCM, subject: str, opening: Opening, *, nonce: bytes) -> tuple[str, bytes]:
    """The commitment of `opening`, and the opening sealed for its `subject`, the nonce first."""
    commitment = opening.commitment()
    aad = framed(_OPENING, subject, opening.field, commitment)
    return commitment, nonce + key.encrypt(nonce, opening.salt + opening.value.encode(), aad)


def opened(key: AESGCM, subject: str, row: tuple[object, object, object]) -> Opening:
    """The opening in a row of field, digest of the commitment, and what `sealed` made.

    Raises:
        DamagedError: It was changed, or was sealed for another subject, field or commitment.
    """
    field, digest, data = row
    if not (isinstance(field, str) and isinstance(digest, bytes) and isinstance(data, bytes)):
        raise _damaged(subject)
    commitment = "hmac-sha256:" + digest.hex()
    aad = framed(_OPENING, subject, field, commitment)
    try:
        plain = key.decrypt(data[:NONCE_SIZE], data[NONCE_SIZE:], aad)
        opening = Opening(field=field, value=plain[SALT_SIZE:].decode(), salt=plain[:SALT_SIZE])
    except (InvalidTag, ValueError, FormatError) as error:
        raise _damaged(subject) from error
    if digest_of(opening.commitment()) != digest:
        raise _damaged(subject)
    return opening


def normal(kind: str, value: str) -> str:
    """`value` as it is looked up: names and addresses without outer spaces, case or form (NFC)."""
    if kind not in _FOLDED:
        return value
    folded = unicodedata.normalize("NFC", value.strip()).casefold()
    return unicodedata.normalize("NFC", folded)


def framed(*parts: str) -> bytes:
    """`parts` in UTF-8, each after its length in 4 bytes: no two lists of parts are one."""
    encoded = [part.encode() for part in parts]
    return b"".join([len(part).to_bytes(4, "big") + part for part in encoded])


def _damaged(subject: str) -> DamagedError:
    return DamagedError(f"the vault: what is kept about {subject} is not what was sealed")
