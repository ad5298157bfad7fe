"""Every way in which a repository can lie on a disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import tricks
from reading import listing, read

from affidavit.base.errors import NotARepositoryError, UnreadableError
from affidavit.sources.git import private
from affidavit.sources.git.alternates import quoted, stores
from affidavit.sources.git.files import contents, exists, is_folder
from affidavit.sources.git.locate import Store, locate
from affidavit.sources.git.program import start
from gitrepo import Repo, git


def a_store(git_dir: Path, work_tree: Path | None) -> Store:
    return Store(
        git_dir=git_dir,
        common_dir=git_dir,
        objects=git_dir / "objects",
        head_file=git_dir / "HEAD",
        work_tree=work_tree,
        shallow=git_dir / "shallow",
    )


@pytest.mark.parametrize("inside", ["", "some/folder", ".git", ".git/objects"])
def test_a_work_tree_is_found_from_itself_and_from_folders_in_it(repo: Repo, inside: str) -> None:
    (repo.path / "some" / "folder").mkdir(parents=True)
    assert locate(repo.path / inside) == a_store(repo.directory, repo.path)


def test_a_bare_repository_has_no_work_tree(tmp_path: Path) -> None:
    bare = Repo(tmp_path / "bare.git", bare=True)
    assert locate(bare.path) == a_store(bare.path, None)


def test_a_linked_worktree_has_its_own_head_and_everything_else_in_common(repo: Repo) -> None:
    first = repo.commit("First")
    repo.branch("side")
    linked = repo.path.parent / "linked"
    repo.git("worktree", "add", linked, "side")
    found = locate(linked)
    own = repo.directory / "worktrees" / "linked"
    assert (found.git_dir, found.work_tree) == (own, linked)
    assert found.common_dir.samefile(repo.directory)
    assert locate(linked / ".git").git_dir == own
    assert read(linked).graph.order == [first]


def test_a_submodules_git_file_leads_to_its_repository(tmp_path: Path) -> None:
    inner = Repo(tmp_path / "inner")
    id_ = inner.commit("Inner")
    git("init", "-q", tmp_path / "outer")
    git("submodule", "--quiet", "add", inner.path, "sub", cwd=tmp_path / "outer")
    found = locate(tmp_path / "outer" / "sub")
    assert found.git_dir.samefile(tmp_path / "outer/.git/modules/sub")
    assert found.common_dir == found.git_dir
    assert read(tmp_path / "outer" / "sub").graph.order == [id_]


@pytest.mark.parametrize("make", ["nothing", "a folder", "a file", "an odd .git file", "dangling"])
def test_what_is_no_repository_is_said_to_be_none(tmp_path: Path, make: str) -> None:
    place = tmp_path / "place"
    if make in ("a folder", "an odd .git file", "dangling"):
        place.mkdir()
    if make == "a file":
        place.write_text("text")
    if make == "an odd .git file":
        (place / ".git").write_text("something else\n")
    if make == "dangling":
        (place / ".git").write_text("gitdir: ../gone\n")
    with pytest.raises(NotARepositoryError):
        locate(place)


def test_a_path_that_cannot_be_one_is_no_repository() -> None:
    with pytest.raises(NotARepositoryError):
        locate(Path("nul\0in it"))


@pytest.mark.parametrize("missing", ["HEAD", "objects", "refs"])
def test_a_git_directory_needs_each_of_its_parts(tmp_path: Path, missing: str) -> None:
    bare = Repo(tmp_path / "bare.git", bare=True)
    (bare.path / missing).rename(bare.path / "elsewhere")
    with pytest.raises(NotARepositoryError):
        locate(bare.path)


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that lets nobody look, not even root."""

    def refused(*_args: object, **_named: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "access", lambda *_args: False)
    monkeypatch.setattr(os, "open", refused)
    monkeypatch.setattr(Path, "stat", refused)
    monkeypatch.setattr(Path, "exists", refused)
    monkeypatch.setattr(Path, "resolve", refused)


@pytest.mark.usefixtures("refusing")
def test_a_refusal_of_the_system_is_unreadable_and_names_no_folder_above() -> None:
    path = Path("/some/where/packed-refs")
    for look in (lambda: contents(path, 1), lambda: is_folder(path), lambda: locate(path)):
        with pytest.raises(UnreadableError):
            look()
    assert not exists(path)
    with pytest.raises(UnreadableError) as raised:
        contents(path, 1)
    assert "/some" not in str(raised.value)


def test_a_folder_without_right_of_entry_is_unreadable(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_args: False)
    with pytest.raises(UnreadableError):
        locate(repo.path)


def test_a_file_in_a_work_tree_is_no_repository(repo: Repo, tmp_path: Path) -> None:
    work = repo.clone(tmp_path / "work")
    (work / "README.md").write_text("Read me\n")
    with pytest.raises(NotARepositoryError):
        locate(work / "README.md")


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(repo: Repo) -> None:
    id_ = repo.commit()
    os.mkfifo(repo.directory / "shallow")
    os.mkfifo(repo.directory / "refs" / "heads" / "pipe")
    os.mkfifo(repo.directory / "packed-refs")
    assert read(repo.path).graph.order == [id_]


NAMES = ["a b", "a:b", 'quote"d', '"begins', "#begins", "line\nfeed", "back\\slash\\", " led", "é"]


@pytest.mark.parametrize("name", [*NAMES, os.fsdecode(b"\xff\xfe latin"), "tab\tand\x7f"])
def test_the_repositorys_own_path_may_hold_any_bytes(tmp_path: Path, name: str) -> None:
    repo, ids = tricks.history(tmp_path / name)
    before = listing(tmp_path)
    assert read(repo.path).commits == frozenset(ids)
    assert listing(tmp_path) == before


@pytest.mark.parametrize("name", NAMES)
def test_a_quoted_path_reads_back(tmp_path: Path, name: str) -> None:
    objects, other = tmp_path / "objects", tmp_path / name
    (objects / "info").mkdir(parents=True)
    other.mkdir()
    (objects / "info" / "alternates").write_bytes(b"# note\n\n" + quoted(other) + b"\nnul\0\n")
    assert stores(objects).folders == (objects, other)


@pytest.mark.parametrize("depth", range(1, 9))
def test_objects_are_borrowed_at_any_depth(tmp_path: Path, depth: int) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    place = tricks.chained(repo, depth, tmp_path)
    before = listing(tmp_path)
    found = read(place)
    assert found.commits == frozenset(ids)
    assert found.limits == {"alternates"}
    assert listing(tmp_path) == before


def test_stores_that_borrow_from_each_other_are_read_once(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    place = tricks.chained(repo, 1, tmp_path)
    lines = f"{place / 'objects'}\n/nowhere/at/all\n"
    (repo.directory / "objects" / "info" / "alternates").write_text(lines)
    found = read(place)
    assert found.commits == frozenset(ids)
    assert found.limits == {"alternates", "alternates-absent"}


def test_more_stores_than_the_bound_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("affidavit.sources.git.alternates.MAX_STORES", 2)
    repo, _ = tricks.history(tmp_path / "repo")
    found = stores(tricks.chained(repo, 3, tmp_path) / "objects")
    assert (len(found.folders), found.absent) == (2, 1)


def test_a_sha256_repository_is_read_like_any_other(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo", object_format="sha256")
    tricks.cut_off(repo, ids)
    tricks.idx_forged(repo, ids)
    found = read(repo.path)
    assert found.commits == frozenset(ids)
    assert found.limits >= {"shallow-not-used", "pack-index-wrong"}


def test_a_repository_of_another_owner_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    if os.geteuid() == 0:
        for path in (repo.path, *repo.path.rglob("*")):
            os.chown(path, 12345, 12345)
    # git's own way to be told that what it looks at belongs to somebody else.
    other = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
    monkeypatch.setattr(
        private,
        "start",
        lambda command, *, environment, **named: start(
            command, environment=environment | other, **named
        ),
    )
    assert read(repo.path).commits == frozenset(ids)
