"""Records of a forge without what names or shows anybody, and the same made whole again.

A text that is taken out leaves ``{"sealed": [g, n]}``: value n of the group g. A group is all that
a record says of one subject, as one JSON list; its first value is a share of the digest of the
forge's answer. All shares together are the digest: a guess at what was disposed of cannot be tried
on it, for it is gone with the first of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.forge.rules import RECORDS, Rule, Spec
from affidavit.base.errors import InputError
from affidavit.changes.forge.model import Permission

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from affidavit.app.forge.subjects import Subjects
    from affidavit.changes.forge.model import Line
    from affidavit.store.vault import Vault

FIELD = "forge.record"
"""The field that the values are committed to as."""
PIECE = 250_000
"""Characters of one value, which has at most 1 MiB."""
DEEPEST = 100
"""Lists and objects in each other in what a forge told as JSON."""
MARK = "sealed"
TAG = "record"
"""The field with the sort of a record."""
_LARGEST = 2**53
_FORMS = {
    Rule.COMMIT: re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z"),
    Rule.TIME: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z"),
    Rule.WORD: re.compile(r"[A-Za-z][A-Za-z_.]{0,59}\Z"),
}
_NAMES_THINGS = frozenset({"labeled", "unlabeled", "merged", "deployed"})
"""Events whose text is a label, a branch or an environment."""
_encode = msgspec.json.Encoder().encode
Fields = dict[str, object]


def sealed(line: Line, subjects: Subjects, kept: Vault, chance: Callable[[int], bytes]) -> Fields:
    """`line` as the content of a fact; its texts are kept in the vault, to be disposed of.

    Raises:
        InputError: It is nested too deep, or nobody can tell when it was had.
    """
    data: Fields = msgspec.to_builtins(line.data)
    origin = line.origin
    if not _FORMS[Rule.TIME].match(origin.fetched_at):
        raise InputError(f"a record of {origin.url[:200]!a}: its fetched_at is no time")
    sealing = _Sealing(subjects)
    shown = sealing.fields(data, RECORDS[str(data["record"])][1])
    return {
        "url": sealing.out(origin.url, _whose_address(line, subjects)),
        "fetched_at": origin.fetched_at,
        "data": shown,
        "sealed": sealing.groups(origin.digest, kept, chance),
    }


def joined(shares: Sequence[bytes]) -> bytes:
    """What shares of one length are of together: all of them, or it is noise."""
    found = 0
    for one in shares:
        found ^= int.from_bytes(one)
    return found.to_bytes(len(shares[0]))


def _whose_address(line: Line, subjects: Subjects) -> str:
    """The subject of the address that was asked: that of a permission names the account."""
    match line.data:
        case Permission(account=one):
            return subjects.account(one.login, one.id)
    return subjects.repository


class _Group:
    """The values of one subject, each once, as JSON."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._values: dict[bytes, int] = {}

    def place(self, value: object) -> Fields:
        """What stands where `value` stood."""
        found = self._values.setdefault(_encode(value), 1 + len(self._values))
        return {MARK: [self.number, found]}

    def pieces(self, share: bytes) -> list[str]:
        """All of it as one list, cut."""
        text = b"[" + b",".join([_encode(share.hex()), *self._values]) + b"]"
        whole = text.decode()
        return [whole[at : at + PIECE] for at in range(0, len(whole), PIECE)]


class _Sealing:
    """Takes the texts out of one record."""

    def __init__(self, subjects: Subjects) -> None:
        self._subjects = subjects
        self._groups = {subjects.repository: _Group(0)}
        self._writer = subjects.repository

    def fields(self, data: Fields, spec: Spec) -> Fields:
        """What may be seen of `data`."""
        outer = self._writer
        written = data.get(spec.writer) if spec.writer else None
        if isinstance(written, dict):
            self._writer = self._of(written)
        shown = {
            name: value if name == TAG else self._value(value, spec.fields.get(name), data)
            for name, value in data.items()
        }
        self._writer = outer
        return shown

    def out(self, value: object, subject: str) -> Fields:
        """What stands where `value` stood, which is sealed under `subject`."""
        group = self._groups.setdefault(subject, _Group(len(self._groups)))
        return group.place(value)

    def groups(self, digest: str, kept: Vault, chance: Callable[[int], bytes]) -> list[Fields]:
        """What each subject has, committed to; the first value is its share of `digest`."""
        data = digest.encode()
        shares = [chance(len(data)) for _ in range(len(self._groups) - 1)]
        found = []
        for (subject, group), share in zip(
            self._groups.items(), [*shares, joined([data, *shares])], strict=True
        ):
            pieces = [(FIELD, piece) for piece in group.pieces(share)]
            one: Fields = {"subject": subject, "values": list(kept.commit_all(subject, pieces))}
            met = self._subjects.met(subject)
            found.append({**one, "met": met} if met else one)
        return found

    def _value(self, value: object, rule: Rule | Spec | None, data: Fields) -> object:
        if value is None:
            return None
        if rule is Rule.FOREIGN:
            return self.out(self._without_accounts(value, DEEPEST), self._subjects.repository)
        if isinstance(value, list | tuple):
            return [self._value(each, rule, data) for each in value]
        if isinstance(value, dict):
            return self.fields(value, rule) if isinstance(rule, Spec) else self._account(value)
        if isinstance(rule, Rule) and isinstance(value, str):
            return self._text(value, rule, data)
        small = isinstance(value, int) and abs(value) < _LARGEST
        return value if small else self.out(value, self._subjects.repository)

    def _text(self, value: str, rule: Rule, data: Fields) -> object:
        """`value` where it may be seen, else what stands for it."""
        form = _FORMS.get(rule)
        if form is not None and form.match(value):
            return value
        return self.out(value, self._owner(value, rule, data))

    def _owner(self, value: str, rule: Rule, data: Fields) -> str:
        """The subject that a text of `data` is sealed under."""
        subjects = self._subjects
        match rule:
            case Rule.LOGIN:
                return subjects.account(value)
            case Rule.AUTHOR:
                return self._person(data, "author")
            case Rule.COMMITTER:
                return self._person(data, "committer")
        own = rule is Rule.WRITER
        own |= rule is Rule.BRANCH and value not in subjects.branches
        own |= rule is Rule.EVENT and data["kind"] not in _NAMES_THINGS
        return self._writer if own else subjects.repository

    def _account(self, value: Fields) -> Fields:
        subject, number = self._of(value), value["id"]
        return {
            "login": self.out(value["login"], subject),
            "kind": value["kind"],
            "id": None if number is None else self.out(number, subject),
        }

    def _of(self, account: Fields) -> str:
        login, number = str(account["login"]), account["id"]
        if not login and number is None:
            return self._subjects.repository
        return self._subjects.account(login, number if isinstance(number, int) else None)

    def _person(self, data: Fields, role: str) -> str:
        """Whom a commit names; an account that it is of is found by the address, too."""
        name, address, account = (data[f"{role}{one}"] for one in ("_name", "_email", ""))
        if isinstance(account, dict) and address:
            self._subjects.tie(self._of(account), str(address))
        return self._subjects.person(str(name or ""), str(address or ""))

    def _without_accounts(self, value: object, left: int) -> object:
        """JSON in which each account is sealed under its own subject; so many levels may follow."""
        if not isinstance(value, dict | list | tuple):
            return value
        if not left:
            raise InputError(f"a record has more than {DEEPEST} lists and objects in each other")
        if not isinstance(value, dict):
            return [self._without_accounts(each, left - 1) for each in value]
        login, number = value.get("login"), value.get("id")
        if isinstance(login, str) and login:
            return self.out(value, self._subjects.account(login, _whole(number)))
        if MARK in value:
            # Else it would be taken for what stands for a value.
            return self.out(value, self._subjects.repository)
        return {name: self._without_accounts(each, left - 1) for name, each in value.items()}


def _whole(number: object) -> int | None:
    return number if isinstance(number, int) and not isinstance(number, bool) else None
