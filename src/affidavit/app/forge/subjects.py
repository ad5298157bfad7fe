"""Whom the values of a forge's records are about: pseudonyms, by which they can be disposed of.

An account is a subject of its own, found by its login and number as ``github:ann`` and by the
addresses that the forge says are its. Whoever a commit names is the person with that address, as in
the facts of an audit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.identity.account import Account

if TYPE_CHECKING:
    from affidavit.store.vault import Vault

KIND = "account"
_NUMBER = "number"
_NAME = "name"


class Subjects:
    """The subjects of one repository at one host; they are made when they are asked for.

    `branches` are names of branches that are nobody's own.
    """

    def __init__(
        self, kept: Vault, host: str, repository: str, branches: frozenset[str] = frozenset()
    ) -> None:
        self._kept = kept
        self.branches = branches
        self._host = host.partition(":")[0].casefold()
        self.repository = kept.pseudonym("repository", repository)
        self._accounts: dict[tuple[str, int | None], str] = {}
        self._people: dict[str, str] = {}
        self._tied: set[tuple[str, str]] = set()
        self._met: dict[str, str] = {}

    def account(self, login: str, number: int | None = None) -> str:
        """The subject of an account."""
        key = (login, number)
        found = self._accounts.get(key)
        if found is None:
            found = self._accounts[key] = self._account(login, number)
        return found

    def person(self, name: str | None, address: str | None) -> str:
        """The subject of whom a commit names; the repository where it names nobody."""
        by = address or name
        if not by:
            return self.repository
        if by not in self._people:
            self._people[by] = self._kept.pseudonym("person", by)
        return self._people[by]

    def tie(self, subject: str, address: str) -> None:
        """Let an account be found by an address that the forge says is its."""
        if (subject, address) not in self._tied:
            self._tied.add((subject, address))
            self._find_by(subject, address)

    def met(self, subject: str) -> str | None:
        """A commitment to what `subject` stands for, where it is new; it is given once."""
        return self._met.pop(subject, None)

    def _account(self, login: str, number: int | None) -> str:
        by_login = self._by(login.casefold()) if login else None
        by_number = None if number is None else str(Account(self._host, number=number))
        named = by_login and self._holder(by_login)
        if by_number is None:
            found = named or self._kept.pseudonym(KIND, by_login or "")
        else:
            # A login that was seen without a number is this one's; that of another number is not.
            numberless = named and self._kept.value_of(named, _NUMBER) is None
            known = self._holder(by_number) or (named if numberless else None)
            found = known or self._kept.pseudonym(KIND, by_number)
            self._find_by(found, by_number)
        self._note(found, login, number)
        return found

    def _note(self, subject: str, login: str, number: int | None) -> None:
        """Keep what is new of an account."""
        if login:
            self._find_by(subject, self._by(login))
            if self._kept.value_of(subject, _NAME) != login:
                self._met[subject] = self._kept.commit(subject, _NAME, login)
        if number is not None and self._kept.value_of(subject, _NUMBER) is None:
            self._kept.commit(subject, _NUMBER, str(number))

    def _find_by(self, subject: str, value: str) -> None:
        """Let `subject` be found by `value`, as it is and in small letters, if nobody else is."""
        for one in dict.fromkeys((value, value.casefold())):
            if self._holder(one) is None:
                self._kept.add_name(subject, one)

    def _by(self, login: str) -> str:
        return str(Account(self._host, login))

    def _holder(self, value: str) -> str | None:
        """The account that is found by `value`."""
        found = self._kept.subjects(value)
        return next((one for one in found if one.startswith(f"{KIND}:")), None)
