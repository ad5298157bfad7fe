"""``affidavit claims list`` and ``show``: what there is, and what contradicts what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gitrepo import BEN
from histories import ran
from recordedwork import (
    CHECKPOINT,
    FILE,
    PERSON,
    SESSION,
    checkpoint,
    linked,
    note,
    share,
    trace,
    work,
    written,
)

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo


def listed(repo: Repo, *more: str | Path) -> dict[str, object]:
    ended = ran("claims", "list", "--repo", repo.path, "--json", *more, here=repo.path)
    assert (ended.status, ended.err) == (0, "")
    found = json.loads(ended.out)
    assert isinstance(found, dict)
    return found


def text(repo: Repo, *more: str | Path) -> list[str]:
    ended = ran("claims", *more, "--repo", repo.path, "--quiet", here=repo.path)
    assert (ended.status, ended.err) == (0, "")
    return ended.out.splitlines()


def contradicting(repo: Repo) -> str:
    """A commit of which a note says that a person typed a line, and a trace that an agent did."""
    commit = work(repo)
    repo.note("refs/notes/ai", commit, note(f"{SESSION} 2", f"{PERSON} 3"))
    repo.commit("Trace", files={".agent-trace/traces.jsonl": trace(commit, 3, 3) + "\n"})
    return commit


def test_the_records_of_each_form_are_counted(repo: Repo) -> None:
    commit = linked(repo)
    checkpoint(repo, {"agent": "Claude Code", "files_touched": [FILE], **share(2, 2)})
    gone = "ab" * 20
    repo.note("refs/notes/ai", commit, note(f"{SESSION} 2-3"))
    repo.commit("Trace", files={".agent-trace/traces.jsonl": trace(gone, 3, 3) + "\n"})
    rows = {
        one["covered"]["source"]: (one["covered"]["commits"], one["here"], one["covered"]["lines"])
        for one in listed(repo)["forms"]  # type: ignore[attr-defined]
    }
    assert rows == {"agent-trace": (1, 0, 1), "entire": (1, 1, 0), "git-ai": (1, 1, 2)}


def test_a_form_alone_is_listed_alone(repo: Repo) -> None:
    contradicting(repo)
    forms = listed(repo, "--form", "git-ai")["forms"]
    assert [one["covered"]["source"] for one in forms] == ["git-ai"]  # type: ignore[attr-defined]


def test_records_that_contradict_each_other_are_told_and_none_is_chosen(repo: Repo) -> None:
    commit = contradicting(repo)
    found = listed(repo)
    assert found["contradicted"] == 1
    assert found["contradictions"] == [
        {
            "commit": commit,
            "about": "agents",
            "path": "",
            "lines": 0,
            "said": [
                {"sources": ["agent-trace"], "says": "codex"},
                {"sources": ["git-ai"], "says": "claude-code"},
            ],
        },
        {
            "commit": commit,
            "about": "lines",
            "path": FILE,
            "lines": 1,
            "said": [
                {"sources": ["agent-trace"], "says": "codex"},
                {"sources": ["git-ai"], "says": "a person"},
            ],
        },
    ]
    told = text(repo, "list")
    assert f"  {commit[:12]}  agent-trace: codex; git-ai: claude-code" in told
    assert f"  {commit[:12]}  1 line of a.py: agent-trace: codex; git-ai: a person" in told
    said = "contradictions records of 1 commit say different things; none is chosen"
    assert said in told


def test_a_record_that_names_another_agent_than_the_message_is_told(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    message = "Work\n\nCo-authored-by: Claude <noreply@anthropic.com>"
    commit = repo.commit(message, author=BEN, files={FILE: "one\na\nb\n"})
    repo.commit("Trace", files={".agent-trace/traces.jsonl": trace(commit, 2, 2) + "\n"})
    assert f"  {commit[:12]}  agent-trace: codex; commit: claude-code" in text(repo, "list")


def test_a_repository_without_records_says_so(repo: Repo) -> None:
    work(repo)
    assert text(repo, "list")[1:] == [
        "no record of another tool is here",
        "",
        "contradictions none",
    ]


def test_records_in_files_are_listed_with_those_that_are_here(repo: Repo, tmp_path: Path) -> None:
    work(repo)
    (tmp_path / "s-1.jsonl").write_bytes(written(FILE, "alpha = 1"))
    forms = listed(repo, "--records", tmp_path / "s-1.jsonl")["forms"]
    assert [one["covered"]["source"] for one in forms] == [  # type: ignore[attr-defined]
        "claude-code-transcript"
    ]


def test_a_commit_is_shown_with_everything_that_is_said_of_it(repo: Repo) -> None:
    commit = linked(repo)
    checkpoint(repo, {"agent": "Claude Code", "files_touched": [FILE], **share(1, 4)})
    repo.note("refs/notes/ai", commit, note(f"{SESSION} 2", f"{PERSON} 3"))
    metadata = f"{CHECKPOINT[:2]}/{CHECKPOINT[2:]}/0/metadata.json"
    assert text(repo, "show", commit)[2:] == [
        f"commit: unspecified as co-author, tier B (PRV-ENTIRE-001) {CHECKPOINT}",
        "git-ai: refs/notes/ai",
        "  claude-code as co-author, tier B (PRV-GITAI-001) claude-opus-4-6 x",
        "  a.py: 1 line (2-2) ai claude-code claude-opus-4-6 x",
        "  a.py: 1 line (3-3) human",
        f"entire: refs/heads/entire/checkpoints/v1:{metadata}",
        "  claude-code as co-author, tier B (PRV-CHECKPOINT-001) s-0",
        "  a.py: the file mixed claude-code s-0",
        f"  checkpoint: {CHECKPOINT}",
        "  agent-lines: 1",
        "  all-lines: 4",
    ]


def test_a_commit_of_which_nothing_is_said_says_so(repo: Repo) -> None:
    commit = work(repo)
    assert text(repo, "show", commit)[2:] == ["nothing is claimed of it"]


def test_a_revision_that_names_no_commit_is_refused(repo: Repo) -> None:
    work(repo)
    ended = ran("claims", "show", "nowhere", "--repo", repo.path, here=repo.path)
    assert ended.status == 2
