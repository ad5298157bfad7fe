"""Which branch is audited where none is named, and what a name can mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.audit.model import Branch
from affidavit.base.errors import BranchNotFoundError, NoCommitsError
from gitrepo import BEN, Repo
from histories import audited

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = "refs/remotes/origin/"


def symbolic(repo: Repo, name: str, target: str) -> None:
    (repo.directory / name).parent.mkdir(parents=True, exist_ok=True)
    (repo.directory / name).write_text(f"ref: {target}\n")


def audited_branch(repo: Repo, *names: str) -> tuple[str, str]:
    branch = audited(repo, branches=names).repository.branches[0]
    return branch.name, branch.ref


@pytest.mark.parametrize(
    ("branches", "head", "origin", "bare", "chosen"),
    [
        (["main", "master", "work"], "refs/heads/work", None, False, "main"),
        (["master", "work"], "refs/heads/work", None, False, "master"),
        (["work", "other"], "refs/heads/work", None, False, "work"),
        (["main", "work"], "refs/heads/work", None, True, "work"),
        (["main", "work"], "refs/heads/gone", None, True, "main"),
        (["main", "trunk"], "refs/heads/main", "trunk", False, "trunk"),
        (["main", "trunk"], "refs/heads/main", "trunk", True, "trunk"),
    ],
)
def test_the_default_branch_is_the_first_there_is(
    tmp_path: Path,
    *,
    branches: list[str],
    head: str,
    origin: str | None,
    bare: bool,
    chosen: str,
) -> None:
    repo = Repo(tmp_path / "r", bare=bare)
    commit = repo.commit("Work", branch="seed")
    for name in branches:
        repo.branch(name, at=commit)
    repo.head(head)
    if origin:
        symbolic(repo, f"{ORIGIN}HEAD", f"{ORIGIN}{origin}")
        repo.ref(f"{ORIGIN}{origin}", commit)
        assert audited_branch(repo) == (chosen, f"{ORIGIN}{chosen}")
    else:
        assert audited_branch(repo) == (chosen, f"refs/heads/{chosen}")


def test_a_detached_head_is_audited_where_there_is_nothing_else(repo: Repo) -> None:
    commit = repo.commit("Work")
    (repo.directory / "refs/heads/main").unlink()
    repo.head(commit)
    assert audited(repo).repository.branches == (Branch(name="HEAD", ref="HEAD", head=commit),)


def test_refs_without_any_branch_ask_for_a_name(repo: Repo) -> None:
    repo.tag("v1", at=repo.commit("Work", branch="gone"))
    (repo.directory / "refs/heads/gone").unlink()
    with pytest.raises(BranchNotFoundError, match="no branch could be chosen") as caught:
        audited(repo)
    assert caught.value.hint == "name one with --branch"
    assert audited_branch(repo, "refs/tags/v1") == ("refs/tags/v1", "refs/tags/v1")


def test_nothing_at_all_is_nothing_to_audit(repo: Repo) -> None:
    with pytest.raises(NoCommitsError):
        audited(repo)


def test_refs_that_cannot_be_read_are_not_taken_for_an_empty_repository(repo: Repo) -> None:
    repo.commit("Work")
    (repo.directory / "refs/heads/main").write_text("no id\n")
    with pytest.raises(BranchNotFoundError, match="refs cannot be read as refs") as caught:
        audited(repo)
    assert "such as refs/heads/main" in caught.value.message
    assert caught.value.hint == ""


def test_the_remote_tracking_branch_comes_before_the_local_one_and_says_so(repo: Repo) -> None:
    pushed = repo.commit("Pushed")
    repo.ref(f"{ORIGIN}main", pushed)
    local = repo.commit("Not pushed")
    report = audited(repo, branches=("main",))
    assert report.repository.branches == (Branch(name="main", ref=f"{ORIGIN}main", head=pushed),)
    found = next(one for one in report.limits if one.id == "branch-differs")
    assert (found.items, found.count) == ((f"refs/heads/main {local}",), 1)


def test_branches_that_agree_need_no_word(repo: Repo) -> None:
    repo.ref(f"{ORIGIN}main", repo.commit("Pushed"))
    assert "branch-differs" not in {one.id for one in audited(repo).limits}


@pytest.mark.parametrize("message", [None, "annotated"])
def test_a_tag_is_followed_to_its_commit(repo: Repo, message: str | None) -> None:
    commit = repo.commit("Work")
    repo.tag("v1", message=message)
    report = audited(repo, branches=("refs/tags/v1",))
    assert report.repository.head == commit
    assert report.landings[0].branches == ("refs/tags/v1",)


def test_a_tag_of_something_else_than_a_commit_is_no_branch(repo: Repo) -> None:
    repo.commit("Work")
    repo.ref("refs/tags/blob", repo.blob("text"))
    with pytest.raises(BranchNotFoundError, match="leads to no commit"):
        audited(repo, branches=("refs/tags/blob",))


def test_an_unknown_branch_is_answered_with_those_there_are(repo: Repo) -> None:
    repo.commit("Work")
    repo.branch("side")
    with pytest.raises(BranchNotFoundError) as caught:
        audited(repo, branches=("man",))
    assert (caught.value.message, caught.value.hint) == (
        "there is no branch 'man'",
        "branches here: main, side",
    )


def test_a_landing_on_two_branches_is_one_landing(repo: Repo) -> None:
    repo.commit("Shared")
    repo.commit("Release only", branch="release", at="main")
    repo.commit("Main only")
    report = audited(repo, branches=("main", "release"))
    assert [(one.title, one.branches) for one in report.landings] == [
        ("Main only", ("main",)),
        ("Shared", ("main", "release")),
        ("Release only", ("release",)),
    ]
    assert [(one.branch, one.reachable, one.accounted) for one in report.population.branches] == [
        ("main", 2, 2),
        ("release", 2, 2),
    ]
    assert (report.population.landings, report.population.commits) == (3, 3)


def test_a_commit_merged_into_one_branch_and_landed_on_another_counts_once(repo: Repo) -> None:
    repo.commit("Shared")
    repo.commit("Fix", branch="release", at="main")
    repo.merge("release", message="Merge branch 'release'", author=BEN)
    report = audited(repo, branches=("main", "release"))
    assert [(one.title, len(one.commits)) for one in report.landings] == [
        ("Merge branch 'release'", 2),
        ("Shared", 1),
        ("Fix", 1),
    ]
    assert report.population.commits == report.population.reconciliation.reachable == 3


def test_a_branch_asked_for_twice_is_audited_once(repo: Repo) -> None:
    repo.commit("Work")
    assert len(audited(repo, branches=("main", "main")).repository.branches) == 1


def test_a_branch_and_its_remote_tracking_ref_can_both_be_audited(repo: Repo) -> None:
    repo.ref(f"{ORIGIN}main", repo.commit("Pushed"))
    repo.commit("Not pushed")
    report = audited(repo, branches=("main", "refs/heads/main"))
    assert len(report.repository.branches) == len(report.population.branches) == 2


def test_branches_chosen_inside_the_repository_are_told_with_the_usual_one(repo: Repo) -> None:
    text = '[audit]\nbranches = ["side"]\n'
    repo.commit("Work", files={"affidavit.toml": text})
    repo.branch("side")
    report = audited(repo)
    assert report.repository.branch == "side"
    found = next(one for one in report.limits if one.id == "branches-chosen-inside")
    assert found.items == ("refs/heads/main",)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://user:secret@example.com/o/r.git", "https://example.com/o/r.git"),
        ("git@github.com:o/r.git", None),
        ("https://token@github.com/o/r", "https://github.com/o/r"),
    ],
)
def test_a_remote_address_is_shown_without_credentials(
    repo: Repo, url: str, name: str | None
) -> None:
    repo.commit("Work")
    repo.config("remote.origin.url", url)
    shown = audited(repo).repository.name
    assert "secret" not in shown
    assert "token" not in shown
    assert name is None or shown == name


def test_a_name_that_was_given_comes_first_and_a_path_never(repo: Repo) -> None:
    repo.commit("Work")
    assert audited(repo).repository.name == "unnamed repository"
    repo.config("remote.origin.url", str(repo.path))
    assert str(repo.path) not in audited(repo).repository.name
    assert audited(repo, name="o/\x1br").repository.name == "o/\\u001br"
