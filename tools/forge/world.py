"""All that the forge holds: its clock, its accounts, its repositories."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from forge.accounts import Account, Kind, Team
from forge.clock import Clock
from forge.merging import QUEUE
from forge.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path


class World:
    """The state of a forge; its repositories lie below `directory`."""

    def __init__(self, directory: Path, *, clock: Clock | None = None) -> None:
        self.directory = directory
        self.clock = clock or Clock()
        self.accounts: dict[str, Account] = {QUEUE.login: QUEUE}
        self.repositories: dict[str, Repository] = {}
        self.owners: dict[str, int] = {}
        self._serial = count(1001)
        self._links: dict[str, Account | None] = {}

    @property
    def base(self) -> str:
        """The address that the forge says it is at."""
        return "https://api.github.com"

    def serial(self) -> int:
        """A number that nothing else has."""
        return next(self._serial)

    def account(
        self, login: str, name: str = "", *emails: str, kind: Kind = "User", number: int = 0
    ) -> Account:
        """A new account of a person, or of another `kind`."""
        made = Account(
            login=login,
            id=number or self.serial(),
            kind=kind,
            name=name or login,
            emails=list(emails),
        )
        self.accounts[login] = made
        self._links.clear()
        return made

    def bot(self, login: str, *, number: int = 0) -> Account:
        """A new account of an app; `login` is without its suffix."""
        return self.account(login, f"{login}[bot]", kind="Bot", number=number)

    def team(self, slug: str) -> Team:
        """A new team."""
        return Team(slug, self.serial())

    def delete(self, account: Account) -> None:
        """Delete an account: what it did stays, under nobody's name."""
        account.deleted = True
        self._links.clear()

    def linked(self, email: str) -> Account | None:
        """The account that commits with this address are linked to."""
        if email not in self._links:
            found = (each for each in self.accounts.values() if each.has(email))
            self._links[email] = next(found, None)
        return self._links[email]

    def repository(self, name: str) -> Repository:
        """A new repository ``owner/name`` with one first commit on main."""
        made = Repository(self, name, self.directory / f"{name}.git")
        self.owners.setdefault(made.owner, self.serial())
        self.repositories[name.lower()] = made
        return made
