"""Commits by the names that people give them, in repositories that nobody trusts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.receipts import commits
from affidavit.app.receipts.commits import Found, Named, found_in, resolved
from affidavit.base.errors import DamagedError, GitFailedError, NotARepositoryError, UsageError
from affidavit.sources.git.objects import State
from gitrepo import Repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def three(repo: Repo) -> tuple[str, str, str]:
    """Three commits on main, the second the tip of a branch and a tag too."""
    one, two, three = (repo.commit(name) for name in ("One", "Two", "Three"))
    repo.git("branch", "side", two)
    repo.git("tag", "-a", "-m", "v1", "v1", two)
    repo.git("update-ref", "refs/remotes/origin/far", one)
    return one, two, three


@pytest.mark.parametrize(
    ("revision", "number"),
    [
        ("HEAD", 2), ("@", 2), ("main", 2), ("heads/main", 2), ("refs/heads/main", 2), ("side", 1),
        ("v1", 1), ("tags/v1", 1), ("origin/far", 0), ("main~2", 0), ("main^^", 0), ("v1^", 0),
        ("HEAD~1^1", 0),
    ],
)  # fmt: skip
def test_a_commit_is_found_by_its_names(
    repo: Repo, three: tuple[str, str, str], revision: str, number: int
) -> None:
    tree = repo.git("rev-parse", f"{three[number]}^{{tree}}").strip()
    assert resolved(repo.path, revision) == Named(three[number], as_text(tree))


def as_text(value: bytes) -> str:
    return value.decode()


@pytest.mark.parametrize("length", [8, 20, 40])
def test_a_commit_is_found_by_its_id_or_the_beginning_of_it(
    repo: Repo, three: tuple[str, str, str], length: int
) -> None:
    assert resolved(repo.path, three[1][:length]).commit == three[1]


def test_a_repository_with_sha256_is_one_too(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "other", object_format="sha256")
    commit = repo.commit("One")
    named = resolved(repo.path, "HEAD")
    assert named.commit == commit
    assert found_in(repo.path, commit) == Found(State.OK, named.tree, State.OK)


@pytest.mark.parametrize(
    "revision",
    [
        "", "nobody", "HEAD~9", "HEAD^2", "0" * 40, "f" * 7, "--all", "-h", "HEAD:file", "@{1}",
        "HEAD^{tree}", ":/One", "main..side", "a" * 2_000, "~", "\udcff", "HEAD" + "~1" * 30,
    ],
)  # fmt: skip
def test_what_names_no_commit_is_refused(
    repo: Repo, three: tuple[str, str, str], revision: str
) -> None:
    assert three
    with pytest.raises(UsageError, match="names no commit of the repository"):
        resolved(repo.path, revision)


@pytest.mark.parametrize("kind", ["blob", "tree"])
def test_an_id_of_something_else_names_no_commit(repo: Repo, kind: str) -> None:
    repo.commit("One")
    spelled = {"blob": "HEAD:main.txt", "tree": "HEAD^{tree}"}[kind]
    id_ = as_text(repo.git("rev-parse", spelled)).strip()
    with pytest.raises(UsageError, match="names no commit"):
        resolved(repo.path, id_)


def test_no_command_of_the_repository_runs(repo: Repo, tmp_path: Path) -> None:
    commit = repo.commit("One")
    mark = tmp_path / "ran"
    for name, value in (("core.fsmonitor", f"touch {mark}"), ("alias.rev-parse", f"!touch {mark}")):
        repo.git("config", name, value)
    hook = repo.path / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
    hook.chmod(0o755)
    assert resolved(repo.path, commit[:10]).commit == commit
    assert not mark.exists()


def test_a_replacement_of_a_commit_is_not_obeyed(repo: Repo) -> None:
    one, two = repo.commit("One"), repo.commit("Two")
    before = resolved(repo.path, one)
    repo.git("update-ref", f"refs/replace/{one}", two)
    assert resolved(repo.path, one) == before


def change(repo: Repo, id_: str, data: bytes) -> None:
    place = repo.path / ".git" / "objects" / id_[:2] / id_[2:]
    place.chmod(0o644)
    place.write_bytes(data)


def content(repo: Repo, id_: str) -> bytes:
    return (repo.path / ".git" / "objects" / id_[:2] / id_[2:]).read_bytes()


DAMAGES: dict[str, Callable[[Repo, str, str], None]] = {
    "other commit": lambda repo, one, two: change(repo, one, content(repo, two)),
    "no object": lambda repo, one, _two: change(repo, one, b"no object"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_commit_whose_bytes_are_anothers_is_damaged(
    repo: Repo, damage: Callable[[Repo, str, str], None]
) -> None:
    one, two = repo.commit("One"), repo.commit("Two")
    damage(repo, one, two)
    assert found_in(repo.path, one).commit is not State.OK
    with pytest.raises((DamagedError, UsageError)):
        resolved(repo.path, one)


def test_a_commit_that_names_no_tree_is_damaged(repo: Repo) -> None:
    odd = repo.object("commit", b"author A <a@b> 1 +0000\n\nOdd\n")
    assert found_in(repo.path, odd) == Found(State.DAMAGED, "", State.MISSING)
    with pytest.raises(DamagedError, match="is not one with a tree"):
        resolved(repo.path, odd)


def test_git_is_not_waited_for_without_end(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = repo.commit("One")
    monkeypatch.setattr(commits, "PATIENCE", -1)
    with pytest.raises(GitFailedError, match="in time"):
        resolved(repo.path, commit[:10])


def test_what_is_not_there_is_missing(repo: Repo) -> None:
    repo.commit("One")
    assert found_in(repo.path, "0" * 40) == Found(State.MISSING, "", State.MISSING)
    assert found_in(repo.path, "0" * 64).commit is State.MISSING


def test_a_tag_is_not_the_commit_it_names(repo: Repo) -> None:
    repo.commit("One")
    repo.git("tag", "-a", "-m", "v1", "v1")
    tag = as_text(repo.git("rev-parse", "v1")).strip()
    assert found_in(repo.path, tag).commit is State.MISSING


def test_a_place_without_a_repository_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotARepositoryError):
        resolved(tmp_path, "HEAD")
