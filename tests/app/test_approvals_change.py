"""What a person decides about: named by a revision or a request, with where it began."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.approvals.change import named
from affidavit.base.errors import UsageError

if TYPE_CHECKING:
    from gitrepo import Repo


def ids(repo: Repo, text: str, base: str | None = None) -> tuple[str, str | None, str | None]:
    found = named(repo.path, text, base)
    return found.commit, found.change.base, found.change.merge_base


def test_a_change_begins_where_it_left_the_main_branch(repo: Repo) -> None:
    first = repo.commit("First")
    side = repo.commit("Side", branch="side", at="main")
    second = repo.commit("Second")
    assert ids(repo, "side") == (side, second, first)
    assert ids(repo, side[:10]) == (side, second, first)


def test_a_base_can_be_named(repo: Repo) -> None:
    first = repo.commit("First")
    repo.branch("release")
    repo.commit("Second")
    side = repo.commit("Side", branch="side", at="main")
    assert ids(repo, "side", "release") == (side, first, first)


def test_what_is_merged_already_began_at_its_first_parent(repo: Repo) -> None:
    first = repo.commit("First")
    second = repo.commit("Second")
    repo.commit("Third")
    assert ids(repo, second) == (second, first, first)
    assert ids(repo, first) == (first, None, None)


def test_histories_with_nothing_or_several_things_in_common_began_nowhere_known(
    repo: Repo,
) -> None:
    main = repo.commit("First")
    other = repo.commit("Other", branch="other", parents=())
    assert ids(repo, "other") == (other, main, None)
    left = repo.commit("Left", branch="left", parents=(main,))
    right = repo.commit("Right", branch="right", parents=(main,))
    one = repo.merge(right, branch="left")
    two = repo.commit("Two", branch="right", parents=(right, left))
    repo.branch("main", two)
    assert ids(repo, one) == (one, two, None)


def test_a_request_is_named_by_its_number_where_its_head_was_fetched(repo: Repo) -> None:
    repo.commit("First")
    side = repo.commit("Side", branch="side", at="main")
    repo.ref("refs/pull/7/head", side)
    repo.ref("refs/merge-requests/8/head", side)
    found = [named(repo.path, text, None) for text in ("#7", "7", "#8")]
    assert [(one.commit, one.change.request) for one in found] == [(side, 7), (side, 7), (side, 8)]


def test_a_number_of_no_request_is_a_revision_or_an_error(repo: Repo) -> None:
    repo.commit("First")
    repo.branch("12")
    assert named(repo.path, "12", None).change.request is None
    with pytest.raises(UsageError, match=r"^the head of the request #12 is not here "):
        named(repo.path, "#12", None)


def test_the_digest_of_a_change_is_the_same_wherever_it_began(repo: Repo) -> None:
    repo.commit("First")
    once = named(repo.path, repo.commit("Side", branch="a", at="main", files={"x": "1\n"}), None)
    repo.commit("Second")
    again = named(repo.path, repo.commit("Side", branch="b", at="main", files={"x": "1\n"}), None)
    assert once.change.patch == again.change.patch
    assert (once.files, once.change.patch is None, once.tree != again.tree) == (1, False, True)


def test_a_long_first_line_is_cut(repo: Repo) -> None:
    repo.commit("x" * 300)
    assert len(named(repo.path, "main", None).title) == 200
