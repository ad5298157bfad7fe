"""A dictionary attack: which of a few candidates can be confirmed from what is left."""

from __future__ import annotations

import hmac
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag

from affidavit.base.errors import AffidavitError, DamagedError
from affidavit.ledger.commitment import Opening, digest_of
from affidavit.store.vault import Vault
from affidavit.store.vault_seal import _OPENING, Seal, framed, opened
from vaults import Source, on_disk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from affidavit.store.vault_key import TenantKey

COMMITMENT = re.compile(rb"hmac-sha256:[0-9a-f]{64}")
SUBJECT = re.compile(rb"[a-z]+:[0-9a-f]{32}")
VAULT_ID = re.compile(rb"(?=([0-9a-f]{32}))")


class Attack:
    """Somebody with the facts of a ledger, the files of a vault, and perhaps the tenant key.

    `dictionary` maps each field to the values that are tried for it.
    """

    def __init__(self, ledger: bytes, directory: Path, dictionary: dict[str, list[str]]) -> None:
        self._directory = directory
        self._data = on_disk(directory)
        self._commitments = {each.decode() for each in COMMITMENT.findall(ledger)}
        self._subjects = {each.decode() for each in SUBJECT.findall(ledger + self._data)}
        self._guesses = [(field, value) for field in dictionary for value in dictionary[field]]

    def confirmed(self, key: TenantKey | None = None) -> set[str]:
        """The values that are confirmed, by any way that is known."""
        found = set(self._by_salt())
        if key is not None:
            found |= set(self._by_asking(key))
            for vault in set(VAULT_ID.findall(self._data)):
                seal = Seal(key, bytes.fromhex(vault.decode()))
                found |= {*self._by_lookup(seal), *self._by_key(seal)}
        return found

    def _windows(self, size: int) -> Iterator[bytes]:
        """Every run of `size` bytes that may be random: not the empty space of a page."""
        for at in range(len(self._data) - size + 1):
            window = self._data[at : at + size]
            if window.count(0) < size // 4:
                yield window

    def _by_salt(self) -> Iterator[str]:
        """With a salt that lies somewhere in the clear."""
        messages = [
            (value, b"affidavit/commitment@1" + len(field).to_bytes(4, "big") + both.encode())
            for field, value in self._guesses
            if (both := field + value)
        ]
        digests = {digest_of(each) for each in self._commitments}
        for salt in self._windows(32):
            for value, message in messages:
                if hmac.digest(salt, message, "sha256") in digests:
                    yield value

    def _by_lookup(self, seal: Seal) -> Iterator[str]:
        """With a lookup that was left somewhere in the file."""
        kinds = {subject.partition(":")[0] for subject in self._subjects}
        for _, value in self._guesses:
            if any(seal.lookup(kind, value) in self._data for kind in kinds):
                yield value

    def _by_key(self, seal: Seal) -> Iterator[str]:
        """With a wrapped key, and an opening that it seals, left somewhere in the file."""
        for subject in self._subjects:
            for wrapped in self._windows(60):
                try:
                    key = seal.key_of(subject, wrapped)
                except DamagedError:
                    continue
                yield from self._by_opening(subject, key)

    def _by_opening(self, subject: str, key: AESGCM) -> Iterator[str]:
        for field, size in {(field, len(value.encode())) for field, value in self._guesses}:
            windows = [(one[:12], one[12:]) for one in self._windows(12 + 32 + size + 16)]
            for commitment in self._commitments:
                bound = framed(_OPENING, subject, field, commitment)
                for nonce, rest in windows:
                    try:
                        key.decrypt(nonce, rest, bound)
                    except InvalidTag:
                        continue
                    row = (field, digest_of(commitment), nonce + rest)
                    yield opened(key, subject, row).value

    def _by_asking(self, key: TenantKey) -> Iterator[str]:
        """With the vault itself, on a copy of its files."""
        with tempfile.TemporaryDirectory() as copy:
            shutil.copytree(self._directory, copy, dirs_exist_ok=True)
            try:
                with Vault(Path(copy) / "vault.db", key, random=Source()) as vault:
                    values = [value for _, value in self._guesses]
                    yield from (value for value in values if vault.subjects(value))
                    yield from _known(vault.opening(each) for each in self._commitments)
            except AffidavitError:
                return


def _known(openings: Iterable[Opening | None]) -> Iterator[str]:
    return (opening.value for opening in openings if opening)
