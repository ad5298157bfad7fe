"""Who somebody is by the identities of the base: roles at a time, and teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.commit import Ident
from affidavit.base.period import moment
from affidavit.changes.forge.approvals import is_bot
from affidavit.identity.account import account as written
from affidavit.identity.account import forge_account
from affidavit.identity.member import MemberKind, Role
from affidavit.identity.versions import Entitled, entitled

if TYPE_CHECKING:
    from affidavit.app.gate.base import Base
    from affidavit.changes.forge.model import Account
    from affidavit.changes.people import People, Who
    from affidavit.identity.member import Member


class Persons:
    """Answers by the identities and teams of `base`; `host` is the forge's."""

    def __init__(self, base: Base, host: str) -> None:
        self._where = base.where
        self._teams = base.table.teams
        # As in addresses that a forge makes of accounts: there is no port in them.
        self._host = host.partition(":")[0]

    def of_account(self, account: Account | None) -> Member | None:
        """Whose account of the forge it is."""
        if self._where is None or account is None:
            return None
        asked = forge_account(self._host, account.login, account.id, bot=is_bot(account))
        return self._where.by_account(asked)

    def of_key(self, fingerprint: str | None, principals: tuple[str, ...]) -> Member | None:
        """Whose key it is; else whose address one of the principals is that it signs for.

        None where the principals are of several.
        """
        if self._where is None:
            return None
        own = self._where.by_key(fingerprint) if fingerprint else None
        found = [self._where.by_address(one) for one in principals]
        several = {one.name for one in found if one is not None}
        return own or (found[0] if len(several) == 1 and None not in found else None)

    def who(self, member: Member | None, principals: tuple[str, ...], people: People) -> Who:
        """Who signs as `principals`, and is `member` where that is known."""
        if member is not None and member.addresses:
            return people.who(Ident(member.name, member.addresses[0]))
        name = principals[0] if principals else ""
        return people.who(Ident(member.name if member else "", name))

    def entitled(self, member: Member | None, role: Role, at: str | None) -> bool | None:
        """Whether somebody had a role at a time; None where the base gives nobody any."""
        if at is None:
            return None
        found = entitled(self._where, member, role, moment(at, "time"))
        return {Entitled.YES: True, Entitled.NO: False}.get(found)

    def roles(self, member: Member | None, at: str | None) -> tuple[str, ...]:
        """The roles that somebody surely had at a time."""
        return tuple(one.value for one in Role if self.entitled(member, one, at))

    def teams(self, member: Member | None) -> tuple[str, ...]:
        """The teams that somebody is in."""
        if member is None or member.kind is not MemberKind.PERSON:
            return ()
        return tuple(
            team
            for team, named in sorted(self._teams.items())
            if any(self._is(member, one) for one in named)
        )

    def _is(self, member: Member, text: str) -> bool:
        """Whether a name, an address or an account is that of `member`."""
        if self._where is None:
            return False
        asked = written(text)
        found = self._where.by_account(asked) if asked else self._where.by_address(text)
        return (found is not None and found is member) or member.name == text

    def is_known(self, team: str) -> bool:
        """Whether the base says who is in a team."""
        return team in self._teams
