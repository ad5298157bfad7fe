from __future__ import annotations

import itertools
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from affidavit.sources.git import changed, differing
from affidavit.sources.git.changed import Path, Paths, changed_paths, changed_top
from affidavit.sources.git.locate import locate
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs
from gitrepo import Entry, Repo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path as Folder
    from subprocess import Popen

A = frozenset({b"."})
EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


@pytest.fixture
def git(repo: Repo) -> Iterator[PrivateGit]:
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as private:
        yield private


def tree(repo: Repo, **files: str) -> str:
    paths = {path.replace("__", "/").encode(): text for path, text in files.items()}
    return repo.tree({path: Entry("100644", repo.blob(text)) for path, text in paths.items()})


def test_the_folders_that_differ_at_the_root_and_a_dot_for_its_files(
    repo: Repo, git: PrivateGit
) -> None:
    one = tree(repo, a="1", b="1", c__x="1", d__y="1")
    two = tree(repo, a="2", c__x="1", d__y="2", e="1")
    assert list(changed_top(git, [(one, two), (one, one), ("", one), (two, "")])) == [
        frozenset({b".", b"d"}),
        frozenset(),
        frozenset({b".", b"c", b"d"}),
        frozenset({b".", b"c", b"d"}),
    ]


def test_the_paths_that_differ_with_what_is_there_now(repo: Repo, git: PrivateGit) -> None:
    one = tree(repo, a="1", c__x="1", c__y="1", gone="1")
    two = tree(repo, a="1", c__x="2", c__y="1", c__z__w="1")
    assert list(changed_paths(git, [(one, two)])) == [
        Paths(
            (
                Path(b"c/x", repo.blob("2")),
                Path(b"c/z/w", repo.blob("1")),
                Path(b"gone", None),
            )
        )
    ]


def test_a_moved_folder_is_gone_here_and_new_there(repo: Repo, git: PrivateGit) -> None:
    one, two = tree(repo, here__x="same"), tree(repo, there__x="same")
    assert list(changed_top(git, [(one, two)])) == [frozenset({b"here", b"there"})]


ODD = [
    b"new\nline",
    b'"quoted"',
    b"\xff\xfe",
    b"tab\t",
    b":100644",
    b"end",
    b"end\n",
    EMPTY.encode(),
]


@pytest.mark.parametrize("name", [*ODD, b"%b %b\n" % (EMPTY.encode(), EMPTY.encode())])
def test_a_name_may_be_any_bytes(repo: Repo, git: PrivateGit, name: bytes) -> None:
    odd = repo.tree({name + b"/x": Entry("100644", repo.blob("x"))})
    assert list(changed_top(git, [("", odd), (odd, odd)])) == [frozenset({name}), frozenset()]
    assert list(changed_paths(git, [("", odd)])) == [Paths((Path(name + b"/x", repo.blob("x")),))]


def test_that_there_are_paths_beyond_the_bound_is_told(
    repo: Repo, git: PrivateGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(differing, "MAX_PATHS", 2)
    five = tree(repo, a="1", b="1", c="1", d="1", e="1")
    blob = repo.blob("1")
    expected = Paths((Path(b"a", blob), Path(b"b", blob)), more=1)
    assert list(changed_paths(git, [("", five), (five, five)])) == [expected, Paths(())]


def test_as_many_pairs_as_wanted_are_compared(repo: Repo, git: PrivateGit) -> None:
    trees = [tree(repo, a__x=f"{n}", b__x=f"{n // 2}") for n in range(400)]
    found = list(changed_top(git, itertools.pairwise(trees)))
    assert found == [frozenset({b"a"} if n % 2 == 0 else {b"a", b"b"}) for n in range(399)]


def test_a_missing_tree_costs_itself_only(repo: Repo, git: PrivateGit) -> None:
    one, two, gone = tree(repo, a="1"), tree(repo, a="2"), tree(repo, a="3")
    repo.loose(gone).unlink()
    pairs = [(one, two), (one, gone), (gone, two), (two, one), ("e" * 40, "")] * 40
    assert list(changed_top(git, pairs)) == [A, None, None, A, None] * 40


@pytest.mark.parametrize("damage", ["gone", "garbage"])
def test_a_damaged_folder_costs_its_own_pairs_only(
    repo: Repo, git: PrivateGit, damage: str
) -> None:
    one, two = tree(repo, a="1"), tree(repo, a="2", d__x="1")
    inner = repo.loose(tree(repo, x="1"))
    inner.unlink()
    if damage == "garbage":
        inner.write_bytes(b"garbage")
    assert list(changed_paths(git, [(one, two), (two, two), ("", one)])) == [
        None,
        Paths(()),
        Paths((Path(b"a", repo.blob("1")),)),
    ]


def counted(git: PrivateGit, patch: pytest.MonkeyPatch, **instead: str) -> list[str]:
    """The commands that are run from now on; those in `instead` are replaced by another."""
    spawn, spawned = git.spawn, []

    def noted(command: str, *options: str) -> Popen[bytes]:
        spawned.append(command)
        other = instead.get(command.replace("-", "_"))
        return spawn(*other.split()) if other else spawn(command, *options)

    patch.setattr(git, "spawn", noted)
    return spawned


def test_git_dies_a_bounded_number_of_times(
    repo: Repo, git: PrivateGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changed, "MAX_DEATHS", 2)
    one, two = tree(repo, a="1"), tree(repo, d__x="1")
    repo.loose(tree(repo, x="1")).unlink()
    spawned = counted(git, monkeypatch)
    pairs = [(one, two), ("", two), (two, one), (one, one)]
    assert list(changed_paths(git, pairs)) == [None, None, None, Paths(())]
    assert spawned.count("diff-tree") == 2


@pytest.mark.parametrize("instead", ["no-such-command", "cat-file --batch-check"])
def test_what_a_git_that_does_not_compare_leaves_is_compared_here(
    repo: Repo, git: PrivateGit, monkeypatch: pytest.MonkeyPatch, instead: str
) -> None:
    monkeypatch.setattr(changed, "SILENCE", 0.01)
    one = tree(repo, a="1")
    counted(git, monkeypatch, diff_tree=instead)
    assert list(changed_top(git, [("", one), (one, "e" * 40), (one, one)])) == [
        A,
        None,
        frozenset(),
    ]


def test_a_partial_clone_without_trees_knows_no_paths(repo: Repo, tmp_path: Folder) -> None:
    for number in range(3):
        repo.commit(f"{number}")
    clone = repo.clone(tmp_path / "clone", "--bare", "--filter=tree:0")
    trees = [repo.git("rev-parse", f"main~{n}^{{tree}}").decode().strip() for n in range(3)]
    store = locate(clone)
    with PrivateGit(store, read_refs(store)) as git:
        assert list(changed_top(git, [(trees[1], trees[0]), ("", trees[2])])) == [None, None]


def test_two_comparisons_may_run_in_threads(repo: Repo, git: PrivateGit) -> None:
    trees = [tree(repo, a=f"{n}") for n in range(200)]
    found: list[frozenset[bytes] | None] = []
    pairs = list(itertools.pairwise(trees))
    threads = [Thread(target=lambda: found.extend(changed_top(git, pairs))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [A] * 398


def test_sha256_trees_are_compared(tmp_path: Folder) -> None:
    repo = Repo(tmp_path / "sha256", object_format="sha256")
    one = tree(repo, a="1")
    repo.commit()
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as git:
        assert list(changed_top(git, [("", one), (one, "")])) == [A, A]


def test_a_git_that_says_nothing_is_not_waited_for_many_times(
    repo: Repo, git: PrivateGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changed, "SILENCE", 0.01)
    spawned = counted(git, monkeypatch, diff_tree="cat-file --batch-check --buffer")
    one = tree(repo, a="1")
    assert list(changed_paths(git, [("", one)] * 9)) == [Paths((Path(b"a", repo.blob("1")),))] * 9
    assert spawned.count("diff-tree") == changed.MAX_BOMBS


def test_a_root_that_is_no_tree_costs_itself_only(repo: Repo, git: PrivateGit) -> None:
    one, blob = tree(repo, a="1"), repo.blob("no tree")
    pairs = [("", one), (one, blob), (blob, blob), (one, one), (blob, "")]
    assert list(changed_top(git, pairs * 2)) == [A, None, None, frozenset(), None] * 2
