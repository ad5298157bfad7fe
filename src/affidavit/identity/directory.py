"""One version of a file of identities, to be asked who somebody is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.address import folded_address
from affidavit.identity.account import Account, Accounts, account, noreply
from affidavit.identity.member import Member, MemberKind, fingerprint, person, service

if TYPE_CHECKING:
    from affidavit.identity.entries import Tables


class Directory:
    """The members of one version, found by address, account or key.

    Of what two entries declare the last counts: persons, then agents, then bots. A file that states
    a version has no such two.
    """

    def __init__(self, members: tuple[Member, ...], *, partial: bool = False) -> None:
        self.members = members
        self.partial = partial
        """Whether something of its members is not known any more: whom it does not name may be one
        of them."""
        self._addresses: dict[str, Member] = {}
        self._keys: dict[str, Member] = {}
        self._accounts = Accounts[Member]()
        for one in members:
            self._addresses.update((folded_address(email), one) for email in one.addresses)
            self._keys.update((key, one) for key in one.keys)
            named = (noreply(folded_address(email)) for email in one.addresses)
            every = (*one.accounts, *(each for each in named if each))
            self._accounts.add(one, every, person=one.kind is MemberKind.PERSON)

    def by_address(self, email: str) -> Member | None:
        """Whose the address is: as declared, or as an account's noreply address."""
        found = self._addresses.get(folded_address(email))
        if found is not None:
            return found
        named = noreply(folded_address(email))
        return None if named is None else self._accounts.get(named)

    def by_account(self, asked: Account) -> Member | None:
        """Whose the account is: as declared, or by a noreply address that is declared."""
        return self._accounts.get(asked)

    def by_key(self, text: str) -> Member | None:
        """Whose key has that fingerprint."""
        return self._keys.get(fingerprint(text) or "")

    def owner(self, member: Member) -> Member | None:
        """The person who answers for `member`; ``None`` where that is nobody's address here."""
        if member.owner is None:
            return None
        asked = account(member.owner)
        found = self.by_account(asked) if asked else self.by_address(member.owner)
        return found if found and found.kind is MemberKind.PERSON else None

    @property
    def gives_roles(self) -> bool:
        """Whether it gives anybody a role at all: else nothing follows from who has none."""
        return any(one.terms for one in self.members)


def directory(tables: Tables) -> Directory:
    """The directory that `tables` make."""
    return Directory(
        (
            *(person(one) for one in tables.person),
            *(service(one, MemberKind.AGENT) for one in tables.agent),
            *(service(one, MemberKind.BOT) for one in tables.bot),
        )
    )
