"""The public keys that signatures are checked against."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from affidavit.base.errors import InputError
from affidavit.sources.openpgp import armor
from affidavit.sources.openpgp.key import PublicKey
from affidavit.sources.openpgp.packet import PacketError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_KEY_FILE = 1 << 20
"""Bytes of armored text that one key file may hold."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Public keys, and a sentence on each key that a file held and that cannot be used."""

    keys: tuple[PublicKey, ...] = ()
    skipped: tuple[str, ...] = ()

    @classmethod
    def from_armored(cls, texts: Iterable[bytes]) -> Keyring:
        """The keys of armored public key blocks; a text may hold several.

        Raises:
            InputError: A text is larger than `MAX_KEY_FILE` or holds no readable key block.
        """
        made = [key for text in texts for key in _read(text)]
        return cls(
            tuple(key for key in made if isinstance(key, PublicKey)),
            tuple(key for key in made if isinstance(key, str)),
        )

    def __or__(self, other: Keyring) -> Keyring:
        """The keys of both."""
        return Keyring(self.keys + other.keys, self.skipped + other.skipped)

    def find(self, issuers: Iterable[bytes]) -> PublicKey | None:
        """The first key that one of `issuers`, fingerprints or key ids, belongs to."""
        issuers = tuple(issuers)
        return next((key for key in self.keys if any(map(key.is_issuer, issuers))), None)


@cache
def forge_keyring() -> Keyring:
    """The keys that come with Affidavit: see forge_keys/README.md."""
    folder = resources.files("affidavit.sources") / "forge_keys"
    files = sorted(file.name for file in folder.iterdir() if file.name.endswith(".asc"))
    return Keyring.from_armored((folder / name).read_bytes() for name in files)


def _read(text: bytes) -> Iterator[PublicKey | str]:
    # cryptography takes longer to import than the rest of the program together
    from affidavit.sources.openpgp.certificate import public_keys  # noqa: PLC0415

    if len(text) > MAX_KEY_FILE:
        raise InputError(f"a key file is larger than {MAX_KEY_FILE} bytes")
    found = armor.blocks(text, armor.PUBLIC_KEY)
    if not found:
        raise InputError("a key file holds no armored OpenPGP public key")
    try:
        for block in found:
            yield from public_keys(armor.dearmored(block, armor.PUBLIC_KEY))
    except PacketError as error:
        raise InputError(f"a key file is damaged: {error}") from error
