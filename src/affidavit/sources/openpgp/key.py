"""A public key that may sign, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from affidavit.sources.openpgp.rsa import RsaKey


_ADDRESS = re.compile(r"<([^<>]+)>\Z|\A([^<>\s]+@[^<>\s]+)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A key that may sign documents: a primary key or one of its subkeys.

    `fingerprint` is 40 upper-case hex digits. It signs in ``[created, expires)``, seconds since
    1970 UTC; `expires` is ``None`` where no end was set. `user_ids` are those its owner signed.
    """

    fingerprint: str
    created: int
    expires: int | None
    user_ids: tuple[str, ...]
    rsa: RsaKey

    @property
    def addresses(self) -> frozenset[str]:
        """The e-mail addresses in its user ids, in lower case."""
        found = map(_ADDRESS.search, self.user_ids)
        return frozenset((match[1] or match[2]).lower() for match in found if match)

    def valid_at(self, time: int) -> bool:
        """Whether the key could sign at `time`."""
        return self.created <= time and (self.expires is None or time < self.expires)

    def is_issuer(self, issuer: bytes) -> bool:
        """Whether `issuer`, a fingerprint of 20 bytes or a key id of 8, is this key's."""
        return issuer in (bytes.fromhex(self.fingerprint), bytes.fromhex(self.fingerprint)[-8:])
