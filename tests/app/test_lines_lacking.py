"""What a clone lacks for its lines to be told, and how it is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from histories import ran
from wholelines import NAMED, report_of

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.base.limit import Limit
    from gitrepo import Repo

FETCH = "git fetch origin '+refs/pull/*/head:refs/pull/*/head'"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))


def limits(repo: Repo) -> dict[str, Limit]:
    """The limits of a repository's lines, by their ids."""
    return {one.id: one for one in report_of(repo).limits}


def test_squashes_whose_commits_are_not_here_are_named_with_how_they_are_fetched(
    repo: Repo,
) -> None:
    repo.commit("Begin", files={"a": "1\n"})
    squash = repo.commit(f"Work (#7)\n\n{NAMED}", files={"a": "1\n2\n"})
    found = limits(repo)["squashes-unsplit"]
    assert (found.items, found.gap) == ((squash,), False)
    assert FETCH in found.text
    told = [ran(*one, "--repo", repo.path, here=repo.path) for one in (("lines",), ("blame", "a"))]
    assert [one.status for one in told] == [0, 0]
    assert FETCH in told[0].out


def test_of_a_file_only_its_own_squashes_are_named(repo: Repo) -> None:
    repo.commit("Begin", files={"a": "1\n", "b": "1\n"})
    repo.commit(f"Work (#7)\n\n{NAMED}", files={"b": "1\n2\n"})
    told = [ran("blame", one, "--json", here=repo.path).out for one in ("a", "b")]
    assert ["squashes-unsplit" in one for one in told] == [False, True]


def test_a_whole_clone_without_squashes_lacks_nothing(repo: Repo) -> None:
    repo.commit("Begin", files={"a": "1\n"})
    assert limits(repo) == {}


def test_a_shallow_clone_is_called_so_with_how_it_is_made_whole(repo: Repo, tmp_path: Path) -> None:
    repo.commit("Begin", files={"a": "1\n"})
    last = repo.commit("Work", files={"a": "1\n2\n"})
    clone = repo.clone(tmp_path / "clone", "--bare", "--depth=1")
    for asked in (("lines",), ("lines", "--landings")):
        done = ran(*asked, "--repo", clone, here=tmp_path)
        assert (done.status, done.err) == (3, "")
        assert "  shallow: This is a shallow clone: " in done.out
        assert "git fetch --unshallow" in done.out
    blamed = ran("blame", "a", "--no-review", "--repo", clone, "--json", here=tmp_path)
    assert (blamed.status, last in blamed.out) == (3, True)
