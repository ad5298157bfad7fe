"""Records of Agent Trace beside the notes of git-ai: both count, and none is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitrepo import BEN
from recordedwork import PERSON, SESSION, note, trace
from wholelines import report_of, told

if TYPE_CHECKING:
    from gitrepo import Repo

FILE = "a.py"


def work(repo: Repo) -> str:
    repo.commit("Begin", files={FILE: "one\n"})
    return repo.commit("Work", author=BEN, files={FILE: "one\na\nb\n"})


def grounds(repo: Repo) -> list[tuple[str, str]]:
    return [(one.whose, one.ground) for one in told(repo, FILE)]


def test_a_trace_in_the_tree_attests_lines_of_its_commit(repo: Repo) -> None:
    commit = work(repo)
    repo.commit("Trace", files={".agent-trace/traces.jsonl": trace(commit, 2, 2) + "\n"})
    assert grounds(repo) == [("no-signal", "nothing"), ("ai", "note"), ("no-signal", "nothing")]
    seen = report_of(repo).seen.records
    assert [(one.source, one.commits, one.refused, one.brought) for one in seen] == [
        ("agent-trace", 1, 0, 1)
    ]


def test_two_records_that_contradict_each_other_are_told_and_none_is_chosen(repo: Repo) -> None:
    commit = work(repo)
    repo.note("refs/notes/ai", commit, note(f"{SESSION} 2", f"{PERSON} 3"))
    repo.commit("Trace", files={".agent-trace/traces.jsonl": trace(commit, 2, 3) + "\n"})
    assert grounds(repo)[1:] == [("undetermined", "contradicted")] * 2
    assert [one.source for one in report_of(repo).seen.records] == ["agent-trace", "git-ai"]


def test_a_trace_of_both_hands_is_undetermined(repo: Repo) -> None:
    commit = work(repo)
    text = trace(commit, 2, 3, kind="mixed")
    repo.commit("Trace", files={".agent-trace/traces.jsonl": text + "\n"})
    assert grounds(repo)[1:] == [("undetermined", "shared"), ("undetermined", "shared")]


def test_a_trace_of_lines_that_are_not_there_is_refused(repo: Repo) -> None:
    commit = work(repo)
    repo.commit("Trace", files={".agent-trace/traces.jsonl": trace(commit, 2, 9) + "\n"})
    assert grounds(repo) == [("no-signal", "nothing")] * 3
    assert [one.refused for one in report_of(repo).seen.records] == [1]
