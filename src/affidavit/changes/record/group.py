"""Landings put together into changes: those of one rebased request are one change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from affidavit.changes.model import Grade, Landing, PersonRole

if TYPE_CHECKING:
    from collections.abc import Iterable

_WROTE = frozenset({PersonRole.AUTHOR, PersonRole.CO_AUTHOR})
_COMMIT = re.compile(r"[0-9a-fA-F]{4,64}")


class Change(msgspec.Struct, frozen=True):
    """The landings of one change, the newest first."""

    landings: tuple[Landing, ...]

    @property
    def id(self) -> str:
        """That of its oldest landing."""
        return self.landings[-1].change

    @property
    def newest(self) -> Landing:
        """The landing that tells of all of it."""
        return self.landings[0]

    @property
    def grade(self) -> Grade:
        """The lowest of its landings."""
        return min(one.review.grade for one in self.landings)

    @property
    def ai(self) -> bool:
        """Whether any of its landings is an AI change."""
        return any(one.ai for one in self.landings)

    @property
    def number(self) -> str | None:
        """The number of its request, as far as one is named."""
        pull = self.newest.pull_request
        return pull.number if pull else None

    @property
    def commits(self) -> frozenset[str]:
        """Its landings and what they brought in."""
        return frozenset(commit for one in self.landings for commit in one.commits)

    def named(self, text: str) -> bool:
        """Whether the name or address of somebody who wrote it holds `text`, in any case."""
        wanted = text.casefold()
        return any(
            wanted in f"{one.name} <{one.email}>".casefold()
            for landing in self.landings
            for one in landing.authors
            if not _WROTE.isdisjoint(one.roles)
        )

    def is_called(self, name: str) -> bool:
        """Whether `name` is its id, that of a landing, the beginning of a commit or ``#N``."""
        if self.number is not None and name in (f"#{self.number}", self.number):
            return True
        if is_commit(name):
            return any(one.startswith(name.lower()) for one in self.commits)
        return any(one.change == name for one in self.landings)


def is_commit(name: str) -> bool:
    """Whether `name` may be the beginning of a commit's id."""
    return _COMMIT.fullmatch(name) is not None


def changes(landings: Iterable[Landing]) -> tuple[Change, ...]:
    """The changes that `landings` are, in the order of their newest ones."""
    groups: dict[str, list[Landing]] = {}
    for one in landings:
        members = one.members if isinstance(one.members, tuple) else ()
        groups.setdefault(members[0] if members else one.commit, []).append(one)
    return tuple(Change(tuple(found)) for found in groups.values())
