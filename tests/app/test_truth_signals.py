"""Whose work a landing is: every form of signal, in every place where it can stand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gitrepo import ALICE, BEN
from histories import BY_CLAUDE, CLAUDE, DEPENDABOT, audited, newest

if TYPE_CHECKING:
    from gitrepo import Repo

COPILOT = "copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>"
AIDER = "Alice Example (aider) <alice@firm.mail>"
SUGGESTED = (
    "Co-authored-by: gemini-code-assist[bot]"
    " <176961590+gemini-code-assist[bot]@users.noreply.github.com>"
)
FOOTER = "\U0001f916 Generated with [Claude Code](https://claude.com/claude-code)"
SESSION, PERSON = "s_0123456789abcd", "h_0123456789abcd"


def note(*keys: str) -> str:
    """A line-level note in which each key has a line of its own."""
    lines = "".join(f"  {key} {number}\n" for number, key in enumerate(keys, 1))
    agent = {"agent_id": {"tool": "claude", "id": "1", "model": "claude-opus-4-6"}}
    metadata = {
        "schema_version": "authorship/3.0.0",
        "base_commit_sha": "0" * 40,
        "prompts": {},
        "sessions": {SESSION: agent},
        "humans": {PERSON: {"author": ALICE}},
    }
    return f"main.txt\n{lines}---\n{json.dumps(metadata)}\n"


AUTHORS = [
    (ALICE, "no-signal"),
    (CLAUDE, "ai"),
    (COPILOT, "ai"),
    (AIDER, "ai"),
    (DEPENDABOT, "automation"),
    ("Claude Martin <claude.martin@firm.mail>", "no-signal"),
    ("Ashwin Bhat <ashwin@anthropic.com>", "no-signal"),
    ("Devin Carlen <devin.carlen@firm.mail>", "no-signal"),
]


@pytest.mark.parametrize(("author", "truth"), AUTHORS)
def test_an_author_is_an_agent_automation_or_nobody_known(
    repo: Repo, author: str, truth: str
) -> None:
    repo.commit("Work", author=author)
    assert newest(repo).authorship == truth


MESSAGES = [
    ("Work", "no-signal", ""),
    (f"Work\n\n{BY_CLAUDE}", "ai", "co-author"),
    ("Work\n\nCo-Authored-By: Ben Ode <ben@firm.mail>", "no-signal", ""),
    (f"Work\n\n{FOOTER}", "ai", "author"),
    ("Work\n\nGenerated-by: Claude Code", "ai", "author"),
    ("Work\n\nAssisted-by: Claude:claude-opus-4-6", "assisted", "assist"),
    ("Work\n\nAssisted-by: Ben Ode <ben@firm.mail>", "no-signal", ""),
    (f"Work\n\n{SUGGESTED}", "assisted", "suggestion"),
    (f"Work\n\n    {BY_CLAUDE}\n\nA quoted line is prose.", "no-signal", ""),
    (f"Work\n\n> {BY_CLAUDE}", "no-signal", ""),
    (f"Work\n\n```\n{FOOTER}\n```\n\nThat was the footer.", "no-signal", ""),
    ("Let Claude review the docs", "no-signal", ""),
]


@pytest.mark.parametrize(("message", "truth", "role"), MESSAGES)
def test_a_message_claims_what_it_states(repo: Repo, message: str, truth: str, role: str) -> None:
    repo.commit(message)
    landing = newest(repo)
    assert landing.authorship == truth
    assert {claim.role.value for claim in landing.claims} == ({role} if role else set())


NOTES = [
    ((SESSION,), "ai"),
    ((PERSON,), "human"),
    ((SESSION, PERSON), "mixed"),
    ((), "no-signal"),
]


@pytest.mark.parametrize(("keys", "truth"), NOTES)
def test_a_note_tells_whose_lines_they_are(repo: Repo, keys: tuple[str, ...], truth: str) -> None:
    repo.note("refs/notes/ai", repo.commit("Work"), note(*keys))
    assert newest(repo).authorship == truth


def test_a_note_of_people_beside_a_trailer_of_an_agent_is_mixed(repo: Repo) -> None:
    repo.note("refs/notes/ai", repo.commit(f"Work\n\n{BY_CLAUDE}"), note(PERSON))
    assert newest(repo).authorship == "mixed"


def test_a_note_on_a_commit_that_was_brought_in_counts_for_the_landing(repo: Repo) -> None:
    repo.commit("Begin")
    repo.note("refs/notes/ai", repo.commit("One", branch="side", at="main"), note(SESSION))
    repo.merge("side", message="Merge branch 'side'", author=BEN)
    landing = newest(repo)
    assert (landing.authorship, [claim.source for claim in landing.claims]) == (
        "ai",
        ["refs/notes/ai"],
    )


def test_an_agent_that_only_committed_decides_nothing(repo: Repo) -> None:
    repo.commit("Work", author=ALICE, committer=AIDER.replace("Alice Example", "Alice"))
    landing = newest(repo)
    assert (landing.authorship, [claim.role.value for claim in landing.claims]) == (
        "no-signal",
        ["committer-only"],
    )


BROUGHT = [
    ((f"One\n\n{BY_CLAUDE}", f"Two\n\n{BY_CLAUDE}"), ALICE, "ai"),
    ((f"One\n\n{BY_CLAUDE}", "Two"), ALICE, "mixed"),
    ((f"One\n\n{SUGGESTED}", "Two"), ALICE, "assisted"),
    (("One", "Two"), ALICE, "no-signal"),
    (("One", "Two"), DEPENDABOT, "automation"),
    ((f"One\n\n{BY_CLAUDE}", "Two"), DEPENDABOT, "mixed"),
]


@pytest.mark.parametrize(("messages", "author", "truth"), BROUGHT)
@pytest.mark.parametrize("squash", [False, True])
def test_what_was_brought_in_decides_for_merge_and_squash_alike(
    repo: Repo, messages: tuple[str, ...], author: str, truth: str, *, squash: bool
) -> None:
    repo.commit("Begin")
    for message in messages:
        repo.commit(message, author=author, branch="side", at="main")
    if squash:
        repo.ref("refs/pull/4/head", repo.resolve("side"))
        repo.squash("side", "Work (#4)", author=author)
    else:
        repo.merge("side", message="Merge branch 'side'", author=BEN)
    assert newest(repo).authorship == truth


def test_a_merge_commits_own_trailer_says_nothing_of_what_it_merged(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("One", branch="side", at="main")
    repo.merge("side", message=f"Merge branch 'side'\n\n{BY_CLAUDE}", author=BEN)
    assert newest(repo).authorship == "no-signal"


def test_an_agent_named_on_a_merge_commit_alone_has_no_ai_landing(repo: Repo) -> None:
    test_a_merge_commits_own_trailer_says_nothing_of_what_it_merged(repo)
    report = audited(repo)
    assert report.metrics["ai_changes"].numerator == 0
    assert sum(row.landings for row in report.agents) == 0


def test_the_tier_of_an_ai_landing_is_that_of_what_decided_it(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("One\n\nGenerated-by: Claude Code", branch="side", at="main")
    repo.merge("side", message=f"Merge branch 'side'\n\n{BY_CLAUDE}", author=BEN)
    found = audited(repo).metrics
    assert [found[f"ai_changes_tier_{tier}"].numerator for tier in ("a", "ab", "abc")] == [0, 0, 1]


def test_a_squash_without_its_commits_takes_its_own_claims(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("One", branch="side", at="main")
    repo.squash("side", f"Work (#4)\n\n* One\n\n{BY_CLAUDE}\n\n* Two\n\nMore words about it.")
    landing = newest(repo)
    assert (landing.authorship, landing.unrefined) == ("ai", True)
    assert [claim.source for claim in landing.claims] == ["squash-trailer"]


def test_a_squash_names_an_agent_that_its_commits_do_not(repo: Repo) -> None:
    repo.commit("Begin")
    repo.ref("refs/pull/4/head", repo.commit("One", branch="side", at="main"))
    repo.squash("side", f"Work (#4)\n\n{BY_CLAUDE}")
    landing = newest(repo)
    assert (landing.authorship, landing.unrefined) == ("mixed", False)


def test_a_notes_ref_of_another_commit_does_not_reach_a_landing(repo: Repo) -> None:
    repo.commit("Begin")
    aside = repo.commit("Aside", branch="side", at="main")
    repo.note("refs/notes/ai", aside, note(SESSION))
    report = audited(repo, branches=("main",))
    assert [one.authorship for one in report.landings] == ["no-signal"]
    assert "notes-beside-the-branch" in {one.id for one in report.limits}


def test_sources_and_their_overlap_are_counted_by_commit(repo: Repo) -> None:
    repo.commit("Silent")
    repo.commit("One", author=CLAUDE)
    repo.note("refs/notes/ai", repo.commit(f"Both\n\n{BY_CLAUDE}"), note(SESSION))
    coverage = audited(repo).coverage
    assert [(one.source, one.commits) for one in coverage.sources] == [
        ("author", 1),
        ("co-author", 1),
        ("refs/notes/ai", 1),
    ]
    assert [(one.sources, one.commits) for one in coverage.overlaps] == [
        (("co-author", "refs/notes/ai"), 1)
    ]
    assert (coverage.commits, coverage.no_signal) == (3, 1)


def test_a_merge_that_a_note_calls_an_agents_shows_nobody(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("Work", branch="side", at="main")
    merge = repo.merge("side", author=BEN)
    assert newest(repo).review.grade == "R2"
    repo.note("refs/notes/ai", merge, note(SESSION))
    assert newest(repo).review.grade == "R0"
