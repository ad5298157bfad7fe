"""What a join inside the repository, or another beginning, makes of a merge, shown at the merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitrepo import ALICE, BEN
from histories import newest

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo

ADDRESSES = [who.partition("<")[2].rstrip(">") for who in (BEN, ALICE)]
MAILMAP = {".mailmap": f"{BEN} <{ADDRESSES[1]}>\n"}
TOML = f'[[person]]\nname = "Ben Ode"\naddresses = ["{ADDRESSES[0]}", "{ADDRESSES[1]}"]\n'
JOINED = (
    "merged by Ben Ode (as typed): Ben Ode is among the authors, but only as a file inside the"
    f" repository joins {ALICE} and {BEN}"
)


def merged(repo: Repo, files: dict[str, str] | None, author: str = ALICE) -> None:
    repo.commit("Begin", author="Zoe First <zoe@example.org>")
    repo.commit("Work", author=author, branch="side", at="main", files=files)
    repo.merge("side", message="Merge branch 'side'", author=BEN)


@pytest.mark.parametrize("files", [MAILMAP, {"affidavit.toml": TOML}], ids=["mailmap", "toml"])
def test_a_self_merge_by_a_join_alone_says_so(repo: Repo, files: dict[str, str]) -> None:
    merged(repo, files)
    review = newest(repo).review
    assert (review.self_merged, review.evidence) == (True, (JOINED,))


def test_a_join_in_the_callers_own_file_is_not_doubted(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "who.toml").write_text(TOML)
    merged(repo, None)
    review = newest(repo, identities=tmp_path / "who.toml").review
    assert review.evidence == ("merged by Ben Ode (as typed): Ben Ode is among the authors",)


@pytest.mark.parametrize(
    "author",
    [
        f"B <{ADDRESSES[0]}>",
        "Ben Ode <other@example.net>",
        "B <7+benode@users.noreply.github.com>",
    ],
)
def test_a_self_merge_as_typed_needs_no_join(repo: Repo, author: str) -> None:
    files = {".mailmap": f"{BEN} <{author.partition('<')[2]}\n"}
    merged(repo, files, author=author)
    assert newest(repo).review.self_merged is True


def test_a_name_in_letters_of_another_alphabet_may_be_the_authors(repo: Repo) -> None:
    merged(repo, None, author="\u0412en \u041ede <other@example.org>")
    review = newest(repo).review
    assert (review.grade.value, review.self_merged) == ("R0", None)


def test_a_branch_below_another_root_is_not_shown_as_merged_by_another(repo: Repo) -> None:
    repo.deep(2, branch="develop")
    repo.commit("Begin", parents=(), author=BEN)
    repo.merge("develop", author="Zoe Quist <zoe@example.org>")
    assert newest(repo).review.grade.value == "R0"
