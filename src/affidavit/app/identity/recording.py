"""Versions of a file of identities in a ledger: recorded, and read back.

What names anybody is kept in the vault and stands in the facts as a pseudonym or a commitment.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.given import Given
from affidavit.app.ledger.kept import by, keeping, vault
from affidavit.app.ledger.view import Choice, viewing
from affidavit.base.canonical import canonical
from affidavit.base.errors import PeriodError
from affidavit.base.period import moment, rfc3339
from affidavit.identity.account import account
from affidavit.identity.directory import Directory
from affidavit.identity.member import Member, MemberKind, Role, Term
from affidavit.identity.versions import Version, Versions
from affidavit.ledger.declared import (
    CHANNEL,
    KIND,
    OWN,
    DeclaredMember,
    DeclaredRole,
    IdentityDeclared,
)
from affidavit.ledger.entry import Fact, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.view import Row, View
    from affidavit.store.vault import Vault

ACTOR = "affidavit"
UNKNOWN = "unknown"
"""The content of a version of which nothing is known."""


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """How many versions were recorded now, and how many the ledger had."""

    new: int
    known: int


def recorded(place: Home, repository: str, path: str, found: Versions) -> Recorded:
    """Record every version of `found` that the ledger at `place` does not have.

    Raises:
        AffidavitError: The ledger or its vault cannot be written to; see docs/errors/.
    """
    with keeping(place) as keeper, vault(place, keeper.log.origin) as kept:
        given = Given(keeper.log.rows)
        with kept.batch():
            sealing = _Sealing(kept, repository, path)
            facts = [
                sealing.fact(version, found.opened(version))
                for version in found.versions
                if given.entry(sealing.id(version)) is None
            ]
        if facts:
            keeper.append(facts, by(CHANNEL))
        return Recorded(new=len(facts), known=len(found.versions) - len(facts))


def versions_in(view: View, kept: Vault, repository: str, path: str) -> Versions:
    """The versions of the file at `path` that a ledger holds of `repository`.

    They count in the order in which they were recorded. One that came into force before another
    that was recorded earlier shows that the history was rewritten: from then on nothing is known,
    until the next.
    """
    contents: dict[str, IdentityDeclared] = {}
    versions: list[Version] = []
    things = (one for one in kept.subjects(repository) if one.startswith("repository:"))
    for row, body in (found for thing in things for found in _rows(view, thing)):
        since = _time(body.in_force_after)
        if since is None or kept.reveal(body.file) != path:
            continue
        contents[row.digest] = body
        commit = row.entry.subject.commit if row.entry.subject else None
        content = "" if body.state == "removed" else row.digest
        _add(versions, Version(since, commit or "", content))
    return Versions(versions, partial(_opened, kept, contents))


def _add(versions: list[Version], new: Version) -> None:
    """Let `new` count after `versions`, or as unknown where one of these is later."""
    known = len(versions)
    while versions and versions[-1].since > new.since:
        versions.pop()
    rewritten = len(versions) < known
    versions.append(Version(new.since, new.commit, UNKNOWN) if rewritten else new)


def versions_recorded(place: Home, repository: str, path: str) -> Versions:
    """The same, of the ledger at `place`; all are read before it is let go of.

    Raises:
        AffidavitError: The ledger or its vault cannot be read.
    """
    with viewing(place) as view, vault(place, view.origin, writable=False) as kept:
        found = versions_in(view, kept, repository, path)
        known = {one.content: found.opened(one) for one in found.versions}
    return Versions(found.versions, known.get)


class _Sealing:
    """Makes facts about one file of one repository, of which the ledger tells no name."""

    def __init__(self, kept: Vault, repository: str, path: str) -> None:
        self._kept = kept
        self._thing = kept.pseudonym("repository", repository)
        self._file = kept.pseudonym("file", path)
        self._path = path

    def id(self, version: Version) -> str:
        """What tells a version from others."""
        told = [self._thing, self._file, version.commit, rfc3339(version.since)]
        return OWN + hashlib.sha256(canonical(told)).hexdigest()

    def fact(self, version: Version, where: Directory | None) -> Fact:
        """The fact that `version` came into force."""
        body = IdentityDeclared(
            repository=self._thing,
            file=self._kept.commit(self._file, "file", self._path),
            in_force_after=rfc3339(version.since),
            state=_state(version, where),
            members=tuple(map(self._sealed, where.members)) if where else (),
        )
        return Fact(
            kind=KIND,
            stream=f"{OWN}{self._thing}",
            actor=ACTOR,
            id=self.id(version),
            subject=Subject(commit=version.commit),
            body=msgspec.to_builtins(body),
        )

    def _sealed(self, one: Member) -> DeclaredMember:
        accounts = tuple(map(str, one.accounts))
        first = next(iter((*one.addresses, *accounts)), one.name)
        party = self._kept.pseudonym(one.kind, first)
        return DeclaredMember(
            party=party,
            party_kind=one.kind.value,
            name=self._kept.commit(party, "name", one.name),
            addresses=self._all(party, "address", one.addresses),
            accounts=self._all(party, "account", accounts),
            keys=self._all(party, "key", one.keys),
            roles=tuple(
                DeclaredRole(role=each.role, since=each.since, until=each.until)
                for each in one.terms
            ),
            owner=None if one.owner is None else self._kept.commit(party, "owner", one.owner),
        )

    def _all(self, party: str, field: str, values: Sequence[str]) -> tuple[str, ...]:
        return self._kept.commit_all(party, [(field, value) for value in values])


def _state(version: Version, where: Directory | None) -> str:
    if where is not None:
        return "declared"
    return "unknown" if version.content else "removed"


def _rows(view: View, thing: str) -> Iterator[tuple[Row, IdentityDeclared]]:
    """The facts about a repository that came the way they have to."""
    for row in view.chosen(Choice(stream=f"{OWN}{thing}", kind=KIND)):
        if row.entry.recorded_by.channel != CHANNEL:
            continue
        try:
            yield row, msgspec.json.decode(row.entry.body, type=IdentityDeclared)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue


def _time(text: str) -> int | None:
    try:
        return moment(text, "in_force_after")
    except PeriodError:
        return None


def _opened(kept: Vault, contents: dict[str, IdentityDeclared], content: str) -> Directory | None:
    body = contents.get(content)
    kinds = frozenset(MemberKind)
    if body is None or body.state != "declared":
        return None
    if any(one.party_kind not in kinds for one in body.members):
        return None
    members = [_member(kept, one) for one in body.members]
    return Directory(
        tuple(one for one, _ in members), partial=not all(whole for _, whole in members)
    )


def _member(kept: Vault, one: DeclaredMember) -> tuple[Member, bool]:
    """A member as far as it is still known, and whether that is all of it."""
    hidden = (one.name, *one.addresses, *one.accounts, *one.keys)
    values = {each: value for each in hidden if (value := kept.reveal(each)) is not None}
    accounts = (account(values[each]) for each in one.accounts if each in values)
    member = Member(
        kind=MemberKind(one.party_kind),
        name=values.get(one.name, one.party),
        addresses=tuple(values[each] for each in one.addresses if each in values),
        accounts=tuple(each for each in accounts if each),
        keys=tuple(values[each] for each in one.keys if each in values),
        terms=tuple(
            Term(Role(each.role), each.since, each.until)
            for each in one.roles
            if each.role in frozenset(Role)
        ),
        owner=None if one.owner is None else kept.reveal(one.owner),
    )
    return member, len(values) == len(set(hidden))
