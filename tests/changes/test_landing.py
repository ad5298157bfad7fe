"""Back-merges by their title, and what else of a landing is told without its neighbours."""

from __future__ import annotations

import pytest

from affidavit.changes.back_merge import is_back_merge

BRANCHES = frozenset({"main", "release/1"})


@pytest.mark.parametrize(
    ("title", "back"),
    [
        ("Merge branch 'main' of github.com:o/r", True),
        ("Merge branch 'main' of https://github.com/o/r", True),
        ("Merge branch 'main'", True),
        ("Merge branch 'main' into main", True),
        ("Merge remote-tracking branch 'origin/main'", True),
        ("Merge remote-tracking branch 'origin/main' into side", True),
        ("Merge branch 'release/1'", True),
        ("Merge main into fix/ci-errors, resolve graph.go conflict", True),
        ("Merge main - keep local version", True),
        ("Merge origin/main, keep ours", True),
        ("Merge origin/main: keep ours", True),
        ("Merge main to side", True),
        ("Merge main", True),
        ("Merge 'main' - keep ours", True),
        ("Merge remote-tracking branch 'origin/main', keep ours", True),
        ("Merge main-line - keep ours", False),
        ("Merge main.go: keep ours", False),
        ("Merge main:side", False),
        ("Merge main changes", False),
        ("Merge side into main", False),
        ("Merge branch 'side'", False),
        ("Merge branch 'mainline'", False),
        ("Merge pull request #3 from o/main", False),
        ("Update from upstream", False),
        ("", False),
    ],
)
def test_a_back_merge_is_one_by_the_name_of_what_it_merged(title: str, *, back: bool) -> None:
    assert is_back_merge(title, BRANCHES, "") is back


@pytest.mark.parametrize(
    ("url", "back"),
    [
        ("github.com:o/r", True),
        ("https://github.com/o/r.git", True),
        ("git@github.com:alice/r", False),
        ("https://github.com/alice/r", False),
    ],
)
def test_a_forks_branch_is_told_from_ours_where_the_address_is_known(
    url: str, *, back: bool
) -> None:
    assert is_back_merge(f"Merge branch 'main' of {url}", BRANCHES, "o/r") is back


def test_an_address_that_only_contains_ours_is_a_forks() -> None:
    title = "Merge branch 'main' of https://github.com/foo/r-fork"
    assert is_back_merge(title, BRANCHES, "o/r") is False
