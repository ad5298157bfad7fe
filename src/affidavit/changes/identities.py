"""The identities a configuration declares: persons with several addresses, agents, bots, owners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.address import folded_address
from affidavit.identity.account import Accounts, account, noreply
from affidavit.identity.member import accounts
from affidavit.provenance.model import PartyKind

if TYPE_CHECKING:
    from affidavit.base.commit import Ident
    from affidavit.identity.entries import PersonEntry, ServiceEntry


class Declared(msgspec.Struct, frozen=True):
    """What a configuration says of one address."""

    name: str
    kind: PartyKind
    key: str
    owner: str | None = None
    email: str = ""
    """The first of the addresses, by which it is shown."""


class Identities:
    """Declarations by address, as `folded_address` compares them, and by account."""

    def __init__(self) -> None:
        self.entries: dict[str, Declared] = {}
        self.hosts: set[str] = set()
        """Where the declared accounts are."""
        self._accounts = Accounts[Declared]()

    def add(self, entry: PersonEntry | ServiceEntry, declared: Declared) -> None:
        """Take in one entry; what it shares with an earlier one is its own from now on."""
        for address in entry.addresses:
            self.entries[folded_address(address)] = declared
        person = declared.kind is PartyKind.PERSON
        self._accounts.add(declared, accounts(entry), person=person)
        self.hosts.update(one.host for one in accounts(entry))

    def get(self, ident: Ident) -> Declared | None:
        """What is declared of `ident`'s address, or of the account that it names, or ``None``."""
        folded = folded_address(ident.email)
        found = self.entries.get(folded)
        if found is not None or not self._accounts:
            return found
        named = noreply(folded)
        return None if named is None else self._accounts.get(named)


def identities(
    persons: tuple[PersonEntry, ...],
    agents: tuple[ServiceEntry, ...],
    bots: tuple[ServiceEntry, ...],
) -> Identities:
    """The declarations as a table; a later entry of the same address or account wins."""
    found = Identities()
    owners: dict[str, str] = {}
    for person in persons:
        email = _email(person)
        key = _key(PartyKind.PERSON, person)
        found.add(person, Declared(person.name, PartyKind.PERSON, key, email=email))
        owners.update((str(one), email) for one in accounts(person) if email)
    for kind, services in ((PartyKind.AGENT, agents), (PartyKind.BOT, bots)):
        for service in services:
            owner = service.owner and owners.get(str(account(service.owner)), service.owner)
            found.add(service, Declared(service.name, kind, _key(kind, service), owner))
    return found


def _email(person: PersonEntry) -> str:
    """The address by which a person is shown: the first, else their first account's own."""
    logins = (f"{one.login}@users.noreply.{one.host}" for one in accounts(person) if one.login)
    return next(iter(person.addresses), None) or next(logins, "")


def _key(kind: PartyKind, entry: PersonEntry | ServiceEntry) -> str:
    """What tells the entry from others, also from one of the same name."""
    first = (*entry.addresses, *entry.accounts)[:1]
    return f"{kind}-declared:{entry.name}:{''.join(first).casefold()}"
