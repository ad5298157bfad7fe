"""The members of one version, with what joins them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.identity.opening import opened
from affidavit.app.identity.recording import Recorded, recorded
from affidavit.app.identity.versions import first_parents, versions
from affidavit.base.errors import UsageError
from affidavit.base.period import rfc3339
from affidavit.base.text import shortened, visible
from affidavit.identity.member import MemberKind
from affidavit.identity.versions import Version, Versions
from affidavit.sources.git.history import walk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.identity.directory import Directory
    from affidavit.identity.member import Member, Term
    from affidavit.sources.git.header import Walked

FORMAT = "affidavit/identities@1"
NAME = 300
"""Characters of a repository's name, as an audit records it."""


class ListedRole(msgspec.Struct, frozen=True, kw_only=True):
    """A role with its first and last day; `holds` is None where no time was asked for."""

    role: str
    since: str | None
    until: str | None
    holds: bool | None


class ListedOwner(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers for an agent or a bot, as written, and the person that this is, if any."""

    said: str
    person: str | None


class ListedMember(msgspec.Struct, frozen=True, kw_only=True):
    """A member with everything by which it is recognised."""

    kind: MemberKind
    name: str
    addresses: tuple[str, ...]
    accounts: tuple[str, ...]
    keys: tuple[str, ...]
    roles: tuple[ListedRole, ...]
    owner: ListedOwner | None


class ListedVersion(msgspec.Struct, frozen=True, kw_only=True):
    """The commit that brought a version, and the second after which it is in force."""

    commit: str
    in_force_after: str
    content: str


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A version and its members; `members` is None where they are not known, and `why` says so.

    `versions` is how many there are in all.
    """

    format: str = FORMAT
    file: str
    at: str | None
    versions: int
    version: ListedVersion | None
    members: tuple[ListedMember, ...] | None
    why: str | None = None


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """The versions of a file, while its repository is open; `remote` is its address elsewhere."""

    file: str
    every: Versions
    remote: str | None = None

    def listing(self, at: int | None) -> Listing:
        """The members of the version in force `at` that time, or of the newest."""
        newest = self.every.versions[-1] if self.every.versions else None
        version = newest if at is None else self.every.version_at(at)
        where = self.every.opened(version)
        return Listing(
            file=self.file,
            at=None if at is None else rfc3339(at),
            versions=len(self.every.versions),
            version=_version(version),
            members=None if where is None else _members(where, at),
            why=None if where else _why(version),
        )

    def declared(self, name: str | None, place: Home) -> Recorded:
        """Record every version in the ledger at `place`, under the repository's `name`.

        Raises:
            UsageError: The repository has no name: facts of several would be one's.
            AffidavitError: The ledger cannot be written to.
        """
        called = name or self.remote
        if not called:
            raise UsageError(
                "the repository has no name of its own to be recorded under", hint="give --name"
            )
        return recorded(place, visible(shortened(called, NAME)), self.file, self.every)


@contextmanager
def looked(repository: Path, path: str) -> Iterator[Looked]:
    """The versions of the file at `path` on the main branch; its history is walked once.

    Raises:
        AffidavitError: The repository cannot be read.
    """
    with opened(repository) as found:
        graph = walk(found.git, [found.head], _unseen)
        every = versions(found.objects, first_parents(graph, found.head), path)
        yield Looked(file=path, every=every, remote=found.remote)


def listing(repository: Path, path: str, at: int | None) -> Listing:
    """The members of the version in force `at` that time, or of the newest.

    Raises:
        AffidavitError: The repository cannot be read.
    """
    with looked(repository, path) as found:
        return found.listing(at)


def declared(repository: Path, path: str, name: str | None, place: Home) -> Recorded:
    """Record every version of the file in the ledger at `place`, under the repository's `name`.

    Raises:
        AffidavitError: It cannot be read, has no name, or the ledger cannot be written to.
    """
    with looked(repository, path) as found:
        return found.declared(name, place)


def _unseen(_id: str, _body: bytes, _read: Walked) -> None:
    """Take no notice of a commit."""


def _version(version: Version | None) -> ListedVersion | None:
    if version is None:
        return None
    return ListedVersion(
        commit=version.commit, in_force_after=rfc3339(version.since), content=version.content
    )


def _why(version: Version | None) -> str:
    if version is None:
        return "no version of it was in force yet, or there never was one"
    return "it cannot be understood" if version.content else "the file was removed"


def _members(where: Directory, at: int | None) -> tuple[ListedMember, ...]:
    return tuple(_member(one, where, at) for one in where.members)


def _member(one: Member, where: Directory, at: int | None) -> ListedMember:
    owner = where.owner(one)
    return ListedMember(
        kind=one.kind,
        name=one.name,
        addresses=one.addresses,
        accounts=tuple(map(str, one.accounts)),
        keys=one.keys,
        roles=tuple(_role(term, at) for term in one.terms),
        owner=None
        if one.owner is None
        else ListedOwner(said=one.owner, person=owner.name if owner else None),
    )


def _role(term: Term, at: int | None) -> ListedRole:
    holds = None if at is None else term.holds(at)
    return ListedRole(role=term.role, since=term.since, until=term.until, holds=holds)
