"""Everybody a landing names, with their roles, and whose hands it went through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.commit import Ident
from affidavit.base.text import shortened, visible
from affidavit.changes.model import Kind, Participant, PersonRole
from affidavit.changes.review import Hands
from affidavit.provenance.model import PartyKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from affidavit.changes.observe import Observed
    from affidavit.changes.people import People, Who

_ORDER = {role: index for index, role in enumerate(PersonRole)}
_MADE = frozenset({PersonRole.AUTHOR, PersonRole.CO_AUTHOR})
_SPELLINGS = 50
"""Spellings of one identity that are compared with others'."""


class Roll:
    """Names with their roles, joined by person, in the order they were first met."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._roles: dict[str, set[PersonRole]] = {}
        self._who: dict[str, list[Who]] = {}

    def add(self, ident: Ident, role: PersonRole) -> None:
        """Note that `ident` had `role`; a forge's own identity names nobody and is left out."""
        who = self._people.who(ident)
        if who.kind is not PartyKind.FORGE:
            known = self._who.setdefault(who.key, [])
            if len(known) < _SPELLINGS and who not in known:
                known.append(who)
            self._roles.setdefault(who.key, set()).add(role)

    def add_commit(self, commit: Observed) -> None:
        """The people of a commit that was brought in.

        Who made a merge inside it pushed to the branch: a committer, not an author of content.
        """
        inner_merge = len(commit.parents) > 1
        self.add(commit.author, PersonRole.COMMITTER if inner_merge else PersonRole.AUTHOR)
        for co_author in commit.co_authors:
            self.add(co_author, PersonRole.CO_AUTHOR)
        if commit.committer != commit.author:
            self.add(commit.committer, PersonRole.COMMITTER)
        self.add_sign_offs(commit)

    def add_sign_offs(self, commit: Observed) -> None:
        """Sign-offs by somebody who is not the author; they do not make one an author."""
        author = self._people.who(commit.author).key
        for ident in commit.signed_off:
            if self._people.who(ident).key != author:
                self.add(ident, PersonRole.SIGNED_OFF)

    def participants(self) -> tuple[Participant, ...]:
        """Everybody, first met first."""
        return tuple(
            Participant(
                name=visible(shortened(who[0].name, 200)),
                email=visible(shortened(who[0].email, 254)),
                kind=who[0].kind,
                roles=tuple(sorted(self._roles[key], key=_ORDER.__getitem__)),
            )
            for key, who in self._who.items()
        )

    def hands(self) -> Hands:
        """The same people by what counts for a review."""
        merger = self._with({PersonRole.MERGER})
        return Hands(
            authors=self._with(_MADE),
            committers=self._with({PersonRole.COMMITTER}),
            owners=tuple(self._owners()),
            merger=merger[0] if merger else None,
        )

    def _with(self, roles: Iterable[PersonRole]) -> tuple[Who, ...]:
        wanted = set(roles)
        return tuple(
            one for key, spelt in self._who.items() if self._roles[key] & wanted for one in spelt
        )

    def _owners(self) -> Iterable[Who]:
        for who in self._with(_MADE | {PersonRole.COMMITTER}):
            if who.owner:
                yield self._people.who(Ident(who.owner, who.owner))


def roll(people: People, landing: Observed, kind: Kind, brought: Sequence[Observed]) -> Roll:
    """Everybody of a landing; `brought` are the commits it brought in, or that were squashed."""
    named = Roll(people)
    if kind is Kind.MERGE:
        for commit in brought:
            named.add_commit(commit)
        for co_author in landing.co_authors:
            named.add(co_author, PersonRole.CO_AUTHOR)
        named.add(merger(people, landing), PersonRole.MERGER)
        return named
    named.add(landing.author, PersonRole.AUTHOR)
    for co_author in landing.co_authors:
        named.add(co_author, PersonRole.CO_AUTHOR)
    for commit in brought:
        named.add_commit(commit)
    if landing.committer != landing.author:
        named.add(landing.committer, PersonRole.COMMITTER)
    named.add_sign_offs(landing)
    return named


def merger(people: People, landing: Observed) -> Ident:
    """Who made a merge commit: its committer, or its author where a forge committed it."""
    if people.who(landing.committer).kind is PartyKind.FORGE:
        return landing.author
    return landing.committer
