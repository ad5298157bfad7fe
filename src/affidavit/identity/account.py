"""Accounts at a forge, by login or by number, and the addresses that forges make of them."""

from __future__ import annotations

import re
from typing import Generic, TypeVar

import msgspec

HOSTS = {"github": "github.com", "gitlab": "gitlab.com"}
"""What stands for a forge in a configuration; any other is named by its host."""
BOT = "[bot]"
"""How the login of an app's own account ends."""

_HERE = "localhost"
_SHORT = {host: name for name, host in HOSTS.items()}
_LOGIN = r"[a-z0-9][a-z0-9._-]{0,63}(?:\[bot\])?"
_WRITTEN = re.compile(
    rf"(?P<host>[a-z0-9.-]{{1,80}}):(?:0*(?P<number>[1-9][0-9]{{0,18}})|(?P<login>{_LOGIN}))\Z"
)
_NOREPLY = re.compile(
    r"(?:0*(?P<number>[0-9]{1,19})(?:\+|-(?![^@]*@users\.noreply\.github\.com\Z)))?"
    rf"(?P<login>{_LOGIN})"
    r"@users\.noreply\.(?P<host>[a-z0-9.-]{1,80})\Z"
)


class Account(msgspec.Struct, frozen=True, order=True):
    """An account of the forge at `host`; login and number are both known, or one of them.

    The number outlives a change of name, and a login that was given up may be somebody else's
    later: where both are known the number decides.
    """

    host: str
    login: str = ""
    number: int | None = None

    def __str__(self) -> str:
        name = self.login or self.number
        return f"{_SHORT.get(self.host, self.host)}:{name}"


def account(text: str) -> Account | None:
    """The account that a configuration writes as `text`, or ``None`` where it is none.

    ``github:ada`` is a login and ``github:12345`` a number; before the colon stands ``github``,
    ``gitlab`` or a host with a dot in it, or ``localhost``.
    """
    found = _WRITTEN.match(text.casefold())
    if found is None:
        return None
    host = HOSTS.get(found["host"], found["host"])
    if "." not in host.strip(".") and host != _HERE:
        return None
    return Account(host, found["login"] or "", int(found["number"]) if found["number"] else None)


def forge_account(
    host: str, login: str, number: int | None = None, *, bot: bool = False
) -> Account:
    """An account as a forge tells it; `bot` where the forge says it is an app's."""
    plain = login.casefold()
    if bot and not plain.endswith(BOT):
        plain += BOT
    return Account(host.casefold(), plain, number)


def noreply(email: str) -> Account | None:
    """The account that a forge's noreply address names, or ``None``."""
    found = _NOREPLY.match(email.casefold())
    if found is None:
        return None
    number = int(found["number"]) if found["number"] else None
    return Account(found["host"], found["login"], number or None)


Holder = TypeVar("Holder")


class Accounts(Generic[Holder]):
    """Who holds which account. Filled once, then only asked."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, int], Holder] = {}
        self._logins: dict[tuple[str, str], Holder] = {}
        self._numbered: dict[tuple[str, str], frozenset[int]] = {}
        """Which numbers the account of a login may have; none where that is not known."""

    def add(self, holder: Holder, accounts: tuple[Account, ...], *, person: bool) -> None:
        """Note that `holder` has all of `accounts`; an earlier holder of one loses it.

        An app's account is found by its login with and without ``[bot]``, a person's as it is.
        """
        beside = _beside(accounts)
        for one in accounts:
            if one.number is not None:
                self._numbers[one.host, one.number] = holder
            for login in _spellings(one.login, person=person):
                held = self._logins.get((one.host, login), holder)
                others = held is not holder and not self._numbered[one.host, login]
                if one.number is not None and others:
                    continue  # another wrote the login itself: a number is no claim to it
                self._logins[one.host, login] = holder
                own = None if one.number is None else frozenset({one.number})
                self._numbered[one.host, login] = own or beside[one.host]

    def get(self, asked: Account) -> Holder | None:
        """Who holds the account: by its number, else by its login.

        Not by a login that is known to be of another number: it was given up, and somebody else
        has it now.
        """
        if asked.number is not None:
            found = self._numbers.get((asked.host, asked.number))
            if found is not None:
                return found
        key = (asked.host, asked.login)
        numbers = self._numbered.get(key)
        if numbers and asked.number is not None and asked.number not in numbers:
            return None
        return self._logins.get(key)

    def __bool__(self) -> bool:
        return bool(self._numbers or self._logins)


def _spellings(login: str, *, person: bool) -> tuple[str, ...]:
    if not login:
        return ()
    return (login,) if person or login.endswith(BOT) else (login, login + BOT)


def _beside(accounts: tuple[Account, ...]) -> dict[str, frozenset[int]]:
    """By host, which numbers an account may have that is written as a login.

    Those that are written beside the logins; none where there are fewer of them than logins: then
    a login may be of another.
    """
    numbers: dict[str, set[int]] = {one.host: set() for one in accounts}
    logins: dict[str, set[str]] = {one.host: set() for one in accounts}
    for one in accounts:
        if one.number is None:
            logins[one.host].add(one.login)
        elif not one.login:
            numbers[one.host].add(one.number)
    return {
        host: frozenset(found if len(found) >= len(logins[host]) else ())
        for host, found in numbers.items()
    }
