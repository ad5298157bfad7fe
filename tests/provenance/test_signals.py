"""Claims: what commits state about agents, and what they do not."""

from __future__ import annotations

import hashlib
from importlib import resources

import pytest
from signal_commits import CLAUDE, CLOUD, GITHUB, LOGS, SESSION, a_commit, brief, claims

from affidavit.base.commit import Commit, Ident
from affidavit.provenance.catalogue import load, parse
from affidavit.provenance.model import Claim, Party, PartyKind, Role, Tier, Trailer
from affidavit.provenance.signals import MOST, Signals


def test_a_commit_without_a_signal_makes_no_claim() -> None:
    assert claims(a_commit("Add x\n\nSigned-off-by: Ada <ada@example.org>\n")) == ()


def test_a_claim_carries_its_evidence_and_the_digest_of_it() -> None:
    line = "Co-Authored-By: Claude Opus 4.6 (1M context) <noreply@anthropic.com>"
    assert claims(a_commit(f"Add x\n\n{line}\n")) == (
        Claim(
            commit="1" * 40,
            rule="PRV-CLAUDE-001",
            tier=Tier.B,
            agent="claude-code",
            role=Role.CO_AUTHOR,
            source="co-author",
            evidence=line,
            digest="sha256:" + hashlib.sha256(line.encode()).hexdigest(),
            model="Claude Opus 4.6 (1M context)",
        ),
    )


def test_an_agent_that_wrote_and_committed_makes_one_claim() -> None:
    assert brief(claims(a_commit(author=CLAUDE, committer=CLAUDE))) == [
        ("PRV-CLAUDE-001", "claude-code", "author", "B", "author")
    ]


def test_a_reviewing_agent_in_the_author_field_wrote_the_commit() -> None:
    review = Ident("Copilot", "175728472+Copilot@users.noreply.github.com")
    assert brief(claims(a_commit(author=review))) == [
        ("PRV-COPILOT-004", "copilot-review", "author", "B", "author")
    ]


def test_an_agent_that_only_committed_decides_nothing() -> None:
    (claim,) = claims(a_commit(committer=CLAUDE))
    assert (claim.role, claim.source, claim.decides) == (Role.COMMITTER_ONLY, "committer", False)


@pytest.mark.parametrize(
    ("commit", "signed", "tier"),
    [
        pytest.param(a_commit(author=CLOUD, committer=GITHUB), "signed", "A", id="signed account"),
        pytest.param(a_commit(author=CLOUD, committer=GITHUB), "", "B", id="typed account"),
        pytest.param(a_commit(author=CLAUDE), "signed", "B", id="signed, but no account"),
        pytest.param(
            a_commit(author=Ident("x", "copilot-swe-agent[bot]@users.noreply.github.com")),
            "signed",
            "B",
            id="signed login without a number",
        ),
        pytest.param(
            a_commit(f"Add x\n\nCo-authored-by: {CLOUD}\n"), "signed", "B", id="signed co-author"
        ),
        pytest.param(
            a_commit(f"Add x\n\nAgent-Logs-Url: {LOGS}\n"), "signed", "A", id="signed log"
        ),
        pytest.param(a_commit(f"Add x\n\nAgent-Logs-Url: {LOGS}\n"), "", "B", id="typed log"),
        pytest.param(
            a_commit(f"Add x\n\nAgent-Logs-Url: {LOGS}\n\nand more\n"),
            "signed",
            "C",
            id="log in text",
        ),
        pytest.param(
            a_commit(f"Add x (#1)\n\n* y\n\nAgent-Logs-Url: {LOGS}\n\n* z\n"),
            "signed",
            "C",
            id="log of a squashed commit",
        ),
        pytest.param(a_commit(committer=CLOUD), "signed", "B", id="signed committer"),
        pytest.param(
            a_commit(author=Ident("Copilot", "agent@corp.example")), "signed", "C", id="name only"
        ),
    ],
)
def test_tier_a_needs_the_platform_and_its_signature(
    commit: Commit, signed: str, tier: str
) -> None:
    assert [str(claim.tier) for claim in claims(commit, forge_signed=bool(signed))] == [tier]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(
            "Co-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>",
            [("PRV-COPILOT-004", "copilot-review", "suggestion", "B", "co-author")],
            id="an accepted suggestion",
        ),
        pytest.param(
            "Co-authored-by: Copilot Autofix powered by AI"
            " <175728472+Copilot@users.noreply.github.com>",
            [("PRV-COPILOT-003", "copilot-autofix", "suggestion", "B", "co-author")],
            id="an accepted fix",
        ),
        pytest.param(
            "Co-developed-by: Copilot <175728472+Copilot@users.noreply.github.com>",
            [("PRV-TYPED-003", "copilot-review", "suggestion", "C", "trailer")],
            id="a suggestion under another key",
        ),
        pytest.param(
            "AI-Generated: claude-code/assisted/2.1",
            [("PRV-AI-001", "claude-code", "assist", "C", "trailer")],
            id="a mode that assists",
        ),
        pytest.param(
            "AI-Generated: homegrown tool/agent/2.1",
            [("PRV-AI-001", "homegrown-tool", "author", "C", "trailer")],
            id="a tool that is not known",
        ),
        pytest.param(
            "AI-Generated: true",
            [("PRV-AI-002", "unspecified", "author", "C", "trailer")],
            id="a tool that is not named",
        ),
        pytest.param(
            "Assisted-by: Claude <noreply@anthropic.com>",
            [("PRV-TYPED-001", "claude-code", "assist", "C", "trailer")],
            id="typed, with an agent's address",
        ),
        pytest.param(
            "Assisted-by: Somebody:claude-opus-4-6",
            [("PRV-TYPED-001", "claude-code", "assist", "C", "trailer")],
            id="an unknown tool on a known model",
        ),
    ],
)
def test_the_role_follows_from_what_is_stated(
    message: str, expected: list[tuple[str, str, str, str, str]]
) -> None:
    assert brief(claims(a_commit(f"Add x\n\n{message}\n"))) == expected


@pytest.mark.parametrize(
    ("trailer", "model"),
    [
        ("Co-authored-by: Claude Sonnet 4.5 <noreply@anthropic.com>", "Claude Sonnet 4.5"),
        ("Co-authored-by: Claude <noreply@anthropic.com>", None),
        ("Co-authored-by: aider (gpt-4o) <aider@aider.chat>", "gpt-4o"),
        ("Co-authored-by: aider (openai/gpt-4.1:free) <aider@aider.chat>", "openai/gpt-4.1:free"),
        ("Co-authored-by: Ada (gpt-5-codex) <ada@example.org>", "gpt-5-codex"),
        ("Co-authored-by: opencode (glm-5) <noreply@opencode.ai>", "glm-5"),
        ("Co-authored-by: OpenAI GPT 5.5 <noreply@openai.com>", "GPT 5.5"),
        ("Agent-Signature: claude-opus-4-8-high on behalf of Ada", "claude-opus-4-8-high"),
        ("Agent-Signature: codex-gpt-5- on behalf of Ada", "codex-gpt-5"),
        ("Assisted-by: Crush:kimi-for-coding", "kimi-for-coding"),
        ("Assisted-by: Claude:claude-3-opus [coccinelle] [sparse]", "claude-3-opus"),
        ("Assisted-by: Opus 4.7", "Opus 4.7"),
        ("Assisted-by: GitHub Copilot", None),
        ("AI-Model: gpt-5-codex", "gpt-5-codex"),
        ("AI-Generated: claude-code/agent/2.1.0", None),
        ("AI-Generated: claude/agent/claude-opus-4-6", "claude-opus-4-6"),
        ("Claude-Generated-By: Claude Code (cli, claude-opus-4-6)", "claude-opus-4-6"),
    ],
)
def test_the_model_is_read_where_it_is_stated(trailer: str, model: str | None) -> None:
    (claim,) = claims(a_commit(f"Add x\n\n{trailer}\n"))
    assert claim.model == model


@pytest.mark.parametrize(
    ("line", "session"),
    [
        (f"Claude-Session: {SESSION}", SESSION),
        (SESSION, SESSION),
        (f"Agent-Logs-Url: {LOGS}", LOGS),
        (
            "Copilot-Session: 1f0e2d3c-4b5a-4968-8776-655443322110",
            "1f0e2d3c-4b5a-4968-8776-655443322110",
        ),
        ("Entire-Checkpoint: 0c1a2b3d4e5f", "0c1a2b3d4e5f"),
        (
            "PR created automatically by Jules for task [1](https://jules.google.com/task/1)",
            "https://jules.google.com/task/1",
        ),
    ],
)
def test_the_session_is_read_where_it_is_stated(line: str, session: str) -> None:
    (claim,) = claims(a_commit(f"Add x\n\n{line}\n"))
    assert claim.session == session


def test_a_squashed_trailer_has_a_rule_and_a_tier_of_its_own() -> None:
    message = (
        "Add x (#12)\n\n* Add y\n\nCo-authored-by: Claude <noreply@anthropic.com>\n\n* Add z\n\n"
        f"Claude-Session: {SESSION}\n\n* Add w\n\nAssisted-by: GitHub Copilot\n\n"
        "---------\n\nCo-authored-by: Ben <ben@example.org>\n"
    )
    assert brief(claims(a_commit(message))) == [
        ("PRV-SQUASH-001", "claude-code", "co-author", "C", "squash-trailer"),
        ("PRV-SQUASH-002", "claude-code", "co-author", "C", "squash-trailer"),
        ("PRV-SQUASH-003", "copilot-cli", "assist", "C", "squash-trailer"),
    ]


def test_a_co_author_above_the_last_paragraph_is_a_line_that_somebody_left() -> None:
    message = f"Add x\n\nCo-Authored-By: {CLAUDE}\n\nReviewed-by: Ben <ben@example.org>\n"
    assert brief(claims(a_commit(message))) == [
        ("PRV-LINE-001", "claude-code", "co-author", "C", "text")
    ]


def test_a_typed_trailer_above_the_last_paragraph_counts_where_it_names_an_agent() -> None:
    message = "Add x\n\nAssisted-By: Cursor\nAssisted-by: Ben\n\nCloses: 12\n"
    assert brief(claims(a_commit(message))) == [("PRV-TYPED-001", "cursor", "assist", "C", "text")]


def test_a_squashed_trailer_of_context_is_left_out() -> None:
    data = resources.files("affidavit.provenance").joinpath("rules.toml").read_text("utf-8")
    head, mark, tail = data.partition("id = 'PRV-CURSOR-002'")
    signals = Signals(parse((head + mark + tail.replace("tier = 'B'", "tier = 'D'", 1)).encode()))
    stated = (Trailer("Made-with", "Cursor", inner=True),)
    commit = a_commit("Add x (#1)\n\nMade-with: Cursor\n")
    assert signals.claims(commit, stated, forge_signed=False) == ()


def test_a_trailer_is_not_counted_a_second_time_as_a_line() -> None:
    message = f"Add x\n\nClaude-Session:   {SESSION}\nMADE-WITH: cursor\n"
    assert [claim.source for claim in claims(a_commit(message))] == ["trailer", "trailer"]


def test_the_same_statement_twice_is_one_claim() -> None:
    line = f"Co-authored-by: {CLAUDE}\n"
    assert len(claims(a_commit(f"Add x\n\n{line}{line}"))) == 1


def test_a_session_without_a_line_from_the_agent_is_assistance() -> None:
    message = (
        "Add x\n\nEntire-Checkpoint: 0c1a2b3d4e5f\nEntire-Agent: Claude Code\n"
        "Entire-Attribution: 0% agent (0/20 lines)\n"
    )
    assert brief(claims(a_commit(message))) == [
        ("PRV-ENTIRE-001", "unspecified", "assist", "B", "trailer"),
        ("PRV-ENTIRE-002", "claude-code", "assist", "B", "trailer"),
        ("PRV-ENTIRE-004", "unspecified", "assist", "B", "trailer"),
    ]


def test_aider_leaves_the_person_a_person() -> None:
    marked = Ident("Ada (aider)", "ada@example.org")
    assert Signals(load()).party(marked) == Party(PartyKind.PERSON)
    assert brief(claims(a_commit(author=marked, committer=marked))) == [
        ("PRV-AIDER-002", "aider", "author", "B", "author")
    ]


def test_aider_as_committer_alone_committed_what_a_person_changed() -> None:
    marked = Ident("Ada (aider)", "ada@example.org")
    assert brief(claims(a_commit(committer=marked))) == [
        ("PRV-AIDER-002", "aider", "committer-only", "B", "committer")
    ]


def test_an_agent_beside_a_person_leaves_the_person_named() -> None:
    both = Ident("Ada Lovelace + Claude", "ada@example.org")
    signals = Signals(load())
    assert (signals.party(both), signals.agent(both)) == (Party(PartyKind.PERSON), "")
    found = claims(a_commit(f"Add x\n\nCo-authored-by: {both}\n", author=both))
    assert brief(found) == [
        ("PRV-MODEL-003", "claude-code", "co-author", "C", "author"),
        ("PRV-MODEL-003", "claude-code", "co-author", "C", "co-author"),
    ]


def test_a_signature_after_typed_line_feeds_is_shown_without_what_is_before_it() -> None:
    line = f"{'Keep the index. ' * 40}\\n\\n_codex-gpt-5- on behalf of ada_"
    (claim,) = claims(a_commit(f"Add x\n\n{line}\n"))
    assert (claim.rule, claim.model) == ("PRV-SIGNATURE-002", "codex-gpt-5")
    assert claim.evidence == "_codex-gpt-5- on behalf of ada_"


def test_a_branch_is_context() -> None:
    (claim,) = claims(a_commit("Merge pull request #1 from octo/claude/x\n\nAdd x\n"))
    assert brief((claim,)) == [("PRV-BRANCH-001", "claude-code", "author", "D", "branch")]
    assert not claim.decides


def test_a_branch_named_below_the_subject_is_prose() -> None:
    assert claims(a_commit("Log\n\nMerge pull request #1 from octo/claude/x\n")) == ()


def test_the_subject_may_follow_empty_lines() -> None:
    assert len(claims(a_commit("\n\nMerge pull request #1 from octo/claude/x\n"))) == 1


def test_a_fence_that_is_never_closed_hides_nothing() -> None:
    message = "Add x\n\n```\n\n🤖 Generated with [Claude Code](https://claude.com/claude-code)\n"
    assert [claim.rule for claim in claims(a_commit(message))] == ["PRV-CLAUDE-005"]


def test_a_line_after_a_fence_counts_again() -> None:
    message = "Add x\n\n~~~\n```\n~~~\nGenerated with Claude Code\n"
    assert [claim.rule for claim in claims(a_commit(message))] == ["PRV-CLAUDE-005"]


def test_lines_may_end_as_on_windows() -> None:
    assert len(claims(a_commit("Add x\r\n\r\nGenerated with Claude Code\r\n"))) == 1


@pytest.mark.parametrize(
    ("ident", "party"),
    [
        (CLAUDE, Party(PartyKind.AGENT, "claude-code", "PRV-CLAUDE-001", Role.AUTHOR)),
        (GITHUB, Party(PartyKind.FORGE, "", "PRV-FORGE-001")),
        (
            Ident("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
            Party(PartyKind.BOT, "", "PRV-AUTOMATION-001"),
        ),
        (
            Ident("made-up[bot]", "1+made-up[bot]@users.noreply.github.com"),
            Party(PartyKind.BOT, "", "PRV-AUTOMATION-999"),
        ),
        (
            Ident("Copilot", "175728472+Copilot@users.noreply.github.com"),
            Party(PartyKind.AGENT, "copilot-review", "PRV-COPILOT-004", Role.SUGGESTION),
        ),
        (
            Ident("CLAUDE", " NoReply@Anthropic.COM "),
            Party(PartyKind.AGENT, "claude-code", "PRV-CLAUDE-001", Role.AUTHOR),
        ),
        (
            Ident("Toast (gastown)", "toast@gastown.local"),
            Party(PartyKind.AGENT, "gastown", "PRV-GASTOWN-003", Role.AUTHOR),
        ),
        (
            Ident("Happy", "yesreply@happy.engineering"),
            Party(PartyKind.AGENT, "happy", "PRV-HAPPY-001", Role.ASSIST),
        ),
        (
            Ident("Ada", "project_123_bot_x@noreply.gitlab.com"),
            Party(PartyKind.BOT, "", "PRV-AUTOMATION-006"),
        ),
        (Ident("beads/crew/emma", "ada@example.org"), Party(PartyKind.PERSON)),
        (Ident("Claude Opus 4.6", "ada@example.org"), Party(PartyKind.PERSON)),
        (Ident("GitHub" * 200, "noreply@github.com"), Party(PartyKind.PERSON)),
        (Ident("", ""), Party(PartyKind.PERSON)),
    ],
)
def test_a_party_is_what_its_address_says(ident: Ident, party: Party) -> None:
    assert Signals(load()).party(ident) == party


def test_what_is_known_of_identities_and_lines_stays_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("affidavit.provenance.identities._MOST", 2)
    monkeypatch.setattr("affidavit.provenance.lines._MEMORY", 2)
    signals = Signals(load())
    for number in range(9):
        signals.party(Ident("", str(number)))
        message = f"Add\n\n🤖 Generated with [Claude Code](https://x.org/{number})\n".encode()
        assert len(signals.claims(a_commit(message), (), forge_signed=False)) == 1
    assert len(signals._identities._known) <= 2
    assert len(signals._lines._known) <= 2


def test_the_claims_of_a_commit_are_bounded_and_those_that_decide_stay() -> None:
    review = "Co-authored-by: Copilot {} <175728472+Copilot@users.noreply.github.com>\n"
    lines = "".join(review.format(number) for number in range(MOST + 50))
    found = claims(a_commit(f"Add x\n\n{lines}Co-authored-by: {CLAUDE}\n"))
    assert len(found) == MOST
    assert [claim.agent for claim in found if claim.decides] == ["claude-code"]


def test_a_long_line_is_matched_on_its_beginning() -> None:
    line = f"Generated with [Claude Code](https://claude.com/claude-code) {'x' * 3_000}"
    (claim,) = claims(a_commit(f"Add x\n\n{line}\n"))
    assert claim.rule == "PRV-CLAUDE-005"
    assert claim.digest == "sha256:" + hashlib.sha256(line.encode()).hexdigest()


def test_long_evidence_is_cut_but_its_digest_is_of_all_of_it() -> None:
    line = f"Assisted-by: Claude Opus 4.6, {'x' * 500}"
    (claim,) = claims(a_commit(f"Add x\n\n{line}\n"))
    assert (len(claim.evidence), claim.evidence[-1]) == (300, "…")
    assert claim.digest == "sha256:" + hashlib.sha256(line.encode()).hexdigest()
