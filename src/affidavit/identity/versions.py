"""Versions of a directory over time: what is allowed is judged by the one in force then."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from affidavit.identity.account import Account
from affidavit.identity.directory import Directory
from affidavit.identity.member import MemberKind

if TYPE_CHECKING:
    from affidavit.identity.member import Member, Role

HELD = 64
"""Directories that are kept at once; they are read again when another is asked for."""

Opened = Callable[[str], Directory | None]
"""Reads the directory of that content; ``None`` where it cannot be understood."""


class Entitled(StrEnum):
    """Whether somebody was entitled to something; unknown is never a yes."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Version(msgspec.Struct, frozen=True):
    """A version of the file: in force after `since` (seconds since 1970 UTC), by `commit`.

    `content` names what the file held, and is empty where it was removed then.
    """

    since: int
    commit: str
    content: str


class Versions:
    """The versions of one file, the oldest first; `opened` reads the directory of one.

    A version counts from the second after it came into force, so that no change is judged by what
    it brings itself.
    """

    def __init__(self, versions: Sequence[Version], opened: Opened) -> None:
        self.versions = tuple(sorted(versions, key=lambda one: one.since))
        self._starts = [one.since for one in self.versions]
        self._opened = lru_cache(maxsize=HELD)(opened)

    def version_at(self, time: int) -> Version | None:
        """The version in force at `time`; ``None`` before the first."""
        index = bisect_left(self._starts, time)
        return self.versions[index - 1] if index else None

    def at(self, time: int) -> Directory | None:
        """The directory in force at `time`.

        ``None`` where that is unknown: before the first version, while there was no file, and where
        it could not be understood.
        """
        return self.opened(self.version_at(time))

    def opened(self, version: Version | None) -> Directory | None:
        """The directory of `version`, or ``None`` where nothing can be said of it."""
        return self._opened(version.content) if version and version.content else None

    def entitled(self, who: Account | str, role: Role, at: int) -> Entitled:
        """Whether `who`, an account or an address, had `role` at the time `at`."""
        found = self.at(at)
        return entitled(found, None if found is None else member(found, who), role, at)


def entitled(where: Directory | None, who: Member | None, role: Role, at: int) -> Entitled:
    """Whether `who` had `role` at the time `at`, where the directory `where` was in force then.

    Unknown where there was none, or where it gives nobody any role. Somebody whom it does not name
    has none, unless something of its members was disposed of; and neither has an agent or a bot.
    """
    if where is None or not where.gives_roles or (who is None and where.partial):
        return Entitled.UNKNOWN
    if who is None or who.kind is not MemberKind.PERSON:
        return Entitled.NO
    return Entitled.YES if who.has(role, at) else Entitled.NO


def member(where: Directory, who: Account | str) -> Member | None:
    """Whose account or address it is."""
    return where.by_account(who) if isinstance(who, Account) else where.by_address(who)
