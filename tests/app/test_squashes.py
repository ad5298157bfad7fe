"""The commits behind a squash: which head counts, and which of its commits are new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app import grading, reach
from gitrepo import BEN, GITHUB, Entry
from histories import CAROL, CLAUDE, audited, newest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitrepo import Repo

HEAD = "refs/pull/7/head"
WORK = "Work (#7)"


def inner(repo: Repo | Path, title: str = WORK) -> tuple[str, ...] | None:
    """The commits told of the landing called `title`."""
    landing = next(one for one in audited(repo).landings if one.title == title)
    assert landing.unrefined is (landing.inner is None)
    return landing.inner.commits if landing.inner else None


def partial(repo: Repo, to: Path) -> Path:
    """A clone without contents of files that has the refs of pull requests."""
    clone = repo.clone(to, "--bare", "--filter=blob:none")
    repo.git("--git-dir", clone, "fetch", "--quiet", "origin", "refs/pull/*:refs/pull/*")
    return clone


def by_an_agent(repo: Repo) -> None:
    repo.commit("Begin", files={"a/b": "1", "c": "1"})
    repo.commit("Agent's", author=CLAUDE, branch="side", at="main", files={"a/b": "2", "d": "1"})
    repo.ref(HEAD, "side")
    repo.squash("side", WORK, author=BEN)


def unrelated_but_for_a_file(repo: Repo) -> None:
    """The landing deletes a file that the request's head still has."""
    repo.commit("Begin", files={"gone": "1", "kept": "1"})
    repo.commit("Agent's", author=CLAUDE, branch="side", at="main", files={"other": "1"})
    repo.ref(HEAD, "side")
    repo.commit(WORK, author=BEN, committer=GITHUB, files={"gone": None})


@pytest.mark.parametrize(
    ("history", "truth"), [(by_an_agent, "ai"), (unrelated_but_for_a_file, "no-signal")]
)
def test_a_clone_without_contents_tells_what_a_whole_one_tells(
    repo: Repo, tmp_path: Path, history: Callable[[Repo], None], truth: str
) -> None:
    history(repo)
    whole, cut = newest(repo), newest(partial(repo, tmp_path / "cut"))
    assert whole.authorship == truth
    assert cut == whole


def test_a_head_whose_trees_are_absent_is_not_taken(repo: Repo, tmp_path: Path) -> None:
    by_an_agent(repo)
    clone = partial(repo, tmp_path / "cut")
    tree = repo.git("rev-parse", "side^{tree}").decode().strip()
    packs = list((clone / "objects" / "pack").glob("*.pack"))
    for pack in packs:
        data = pack.read_bytes()
        for name in packs[0].parent.glob(f"{pack.stem}.*"):
            name.unlink()
        repo.git("--git-dir", clone, "unpack-objects", "-q", stdin=data)
    (clone / "objects" / tree[:2] / tree[2:]).unlink()
    assert newest(clone).unrefined is True


def test_a_submodule_is_compared_like_a_file(repo: Repo) -> None:
    link = Entry("160000", repo.commit("Elsewhere", branch="elsewhere", parents=()))
    repo.commit("Begin")
    head = repo.commit("One", branch="side", at="main", files={"module": link})
    repo.ref(HEAD, head)
    repo.squash("side", WORK)
    assert inner(repo) == (head,)


def from_a_release(repo: Repo) -> tuple[str, ...]:
    """A request that brings a release branch's commit back; what it holds, newest first."""
    repo.commit("Begin")
    fix = repo.commit("Fix", author=CAROL, branch="release", at="main", files={"fix": "1"})
    repo.commit("Meanwhile", files={"main": "1"})
    repo.commit("More", branch="side", at="release", files={"more": "1"})
    head = repo.merge("main", branch="side")
    repo.ref(HEAD, head)
    repo.squash("side", WORK, files={"fix": "1", "more": "1"})
    return (head, repo.parents(head)[0], fix)


def test_what_reached_the_branch_later_is_still_behind_the_squash(repo: Repo) -> None:
    commits = from_a_release(repo)
    before = inner(repo)
    repo.merge("release", message="Merge branch 'release'")
    assert (before, inner(repo)) == (commits, commits)


def test_what_reached_the_branch_after_the_period_is_looked_at_too(repo: Repo) -> None:
    commits = from_a_release(repo)
    earlier = newest(repo)
    repo.merge("release", message="Merge branch 'release'", date="2026-02-01")
    assert earlier.inner is not None
    assert earlier.inner.commits == commits
    assert newest(repo, until="2026-01-31") == earlier


def test_a_head_that_was_merged_later_is_still_behind_the_squash(repo: Repo) -> None:
    commits = from_a_release(repo)
    earlier = newest(repo)
    repo.merge("side", message="Merge branch 'side'", files={"x": "1"})
    later = next(one for one in audited(repo).landings if one.title == WORK)
    assert later == earlier
    assert later.inner is not None
    assert later.inner.commits == commits


def test_what_was_squashed_is_the_same_for_every_process_and_branch(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_a_release(repo)
    repo.merge("release", message="Merge branch 'release'")
    branches = ("release", "main")
    alone = audited(repo, branches=branches)
    monkeypatch.setattr(grading, "processes", lambda: 3)
    monkeypatch.setattr(grading, "WORTH", 0)
    monkeypatch.setattr(grading, "BLOCK", 1)
    assert audited(repo, branches=branches) == alone
    by_title = {one.title: one.inner for one in alone.landings}
    assert by_title[WORK] == next(one.inner for one in audited(repo).landings if one.inner)


def test_a_head_that_grew_after_the_landing_is_not_what_was_squashed(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("One", branch="side", at="main", files={"x": "1"})
    repo.squash("side", WORK)
    repo.merge("main", branch="side")
    repo.ref(HEAD, "side")
    assert inner(repo) is None


def test_a_head_that_is_older_than_the_landing_was_squashed_by_none(repo: Repo) -> None:
    repo.commit("Begin", files={"x": "1"})
    repo.ref(HEAD, "main")
    repo.commit("Meanwhile", files={"x": "2"})
    repo.commit(WORK, committer=GITHUB, files={"x": "1"})
    assert inner(repo) is None


def test_a_head_of_merges_alone_tells_nothing(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("Old", branch="side", at="main")
    repo.merge("side", message="Merge branch 'side'")
    repo.merge("main", branch="side", files={"x": "1"})
    repo.ref(HEAD, "side")
    repo.commit(WORK, committer=GITHUB, files={"x": "1"})
    assert inner(repo) is None


def test_commits_below_a_cut_are_not_taken_for_new_ones(repo: Repo, tmp_path: Path) -> None:
    repo.deep(5)
    repo.commit("One", branch="side", at="main", files={"x": "1"})
    repo.ref(HEAD, "side")
    for number in range(5):
        repo.commit(f"Meanwhile {number}")
    repo.commit(WORK, committer=GITHUB, files={"x": "1"})
    whole = inner(repo)
    clone = repo.clone(tmp_path / "cut", "--bare", "--depth=3")
    repo.git("--git-dir", clone, "fetch", "--quiet", "--depth=3", "origin", f"{HEAD}:{HEAD}")
    assert (whole, inner(clone)) == ((repo.resolve("side"),), None)


def test_more_commits_than_are_named_leave_a_squash_unrefined(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = from_a_release(repo)
    monkeypatch.setattr(reach, "COMMITS", len(commits) - 1)
    assert inner(repo) is None
    monkeypatch.setattr(reach, "COMMITS", len(commits))
    assert inner(repo) == commits
