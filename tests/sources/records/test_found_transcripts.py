"""Where transcripts lie in a repository, and what bounds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.sources.records import transcripts
from recorded import opened
from transcribed import APPLIED, BLOCK, MODEL, ROOT, STARTED, begun, digests, edited, jsonl

if TYPE_CHECKING:
    from affidavit.provenance.records.model import Record
    from gitobjects import Content
    from gitrepo import Repo

EDITED = edited(f"{ROOT}/a.py", "", "one")
SESSION = "entire/checkpoints/v1"


def found(repo: Repo, at: str | None) -> tuple[list[Record], dict[str, int]]:
    with opened(repo) as here:
        return [*transcripts.records(here.git, here.objects, here.refs, at=at)], here.limits


def places(records: list[Record]) -> list[str]:
    return [record.place for record in records if not record.lines]


def test_transcripts_in_the_files_of_a_commit_are_read_by_path(repo: Repo) -> None:
    history = "\n".join([STARTED, MODEL, *BLOCK, APPLIED])
    files: dict[str, Content] = {
        ".aider.chat.history.md": history,
        "web/.aider.llm.history": "TO LLM 2026-01-01T00:00:00\n",
        ".codex/sessions/2026/03/01/rollout-2026-03-01T10-00-00-c1.jsonl": jsonl(*begun()),
        ".claude/projects/-home-ann-shop/s-1.jsonl": EDITED,
        ".claude/settings.json": "{}",
        "agent-transcripts/k-1/k-1.jsonl": jsonl({"role": "user", "message": {}}),
        "data/other.jsonl": EDITED + b"\n",
        "notes.jsonl": b"{}",
    }
    at = repo.commit(files=files)
    records, limits = found(repo, at)
    assert places(records) == [
        ".aider.chat.history.md",
        ".claude/projects/-home-ann-shop/s-1.jsonl",
        ".codex/sessions/2026/03/01/rollout-2026-03-01T10-00-00-c1.jsonl",
        "agent-transcripts/k-1/k-1.jsonl",
        "web/.aider.llm.history",
    ]
    assert [(each.source, len(each.lines)) for each in records if each.lines] == [
        ("aider-history", 1),
        ("claude-code-transcript", 1),
    ]
    assert limits == {}


@pytest.mark.parametrize("ref", [f"refs/heads/{SESSION}", f"refs/remotes/origin/{SESSION}"])
def test_transcripts_of_checkpoints_are_read(repo: Repo, ref: str) -> None:
    files: dict[str, Content] = {
        "0c/1a2b3d4e5f/0/full.jsonl": EDITED,
        "0c/1a2b3d4e5f/0/prompt.txt": "one",
    }
    made = repo.commit(parents=[], branch="side", files=files)
    repo.ref(ref, made)
    records, limits = found(repo, None)
    assert places(records) == [f"{ref}:0c/1a2b3d4e5f/0/full.jsonl"]
    assert [each.lines[0].texts for each in records if each.lines] == [digests("one")]
    assert limits == {}


def test_a_transcript_in_several_places_is_read_once(repo: Repo) -> None:
    at = repo.commit(files={f"{name}/rollout-1.jsonl": jsonl(*begun()) for name in "ab"})
    repo.ref(f"refs/heads/{SESSION}", repo.commit(parents=[], files={}, branch="side"))
    records, limits = found(repo, at)
    assert places(records) == ["a/rollout-1.jsonl"]
    assert limits == {"records-twice": 1}


def test_a_transcript_that_is_too_large_is_told(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcripts, "LARGEST", 10)
    at = repo.commit(files={"rollout-1.jsonl": jsonl(*begun()), "rollout-2.jsonl": b"{}"})
    records, limits = found(repo, at)
    assert places(records) == ["rollout-2.jsonl"]
    assert limits == {"transcripts-too-large": 1}


def test_a_repository_without_transcripts_has_none(repo: Repo) -> None:
    assert found(repo, repo.commit(files={"a.py": "one"})) == ([], {})
