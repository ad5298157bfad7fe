"""Requests that ended in the period, merged or not, and whether agents made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.commit import Commit, Ident
from affidavit.changes.forge.approvals import ident_of
from affidavit.changes.record.lacking import NO_FORGE
from affidavit.changes.record.measures import Closed
from affidavit.provenance.catalogue import load
from affidavit.provenance.model import PartyKind
from affidavit.provenance.signals import Signals
from affidavit.provenance.trailers import trailers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.records.asking import Found
    from affidavit.app.records.export import Records
    from affidavit.changes.forge.model import Account, PullCommit, PullRequest


_ANY_APP = frozenset({"PRV-AUTOMATION-998", "PRV-AUTOMATION-999"})
"""Rules for whatever calls itself an app: it may be an agent that no rule names yet."""
_PUBLIC = "github.com"
"""Where the accounts of agents that the rules know are; their numbers are the same elsewhere."""


class Agents:
    """Tells which accounts and commits of a forge's records are agents', by the rules alone."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._signals = Signals(load())

    def of(self, account: Account | None) -> str:
        """The agent that an account is; empty where it is none."""
        if account is None:
            return ""
        hosts = dict.fromkeys((self._host, _PUBLIC))
        found = (self._signals.party(ident_of(account, one)).agent for one in hosts)
        return next(filter(None, found), "")

    def automation(self, account: Account) -> bool:
        """Whether it is automation that a rule of its own knows, not just some app or other."""
        hosts = dict.fromkeys((self._host, _PUBLIC))
        parties = [self._signals.party(ident_of(account, one)) for one in hosts]
        return any(one.kind is PartyKind.BOT and one.rule not in _ANY_APP for one in parties)

    def made(self, request: PullRequest) -> bool:
        """Whether an agent opened it or wrote a commit of it."""
        return bool(self.of(request.author)) or any(map(self._wrote, request.commits))

    def _wrote(self, commit: PullCommit) -> bool:
        if self.of(commit.author):
            return True
        message = (commit.message or "").encode("utf-8", "replace")
        read = Commit(
            id=commit.oid,
            tree=commit.tree or "",
            parents=(),
            author=Ident(commit.author_name or "", commit.author_email or ""),
            committer=Ident(commit.committer_name or "", commit.committer_email or ""),
            committer_time=None,
            message=message,
        )
        claims = self._signals.claims(read, trailers(message), forge_signed=False)
        return any(one.decides for one in claims)


def unclosed(of: Found) -> str | None:
    """Why it is not known which requests were opened or closed in the period; None where it is."""
    if of.records is None:
        return NO_FORGE
    return of.records.lacking("pull_requests", of.report.period.start)


def closed(of: Found) -> list[Closed]:
    """The requests that landed or were closed in the period, as far as the records go."""
    landed = [one for one in of.changes if of.request(one) is not None]
    gone = _given_up(of, of.records) if of.records else ()
    return [*(Closed(one.ai, merged=True) for one in landed), *gone]


def _given_up(of: Found, records: Records) -> Iterator[Closed]:
    """Requests that were closed in the period and not merged."""
    agents = Agents(records.host)
    period = of.report.period
    for kept in records.requests():
        request = kept.data
        ended = request.closed_at if request.state == "closed" else None
        if ended is not None and period.start <= ended < period.end:
            yield Closed(agents.made(request), merged=False)
