"""``affidavit envelope write-back --git-ai``: what it shows, what it writes, and what it leaves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from affidavit.app.envelope.creating import Wanted, created
from gitrepo import Repo
from histories import Ended, ran

if TYPE_CHECKING:
    from pathlib import Path

AI = "refs/notes/ai"
SESSION = "s_0123456789abcd"
ENTRY = f"  {SESSION}::t_aaaaaaaaaaaaaa 2"
AGENT = {SESSION: {"agent_id": {"id": "one", "model": "m", "tool": "claude"}}}
SAID = {"schema_version": "authorship/3.0.0", "prompts": {}, "sessions": AGENT}
NOTE = f"plan.txt\n{ENTRY}\n---\n{json.dumps(SAID)}"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A squash of the branch `work`, on whose commits are two notes, one of them wrong."""
    made = Repo(tmp_path / "repo")
    made.commit("First", files={"plan.txt": "1\n"})
    one = made.commit("Work", branch="work", at="main", files={"plan.txt": "1\n2\n"})
    made.note(AI, one, NOTE)
    two = made.commit("More", branch="work", files={"other.txt": "1\n"})
    made.note(AI, two, NOTE)
    wanted = Wanted(repository=made.directory, base="main", head="work", output=tmp_path / "e.json")
    created(wanted)
    made.squash("work", "Work (#1)")
    return made


def write_back(repo: Repo, here: Path, *args: str) -> Ended:
    usual = ("main", "--repo", repo.directory, "--envelope", "e.json")
    return ran("envelope", "write-back", *usual, *args, here=here)


def noted(repo: Repo) -> list[str]:
    """The commits with a note of git-ai."""
    lines = repo.git("notes", f"--ref={AI}", "list").decode().splitlines()
    return sorted(line.split()[1] for line in lines)


def test_the_note_is_shown_and_not_written(repo: Repo, tmp_path: Path) -> None:
    before = noted(repo)
    done = write_back(repo, tmp_path, "--git-ai")
    odd = repo.resolve("work")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[2:9] == [
        "git-ai note    1 lines of 1, not written: --write does",
        "from           1 notes on 2 commits",
        f"refused        the note on {odd[:12]}: its commit brings nothing to plan.txt",
        "",
        "plan.txt",
        ENTRY,
        "---",
    ]
    assert noted(repo) == before


def test_the_note_is_written_once_and_never_over_another(repo: Repo, tmp_path: Path) -> None:
    before, own = noted(repo), repo.resolve("main")
    done = write_back(repo, tmp_path, "--git-ai", "--write")
    assert done.out.splitlines()[2] == "git-ai note    1 lines of 1, written"
    assert noted(repo) == sorted([*before, own])
    shown = repo.git("notes", f"--ref={AI}", "show", own).decode()
    assert shown.startswith(f"plan.txt\n{ENTRY}\n---\n")
    again = write_back(repo, tmp_path, "--git-ai", "--write")
    why = "none: it has a note of git-ai already, and that is never written over"
    assert again.out.splitlines()[2] == f"git-ai note    {why}"
    assert repo.git("notes", f"--ref={AI}", "show", own).decode() == shown


def test_the_answer_in_json_has_the_note(repo: Repo, tmp_path: Path) -> None:
    found = json.loads(write_back(repo, tmp_path, "--git-ai", "--json").out)["git_ai"]
    note = found.pop("note")
    assert json.loads(note.partition("---\n")[2])["sessions"] == AGENT
    why = "its commit brings nothing to plan.txt"
    assert found == {
        "why": None,
        "commits": 2,
        "notes": 1,
        "attested": 1,
        "brought": 1,
        "lines": 1,
        "refused": [{"commit": repo.resolve("work"), "why": why}],
        "more_refused": 0,
        "written": False,
    }


def test_nothing_of_it_is_told_unasked(repo: Repo, tmp_path: Path) -> None:
    assert json.loads(write_back(repo, tmp_path, "--json").out)["git_ai"] is None


def test_a_landing_by_no_rung_that_carries_gets_none(repo: Repo, tmp_path: Path) -> None:
    before = noted(repo)
    repo.commit("Else (#1)", files={"plan.txt": "another\n"})
    done = write_back(repo, tmp_path, "--git-ai", "--write")
    assert (done.status, done.out.splitlines()[1]) == (3, "rung           none: it does not carry")
    assert noted(repo) == before


def test_writing_is_of_what_is_asked_for(repo: Repo, tmp_path: Path) -> None:
    done = write_back(repo, tmp_path, "--write")
    assert done.status == 2
    assert "give --git-ai with it" in done.err


def test_no_hook_of_the_repository_runs(repo: Repo, tmp_path: Path) -> None:
    hook = repo.directory / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    assert write_back(repo, tmp_path, "--git-ai", "--write").status == 0
    assert not (tmp_path / "ran").exists()


def test_it_is_not_written_through_a_symbolic_ref(repo: Repo, tmp_path: Path) -> None:
    repo.ref("refs/heads/victim", repo.resolve(AI))
    (repo.directory / AI).write_text("ref: refs/heads/victim\n")
    before = repo.git("for-each-ref")
    done = write_back(repo, tmp_path, "--git-ai", "--write")
    said = f"affidavit: AFF-OUTPUT: {AI} is a symbolic ref to refs/heads/victim"
    assert (done.status, done.out, repo.git("for-each-ref")) == (5, "", before)
    assert done.err.startswith(said)
