"""Merges whose first parent is not what the branch was until then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.changes.model import Mark
from gitrepo import BEN
from histories import audited

if TYPE_CHECKING:
    from gitrepo import Repo

ZOE = "Zoe Quist <zoe@club.mail>"
OURS = frozenset({"unrelated-histories", "lines-inside-merges"})


def said(
    repo: Repo, *branches: str, since: str = "0001-01-01"
) -> list[tuple[str, bool, tuple[str, ...]]]:
    found = audited(repo, branches=branches, since=since).limits
    return [(one.id, one.gap, one.items) for one in found if one.id in OURS]


def orphan(repo: Repo, count: int) -> str:
    """A beginning of its own takes the place of a branch with `count` landings; the merge."""
    repo.deep(count, branch="develop")
    repo.commit("Begin", parents=(), author=BEN, date="2000-01-01")
    return repo.merge("develop", message="Merge branch 'develop'", author=ZOE, date="2026-03-01")


@pytest.mark.parametrize(("count", "gap"), [(1, False), (2, True), (60, True)])
def test_a_branch_below_a_beginning_of_its_own_is_told_with_its_landings(
    repo: Repo, count: int, *, gap: bool
) -> None:
    merge = orphan(repo, count)
    assert len(audited(repo).landings) == 2
    items = (f"{merge}: {count}, {count} of them dated in the period",)
    assert said(repo) == [("unrelated-histories", gap, items)]


def test_an_imported_history_from_before_the_period_is_no_gap(repo: Repo) -> None:
    merge = orphan(repo, 60)
    items = (f"{merge}: 60, 0 of them dated in the period",)
    assert said(repo, since="2026-02-01") == [("unrelated-histories", False, items)]


def test_a_merge_dated_before_the_period_does_not_hide_what_it_holds(repo: Repo) -> None:
    repo.deep(60, branch="develop")
    repo.commit("Begin", parents=(), date="2000-01-01")
    merge = repo.merge("develop", author=ZOE, date="2000-01-02")
    repo.commit("Now", date="2026-03-01")
    items = (f"{merge}: 60, 60 of them dated in the period",)
    assert said(repo, since="2020-01-01") == [("unrelated-histories", True, items)]


def foxtrot(repo: Repo, count: int) -> str:
    """An old commit's child takes the place of a branch with `count` landings; the merge."""
    repo.branch("develop", at=repo.commit("Begin"))
    repo.deep(count, branch="develop")
    repo.commit("Start again")
    return repo.merge("develop", message="Merge branch 'develop'", author=ZOE)


def test_a_branch_below_an_old_commit_is_told_with_its_landings(repo: Repo) -> None:
    merge = foxtrot(repo, 60)
    items = (f"{merge}: 60, 60 of them dated in the period",)
    assert said(repo) == [("lines-inside-merges", True, items)]


def test_a_line_whose_branch_is_audited_too_is_judged_one_by_one(repo: Repo) -> None:
    foxtrot(repo, 60)
    assert said(repo, "main", "develop") == []


def test_a_request_of_many_commits_is_none(repo: Repo) -> None:
    foxtrot(repo, 50)
    assert said(repo) == []


def test_a_line_shorter_than_the_branch_in_the_period_is_none(repo: Repo) -> None:
    repo.deep(60)
    foxtrot(repo, 60)
    assert said(repo) == []


def test_what_an_earlier_merge_brought_in_is_not_counted_again(repo: Repo) -> None:
    repo.commit("Begin", branch="tool", parents=())
    repo.commit("Begin")
    first = repo.merge("tool", author=BEN)
    repo.commit("More", branch="tool")
    repo.merge("tool", author=BEN)
    items = (f"{first}: 1, 1 of them dated in the period",)
    assert said(repo) == [("unrelated-histories", False, items)]


def test_a_merge_that_says_it_merges_the_branch_is_a_back_merge_also_below_another_root(
    repo: Repo,
) -> None:
    repo.deep(3, branch="old")
    repo.commit("Begin", parents=())
    repo.merge("old", message="Merge branch 'main'", author=ZOE)
    landing = audited(repo).landings[0]
    assert (landing.marks[0], len(landing.commits)) == (Mark.BACK_MERGE, 4)
    assert [one[:2] for one in said(repo)] == [("unrelated-histories", True)]


def test_a_line_with_many_merges_is_told_however_long_the_branch_is(repo: Repo) -> None:
    repo.deep(120)
    begun = repo.commit("Begin")
    repo.branch("develop", at=begun)
    for number in range(52):
        side = repo.commit("Work", branch=f"side-{number}", at="develop")
        repo.merge(side, message=f"Merge pull request #{number}", branch="develop", author=BEN)
    repo.commit("Start again", at=begun)
    merge = repo.merge("develop", message="Merge branch 'develop'", author=ZOE)
    items = (f"{merge}: 52, 52 of them dated in the period",)
    assert said(repo) == [("lines-inside-merges", True, items)]


def named_by_one_merge(repo: Repo, *, roots: bool = False, backwards: bool = False) -> str:
    """A merge that names every 45th of 400 landings it takes the place of; the merge."""
    begun = repo.commit("Begin")
    if not roots:
        repo.branch("develop", at=begun)
    tips = [repo.deep(count, branch="develop") for count in (45,) * 8 + (40,)]
    if backwards:
        tips.reverse()
    return repo.commit("Start again", branch="main", parents=(begun, *tips), author=ZOE)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_merge_that_names_many_commits_of_a_branch_does_not_hide_how_long_it_was(
    repo: Repo, *, backwards: bool
) -> None:
    merge = named_by_one_merge(repo, backwards=backwards)
    items = (f"{merge}: 400, 400 of them dated in the period",)
    assert said(repo, "main") == [("lines-inside-merges", True, items)]


def test_a_merge_that_names_many_commits_of_another_beginning_is_told_once(repo: Repo) -> None:
    merge = named_by_one_merge(repo, roots=True)
    items = (f"{merge}: 400, 400 of them dated in the period",)
    assert said(repo, "main") == [("unrelated-histories", True, items)]


def test_a_merge_of_many_short_branches_is_none(repo: Repo) -> None:
    begun = repo.commit("Begin")
    tips = []
    for number in range(3):
        repo.branch(f"side-{number}", at=begun)
        tips.append(repo.deep(45, branch=f"side-{number}"))
    repo.commit("Join", parents=(begun, *tips))
    assert said(repo) == []


def test_a_branch_wrapped_into_another_merge_is_told(repo: Repo) -> None:
    begun = repo.commit("Begin")
    repo.branch("develop", at=begun)
    tip = repo.deep(60, branch="develop")
    wrapped = repo.commit("Wrap", branch="work", parents=(begun, tip))
    merge = repo.commit("Start again", parents=(begun, wrapped), author=ZOE)
    items = (f"{merge}: 60, 60 of them dated in the period",)
    assert said(repo) == [("lines-inside-merges", True, items)]


def test_a_branch_wrapped_in_pieces_is_told_as_one(repo: Repo) -> None:
    begun = repo.commit("Begin")
    repo.branch("develop", at=begun)
    tips = [repo.deep(30, branch="develop") for _ in range(3)]
    pieces = [repo.commit("Wrap", branch="work", parents=(begun, tip)) for tip in tips]
    merge = repo.commit("Start again", parents=(begun, *pieces), author=ZOE)
    items = (f"{merge}: 90, 90 of them dated in the period",)
    assert said(repo) == [("lines-inside-merges", True, items)]


def test_a_request_made_of_many_short_ones_is_none(repo: Repo) -> None:
    begun = repo.commit("Begin")
    repo.branch("work", at=begun)
    for number in range(3):
        repo.branch(f"side-{number}", at=repo.resolve("work"))
        repo.merge(repo.deep(45, branch=f"side-{number}"), branch="work")
    repo.merge("work", branch="main")
    assert said(repo) == []


def test_a_request_that_took_in_a_part_does_not_shorten_the_line_of_a_later_merge(
    repo: Repo,
) -> None:
    begun = repo.commit("Begin")
    repo.branch("develop", at=begun)
    part = repo.deep(30, branch="develop")
    repo.branch("work", at=begun)
    repo.merge(part, branch="work")
    repo.merge("work", branch="main", author=BEN)
    tip = repo.deep(30, branch="develop")
    merge = repo.commit("Start again", parents=(repo.resolve("main"), tip), author=ZOE)
    items = (f"{merge}: 60, 60 of them dated in the period",)
    assert said(repo) == [("lines-inside-merges", True, items)]
