"""Every form in which a repository lies on a disk, and what is said of those that are not whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitrepo import BEN, Repo, git
from histories import CHANGE_ID, CLAUDE, audited, told

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.model import Report


def history(repo: Repo) -> None:
    repo.commit("Begin", author=CLAUDE, files={"a.txt": "1", "auth/login.py": "x"})
    repo.commit("One", branch="side", at="main")
    repo.merge("side", message="Merge branch 'side'", author=BEN)
    repo.commit("Last", author=CLAUDE, files={"auth/login.py": "y"})


def whole(report: Report) -> list[object]:
    return [told(one) for one in report.landings]


def gaps(report: Report) -> set[str]:
    return {one.id for one in report.limits if one.gap}


@pytest.fixture
def truth(tmp_path: Path) -> list[object]:
    """What the report on the plain repository says of each landing."""
    repo = Repo(tmp_path / "plain")
    history(repo)
    return whole(audited(repo))


def test_the_git_directory_and_a_folder_below_are_the_same_repository(
    repo: Repo, truth: list[object]
) -> None:
    history(repo)
    assert whole(audited(repo.directory)) == truth


@pytest.mark.parametrize("bare", [True, False])
@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
@pytest.mark.parametrize("packed", [True, False])
def test_format_and_packing_change_nothing(
    tmp_path: Path, truth: list[object], *, bare: bool, object_format: str, packed: bool
) -> None:
    repo = Repo(tmp_path / "r", bare=bare, object_format=object_format)
    history(repo)
    if packed:
        repo.pack()
    report = audited(repo)
    assert (whole(report), report.repository.object_format) == (truth, object_format)
    assert len(report.repository.head) == (40 if object_format == "sha1" else 64)


@pytest.mark.parametrize(
    "args", [("--bare",), ("--mirror",), ("--filter=blob:none",), ("--filter=tree:0",), ()]
)
def test_clones_tell_the_same(
    repo: Repo, tmp_path: Path, truth: list[object], args: tuple[str, ...]
) -> None:
    history(repo)
    assert whole(audited(repo.clone(tmp_path / "clone", *args))) == truth


def test_a_linked_work_tree_is_its_repository(
    repo: Repo, tmp_path: Path, truth: list[object]
) -> None:
    history(repo)
    repo.git("worktree", "add", "--quiet", tmp_path / "linked", "side")
    assert whole(audited(tmp_path / "linked", branches=("main",))) == truth


def test_a_clone_without_trees_says_what_it_cannot_see(repo: Repo, tmp_path: Path) -> None:
    history(repo)
    report = audited(repo.clone(tmp_path / "clone", "--bare", "--filter=tree:0"))
    assert gaps(report) >= {"critical-paths-unseen"}
    assert report.critical == ()


def test_critical_paths_are_told_for_ai_changes(repo: Repo) -> None:
    history(repo)
    report = audited(repo)
    assert [one.critical_paths for one in report.landings] == [
        ("**/auth/**",),
        (),
        ("**/auth/**",),
    ]
    assert [(row.pattern, row.ai, row.reviewer_shown) for row in report.critical] == [
        ("**/auth/**", 2, 0)
    ]


def test_directories_are_the_names_in_the_root_that_landings_changed(repo: Repo) -> None:
    history(repo)
    assert {(row.path, row.landings, row.ai) for row in audited(repo).directories} >= {
        ("auth", 2, 2)
    }


def test_a_shallow_clone_is_audited_as_far_as_it_goes_and_says_so(
    repo: Repo, tmp_path: Path
) -> None:
    for number in range(4):
        repo.commit(str(number))
    report = audited(repo.clone(tmp_path / "clone", "--depth", "2"))
    assert [(one.title, one.kind) for one in report.landings] == [("3", "linear"), ("2", "linear")]
    assert gaps(report) == {"shallow"}
    assert [one.reason for one in report.population.reconciliation.differences] == [
        "before the boundary of a shallow clone"
    ]


def test_a_merge_at_a_shallow_boundary_is_said_to_be_read_in_part(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit("Begin")
    repo.commit("One", branch="side", at="main")
    repo.merge("side", message="Merge branch 'side'", author=BEN)
    review = audited(repo.clone(tmp_path / "clone", "--depth", "1")).landings[0].review
    assert (review.grade, review.self_merged) == ("R0", None)
    assert "part of what it brought in could not be read" in review.evidence


def test_what_a_merge_says_of_itself_is_not_taken_for_what_it_brought_in(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit("Begin")
    repo.commit("One", branch="side", at="main")
    repo.merge("side", author=CLAUDE)
    clone = repo.clone(tmp_path / "clone", "--depth", "1")
    both = [audited(one).landings[0].authorship for one in (repo, clone)]
    assert both == ["no-signal", "no-signal"]


def test_votes_that_were_not_fetched_are_told(repo: Repo) -> None:
    repo.commit(f"Work\n\nChange-Id: {CHANGE_ID}")
    assert "review-notes-absent" in {one.id for one in audited(repo).limits}
    repo.ref("refs/notes/review", repo.commit("Notes", branch="notes", parents=()))
    assert "review-notes-absent" not in {one.id for one in audited(repo).limits}


def test_a_missing_commit_costs_itself_and_is_counted(repo: Repo) -> None:
    first = repo.commit("Begin")
    middle = repo.commit("Middle")
    repo.commit("Last")
    repo.loose(middle).unlink()
    report = audited(repo)
    assert [one.title for one in report.landings] == ["Last"]
    assert report.coverage.missing_objects == 1
    assert [(one.commit, one.reason) for one in report.population.reconciliation.differences] == [
        (middle, "missing from the repository")
    ]
    assert first not in {one.commit for one in report.landings}


def forged(repo: Repo) -> str:
    """The id of a commit, between two others, whose contents were changed on the disk."""
    repo.commit("Begin")
    made = repo.commit("Forged")
    repo.commit("Last")
    body = repo.git("cat-file", "commit", made).replace(b"Forged", b"Dropped")
    return repo.object("commit", body, named=made)


def test_a_forged_commit_costs_itself_and_is_named(repo: Repo) -> None:
    commit = forged(repo)
    report = audited(repo)
    assert [one.title for one in report.landings] == ["Last", "Begin"]
    found = report.population.reconciliation
    assert (found.reachable, found.accounted) == (3, 2)
    assert [one.commit for one in found.differences] == [commit]


def test_a_forged_commit_is_not_said_to_have_changed_meanwhile(repo: Repo) -> None:
    forged(repo)
    assert "unread-commits" not in {one.id for one in audited(repo).limits}


def test_tags_off_the_branch_and_notes_in_no_ref_are_counted(repo: Repo) -> None:
    repo.commit("Begin")
    repo.tag("v1", at=repo.commit("Released", branch="release", at="main"))
    lost = repo.commit("Lost", branch="lost", at="main")
    (repo.directory / "refs/heads/lost").unlink()
    repo.note("refs/notes/ai", lost, "x\n---\n{}\n")
    limits = {one.id: one.items for one in audited(repo).limits}
    assert limits["tags-off-the-branch"] == ("refs/tags/v1",)
    assert limits["notes-on-lost-commits"] == (lost,)


def test_every_report_says_what_git_alone_cannot_show(repo: Repo) -> None:
    repo.commit("Begin")
    repo.config("remote.origin.url", "https://example.com/o/r.git")
    assert {one.id for one in audited(repo).limits} == {
        "git-names-no-approver",
        "merge-content",
        "names-are-typed",
        "signals-are-voluntary",
        "signature-is-not-the-number",
    }


def test_the_audited_repository_is_left_as_it_was(repo: Repo) -> None:
    history(repo)
    before = sorted((path, path.stat().st_mtime_ns) for path in repo.path.rglob("*"))
    audited(repo)
    assert sorted((path, path.stat().st_mtime_ns) for path in repo.path.rglob("*")) == before
    assert git("--git-dir", repo.directory, "fsck", "--strict") == b""
