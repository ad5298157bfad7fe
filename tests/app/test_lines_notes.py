"""Line-level notes: used where they fit their commit, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitrepo import BEN
from histories import CLAUDE
from recordedwork import ANOTHER, PERSON, SESSION, note, trace
from wholelines import report_of, told, whose

if TYPE_CHECKING:
    from gitrepo import Repo

FILE = "a.py"


def test_a_note_splits_the_lines_of_its_commit(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    work = repo.commit("Work", author=BEN, files={FILE: "one\na\nb\nc\n"})
    repo.note("refs/notes/ai", work, note(f"{SESSION} 2", f"{PERSON} 3"))
    assert whose(repo, FILE) == [
        ("one", "no-signal"),
        ("a", "ai"),
        ("b", "human"),
        ("c", "no-signal"),
    ]


def test_lines_that_an_agents_commit_has_and_its_note_does_not_attest_are_undetermined(
    repo: Repo,
) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    work = repo.commit("Work", author=CLAUDE, files={FILE: "one\na\nb\n"})
    repo.note("refs/notes/ai", work, note(f"{SESSION} 2"))
    assert [(one.whose, one.ground) for one in told(repo, FILE)[1:]] == [
        ("ai", "note"),
        ("undetermined", "unattested"),
    ]


def test_a_note_on_a_commit_behind_a_merge_is_carried_to_the_lines_that_are_left(
    repo: Repo,
) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    work = repo.commit("A", author=BEN, branch="side", at="main", files={FILE: "a\nb\none\n"})
    repo.commit("B", author=BEN, branch="side", files={FILE: "a\none\n"})
    repo.note("refs/notes/ai", work, note(f"{SESSION} 1-2"))
    repo.commit("Main", files={FILE: "one\nmain\n"})
    repo.commit("Merge", parents=["main", "side"], files={FILE: "a\none\nmain\n"})
    assert whose(repo, FILE) == [("a", "ai"), ("one", "no-signal"), ("main", "no-signal")]


def test_a_line_of_which_two_keys_are_attested_is_contradicted(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    work = repo.commit("Work", author=BEN, files={FILE: "one\na\nb\n"})
    repo.note("refs/notes/ai", work, note(f"{SESSION} 2-3", f"{PERSON} 3"))
    assert [(one.whose, one.ground) for one in told(repo, FILE)[1:]] == [
        ("ai", "note"),
        ("undetermined", "contradicted"),
    ]


def test_a_line_that_two_agents_wrote_is_of_both(repo: Repo) -> None:
    work = repo.commit("Work", author=BEN, files={FILE: "a\n"})
    repo.note("refs/notes/ai", work, note(f"{SESSION} 1", f"{ANOTHER} 1"))
    assert [(one.agent, one.lines) for one in report_of(repo).agents] == [
        ("claude-code", 1),
        ("codex", 1),
    ]


BOTH = [("undetermined", "contradicted")] * 2


def grounds(repo: Repo) -> list[tuple[str, str]]:
    return [(one.whose, one.ground) for one in told(repo, FILE)]


def test_two_notes_that_name_different_agents_contradict_each_other(repo: Repo) -> None:
    work = repo.commit("Work", author=BEN, files={FILE: "a\nb\n"})
    repo.note("refs/notes/ai", work, note(f"{SESSION} 1-2"))
    repo.ref(f"refs/ai/authorship/{work}", repo.blob(note(f"{ANOTHER} 1-2")))
    assert grounds(repo) == BOTH
    assert [(one.agent, one.lines) for one in report_of(repo).agents if one.lines] == []


def test_records_of_two_forms_that_name_different_agents_contradict_each_other(
    repo: Repo,
) -> None:
    work = repo.commit("Work", author=BEN, files={FILE: "a\nb\n"})
    repo.note("refs/notes/ai", work, note(f"{SESSION} 1-2"))
    repo.note("refs/notes/agent-trace", work, trace(work, 1, 2))
    assert grounds(repo) == BOTH


@pytest.mark.parametrize("other", ["no note", note(f"{ANOTHER} 1-9")])
def test_a_note_that_does_not_fit_takes_nothing_from_another_on_its_commit(
    repo: Repo, other: str
) -> None:
    work = repo.commit("Work", author=BEN, files={FILE: "a\nb\n"})
    repo.note("refs/notes/ai", work, note(f"{SESSION} 1-2"))
    repo.ref(f"refs/ai/authorship/{work}", repo.blob(other))
    assert grounds(repo) == [("ai", "note")] * 2
    assert (report_of(repo).seen.notes, report_of(repo).seen.refused) == (1, 1)


@pytest.mark.parametrize("tool", ["mock_ai", "test-agent"])
def test_a_tool_for_tests_says_nothing_of_the_lines_of_an_agents_commit(
    repo: Repo, tool: str
) -> None:
    work = repo.commit("Work", author=CLAUDE, files={FILE: "a\nb\n"})
    repo.note("refs/notes/ai", work, note(f"{SESSION} 1-2").replace('"claude"', f'"{tool}"'))
    assert grounds(repo) == [("undetermined", "unattested")] * 2


def of(commit: str) -> str:
    """A note whose metadata names `commit`."""
    return note(f"{SESSION} 2").replace("{", f'{{"base_commit_sha":"{commit}",', 1)


def test_a_note_that_names_another_commit_is_refused(repo: Repo) -> None:
    begin = repo.commit("Begin", files={FILE: "one\n"})
    repo.commit("More", files={FILE: "one\n"})
    work = repo.commit("Work", author=BEN, files={FILE: "one\na\n"})
    repo.note("refs/notes/ai", work, of(begin))
    assert whose(repo, FILE)[1] == ("a", "no-signal")
    refused = next(one for one in report_of(repo).limits if one.id == "line-notes-refused")
    assert refused.items == (f"{work}, git-ai: it names another commit",)


def test_a_note_may_name_its_commit_or_the_one_that_it_was_made_on(repo: Repo) -> None:
    begin = repo.commit("Begin", files={FILE: "one\n"})
    work = repo.commit("Work", author=BEN, files={FILE: "one\na\n"})
    for one in (begin, work):
        repo.note("refs/notes/ai", work, of(one))
        assert whose(repo, FILE)[1] == ("a", "ai")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (note(f"{SESSION} 1", path="b.py"), "it tells of a file that the commit does not touch"),
        (note(f"{SESSION} 1-9"), "it tells of a line past the end of a file"),
        (note(f"{SESSION} 1"), "its commit brought none of the lines that it tells of"),
        (f"{FILE}\n  {SESSION} 1\n", "it has no line ---"),
    ],
)
def test_a_note_that_does_not_fit_its_commit_is_refused_and_told(
    repo: Repo, text: str, why: str
) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    work = repo.commit("Work", author=BEN, files={FILE: "one\na\n"})
    repo.note("refs/notes/ai", work, text)
    assert whose(repo, FILE) == [("one", "no-signal"), ("a", "no-signal")]
    found = report_of(repo)
    refused = next(one for one in found.limits if one.id == "line-notes-refused")
    assert (refused.items, found.seen.notes, found.seen.refused) == (
        (f"{work}, git-ai: {why}",),
        0,
        1,
    )


def test_lines_that_a_note_tells_of_and_its_commit_did_not_bring_are_counted(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    work = repo.commit("Work", author=BEN, files={FILE: "one\na\n"})
    repo.note("refs/notes/ai", work, note(f"{SESSION} 1-2"))
    seen = report_of(repo).seen.records[0]
    assert (whose(repo, FILE)[0], seen.attested, seen.brought) == (("one", "no-signal"), 2, 1)
