"""The trees of a branch's newest landings, as git lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.sources.git.first_trees import EMPTY, first_trees
from affidavit.sources.git.locate import locate
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitrepo import Repo

APRIL = 1_775_001_600
"""2026-04-01, in seconds since 1970."""


@pytest.fixture
def git(repo: Repo) -> Iterator[PrivateGit]:
    for month in (1, 2, 3, 4):
        repo.commit(f"Work {month}", files={"a": str(month)}, date=f"2026-{month:02}-01")
    repo.commit("Aside", branch="side", at="main~1", files={"b": "1"}, date="2026-04-02")
    repo.merge("side", date="2026-05-01")
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as private:
        yield private


def landed(repo: Repo, *names: str) -> list[str]:
    return [repo.git("rev-parse", f"{name}^{{tree}}").decode().strip() for name in names]


def test_they_follow_first_parents_down_to_nothing(repo: Repo, git: PrivateGit) -> None:
    every = landed(repo, "main", "main~1", "main~2", "main~3", "main~4")
    assert first_trees(git, repo.resolve("main"), most=9, since=0) == [*every, EMPTY]


def test_no_more_are_told_than_are_asked_for(repo: Repo, git: PrivateGit) -> None:
    assert first_trees(git, repo.resolve("main"), most=2, since=0) == landed(repo, "main", "main~1")


def test_the_first_that_is_older_is_the_last(repo: Repo, git: PrivateGit) -> None:
    assert first_trees(git, repo.resolve("main"), most=9, since=APRIL) == landed(
        repo, "main", "main~1", "main~2"
    )


def test_of_a_head_that_is_not_there_none_are_told(git: PrivateGit) -> None:
    assert first_trees(git, "ab" * 20, most=9, since=0) == [EMPTY]
