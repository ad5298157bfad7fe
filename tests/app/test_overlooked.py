"""Branches that are not audited and may be the ones that count."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from affidavit.app import overlooked
from gitrepo import Repo
from histories import audited

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.base.limit import Limit

ORIGIN = "refs/remotes/origin/"
OURS = frozenset(
    {
        "main-branch-elsewhere",
        "long-branches-elsewhere",
        "branches-uncounted",
        "branch-names-alike",
    }
)


def said(repo: Repo, *branches: str) -> list[Limit]:
    return [one for one in audited(repo, branches=branches).limits if one.id in OURS]


def brief(repo: Repo, *branches: str) -> list[tuple[str, bool, tuple[str, ...]]]:
    return [(one.id, one.gap, one.items) for one in said(repo, *branches)]


def decoy(repo: Repo, name: str, *, real: str = "main", landings: int = 1) -> str:
    """`name` is what ``origin/HEAD`` points to; the head of `real`, which has more."""
    begun = repo.commit("Begin", branch=real)
    repo.ref(f"{ORIGIN}{name}", begun)
    (repo.directory / ORIGIN / "HEAD").write_text(f"ref: {ORIGIN}{name}\n")
    return repo.deep(landings, branch=real) if landings else begun


def test_landings_on_main_beside_a_chosen_decoy_are_a_gap(repo: Repo) -> None:
    head = decoy(repo, "pristine", landings=3)
    repo.ref(f"{ORIGIN}main", head)
    [found] = said(repo)
    assert (found.id, found.gap, found.items) == (
        "main-branch-elsewhere",
        True,
        (f"refs/heads/main {head}: 3 landings", f"refs/remotes/origin/main {head}: 3 landings"),
    )
    pristine = repo.resolve(f"{ORIGIN}pristine")
    assert found.text.endswith(f"Audited: pristine at {pristine}.")


@pytest.mark.parametrize(("real", "gap"), [("main", True), ("trunk", True), ("develop", True)])
def test_any_name_a_main_branch_has_is_a_gap_where_neither_main_nor_master_is_audited(
    repo: Repo, real: str, *, gap: bool
) -> None:
    head = decoy(repo, "pristine", real=real)
    items = (f"refs/heads/{real} {head}: 1 landing",)
    assert brief(repo) == [("main-branch-elsewhere", gap, items)]


def test_a_branch_to_develop_on_is_told_beside_main_and_is_no_gap(repo: Repo) -> None:
    repo.commit("Begin")
    head = repo.commit("Work", branch="develop", at="main")
    items = (f"refs/heads/develop {head}: 1 landing",)
    assert brief(repo) == [("main-branch-elsewhere", False, items)]


def test_master_with_other_landings_than_main_is_a_gap_until_it_is_audited(repo: Repo) -> None:
    repo.commit("Begin")
    head = repo.commit("Old", branch="master", at="main")
    assert brief(repo)[0][1:] == (True, (f"refs/heads/master {head}: 1 landing",))
    assert brief(repo, "main", "master") == []


def test_a_caller_who_chose_another_branch_is_told_without_a_gap(repo: Repo) -> None:
    repo.branch("release", at=repo.commit("Begin"))
    head = repo.commit("Work")
    items = (f"refs/heads/main {head}: 1 landing",)
    assert brief(repo, "release") == [("main-branch-elsewhere", False, items)]


def test_a_main_branch_that_brought_in_the_decoy_or_lies_behind_it_needs_no_word(
    repo: Repo,
) -> None:
    decoy(repo, "pristine", landings=0)
    assert brief(repo) == []


def test_a_main_branch_whose_commit_is_not_there_is_a_gap(repo: Repo) -> None:
    decoy(repo, "pristine", landings=0)
    (repo.directory / "refs/heads/main").write_text("1" * 40 + "\n")
    items = (f"refs/heads/main {'1' * 40}: cannot be read",)
    assert brief(repo) == [("main-branch-elsewhere", True, items)]


def test_a_local_branch_of_the_audited_name_is_told_elsewhere(repo: Repo) -> None:
    repo.ref(f"{ORIGIN}main", repo.commit("Pushed"))
    repo.commit("Not pushed")
    assert brief(repo) == []


def test_a_decoy_far_behind_a_branch_of_any_name_is_a_gap(repo: Repo) -> None:
    head = decoy(repo, "pristine", real="production", landings=120)
    items = (f"refs/heads/production {head}: 100 or more landings",)
    assert brief(repo) == [("long-branches-elsewhere", True, items)]


def test_a_branch_shorter_than_the_audited_one_is_no_gap(repo: Repo) -> None:
    repo.head("refs/heads/stable")
    repo.deep(130, branch="stable")
    repo.branch("old", at=repo.deep(1, branch="stable"))
    head = repo.deep(101, branch="old")
    items = (f"refs/heads/old {head}: 101 landings",)
    assert brief(repo) == [("long-branches-elsewhere", False, items)]


def test_a_long_branch_beside_main_is_no_gap_and_a_short_one_is_not_told(repo: Repo) -> None:
    repo.commit("Begin")
    repo.branch("next")
    head = repo.deep(150, branch="next")
    repo.branch("side")
    repo.deep(99, branch="side")
    items = (f"refs/heads/next {head}: 100 or more landings",)
    assert brief(repo) == [("long-branches-elsewhere", False, items)]


def test_branches_that_share_commits_are_each_counted(repo: Repo) -> None:
    repo.commit("Begin")
    repo.branch("one")
    shared = repo.deep(99, branch="one")
    repo.branch("two", at=shared)
    two = repo.deep(1, branch="two")
    repo.branch("three", at=shared)
    three = repo.deep(1, branch="three")
    assert brief(repo)[0][2] == (
        f"refs/heads/three {three}: 100 or more landings",
        f"refs/heads/two {two}: 100 or more landings",
    )


@pytest.mark.parametrize("bound", ["READS", "HEADS"])
def test_more_branches_than_are_looked_at_are_told(repo: Repo, bound: str) -> None:
    repo.commit("Begin")
    for name in ("one", "two", "three"):
        repo.branch(name, at=repo.resolve("main"))
        repo.deep(3, branch=name)
    with patch.object(overlooked, bound, 2):
        found = said(repo)
    assert [(one.id, one.count, one.gap) for one in found] == [("branches-uncounted", 3, False)]


@pytest.mark.parametrize(
    "name", ["Main", "m\u0430in", "ma\u200bin", "main-", "maln", "origin/main", "heads/main"]
)
def test_a_name_that_reads_like_the_audited_one_is_told(repo: Repo, name: str) -> None:
    repo.branch(name, at=repo.commit("Begin"))
    shown = f"refs/heads/{name}".encode("ascii", "backslashreplace").decode()
    items = tuple(sorted(("refs/heads/main", shown)))
    assert brief(repo) == [("branch-names-alike", False, items)]


def test_a_name_that_only_looks_like_main_is_told_where_there_is_no_main(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r", branch="m\u0430in")
    repo.commit("Begin")
    assert brief(repo) == [("branch-names-alike", False, (r"refs/heads/m\u0430in",))]


def test_one_name_kept_by_several_remotes_is_one(repo: Repo) -> None:
    commit = repo.commit("Begin")
    repo.ref(f"{ORIGIN}main", commit)
    repo.ref("refs/remotes/upstream/main", commit)
    repo.branch("a-long-name-of-a-branch-that-has-little-to-do-with-the-other")
    repo.tag("Main")
    assert brief(repo) == []


@pytest.mark.parametrize("name", ["main", "trunk"])
def test_the_main_branch_of_another_remote_is_told_and_is_no_gap(repo: Repo, name: str) -> None:
    repo.commit("Begin")
    repo.ref(f"{ORIGIN}main", repo.resolve("main"))
    head = repo.commit("Theirs", branch="theirs", at="main")
    repo.ref(f"refs/remotes/upstream/{name}", head)
    repo.ref("refs/remotes/upstream/HEAD", head)
    items = (f"refs/remotes/upstream/{name} {head}: 1 landing",)
    assert brief(repo) == [("main-branch-elsewhere", False, items)]


def test_the_main_branch_of_another_remote_beside_a_decoy_leaves_the_gap_to_our_own(
    repo: Repo,
) -> None:
    head = decoy(repo, "pristine", real="theirs", landings=3)
    repo.ref("refs/remotes/upstream/main", head)
    assert [one[:2] for one in brief(repo)] == [("main-branch-elsewhere", False)]
    repo.ref("refs/heads/main", head)
    assert [(one[1], len(one[2])) for one in brief(repo)] == [(True, 2)]


def test_a_long_branch_of_another_remote_is_told_and_is_no_gap(repo: Repo) -> None:
    head = decoy(repo, "pristine", real="theirs", landings=120)
    repo.ref("refs/remotes/fork/next", head)
    repo.git("update-ref", "-d", "refs/heads/theirs")
    items = (f"refs/remotes/fork/next {head}: 100 or more landings",)
    assert brief(repo) == [("long-branches-elsewhere", False, items)]


def test_branches_of_another_remote_do_not_use_up_what_is_read_for_our_own(repo: Repo) -> None:
    head = decoy(repo, "pristine", real="production", landings=120)
    for number in range(3):
        repo.branch("theirs", at=repo.resolve(f"{ORIGIN}pristine"))
        repo.ref(f"refs/remotes/fork/{number}", repo.deep(50, branch="theirs"))
        repo.git("update-ref", "-d", "refs/heads/theirs")
    with patch.object(overlooked, "READS", 110):
        found = brief(repo)
    items = (f"refs/heads/production {head}: 100 or more landings",)
    assert found == [
        ("branches-uncounted", False, ()),
        ("long-branches-elsewhere", True, items),
    ]


def test_many_audited_branches_are_not_all_repeated(repo: Repo) -> None:
    commit = repo.commit("Begin")
    names = [f"b{number}" for number in range(21)]
    for name in names:
        repo.branch(name, at=commit)
    repo.commit("Work")
    [found] = said(repo, *names)
    assert found.text.endswith(" and others.")
