"""Signatures over commits, checked in process against public keys that were given.

The format is OpenPGP (RFC 4880, RFC 9580): RSA signatures of version 4 over binary documents, which
is what forges write. Nothing here reads a clock: a signature is judged by the time it was made.
"""

from __future__ import annotations

from affidavit.sources.openpgp.check import SignatureCheck, SignatureStatus, check
from affidavit.sources.openpgp.key import PublicKey
from affidavit.sources.openpgp.keyring import Keyring, forge_keyring

__all__ = [
    "Keyring",
    "PublicKey",
    "SignatureCheck",
    "SignatureStatus",
    "check",
    "forge_keyring",
]
