"""What claims say of agents and models: known words in the clear, all else as commitments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
import recorded_audits
from recorded_audits import ORIGIN, record, stored

from affidavit.app.ledger.audits import recorded
from affidavit.app.ledger.claimed import is_model
from affidavit.app.ledger.kept import vault
from affidavit.app.ledger.view import Choice, viewing
from affidavit.ledger.kinds import LandingAudited
from affidavit.provenance.gitai import read
from histories import BY_CLAUDE, CHANGE_ID, Silence, audited

if TYPE_CHECKING:
    from affidavit.app.ledger.home import Home
    from gitrepo import Repo

ledger = recorded_audits.ledger
NONE = "hmac-sha256:" + "0" * 64
NOTE = b"""a.py
  0123456789abcdef 1-1
---
{"schema_version":"authorship/3.0.0","prompts":{"0123456789abcdef":{"agent_id":{
"tool":"Carol Cummings carol@firm.mail","id":"s","model":"for Dave Dunn <dave@firm.mail>"}}}}
"""


def test_names_in_the_place_of_agents_and_models_are_committed_to(repo: Repo, ledger: Home) -> None:
    commit = repo.commit(f"One\n\n{BY_CLAUDE}\nAssisted-by: Claude:erin.evans.firm.mail")
    report = audited(repo, name="team/service")
    claims = (*report.landings[0].claims, *read(commit, NOTE, source="refs/notes/ai").claims)
    other = msgspec.structs.replace(report.landings[0], claims=claims)
    recorded(ledger, msgspec.structs.replace(report, landings=[other]), Silence())
    data = stored(ledger)
    assert not [one for one in (b"arol", b"ave", b"erin.evans", b"dave-dunn") if one in data]
    with viewing(ledger) as view, vault(ledger, ORIGIN, writable=False) as kept:
        [row] = view.chosen(Choice(kind="landing.audited"))
        body = msgspec.json.decode(row.entry.body, type=LandingAudited)
        named = [(kept.reveal(one.agent_named or NONE), kept.reveal(one.model_named or NONE))
                 for one in body.claims]  # fmt: skip
    agents = [(one.agent, one.model) for one in body.claims]
    assert agents == [("claude-code", None), ("claude-code", None), ("other", None)]
    assert named == [
        (None, None),
        (None, "erin.evans.firm.mail"),
        ("carol-cummings-carol-firm-mail", "for Dave Dunn <dave@firm.mail>"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "claude-opus-4-1-20250805", "Claude Opus 4.6", "Opus 4.8 (1M context)", "gpt-5.1-codex",
        "gpt-4o-2024-08-06", "o3-mini", "gemini-2.5-pro", "qwen3-coder-480b-a35b-instruct",
        "kimi-k2-0905", "anthropic/claude-sonnet-4.5", "deepseek-v3.1:671b",
    ],
)  # fmt: skip
def test_what_is_surely_a_model_stays_in_the_clear(text: str) -> None:
    assert is_model(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "claude", "Claude Max", "max 4", "4", "o 4", "pro 2", "erin.evans.firm.mail",
        "claude-erin-evans-4", "claude-4 Erin", "claude 01 23 45 67 89", "gpt 555 1234567",
        "gpt-4\n", "gpt-4 " * 20, "claude-4 1984-05-06", "claude-\uff14",
    ],
)  # fmt: skip
def test_what_could_name_somebody_is_no_model(text: str) -> None:
    assert not is_model(text)


def test_numbers_of_requests_are_digits_or_ids_of_changes_alone(repo: Repo, ledger: Home) -> None:
    repo.commit("One\n\nChange-Id: Ihenry-hill\nReviewed-on: https://john.mail/c/x/+/ann")
    repo.commit(f"Two\n\nChange-Id: {CHANGE_ID}\nReviewed-on: https://john.mail/c/x/+/99")
    repo.commit("Three (#henry)")
    record(repo, ledger)
    with viewing(ledger) as view:
        bodies = [
            msgspec.json.decode(row.entry.body, type=LandingAudited)
            for row in view.chosen(Choice(kind="landing.audited"))
        ]
    found = [one.pull_request and one.pull_request.number for one in bodies]
    assert found == [None, CHANGE_ID, None]
    assert not [one for one in (b"henry", b"john.mail") if one in stored(ledger)]
