"""The AI tools that a period shows: in its commits, and as accounts of the forge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.records.closing import Agents, unclosed
from affidavit.base.text import visible
from affidavit.changes.forge.model import ReviewState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.records.asking import Found
    from affidavit.changes.forge.model import PullRequest
    from affidavit.changes.model import Landing
    from affidavit.provenance.model import Claim

FORMAT = "affidavit/tools@1"
_CUT = "the forge did not tell all reviews"


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule found of a tool, with the newest of it; `commits` is how many commits."""

    rule: str
    tier: str
    role: str
    commits: int
    commit: str
    text: str
    digest: str


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """An AI tool. `first` and `last` are when something of it landed, was opened or reviewed.

    `changes` are those it counts as an author of, `others` those that name it otherwise. `opened`
    and `reviewed` are requests, by its account on the forge; None where not all are known, and
    `why` says why not. Then `accounts` are those that were met.
    """

    agent: str
    models: tuple[str, ...]
    sessions: int
    first: str
    last: str
    changes: int
    others: int
    accounts: tuple[str, ...]
    opened: int | None
    reviewed: int | None
    why: str | None
    evidence: tuple[Evidence, ...]


class _Seen:
    """What is gathered of one tool."""

    def __init__(self) -> None:
        self.times: list[str] = []
        self.models: set[str] = set()
        self.sessions: set[str] = set()
        self.deciding: set[str] = set()
        self.named: set[str] = set()
        self.accounts: set[str] = set()
        self.opened = 0
        self.reviewed = 0
        self.claims: dict[tuple[str, str, str], list[Claim]] = {}

    def claim(self, claim: Claim, change: str, landing: Landing) -> None:
        """Take in what a commit of `landing` says."""
        self.times.append(landing.landed_at)
        (self.deciding if claim in landing.deciding else self.named).add(change)
        if claim.model:
            self.models.add(visible(claim.model))
        if claim.session:
            self.sessions.add(claim.session)
        self.claims.setdefault((claim.tier, claim.rule, claim.role), []).append(claim)

    def tool(self, agent: str, *, unopened: str | None, unreviewed: str | None) -> Tool:
        """What was gathered; the reasons are why more may have been opened and reviewed."""
        return Tool(
            agent=agent,
            models=tuple(sorted(self.models)),
            sessions=len(self.sessions),
            first=min(self.times),
            last=max(self.times),
            changes=len(self.deciding),
            others=len(self.named - self.deciding),
            accounts=tuple(sorted(self.accounts)),
            opened=self.opened if unopened is None else None,
            reviewed=self.reviewed if unreviewed is None else None,
            why=unopened or unreviewed,
            evidence=tuple(_evidence(self.claims[key]) for key in sorted(self.claims)),
        )


def _evidence(claims: list[Claim]) -> Evidence:
    first = claims[0]
    return Evidence(
        rule=first.rule,
        tier=first.tier,
        role=first.role,
        commits=len({one.commit for one in claims}),
        commit=first.commit,
        text=visible(first.evidence),
        digest=first.digest,
    )


def tools(of: Found) -> tuple[Tool, ...]:
    """Every AI tool of the period, those with the most changes first."""
    seen: dict[str, _Seen] = {}
    for change in of.changes:
        for landing in change.landings:
            for claim in landing.claims:
                seen.setdefault(visible(claim.agent), _Seen()).claim(claim, change.id, landing)
    unopened, cut = unclosed(of), 0
    if of.records is not None:
        agents = Agents(of.records.host)
        for kept in of.records.requests():
            _on_forge(kept.data, agents, of, seen)
            cut += _is_cut(kept.data, of)
    unreviewed = unopened or (f"{_CUT} of {cut:,} requests" if cut else None)
    found = [
        one.tool(agent, unopened=unopened, unreviewed=unreviewed) for agent, one in seen.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.changes, -one.others, one.agent)))


def _is_cut(request: PullRequest, of: Found) -> bool:
    """Whether it may have reviews of the period that the forge did not tell."""
    lost = any(one.what in {"reviews", "record"} for one in request.missing)
    period = of.report.period
    return lost and request.created_at < period.end and request.updated_at >= period.start


def _on_forge(request: PullRequest, agents: Agents, of: Found, seen: dict[str, _Seen]) -> None:
    period = of.report.period
    for agent, account, at, what in _parts(request, agents):
        if period.start <= at < period.end:
            tool = seen.setdefault(visible(agent), _Seen())
            tool.times.append(at)
            tool.accounts.add(visible(account))
            tool.opened += what == "opened"
            tool.reviewed += what == "reviewed"


def _parts(request: PullRequest, agents: Agents) -> Iterator[tuple[str, str, str, str]]:
    """The parts that agents' accounts had in a request, each sort once for each account."""
    if request.author is not None and (agent := agents.of(request.author)):
        yield agent, request.author.login, request.created_at, "opened"
    met: set[str] = set()
    for one in request.reviews:
        if one.author is None or one.state is ReviewState.PENDING or not one.submitted_at:
            continue
        agent = agents.of(one.author)
        if agent and one.author.login not in met:
            met.add(one.author.login)
            yield agent, one.author.login, one.submitted_at, "reviewed"
