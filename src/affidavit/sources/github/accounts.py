"""Accounts and times as GitHub writes them, in the form of every forge."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from affidavit.base.errors import ForgeError
from affidavit.changes.forge.model import Account, AccountKind

_KINDS = {
    "User": AccountKind.PERSON,
    "EnterpriseUserAccount": AccountKind.PERSON,
    "Bot": AccountKind.BOT,
}
_BOT = "[bot]"
_ZONED = re.compile(r"(?:[Zz]|[+-]\d\d:?\d\d)\Z", re.ASCII).search


class Actor(msgspec.Struct):
    """Whoever did something, in GraphQL. Where nobody says what it is, it is a `User`."""

    typename: str = msgspec.field(name="__typename", default="User")
    login: str = ""
    databaseId: int | None = None  # noqa: N815 -- GitHub's name
    slug: str = ""

    def account(self) -> Account:
        """The account; a team is one by its short name."""
        return _account(self.login or self.slug, self.typename, self.databaseId)


class User(msgspec.Struct):
    """Whoever did something, in REST."""

    login: str
    id: int | None = None
    type: str = "User"

    def account(self) -> Account:
        """The account."""
        return _account(self.login, self.type, self.id)


def _account(login: str, type_: str, number: int | None) -> Account:
    kind = _KINDS.get(type_, AccountKind.OTHER)
    # REST writes it so, GraphQL does not: one account has one name.
    name = login.removesuffix(_BOT) if kind is AccountKind.BOT else login
    return Account(login=name, kind=kind, id=number)


def account(actor: Actor | User | None) -> Account | None:
    """The account of `actor`, None where the forge names nobody."""
    found = None if actor is None else actor.account()
    return found if found and found.login else None


def moment(text: str | None) -> str | None:
    """A time as RFC 3339 in UTC and whole seconds; None where there is none."""
    return None if text is None else _moment(text)


def instant(text: str) -> str:
    """The same for a time that has to be there.

    Raises:
        ForgeError: It is none.
    """
    at = _moment(text)
    if at is None:
        raise ForgeError(f"the forge tells {text[:40]!r} for a time")
    return at


@lru_cache(maxsize=4_096)
def _moment(text: str) -> str | None:
    try:
        at = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at.replace(tzinfo=None).isoformat(timespec="seconds") + "Z" if _ZONED(text) else None
