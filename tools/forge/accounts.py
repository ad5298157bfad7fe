"""Accounts: of people, of bots, of imported strangers; and what they may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["User", "Bot", "Mannequin"]
Role = Literal["admin", "maintain", "write", "triage", "read"]


@dataclass(slots=True, kw_only=True, eq=False)
class Account:
    """An account. The forge does not know who is behind it, so one person may have two.

    The first of `emails` is the one that commits are made with. A deleted account's acts stay, and
    nobody is named for them any more.
    """

    login: str
    id: int
    kind: Kind = "User"
    name: str = ""
    emails: list[str] = field(default_factory=list)
    deleted: bool = False

    @property
    def node(self) -> str:
        """The global id."""
        return f"{self.kind[0]}_{self.id}"

    @property
    def rest_login(self) -> str:
        """The name as REST writes it: only there a bot has its suffix."""
        return f"{self.login}[bot]" if self.kind == "Bot" else self.login

    @property
    def email(self) -> str:
        """The address that commits are made with."""
        return self.emails[0] if self.emails else f"{self.id}+{self.noreply}"

    @property
    def noreply(self) -> str:
        """The forge's own address for the account, without its number."""
        return f"{self.rest_login}@users.noreply.github.com"

    def has(self, email: str) -> bool:
        """Whether a commit with this address is linked to the account."""
        known = {*(each.lower() for each in self.emails), self.noreply.lower()}
        return not self.deleted and email.lower() in {*known, f"{self.id}+{self.noreply}".lower()}


@dataclass(frozen=True, slots=True)
class Team:
    """A team that a review can be asked of."""

    slug: str
    id: int


@dataclass(frozen=True, slots=True)
class App:
    """An application that reports checks."""

    slug: str
    id: int
