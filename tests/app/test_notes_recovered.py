"""Notes that squashes and rebases left behind: what is recovered by which rung, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.recovery.model import Outcome, Row, Rung
from affidavit.provenance.gitai_log import parse
from gitrepo import GITHUB, Repo
from noted_squashes import AI, ONE, TWO, ai_note, lost_branch, newest, recover, text

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit("First", files={"a.py": text(), "b.py": text()})
    return made


def work(repo: Repo, files: dict[str, str | None], note: str | None, branch: str = "work") -> str:
    """A commit on the branch `work`, and the note on it."""
    id_ = repo.commit("Work", branch=branch, at="main", files=files)
    if note is not None:
        repo.note(AI, id_, note)
    return id_


def by_one(repo: Repo, branch: str = "work") -> str:
    """A commit with a note on its only line."""
    return work(repo, {"a.py": text({9: "one\n"})}, ai_note({"a.py": {ONE: "9"}}), branch)


def told(row: Row) -> tuple[str, str, str | None]:
    return row.outcome, row.rung, row.change


def spans(row: Row) -> dict[str, dict[str, list[tuple[int, ...]]]]:
    """By path and session the ranges of the note."""
    assert row.note is not None, row
    files = parse(row.note.encode()).files
    return {
        path: {key.partition("::")[0]: [tuple(one) for one in each] for key, each in keyed.items()}
        for path, keyed in files.items()
    }


def test_a_squash_of_a_request_gets_the_notes_behind_its_head(repo: Repo) -> None:
    by_one(repo)
    later = {"a.py": text({1: "two\ntwo\n", 9: "one\n"})}
    work(repo, dict(later), ai_note({"a.py": {TWO: "1-2"}}))
    repo.squash("work", "Work (#7)")
    repo.ref("refs/pull/7/head", lost_branch(repo, "work"))
    found = recover(repo)
    assert told(found.rows[0]) == (Outcome.RECOVERED, "tree", "refs/pull/7/head")
    assert spans(found.rows[0]) == {"a.py": {TWO: [(1, 2)], ONE: [(10, 10)]}}
    assert found.rungs == {"tree": Rung(landings=1, notes=2, attested=3, lines=3)}
    assert {one: count for one, count in found.fates.items() if count} == {"carried": 2}
    assert (found.landings, found.noted, found.orphaned, found.exit_status) == (2, 0, 2, 0)


def test_a_request_that_is_only_named_proves_nothing(repo: Repo) -> None:
    by_one(repo)
    repo.commit("Work (#7)", committer=GITHUB, files={"a.py": text({3: "another\n"})})
    repo.ref("refs/pull/7/head", lost_branch(repo, "work"))
    found = recover(repo)
    assert told(found.rows[0]) == (Outcome.NUMBER, "number", "refs/pull/7/head")
    assert (found.rows[0].note, found.fates["unproven"]) == (None, 1)


def test_a_squash_of_a_branch_that_is_gone_gets_the_note_of_its_head(repo: Repo) -> None:
    work(repo, {"b.py": text({2: "by hand\n"})}, None)
    by_one(repo)
    repo.squash("work", "Work")
    head = lost_branch(repo, "work")
    row = newest(repo)
    assert told(row) == (Outcome.RECOVERED, "tree", head)
    assert spans(row) == {"a.py": {ONE: [(9, 9)]}}


def test_a_rebased_commit_gets_its_note_at_the_new_place(repo: Repo) -> None:
    edits = {2: "a\n", 9: "one\n"}
    work(repo, {"a.py": text({2: "a\n"})}, ai_note({"a.py": {TWO: "2"}}))
    second = work(repo, {"a.py": text(edits)}, ai_note({"a.py": {ONE: "9"}}))
    repo.commit("Else", files={"a.py": text({16: "16\n16\n"}), "b.py": text({1: "x\n"})})
    repo.commit("Only the second", files={"a.py": text({9: "one\n", 16: "16\n16\n"})})
    lost_branch(repo, "work")
    row = newest(repo)
    assert told(row) == (Outcome.RECOVERED, "rebase", second)
    assert spans(row) == {"a.py": {ONE: [(9, 9)]}}


def test_all_commits_of_a_rebase_get_their_own_notes(repo: Repo) -> None:
    by_one(repo)
    second = {"a.py": text({9: "one\n"}), "b.py": text({5: "two\n"})}
    work(repo, dict(second), ai_note({"b.py": {TWO: "5"}}))
    repo.commit("Else", files={"a.py": "top\n" + text()})
    repo.commit("Work", files={"a.py": "top\n" + text({9: "one\n"})})
    repo.commit("Work", files={"b.py": text({5: "two\n"})})
    repo.ref("refs/pull/7/head", lost_branch(repo, "work"))
    rows = recover(repo).rows
    assert [spans(one) for one in rows[:2]] == [
        {"b.py": {TWO: [(5, 5)]}},
        {"a.py": {ONE: [(10, 10)]}},
    ]


def test_two_commits_with_the_same_patch_are_ambiguous(repo: Repo) -> None:
    first = work(repo, {"b.py": text({1: "x\n"})}, None)
    ids = [by_one(repo)]
    lost_branch(repo, "work")
    repo.branch("more", at=first)
    files = {"a.py": text({9: "one\n", 18: "else\n"})}
    repo.commit("More", branch="more", files={"a.py": text({18: "else\n"})})
    ids.append(repo.commit("Again", branch="more", files=dict(files)))
    repo.note(AI, ids[1], ai_note({"a.py": {TWO: "9"}}))
    lost_branch(repo, "more")
    repo.commit("Else", files={"a.py": "top\n" + text()})
    repo.commit("Rebased", files={"a.py": "top\n" + text({9: "one\n"})})
    row = newest(repo)
    assert (row.outcome, row.among, row.note) == (Outcome.AMBIGUOUS, tuple(sorted(ids)), None)


def test_a_patch_that_landed_twice_is_ambiguous_both_times(repo: Repo) -> None:
    work(repo, {"b.py": text({1: "x\n"})}, None)
    by_one(repo)
    lost_branch(repo, "work")
    repo.commit("Rebased", files={"a.py": text({9: "one\n"})})
    repo.commit("Revert", files={"a.py": text()})
    repo.commit("Again", files={"a.py": text({9: "one\n"})})
    rows = recover(repo).rows
    assert [one.outcome for one in rows[:3]] == ["ambiguous", "nothing", "ambiguous"]
    assert rows[0].why == "another landing has the same patch"


def test_a_patch_whose_place_the_context_does_not_prove_gets_no_line(repo: Repo) -> None:
    work(repo, {"b.py": text({1: "x\n"})}, None)
    by_one(repo)
    lost_branch(repo, "work")
    repo.commit("Else", files={"a.py": text({7: "else\n"})})
    repo.commit("Rebased", files={"a.py": text({7: "else\n", 9: "one\n"})})
    row = newest(repo)
    assert (row.outcome, row.why) == (
        Outcome.NO_LINE,
        "the context proves the place of no line",
    )


def test_a_patch_of_several_commits_is_told_and_not_carried(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_one(repo)
    both: dict[str, str | None] = {"a.py": text({4: "two\n", 9: "one\n"})}
    head = work(repo, both, ai_note({"a.py": {TWO: "4"}}))
    repo.commit("Else", files={"a.py": "top\n" + text()})
    repo.commit("Work (#7)", files={"a.py": "top\n" + text({4: "two\n", 9: "one\n"})})
    lost_branch(repo, "work")
    assert told(newest(repo)) == (Outcome.RECOVERED, "replay", head)
    monkeypatch.setattr("affidavit.sources.git.replay.OLDEST", (99, 0))
    found = recover(repo)
    row = found.rows[0]
    assert told(row) == (Outcome.UNPROVEN, "patch", head)
    assert (row.why, row.note) == ("content equal, position unproven", None)
    assert (found.fates["unproven"], found.git) == (2, None)


def test_a_commit_that_another_branch_has_is_told_and_not_carried(repo: Repo) -> None:
    head = by_one(repo)
    repo.squash("work", "Work")
    found = recover(repo)
    assert told(found.rows[0]) == (Outcome.ON_A_BRANCH, "tree", head)
    assert (found.rows[0].note, found.fates["on-a-branch"]) == (None, 1)


def test_a_landing_with_a_note_of_its_own_is_left_alone(repo: Repo) -> None:
    first = repo.resolve("main")
    by_one(repo)
    own = repo.squash("work", "Work (#7)")
    repo.note(AI, own, ai_note({}))
    repo.ref("refs/pull/7/head", lost_branch(repo, "work"))
    found = recover(repo)
    assert [one.landing for one in found.rows] == [first]
    assert (found.noted, found.fates["noted"]) == (1, 1)


def test_a_merge_needs_none(repo: Repo) -> None:
    by_one(repo)
    repo.merge("work")
    found = recover(repo)
    assert [one.outcome for one in found.rows] == ["merge", "nothing"]
    assert (found.orphaned, found.notes) == (0, 1)


def test_a_note_that_does_not_fit_its_commit_is_refused_by_name(repo: Repo) -> None:
    odd = work(repo, {"a.py": text({9: "one\n"})}, ai_note({"b.py": {ONE: "9"}}))
    repo.squash("work", "Work (#7)")
    repo.ref("refs/pull/7/head", lost_branch(repo, "work"))
    found = recover(repo)
    row = found.rows[0]
    assert (row.outcome, row.refused[0].commit, row.note) == (Outcome.REFUSED, odd, None)
    assert found.fates["refused"] == 1


def test_the_same_repository_gives_the_same_answer(repo: Repo) -> None:
    by_one(repo)
    repo.squash("work", "Work")
    lost_branch(repo, "work")
    assert recover(repo) == recover(repo)


def test_a_note_without_lines_is_told_as_empty(repo: Repo) -> None:
    work(repo, {"a.py": text({9: "one\n"})}, ai_note({}))
    repo.squash("work", "Work (#7)")
    repo.ref("refs/pull/7/head", lost_branch(repo, "work"))
    found = recover(repo)
    assert (found.rows[0].outcome, found.fates["empty"]) == (Outcome.NO_NOTE, 1)


def test_a_note_whose_commit_is_not_here_is_gone(repo: Repo) -> None:
    head = by_one(repo)
    lost_branch(repo, "work")
    repo.loose(head).unlink()
    found = recover(repo)
    assert (found.orphaned, found.fates["gone"], found.exit_status) == (1, 1, 0)


def test_of_two_requests_that_are_a_landing_none_is_chosen_though_its_text_names_one(
    repo: Repo,
) -> None:
    by_one(repo)
    repo.commit("Twin", branch="twin", at="main", files={"a.py": text({9: "one\n"})})
    repo.squash("work", "Work (#7)")
    for number, name in ((7, "work"), (8, "twin")):
        repo.ref(f"refs/pull/{number}/head", lost_branch(repo, name))
    found = recover(repo)
    told_of = ("refs/pull/7/head", "refs/pull/8/head")
    assert (found.rows[0].outcome, found.rows[0].among) == (Outcome.AMBIGUOUS, told_of)
    assert (found.rows[0].note, found.fates["unproven"]) == (None, 1)
