"""Merges made in a place of their own: what they give, and that nothing else has a part in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.sources.git.locate import locate
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs
from affidavit.sources.git.replay import Replay
from gitrepo import Repo

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LINES = [f"{number}\n" for number in range(20)]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit(files={"a": "".join(LINES)})
    return made


def branched(repo: Repo, at: int, *, other: int) -> tuple[str, str]:
    """Two commits beside each other that change these lines of one file."""
    start = repo.resolve("main")
    ours, theirs = (
        repo.commit(
            branch=name, at=start, files={"a": "".join([*LINES[:line], name, *LINES[line:]])}
        )
        for name, line in (("ours", at), ("theirs", other))
    )
    return ours, theirs


def merged(repo: Repo, ours: str, theirs: str, *, able: bool = True) -> str | None:
    store = locate(repo.directory)
    with PrivateGit(store, read_refs(store)) as git, Replay(git, able=able) as replay:
        return replay.merged(ours, theirs)


def files(folder: Path) -> Iterable[tuple[str, bytes]]:
    return sorted((str(one), one.read_bytes()) for one in folder.rglob("*") if one.is_file())


def test_a_clean_merge_gives_the_tree_that_git_would_commit(repo: Repo) -> None:
    ours, theirs = branched(repo, 2, other=18)
    said = repo.git("merge-tree", "--write-tree", ours, theirs).decode().strip()
    assert merged(repo, ours, theirs) == said


def test_a_conflict_gives_nothing(repo: Repo) -> None:
    assert merged(repo, *branched(repo, 2, other=2)) is None


def test_commits_that_are_not_there_give_nothing(repo: Repo) -> None:
    ours, _ = branched(repo, 2, other=18)
    assert merged(repo, ours, "1" * 40) is None


def test_histories_with_nothing_in_common_give_nothing(repo: Repo) -> None:
    other = repo.commit(branch="other", parents=(), files={"b": "1"})
    assert merged(repo, repo.resolve("main"), other) is None


def test_a_git_that_cannot_gives_nothing(repo: Repo) -> None:
    assert merged(repo, *branched(repo, 2, other=18), able=False) is None


def test_the_repository_stays_as_it_was_byte_for_byte(repo: Repo) -> None:
    ours, theirs = branched(repo, 2, other=18)
    before = files(repo.directory)
    merged(repo, ours, theirs)
    assert files(repo.directory) == before


def test_no_merge_driver_of_the_repository_is_run(repo: Repo, tmp_path: Path) -> None:
    ours, theirs = branched(repo, 2, other=2)
    repo.config("merge.evil.driver", f"touch {tmp_path}/ran; cp %B %A")
    repo.config("merge.default", "evil")
    (repo.directory / "info").mkdir(exist_ok=True)
    (repo.directory / "info/attributes").write_text("* merge=evil\n")
    assert merged(repo, ours, theirs) is None
    assert not (tmp_path / "ran").exists()


def test_an_attribute_in_the_tree_resolves_no_conflict(repo: Repo) -> None:
    repo.commit(files={".gitattributes": "* merge=union\n"})
    assert merged(repo, *branched(repo, 2, other=2)) is None
