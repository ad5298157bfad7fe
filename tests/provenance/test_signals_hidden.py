"""Signals that somebody tried to hide: behind others, in long or odd text, or beyond a bound."""

from __future__ import annotations

import pytest
from signal_commits import CLAUDE, a_commit, brief, claims

from affidavit.base.commit import Ident
from affidavit.provenance.catalogue import load
from affidavit.provenance.lines import MOST_BYTES
from affidavit.provenance.model import PartyKind
from affidavit.provenance.signals import MOST, Signals
from affidavit.provenance.trailers import MOST as MOST_TRAILERS
from affidavit.provenance.trailers import MOST_PEOPLE, trailers

LINE = f"Co-Authored-By: {CLAUDE}"
CO_AUTHOR = ("PRV-CLAUDE-001", "claude-code", "co-author", "B", "co-author")
IN_TEXT = ("PRV-LINE-001", "claude-code", "co-author", "C", "text")


def capped(message: str) -> list[str]:
    commit = a_commit(message)
    signals = Signals(load())
    signals.claims(commit, trailers(commit.message), forge_signed=False)
    return list(signals.capped)


def test_a_thousand_lines_that_state_nothing_hide_no_signal() -> None:
    message = "Add x\n\n" + "[codex] note\n" * 1_001 + f"\n{LINE}\n\nend\n"
    assert brief(claims(a_commit(message))) == [IN_TEXT]
    assert capped(message) == []


def test_five_thousand_different_lines_that_state_nothing_hide_no_signal() -> None:
    notes = "".join(f"[codex] {number}\n" for number in range(5_000))
    assert brief(claims(a_commit(f"Add x\n\n{notes}\n{LINE}\n\nend\n"))) == [IN_TEXT]


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(
            "Add x\n\n" + "".join(f"[codex] {n:0300}\n" for n in range(MOST_BYTES // 300)),
            id="lines",
        ),
        pytest.param(f"Add x\n\n{LINE}\n" + "A: b\n" * MOST_TRAILERS, id="trailers"),
        pytest.param(
            "Add x\n\nCo-authored-by: " + "Ada <ada@example.org>, " * MOST_PEOPLE, id="people"
        ),
        pytest.param(
            "Add x\n\n" + "".join(f"Assisted-by: Claude {n}\n" for n in range(MOST + 1)),
            id="claims",
        ),
    ],
)
def test_a_commit_beyond_a_bound_is_named(message: str) -> None:
    assert capped(message) == ["1" * 40]


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(f"Add x\n\n{LINE}\n", id="one"),
        pytest.param("Add x\n\n" + "Generated with [Claude Code](https://x)\n" * 50_000, id="same"),
        pytest.param("Add x\n\n" + "A: b\n" * MOST_TRAILERS, id="no signal at all"),
    ],
)
def test_a_commit_within_the_bounds_is_not_named(message: str) -> None:
    assert capped(message) == []


@pytest.mark.parametrize(
    "value",
    [
        f"{CLAUDE} {'z' * 2_100}",
        f"{CLAUDE}\n {'z' * 2_100}",
        f"{'Claude ' * 400}<noreply@anthropic.com>",
        "Bob <bob@example.org>, Claude <noreply@anthropic.com>",
        "Bob <>, Claude <noreply@anthropic.com>",
        "https <https://example.org> Claude <noreply@anthropic.com>",
        "Claude <<noreply@anthropic.com>>",
        "Claude <noreply@anthropic.com\u200b>",
        "Claude <mailto:noreply@anthropic.com>",
        "Claude <\ufeffMailTo: noreply@anthropic.com>",
    ],
    ids=lambda value: repr(value[:30]),
)
def test_a_co_author_is_found_wherever_the_value_names_it(value: str) -> None:
    message = f"Add x\n\nCo-Authored-By: {value}\n"
    assert CO_AUTHOR in brief(claims(a_commit(message)))


def test_a_byte_order_mark_before_a_co_author_hides_no_agent() -> None:
    message = f"\ufeffAdd x\n\n\ufeff{LINE}\n"
    assert brief(claims(a_commit(message))) == [IN_TEXT]


def test_a_byte_order_mark_before_a_co_author_makes_no_person_an_agent() -> None:
    assert claims(a_commit("Add x\n\n\ufeffCo-authored-by: Ada <ada@example.org>\n")) == ()


def test_a_long_value_is_matched_on_its_beginning() -> None:
    (claim,) = claims(a_commit(f"Add x\n\nAssisted-by: Claude, {'z' * 5_000}\n"))
    assert claim.agent == "claude-code"


def test_each_agent_of_one_value_is_a_claim_with_evidence_of_its_own() -> None:
    agents = f"{CLAUDE}, Copilot <copilot@github.com>, Claude <{CLAUDE.email}>"
    message = f"Add x\n\nCo-authored-by: Bob <bob@example.org>, {agents}\n"
    assert [(claim.agent, claim.evidence) for claim in claims(a_commit(message))] == [
        ("claude-code", "Co-authored-by: Claude <noreply@anthropic.com>"),
        ("claude-code", f"Co-authored-by: {CLAUDE}"),
        ("copilot-cli", "Co-authored-by: Copilot <copilot@github.com>"),
    ]


@pytest.mark.parametrize("key", ["Co-authored-by", "Assisted-by"])
def test_an_agent_named_after_a_person_is_found(key: str) -> None:
    message = f"Add x\n\n{key}: Bob <bob@example.org>, {CLAUDE}\n\nend\n"
    assert [claim.agent for claim in claims(a_commit(message))] == ["claude-code"]


@pytest.mark.parametrize(
    "ident",
    [
        Ident("Claude", "<noreply@anthropic.com>"),
        Ident("Claude", "noreply@anthropic.com\0"),
        Ident("Claude", "nore\u200bply@anth\u00adropic.com"),
        Ident("Claude", " 'NoReply@Anthropic.com';\\"),
        Ident("Claude", "mailto:noreply@anthropic.com"),
        Ident("C" * 5_000, "noreply@anthropic.com"),
        Ident("x", "198982749+Copilot@users.noreply.github.com\ufeff"),
        Ident("x" * 1_000, "198982749+Copilot@users.noreply.github.com"),
        Ident("x", "000198982749+Copilot@users.noreply.github.com"),
        Ident("claude[bot]", "041898282+claude[bot]@users.noreply.github.com"),
        Ident("dev (ai\u200bder)", "dev@example.org"),
    ],
    ids=lambda ident: repr(str(ident)[-40:]),
)
def test_an_identity_is_read_as_git_would_write_it_and_people_see_it(ident: Ident) -> None:
    assert len(claims(a_commit(author=ident))) == 1


@pytest.mark.parametrize(
    "ident",
    [
        Ident("\0", "<>"),
        Ident("A" * 5_000, "a@example.org"),
        Ident("x", "1000198982749+Copilot@users.noreply.github.com"),
        Ident("x", "x00198982749+Copilot@users.noreply.github.com"),
    ],
)
def test_an_odd_identity_is_a_person(ident: Ident) -> None:
    assert Signals(load()).party(ident).kind is PartyKind.PERSON


def test_a_footer_known_from_one_commit_is_found_on_the_next() -> None:
    signals = Signals(load())
    commit = a_commit("Add x\n\nGenerated with Claude Code\n")
    first, second = (signals.claims(commit, (), forge_signed=False) for _ in range(2))
    assert first == second
    assert [claim.rule for claim in first] == ["PRV-CLAUDE-005"]
