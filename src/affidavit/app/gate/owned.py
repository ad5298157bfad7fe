"""The code owners of what a change touches, and which of them approved it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.identity.account import account as written
from affidavit.identity.member import MemberKind
from affidavit.policy.input import Teams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.app.gate.base import Base
    from affidavit.app.gate.persons import Persons
    from affidavit.app.gate.voices import Voice
    from affidavit.changes.gate.touched import Files
    from affidavit.identity.member import Member

OR = " or "
"""Stands between owners of whom one is enough."""
UNKNOWN = Teams(needed=None, approved=None, missing=None)


class Owned:
    """Tells of the owners of files whether they approved."""

    def __init__(self, base: Base, persons: Persons, voices: Sequence[Voice]) -> None:
        self._base = base
        self._persons = persons
        self._holding = [one for one in voices if one.holds]
        self._perhaps = [one for one in voices if one.may and not one.holds]

    def teams(self, files: Files, *, told: bool) -> Teams:
        """The owners of `files`; `told` is whether every approval is known.

        Owners of one line of whom one is enough stand together. Unknown where an answer is.
        """
        owners = self._base.owners
        if owners.why or not files.whole:
            return UNKNOWN
        rules = {owners.rules.of(one.path) for one in files.files} if owners.rules else set()
        groups = sorted({one.owners for one in rules if one is not None and one.owners})
        answers = {group: self._answer(group, told=told) for group in groups}
        needed = tuple(OR.join(group) for group in groups)
        if None in answers.values():
            return Teams(needed=needed, approved=None, missing=None)
        return Teams(
            needed=needed,
            approved=tuple(OR.join(group) for group in groups if answers[group]),
            missing=tuple(OR.join(group) for group in groups if not answers[group]),
        )

    def of(self, path: str, *, told: bool) -> bool | None:
        """Whether an owner of the file at `path` approved it; False of one that has none."""
        owners = self._base.owners
        if owners.why:
            return None
        rule = owners.rules.of(path) if owners.rules else None
        if rule is None or not rule.owners:
            return False
        return self._answer(rule.owners, told=told)

    def _answer(self, group: Sequence[str], *, told: bool) -> bool | None:
        """Whether one of `group` approved."""
        if any(self._is(one, owner) for one in self._holding for owner in group):
            return True
        unclear = any(self._is(one, owner) is None for one in self._holding for owner in group)
        perhaps = any(self._is(one, owner) is not False for one in self._perhaps for owner in group)
        return None if unclear or perhaps or not told else False

    def _is(self, voice: Voice, owner: str) -> bool | None:
        """Whether `voice` is of an owner; None of one of whom the base does not say who it is."""
        if owner.startswith("@") and "/" in owner:
            names = {owner, owner.rpartition("/")[2]}
            known = any(map(self._persons.is_known, names))
            return not names.isdisjoint(voice.teams) if known else None
        if owner.startswith("@"):
            own = not voice.signed and voice.shown.casefold() == owner[1:].casefold()
            return own or self._declares(voice.member, owner[1:])
        where = self._base.where
        member = where.by_address(owner) if where else None
        return None if member is None else member is voice.member

    def _declares(self, member: Member | None, login: str) -> bool:
        """Whether `member` is declared with that login, at any forge."""
        if member is None or member.kind is not MemberKind.PERSON:
            return False
        asked = written(f"github:{login}")
        return asked is not None and any(one.login == asked.login for one in member.accounts)
