"""What records of other tools claim of commits, as an audit tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.provenance.model import Authorship
from histories import audited
from recordedwork import (
    CHECKPOINT,
    SESSION,
    by_tool,
    checkpoint,
    linked,
    note,
    receipt,
    share,
    trace,
    work,
)

if TYPE_CHECKING:
    from gitrepo import Repo


def rules(repo: Repo, commit: str) -> list[tuple[str, str]]:
    """Rule and agent of each claim of a landing."""
    (found,) = (one for one in audited(repo).landings if one.commit == commit)
    return [(one.rule, one.agent) for one in found.claims]


def authorship(repo: Repo, commit: str) -> Authorship:
    (found,) = (one for one in audited(repo).landings if one.commit == commit)
    return found.authorship


def told(repo: Repo, code: str) -> list[str]:
    return [item for one in audited(repo).limits if one.id == code for item in one.items]


def test_a_session_of_a_checkpoint_names_the_agent_of_the_commit_that_names_it(repo: Repo) -> None:
    commit = linked(repo)
    checkpoint(repo, {"agent": "Claude Code", "files_touched": ["a.py"], **share(2, 4)})
    assert rules(repo, commit) == [
        ("PRV-ENTIRE-001", "unspecified"),
        ("PRV-CHECKPOINT-001", "claude-code"),
    ]


def test_a_checkpoint_that_no_message_names_claims_nothing(repo: Repo) -> None:
    commit = work(repo)
    checkpoint(repo, {"agent": "Claude Code"})
    assert rules(repo, commit) == []


def test_a_session_that_is_a_review_claims_nothing(repo: Repo) -> None:
    commit = linked(repo)
    checkpoint(repo, {"agent": "Claude Code", "kind": "agent_review"})
    assert rules(repo, commit) == [("PRV-ENTIRE-001", "unspecified")]


def test_a_trace_in_the_tree_is_a_claim_of_the_commit_that_it_is_about(repo: Repo) -> None:
    commit = work(repo)
    repo.commit("Trace", files={".agent-trace/traces.jsonl": trace(commit, 2, 2) + "\n"})
    assert rules(repo, commit) == [("PRV-AGENTTRACE-001", "codex")]
    assert authorship(repo, commit) is Authorship.AI


def test_a_trace_of_both_hands_makes_the_work_mixed(repo: Repo) -> None:
    commit = work(repo)
    text = trace(commit, 2, 3, kind="mixed")
    repo.commit("Trace", files={".agent-trace/traces.jsonl": text + "\n"})
    assert authorship(repo, commit) is Authorship.MIXED


def test_a_receipt_is_a_claim_of_the_tool_that_it_was_told_of(repo: Repo) -> None:
    commit = work(repo)
    body = receipt(commit, extensions=by_tool("cursor"))
    repo.commit("Receipt", files={".aiir/receipts.jsonl": body})
    assert rules(repo, commit) == [("PRV-AIIR-001", "cursor")]


def test_a_note_that_only_a_service_has_counts_and_a_copy_counts_once(repo: Repo) -> None:
    commit = work(repo)
    body = note(f"{SESSION} 2")
    repo.note("refs/notes/ai-display", commit, body)
    assert rules(repo, commit) == [("PRV-GITAI-001", "claude-code")]
    repo.note("refs/notes/ai", commit, body)
    assert rules(repo, commit) == [("PRV-GITAI-001", "claude-code")]


def test_the_copy_of_a_remote_does_not_speak_against_the_note_that_is_here(repo: Repo) -> None:
    commit = work(repo)
    repo.note("refs/notes/ai", commit, note(f"{SESSION} 2"))
    repo.note("refs/notes/ai-remote/origin", commit, note("s_fedcba98765432::t_0123456789abcd 2"))
    assert rules(repo, commit) == [("PRV-GITAI-001", "claude-code")]


def test_the_same_note_in_a_shard_counts_once_and_another_one_too(repo: Repo) -> None:
    commit = work(repo)
    repo.note("refs/notes/ai", commit, note(f"{SESSION} 2"))
    repo.note("refs/notes/ai-s/0c", commit, note(f"{SESSION} 2"))
    repo.note("refs/notes/ai-s/ff", commit, note("s_fedcba98765432::t_0123456789abcd 3"))
    assert rules(repo, commit) == [("PRV-GITAI-001", "claude-code"), ("PRV-GITAI-001", "codex")]


def test_what_cannot_be_read_of_a_record_is_told_with_its_place(repo: Repo) -> None:
    commit = work(repo)
    body = receipt(commit, content_hash="sha256:" + "0" * 64)
    repo.commit("Receipt", files={".aiir/receipts.jsonl": body})
    checkpoint(repo, {"session_id": 7})
    metadata = f"{CHECKPOINT[:2]}/{CHECKPOINT[2:]}/0/metadata.json"
    why = "its content does not have the digest that it states, so it claims nothing"
    assert told(repo, "odd-records") == [
        f".aiir/receipts.jsonl, {commit}: {why}",
        f"refs/heads/entire/checkpoints/v1:{metadata}: it is not the metadata of a session",
    ]
