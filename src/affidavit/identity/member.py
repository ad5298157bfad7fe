"""Members: the persons, agents and bots that one version of a file declares."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.period import day
from affidavit.identity.account import Account, account
from affidavit.identity.entries import RoleEntry

if TYPE_CHECKING:
    from affidavit.identity.entries import PersonEntry, ServiceEntry

_SSH = re.compile(r"SHA256:[A-Za-z0-9+/]{43}=?\Z")
_OPENPGP = re.compile(r"(?:0x)?([0-9A-F]{40}|[0-9A-F]{64})\Z", re.IGNORECASE)


class MemberKind(StrEnum):
    """What a member is, which is also the name of its table."""

    PERSON = "person"
    AGENT = "agent"
    BOT = "bot"


class Role(StrEnum):
    """What a person may be entitled to."""

    REVIEWER = "reviewer"
    """Their approval of a change counts."""
    SECURITY = "security"
    """Their approval of what bears on security counts."""
    CHANGE_AUTHORITY = "change-authority"
    """They may authorise a change to go ahead."""
    WAIVER_APPROVER = "waiver-approver"
    """They may approve that a rule is waived."""
    ADMIN = "admin"
    """They may change the rules themselves."""


class Term(msgspec.Struct, frozen=True):
    """A role, from the first second of `since` to the last of `until`: UTC days, ISO 8601."""

    role: Role
    since: str | None = None
    until: str | None = None

    def holds(self, time: int) -> bool:
        """Whether `time` (seconds since 1970 UTC) lies in it."""
        today = day(time)
        return (self.since is None or self.since <= today) and (
            self.until is None or today <= self.until
        )


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One entry; `owner` is who answers for an agent or a bot, as written there."""

    kind: MemberKind
    name: str
    addresses: tuple[str, ...] = ()
    accounts: tuple[Account, ...] = ()
    keys: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    owner: str | None = None

    def has(self, role: Role, time: int) -> bool:
        """Whether it has `role` at `time`; only a person has any."""
        return any(term.role is role and term.holds(time) for term in self.terms)


def person(entry: PersonEntry) -> Member:
    """The member that a ``[[person]]`` declares, without what of it makes no sense."""
    return Member(
        kind=MemberKind.PERSON,
        name=entry.name,
        addresses=entry.addresses,
        accounts=accounts(entry),
        keys=tuple(key for text in entry.keys if (key := fingerprint(text))),
        terms=tuple(found for one in entry.roles if (found := term(one))),
    )


def service(entry: ServiceEntry, kind: MemberKind) -> Member:
    """The member that an ``[[agent]]`` or ``[[bot]]`` declares."""
    return Member(
        kind=kind,
        name=entry.name,
        addresses=entry.addresses,
        accounts=accounts(entry),
        owner=entry.owner,
    )


def accounts(entry: PersonEntry | ServiceEntry) -> tuple[Account, ...]:
    """The accounts of an entry, without what is none."""
    return tuple(found for text in entry.accounts if (found := account(text)))


def term(entry: str | RoleEntry) -> Term | None:
    """What an item of `roles` says, or ``None`` where it names no role."""
    said = RoleEntry(entry) if isinstance(entry, str) else entry
    if said.role not in frozenset(Role):
        return None
    since, until = said.since, said.until
    return Term(
        Role(said.role),
        since.isoformat() if since else None,
        until.isoformat() if until else None,
    )


def fingerprint(text: str) -> str | None:
    """The fingerprint of a key in its one form, or ``None`` where `text` is none.

    An SSH key's is ``SHA256:`` and base64 as ``ssh-keygen -l`` prints it, an OpenPGP key's 40 or 64
    hex digits, with or without blanks.
    """
    if _SSH.match(text):
        return text.rstrip("=")
    found = _OPENPGP.match(text.replace(" ", ""))
    return found[1].upper() if found else None
