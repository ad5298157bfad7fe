"""A vault read by its documentation alone: docs/personal-data.md."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vaults import KEY, a_vault, by_sql

if TYPE_CHECKING:
    from pathlib import Path


def key(purpose: str, salt: bytes) -> bytes:
    """HKDF by RFC 5869, section 2, for one block of output."""
    extracted = hmac.digest(salt or bytes(32), KEY.secret, hashlib.sha256)
    return hmac.digest(extracted, purpose.encode() + b"\x01", hashlib.sha256)


def frame(*parts: str) -> bytes:
    return b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)


def row(directory: Path, columns: str, table: str) -> list[bytes]:
    """The one row of a table, text as UTF-8."""
    (found,) = by_sql(directory, f"SELECT {columns} FROM {table}")  # noqa: S608 -- names of ours
    return [str(cell).encode() if not isinstance(cell, bytes) else cell for cell in found]


def test_a_stranger_can_open_what_a_vault_keeps(tmp_path: Path) -> None:
    with a_vault(tmp_path) as vault:
        zoe = vault.pseudonym("person", " ZOE\u0308 ")
        commitment = vault.commit(zoe, "name", "Zo\u00eb")
    subject, wrapped = row(tmp_path, "id, key", "subjects")
    digest, found = row(tmp_path, "digest, subject", "lookups")
    owner, field, bound, sealed = row(tmp_path, "subject, field, commitment, sealed", "openings")
    (made_with, id_) = by_sql(
        tmp_path, "SELECT value FROM meta WHERE name > 'g' ORDER BY name DESC"
    )
    salt = bytes.fromhex(str(id_[0]))

    assert made_with[0] == key("affidavit/tenant-key-id@1", b"")[:8].hex()
    assert (subject.decode(), found, owner) == (zoe, subject, subject)
    text = frame("affidavit/vault-lookup@1", "person", "zo\u00eb")
    assert digest == hmac.digest(key("affidavit/vault-lookup@1", salt), text, hashlib.sha256)

    wrap, aad = AESGCM(key("affidavit/vault-wrap@1", salt)), frame("affidavit/vault-wrap@1", zoe)
    own = AESGCM(wrap.decrypt(wrapped[:12], wrapped[12:], aad))
    aad = frame("affidavit/vault-opening@1", zoe, "name", commitment)
    opening = own.decrypt(sealed[:12], sealed[12:], aad)
    assert opening[32:] == "Zo\u00eb".encode()
    message = b"affidavit/commitment@1\x00\x00\x00\x04name" + opening[32:]
    assert (field, bound) == (b"name", hmac.digest(opening[:32], message, hashlib.sha256))
    assert commitment == "hmac-sha256:" + bound.hex()
