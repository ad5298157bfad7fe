"""The repository builder itself: git must agree with every byte it writes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from gitrepo import ALICE, BEN, GITHUB, START, Repo, git

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
@pytest.mark.parametrize("bare", [True, False])
def test_git_finds_nothing_wrong_with_a_built_repository(
    tmp_path: Path, object_format: str, *, bare: bool
) -> None:
    repo = Repo(tmp_path / "built", bare=bare, object_format=object_format)
    repo.commit("First", files={"a/b/c.txt": "x\n", "a.txt": "y\n", "a/d": "z\n", "\udcff": "w"})
    repo.commit("Side", author=BEN, branch="side", at="main")
    repo.merge("side", message="Merge pull request #1 from ben/side")
    repo.tag("v1", message="One")
    repo.note("refs/notes/ai", "main", "note\n")
    assert repo.git("fsck", "--full", "--strict", "--no-dangling") == b""


def test_the_same_history_has_the_same_ids_wherever_it_is_built(tmp_path: Path) -> None:
    assert Repo(tmp_path / "one").commit() == Repo(tmp_path / "two").commit()


def test_a_commit_is_what_git_shows_of_it(repo: Repo) -> None:
    repo.commit()
    repo.commit("Title\n\nBody", author=BEN, committer=GITHUB, date="2026-02-01T10:00:00+01:00")
    shown = repo.git("log", "-1", "--format=%an <%ae>%n%cn <%ce>%n%at %ct%n%B", "main").decode()
    assert shown == f"{BEN}\n{GITHUB}\n1769936400 1769936400\nTitle\n\nBody\n\n"


def test_each_commit_is_an_hour_younger_than_the_one_before(repo: Repo) -> None:
    repo.commit()
    repo.commit()
    assert repo.git("log", "--format=%ct", "main").decode() == f"{START + 3600}\n{START}\n"


def test_a_merge_brings_what_its_side_changed_and_keeps_the_rest(repo: Repo) -> None:
    repo.commit(files={"kept": "1", "gone": "1", "ours": "1"})
    repo.branch("side")
    repo.commit(files={"ours": "2"})
    repo.commit(files={"new": "1", "gone": None}, branch="side")
    merge = repo.merge("side")
    listed = repo.git("ls-tree", "-r", "--name-only", merge).decode().split()
    assert (listed, repo.git("cat-file", "-p", "main:ours")) == (["kept", "new", "ours"], b"2")
    assert repo.parents(merge) == (repo.parents(merge)[0], repo.resolve("side"))


def test_a_squash_has_one_parent_and_the_files_of_its_source(repo: Repo) -> None:
    base = repo.commit()
    repo.commit(branch="side", at="main", files={"new": "1"})
    squash = repo.squash("side", "Add new (#7)", author=ALICE)
    assert repo.parents(squash) == (base,)
    assert repo.git("diff", "--name-only", squash, "side") == b""


@pytest.mark.parametrize("fanout", [False, True])
def test_git_reads_the_notes_that_were_written(repo: Repo, *, fanout: bool) -> None:
    first, second = repo.commit(), repo.commit()
    repo.note("refs/notes/ai", first, "one\n", fanout=fanout)
    repo.note("refs/notes/ai", second, "two\n", fanout=fanout)
    shown = [repo.git("notes", "--ref=ai", "show", commit) for commit in (first, second)]
    assert shown == [b"one\n", b"two\n"]


def test_a_raw_commit_keeps_its_bytes_however_odd(repo: Repo) -> None:
    odd = repo.raw_commit(b"tree nothing\n\0", branch="odd")
    assert repo.git("cat-file", "commit", odd) == b"tree nothing\n\0"


def test_a_forged_object_answers_to_the_name_it_was_given(repo: Repo) -> None:
    head = repo.commit()
    body = repo.git("cat-file", "commit", head).replace(b"Alice", b"Mallory")
    repo.loose(head).unlink()
    assert repo.object("commit", body, named=head) == head
    assert repo.git("cat-file", "commit", head) == body


def test_a_deep_history_continues_the_branch(repo: Repo) -> None:
    repo.commit()
    repo.deep(50)
    assert repo.git("rev-list", "--count", "main") == b"51\n"


def test_a_packed_repository_is_built_on_as_before(repo: Repo) -> None:
    head = repo.commit()
    repo.pack()
    assert (repo.resolve("main"), repo.loose(head).exists()) == (head, False)
    assert repo.parents(repo.commit()) == (head,)


def test_a_shallow_clone_has_the_depth_asked_for(repo: Repo, tmp_path: Path) -> None:
    repo.commit()
    repo.commit()
    clone = repo.clone(tmp_path / "clone", "--depth=1")
    assert git("rev-list", "--count", "HEAD", cwd=clone) == b"1\n"


def test_no_variable_of_git_reaches_the_tests() -> None:
    assert [name for name in os.environ if name.startswith("GIT_")] == []
