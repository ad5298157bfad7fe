"""Commits that state something, and what is claimed of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.commit import Commit, Ident
from affidavit.provenance.catalogue import load
from affidavit.provenance.signals import Signals
from affidavit.provenance.trailers import trailers

if TYPE_CHECKING:
    from affidavit.provenance.model import Claim

ADA = Ident("Ada", "ada@example.org")
GITHUB = Ident("GitHub", "noreply@github.com")
CLAUDE = Ident("Claude Opus 4.6", "noreply@anthropic.com")
CLOUD = Ident("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com")
SESSION = "https://claude.ai/code/session_01NQ4uZG1GGWWCTbND93jJuR"
LOGS = "https://github.com/octo/app/sessions/30f81659-a662-4530-818e-f348bf91913c"


def a_commit(
    message: str | bytes = "Subject\n", *, author: Ident = ADA, committer: Ident = ADA
) -> Commit:
    return Commit(
        id="1" * 40,
        tree="2" * 40,
        parents=(),
        author=author,
        committer=committer,
        committer_time=0,
        message=message if isinstance(message, bytes) else message.encode(),
    )


def claims(commit: Commit, *, forge_signed: bool = False) -> tuple[Claim, ...]:
    return Signals(load()).claims(commit, trailers(commit.message), forge_signed=forge_signed)


def brief(found: tuple[Claim, ...]) -> list[tuple[str, str, str, str, str]]:
    return [(c.rule, c.agent, str(c.role), str(c.tier), c.source) for c in found]


def an_ident(text: str) -> Ident:
    name, _, email = text.rpartition("<")
    return Ident(name.strip(), email.rstrip(">"))
