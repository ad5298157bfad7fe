"""The identities a configuration declares: persons with several addresses, agents, bots, owners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.provenance.identities import plain_address
from affidavit.provenance.model import PartyKind

if TYPE_CHECKING:
    from affidavit.base.commit import Ident


class PersonEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[[person]]``: one person and every address they commit under."""

    name: str
    addresses: tuple[str, ...]


class ServiceEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[[agent]]`` or ``[[bot]]``: an account that is no person; `owner` is a person's address."""

    name: str
    addresses: tuple[str, ...]
    owner: str | None = None


class Declared(msgspec.Struct, frozen=True):
    """What a configuration says of one address."""

    name: str
    kind: PartyKind
    key: str
    owner: str | None = None
    email: str = ""
    """The first of the addresses, by which it is shown."""


class Identities(msgspec.Struct, frozen=True):
    """Declarations by address, as `_folded` compares them."""

    entries: dict[str, Declared] = {}

    def get(self, ident: Ident) -> Declared | None:
        """What is declared of `ident`'s address, or ``None``."""
        return self.entries.get(_folded(ident.email))


def identities(
    persons: tuple[PersonEntry, ...],
    agents: tuple[ServiceEntry, ...],
    bots: tuple[ServiceEntry, ...],
) -> Identities:
    """The declarations as a table by address; a later entry of the same address wins."""
    entries: dict[str, Declared] = {}
    for person in persons:
        declared = Declared(
            person.name,
            PartyKind.PERSON,
            _key(PartyKind.PERSON, person),
            email=person.addresses[0] if person.addresses else "",
        )
        entries.update((_folded(address), declared) for address in person.addresses)
    for kind, services in ((PartyKind.AGENT, agents), (PartyKind.BOT, bots)):
        for service in services:
            declared = Declared(service.name, kind, _key(kind, service), service.owner)
            entries.update((_folded(address), declared) for address in service.addresses)
    return Identities(entries)


def _folded(address: str) -> str:
    """`address` for comparison: without case, what nobody sees, and zeros before an account."""
    return plain_address(address).casefold()


def _key(kind: PartyKind, entry: PersonEntry | ServiceEntry) -> str:
    """What tells the entry from others, also from one of the same name."""
    return f"{kind}-declared:{entry.name}:{''.join(entry.addresses[:1]).casefold()}"
