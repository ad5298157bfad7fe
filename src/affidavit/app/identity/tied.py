"""What the export of a forge says of addresses and accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.forge.model import AccountKind, PullRequest
from affidavit.changes.joins import COMMITS, Tie
from affidavit.identity.account import forge_account
from affidavit.sources.forge.reading import Export

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.changes.forge.model import Account as Told
    from affidavit.identity.account import Account

MOST = 200_000
"""Accounts and ties that are looked at."""


class Tied:
    """Ties of addresses to accounts, and every app's own account that took part."""

    def __init__(self, place: Path) -> None:
        self._ties: dict[tuple[str, Account], list[str]] = {}
        self.bots: dict[Account, None] = {}
        """Accounts that the forge says are apps'."""
        export = Export(place)
        # As in addresses that a forge makes of accounts: there is no port in them.
        self._host = export.head.host.partition(":")[0]
        for line in export.lines():
            if isinstance(line.data, PullRequest):
                self._take(line.data)

    @property
    def ties(self) -> list[Tie]:
        """Every address with the account that the forge says it is of."""
        return [
            Tie(address=address, account=account, commits=tuple(commits))
            for (address, account), commits in self._ties.items()
        ]

    def _take(self, pull: PullRequest) -> None:
        for one in pull.commits:
            for told, email in (
                (one.author, one.author_email),
                (one.committer, one.committer_email),
            ):
                if told is not None and email:
                    self._tie(email, told, one.oid)
        for told in _acting(pull):
            self._note(told)

    def _tie(self, email: str, told: Told, commit: str) -> None:
        account = self._note(told)
        if account is None or len(self._ties) >= MOST:
            return
        commits = self._ties.setdefault((email, account), [])
        if len(commits) < COMMITS and commit not in commits:
            commits.append(commit)

    def _note(self, told: Told) -> Account | None:
        """The account; None where there is nothing to tell it by."""
        if not told.login and told.id is None:
            return None
        bot = told.kind is AccountKind.BOT
        account = forge_account(self._host, told.login, told.id, bot=bot)
        if bot and len(self.bots) < MOST:
            self.bots[account] = None
        return account


def _acting(pull: PullRequest) -> Iterator[Told]:
    """Whoever did something to the pull request beside writing its commits."""
    acted = (pull.author, pull.merged_by, *(one.author for one in pull.reviews))
    yield from (one for one in (*acted, *(event.actor for event in pull.events)) if one)
