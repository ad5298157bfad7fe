"""Suggestions as TOML to be pasted, each line with its reason as a comment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from affidavit.app.config import FILE_NAME
from affidavit.app.identity.known import party_of
from affidavit.base.address import folded_address
from affidavit.base.text import shortened, visible
from affidavit.identity.account import Account
from affidavit.identity.account import account as parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from affidavit.app.identity.suggesting import Suggestions
    from affidavit.changes.joins import Part

SHOWN = 200
"""Characters of an address or a name in a comment."""
ID = 12
"""Hex digits of a commit in a comment."""

_Line = tuple[str, str]
"""A value of a list, and the reason for it."""


def pasted(found: Suggestions) -> Iterator[str]:
    """The lines of `found`: proposals as tables, all else as comments."""
    yield "# Proposed by affidavit identity suggest; nothing is applied."
    yield f"# From the history up to {found.head}. Keep what you know to be true."
    if found.declared:
        yield f"# {FILE_NAME} needs `version = 1` at its top for accounts, keys and roles."
    else:
        yield "version = 1"
    yield from _Tables(found).lines()
    for addition in found.additions:
        yield ""
        yield f"# {FILE_NAME} declares {_quoted(addition.name)}; this may be the same person's:"
        for part in addition.parts:
            for value in _values(part):
                yield visible(f"#   {value}  # {_why(part)}")
    if found.perhaps:
        yield ""
        yield "# Only alike, or declared apart, and proposed for nothing:"
        for reason in found.perhaps:
            both = f"{_shown(reason.one)} and {_shown(reason.other)}"
            yield visible(f"#   {both}: {reason.because}{_commits(reason.commits)}")


class _Tables:
    """The tables; no address, account or name stands in two of them."""

    def __init__(self, found: Suggestions) -> None:
        self._found = found
        self._used: set[str] = set()
        self._names = {name.casefold() for name in found.declared}

    def lines(self) -> Iterator[str]:
        """Persons, then agents and bots."""
        for group in self._found.persons:
            reasons = [_why(part) for part in group.parts]
            yield from self._table(
                "person", group.name, list(zip(group.parts, reasons, strict=True))
            )
        for service in self._found.services:
            reasons = [
                f"{because}{_commits(part.commits)}"
                for part, because in zip(service.parts, service.because, strict=True)
            ]
            parts = list(zip(service.parts, reasons, strict=True))
            yield from self._table(service.kind, service.name, parts)

    def _table(self, kind: str, name: str, parts: Sequence[tuple[Part, str]]) -> Iterator[str]:
        addresses = [
            (part.address, why)
            for part, why in parts
            if part.address is not None and self._is_new(folded_address(part.address))
        ]
        every = [account for part, _ in parts for account in part.accounts]
        accounts = [
            (str(one), why)
            for part, why in parts
            for account in part.accounts
            for one in _spelt(account, every)
            if (kind != "person" or party_of(one) is None) and self._is_new(str(one))
        ]
        if not (addresses or accounts):
            return
        yield ""
        yield f"[[{kind}]]"
        yield f"name = {_quoted(self._name(name, (addresses or accounts)[0][0]))}"
        yield from _list("addresses", addresses)
        yield from _list("accounts", accounts)
        if kind != "person":
            yield '# owner = "…"  # the address or account of the person who answers for it'

    def _is_new(self, key: str) -> bool:
        known = key in self._used
        self._used.add(key)
        return not known

    def _name(self, name: str, first: str) -> str:
        """`name`, told apart from others of that name."""
        plain = " ".join(name.split()) or first
        told = plain if plain.casefold() not in self._names else f"{plain} ({first})"
        self._names.add(told.casefold())
        return told


def _spelt(account: Account, every: Sequence[Account]) -> Iterator[Account]:
    """An account by its login and by its number, of `every` account of its holder.

    What a forge told and no configuration can write is left out.
    By its number alone where there are more logins than numbers: any number could have the login.
    """
    here = [one for one in every if one.host == account.host]
    numbers = {one.number for one in here} - {None}
    login = Account(account.host, account.login)
    if parsed(str(login)) == login and (
        account.number is None or len({one.login for one in here}) <= len(numbers)
    ):
        yield login
    number = Account(account.host, number=account.number)
    if account.number is not None and parsed(str(number)) == number:
        yield number


def _list(field: str, values: Sequence[_Line]) -> Iterator[str]:
    if values:
        yield f"{field} = ["
        for value, why in values:
            yield f"  {_quoted(value)},  # {visible(why)}"
        yield "]"


def _values(part: Part) -> Iterator[str]:
    if part.address is not None:
        yield _quoted(part.address)
    for account in part.accounts:
        yield from (_quoted(str(one)) for one in _spelt(account, part.accounts))


def _why(part: Part) -> str:
    if part.reason is None:
        return f"named by {_count(part)}{_commits(part.commits)}"
    other = part.reason.one if part.reason.other == part.label else part.reason.other
    return f"{part.reason.because}; the other is {_shown(other)}{_commits(part.reason.commits)}"


def _count(part: Part) -> str:
    return f"{part.count:,} commit{'s' * (part.count != 1)}"


def _commits(commits: Iterable[str]) -> str:
    listed = ", ".join(one[:ID] for one in commits)
    return f" ({listed})" if listed else ""


def _shown(text: str) -> str:
    return visible(shortened(text, SHOWN))


def _quoted(text: str) -> str:
    """`text` as a basic string of TOML, which shares JSON's escapes but for one character."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(one if one.isprintable() else _escaped(one) for one in quoted)


def _escaped(character: str) -> str:
    number = ord(character)
    # TOML knows no half of a surrogate pair.
    return f"\\U{0xFFFD if 0xD800 <= number < 0xE000 else number:08x}"
