"""Whose lines are by records of other tools: sessions, receipts, transcripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.lines.opening import Asked, opened
from affidavit.app.lines.report import report
from affidavit.cli.progress import Silent
from gitrepo import BEN
from histories import CLAUDE
from recordedwork import (
    AFTER,
    FILE,
    OTHER,
    PERSON,
    SESSION,
    by_tool,
    checkpoint,
    linked,
    note,
    receipt,
    share,
    work,
    written,
)
from wholelines import report_of, told

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.lines.model import LinesReport
    from gitrepo import Repo

TRANSCRIPT = ".claude/projects/-home-ann-shop/s-1.jsonl"
NOTHING = ("no-signal", "nothing")


def grounds(repo: Repo, path: str = FILE) -> list[tuple[str, str]]:
    """Whose the two lines of the work are, and on what ground."""
    return [(one.whose, one.ground) for one in told(repo, path)][1:3]


def seen(repo: Repo) -> list[tuple[str, int, int]]:
    return [(one.source, one.commits, one.refused) for one in report_of(repo).seen.records]


def test_a_session_whose_share_is_everything_names_the_agent_of_its_files(repo: Repo) -> None:
    linked(repo)
    checkpoint(repo, {"agent": "Claude Code", "files_touched": [FILE], **share(4, 4)})
    assert grounds(repo) == [("ai", "commit")] * 2
    assert [one.agent for one in report_of(repo).agents] == ["claude-code"]


def test_lines_of_a_file_that_no_session_touched_are_not_attested(repo: Repo) -> None:
    linked(repo)
    checkpoint(repo, {"agent": "Claude Code", "files_touched": [FILE], **share(2, 2)})
    assert grounds(repo, OTHER) == [("undetermined", "unattested")] * 2


def test_a_session_with_a_share_of_some_lines_leaves_them_undetermined(repo: Repo) -> None:
    linked(repo)
    checkpoint(repo, {"agent": "Claude Code", "files_touched": [FILE, OTHER], **share(1, 4)})
    assert grounds(repo) == grounds(repo, OTHER) == [("undetermined", "shared")] * 2


def test_a_session_without_a_line_of_its_own_only_helped(repo: Repo) -> None:
    linked(repo)
    checkpoint(repo, {"agent": "Claude Code", "files_touched": [FILE], **share(0, 4)})
    assert grounds(repo) == [("undetermined", "assisted")] * 2


def test_a_session_that_tells_no_share_leaves_its_files_to_what_the_commit_claims(
    repo: Repo,
) -> None:
    linked(repo)
    checkpoint(repo, {"agent": "Claude Code", "files_touched": [FILE]})
    assert grounds(repo) == [("ai", "commit")] * 2


def test_of_two_sessions_of_a_file_the_one_that_says_less_decides(repo: Repo) -> None:
    linked(repo)
    whole, some = share(4, 4), share(1, 4)
    both = [{"agent": one, "files_touched": [FILE]} for one in ("Claude Code", "Gemini CLI")]
    checkpoint(repo, both[0] | whole, both[1] | some)
    assert grounds(repo) == [("undetermined", "shared")] * 2


def test_a_checkpoint_of_other_files_is_refused_and_counted(repo: Repo) -> None:
    linked(repo)
    checkpoint(repo, {"agent": "Claude Code", "files_touched": ["c.py"], **share(4, 4)})
    assert grounds(repo) == [("ai", "commit")] * 2
    assert seen(repo) == [("entire", 0, 1)]


def test_a_note_goes_before_what_a_session_says_of_a_whole_file(repo: Repo) -> None:
    commit = linked(repo)
    checkpoint(repo, {"agent": "Claude Code", "files_touched": [FILE, OTHER], **share(4, 4)})
    repo.note("refs/notes/ai", commit, note(f"{PERSON} 2", f"{SESSION} 3"))
    assert grounds(repo) == [("human", "note"), ("ai", "note")]
    assert grounds(repo, OTHER) == [("ai", "commit")] * 2


def test_a_receipt_of_a_tool_makes_its_commit_an_agents(repo: Repo) -> None:
    commit = work(repo)
    body = receipt(commit, extensions=by_tool("cursor"))
    repo.commit("Receipt", files={".aiir/receipts.jsonl": body})
    assert grounds(repo) == [("ai", "commit")] * 2


def test_a_transcript_attests_the_lines_that_it_wrote_and_no_others(repo: Repo) -> None:
    work(repo)
    repo.commit("Keep", files={TRANSCRIPT: written(FILE, "alpha = 1")}, date=AFTER + 60)
    assert grounds(repo) == [("ai", "note"), NOTHING]
    assert grounds(repo, OTHER) == [NOTHING] * 2
    assert seen(repo) == [("transcript", 1, 0)]


def test_other_lines_of_a_commit_that_names_an_agent_stay_its_own(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    text = "one\nalpha = 1\nbeta = 2\n"
    repo.commit("Work", author=CLAUDE, files={FILE: text}, date=AFTER)
    repo.commit("Keep", files={TRANSCRIPT: written(FILE, "alpha = 1")}, date=AFTER + 60)
    assert grounds(repo) == [("ai", "note"), ("ai", "commit")]


def test_what_was_written_after_the_commit_attests_nothing(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    early = {FILE: "one\nalpha = 1\nbeta = 2\n"}
    repo.commit("Work", author=BEN, files=early, date=AFTER - 86_400)
    repo.commit("Keep", files={TRANSCRIPT: written(FILE, "alpha = 1")}, date=AFTER)
    assert grounds(repo) == [NOTHING] * 2


def test_a_transcript_reaches_the_commits_behind_a_squash_that_claim_nothing(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"}, date=AFTER - 3600)
    repo.commit("A", branch="side", at="main", files={FILE: "one\nalpha = 1\n"}, date=AFTER)
    tip = repo.commit(
        "B", branch="side", files={FILE: "one\nalpha = 1\nbeta = 2\n"}, date=AFTER + 60
    )
    repo.ref("refs/pull/7/head", tip)
    repo.squash("side", "Work (#7)", author=BEN)
    repo.commit("Keep", files={TRANSCRIPT: written(FILE, "beta = 2")}, date=AFTER + 9_000)
    assert [(one.whose, one.commit == tip) for one in told(repo, FILE)][1:] == [
        ("no-signal", False),
        ("ai", True),
    ]


def test_a_note_that_says_otherwise_than_a_transcript_leaves_the_line_contradicted(
    repo: Repo,
) -> None:
    commit = work(repo)
    repo.note("refs/notes/ai", commit, note(f"{PERSON} 2-3"))
    repo.commit("Keep", files={TRANSCRIPT: written(FILE, "alpha = 1")}, date=AFTER + 60)
    assert grounds(repo) == [("undetermined", "contradicted"), ("human", "note")]


def test_the_transcript_that_a_checkpoint_keeps_tells_lines_apart(repo: Repo) -> None:
    linked(repo)
    checkpoint(
        repo,
        {"agent": "Claude Code", "files_touched": [FILE], **share(1, 4)},
        full=written(FILE, "alpha = 1"),
    )
    assert grounds(repo) == [("ai", "note"), ("undetermined", "shared")]


def test_the_months_tell_of_lines_that_transcripts_attest(repo: Repo) -> None:
    work(repo)
    repo.commit("Keep", files={TRANSCRIPT: written(FILE, "alpha = 1")}, date=AFTER + 60)
    assert [(one.month, one.ai) for one in report_of(repo).months if one.ai] == [("2026-03", 1)]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are kept from one run to the next, in a folder of the test's own."""
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))


def again(repo: Repo) -> tuple[LinesReport, LinesReport]:
    """What is told by going on from what is kept, and by following everything."""
    with opened(Asked(repo.path)) as place:
        return report(place, Silent()), report(place, Silent(), fresh=True)


@pytest.mark.usefixtures("kept")
def test_what_was_kept_is_not_used_where_a_checkpoint_came_or_changed(repo: Repo) -> None:
    linked(repo)
    for session in ({}, {"files_touched": [FILE], **share(1, 4)}, {"files_touched": [FILE]}):
        if session:
            checkpoint(repo, {"agent": "Claude Code", **session})
        told_, fresh = again(repo)
        assert told_ == fresh
        assert again(repo)[0] == fresh


@pytest.mark.usefixtures("kept")
def test_what_sessions_say_of_files_is_kept_when_the_branch_grows(repo: Repo) -> None:
    linked(repo)
    checkpoint(repo, {"agent": "Claude Code", "files_touched": [FILE], **share(1, 4)})
    first, _ = again(repo)
    repo.commit("More", files={"c.py": "new\n"}, date=AFTER + 60)
    told_, fresh = again(repo)
    assert told_ == fresh
    assert first.total.undetermined == told_.total.undetermined == 4


@pytest.mark.usefixtures("kept")
def test_a_transcript_that_comes_later_is_read(repo: Repo) -> None:
    work(repo)
    again(repo)
    repo.commit("Keep", files={TRANSCRIPT: written(FILE, "alpha = 1")}, date=AFTER + 60)
    told_, fresh = again(repo)
    assert told_ == fresh
    repo.commit("More", files={OTHER: "two\nalpha = 1\n"}, date=AFTER + 120)
    told_, fresh = again(repo)
    assert told_ == fresh
    assert told_.total.ai == 1
