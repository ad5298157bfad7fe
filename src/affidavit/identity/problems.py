"""What is wrong with a file of identities, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.base.address import folded_address
from affidavit.base.text import shortened, visible
from affidavit.identity.account import Account, account, noreply
from affidavit.identity.directory import directory
from affidavit.identity.entries import PersonEntry, RoleEntry, ServiceEntry
from affidavit.identity.member import MemberKind, Role, fingerprint

if TYPE_CHECKING:
    from affidavit.identity.entries import Tables
    from affidavit.identity.places import Places

Known = Callable[[Account], str]
"""What the rules know an account to be, such as ``the agent copilot``; empty for all others."""
SHOWN = 100
"""Characters of a text from the file that are shown."""


class Problem(msgspec.Struct, frozen=True, order=True):
    """Something that cannot stand as it is, with its line, from 1."""

    line: int
    text: str


_Said = tuple[str, str]
"""A field, and a text of its value."""


class _Entry(NamedTuple):
    kind: MemberKind
    at: int
    entry: PersonEntry | ServiceEntry
    of: int


def _entries(kind: MemberKind, group: Sequence[PersonEntry | ServiceEntry]) -> Iterator[_Entry]:
    for at, entry in enumerate(group):
        yield _Entry(kind, at, entry, len(group))


def problems(tables: Tables, places: Places, known: Known) -> tuple[Problem, ...]:
    """Everything that is wrong with `tables`, by line."""
    return tuple(sorted(set(_Check(tables, places, known).found())))


def unversioned(tables: Tables, places: Places) -> tuple[Problem, ...]:
    """Where `tables` say what only a file of a version may, if they state none."""
    if tables.version is not None:
        return ()
    found = _Check(tables, places, lambda _: "").entries
    return tuple(
        Problem(places.line(one.kind, one.at, count=one.of), _VERSION.format(field))
        for one in found
        for field in ("accounts", "keys", "roles")
        if getattr(one.entry, field, ())
    )


_VERSION = "`{}` needs `version = 1` at the top of the file"


class _Check:
    """Looks for what is wrong in `entries`."""

    def __init__(self, tables: Tables, places: Places, known: Known) -> None:
        self._places = places
        self._known = known
        self._directory = directory(tables)
        self.entries = (
            *_entries(MemberKind.PERSON, tables.person),
            *_entries(MemberKind.AGENT, tables.agent),
            *_entries(MemberKind.BOT, tables.bot),
        )

    def found(self) -> Iterator[Problem]:
        """Every problem, in no order, some perhaps twice."""
        for one in self.entries:
            yield from self._one(one)
        yield from self._twice()
        yield from self._owners()

    def _problem(self, one: _Entry, said: _Said | None, text: str) -> Problem:
        return Problem(self._line(one, said), text)

    def _line(self, one: _Entry, said: _Said | None = None) -> int:
        return self._places.line(one.kind, one.at, said, count=one.of)

    def _one(self, one: _Entry) -> Iterator[Problem]:
        entry = one.entry
        if not entry.name.strip():
            yield self._problem(one, None, f"this [[{one.kind}]] has no name")
        keys = entry.keys if isinstance(entry, PersonEntry) else ()
        if not (entry.addresses or entry.accounts or keys):
            text = f"this [[{one.kind}]] has no address, account or key: nothing is ever theirs"
            yield self._problem(one, None, text)
        for said in entry.addresses:
            if "@" not in said:
                yield self._problem(one, ("addresses", said), f"{_shown(said)} is no address")
        for said in entry.accounts:
            yield from self._account(one, said)
        for said in keys:
            if fingerprint(said) is None:
                text = f"{_shown(said)} is no fingerprint of an SSH or OpenPGP key"
                yield self._problem(one, ("keys", said), text)
        for role in entry.roles if isinstance(entry, PersonEntry) else ():
            yield from self._role(one, role)

    def _account(self, one: _Entry, said: str) -> Iterator[Problem]:
        named = account(said)
        if named is None:
            hint = "write github:LOGIN, github:NUMBER, gitlab:LOGIN or HOST:LOGIN"
            yield self._problem(one, ("accounts", said), f"{_shown(said)} is no account: {hint}")
        elif one.kind is MemberKind.PERSON and (what := self._known(named)):
            text = f"{_shown(said)} is no person's account: it is {what}"
            yield self._problem(one, ("accounts", said), text)

    def _role(self, one: _Entry, said: str | RoleEntry) -> Iterator[Problem]:
        role = RoleEntry(said) if isinstance(said, str) else said
        if role.role not in frozenset(Role):
            text = f"{_shown(role.role)} is no role; there are {', '.join(Role)}"
            yield self._problem(one, ("roles", role.role), text)
        if role.since and role.until and role.since > role.until:
            text = f"the role {_shown(role.role)} ends on {role.until}, before it begins"
            yield self._problem(one, ("roles", role.role), text)

    def _twice(self) -> Iterator[Problem]:
        """What two entries declare: each line names the other."""
        holders: dict[tuple[str, str], tuple[_Entry, _Said]] = {}
        for one in self.entries:
            for what, key, said in _tokens(one):
                other, as_there = holders.setdefault((what, key), (one, said))
                if other is one:
                    continue
                here, there = self._line(one, said), self._line(other, as_there)
                yield Problem(here, f"{what} {_shown(said[1])} is in line {there} too")
                yield Problem(there, f"{what} {_shown(as_there[1])} is in line {here} too")

    def _owners(self) -> Iterator[Problem]:
        for one, member in zip(self.entries, self._directory.members, strict=True):
            if member.owner is not None and self._directory.owner(member) is None:
                shown = _shown(member.owner)
                text = f"the owner {shown} is the address or account of no [[person]] here"
                yield self._problem(one, ("owner", member.owner), text)


def _tokens(one: _Entry) -> Iterator[tuple[str, str, _Said]]:
    """All by which an entry is found: what it is, how it is compared, and how it is written."""
    entry = one.entry
    if one.kind is MemberKind.PERSON:
        yield "the name", " ".join(entry.name.casefold().split()), ("name", entry.name)
    for said in entry.addresses:
        folded = folded_address(said)
        yield "the address", folded, ("addresses", said)
        if named := noreply(folded):
            # The number alone where there is one: a login may have passed to another.
            plain = Account(named.host, number=named.number) if named.number else named
            yield "the account", str(plain), ("addresses", said)
    for said in entry.accounts:
        if account_ := account(said):
            yield "the account", str(account_), ("accounts", said)
    for said in entry.keys if isinstance(entry, PersonEntry) else ():
        if key := fingerprint(said):
            yield "the key", key, ("keys", said)


def _shown(text: str) -> str:
    return f'"{visible(shortened(text, SHOWN))}"'
