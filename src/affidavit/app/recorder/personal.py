"""What facts say of people, kept in the vault: a fact holds a salted commitment in its place."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.custody import Custody, config_home
from affidavit.app.ledger.kept import vault
from affidavit.base.errors import KeyFileError, NotALedgerError
from affidavit.store.vault_key import read_tenant_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from affidavit.app.ledger.home import Home
    from affidavit.app.recorder.outcome import Item
    from affidavit.store.vault import Vault

UNMADE = "hmac-sha256:" + "0" * 64
"""Stands where a commitment will, so that a fact can be checked before it is made."""


class Personal:
    """The vault of the ledger at `place`, whose log is named `origin`; opened for each batch."""

    def __init__(self, place: Home, origin: str) -> None:
        self._place = place
        self._origin = origin

    @classmethod
    def of(cls, place: Home, origin: str) -> Self | None:
        """The vault, where there is one and this account has its key."""
        try:
            read_tenant_key(Custody(config_home(os.environ), origin).vault_key)
        except (KeyFileError, NotALedgerError):
            return None
        return cls(place, origin) if place.vault.is_file() else None

    def sealed(self, items: Sequence[Item]) -> list[Item]:
        """`items` with the commitments that they need, durable in the vault, in one transaction.

        Raises:
            LedgerBusyError: Another process has the vault.
            AffidavitError: They cannot be kept; nothing was.
        """
        if not any(one.draft.values for one in items):
            return list(items)
        with vault(self._place, self._origin) as found, found.batch():
            return [_sealed(one, found) if one.draft.values else one for one in items]


def _sealed(item: Item, found: Vault) -> Item:
    draft = item.draft
    subject = found.pseudonym(*draft.about)
    made = found.commit_all(subject, draft.values)
    named = dict(zip((field for field, _ in draft.values), made, strict=True))
    fact = msgspec.structs.replace(draft.fact, body={**draft.fact.body, **named})
    done = msgspec.structs.replace(draft, fact=fact, values=())
    return msgspec.structs.replace(item, draft=done)
