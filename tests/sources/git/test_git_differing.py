"""Trees compared without git say what git says of them, and end where git does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from affidavit.sources.git import changed, differing
from affidavit.sources.git.changed import Path, Paths, changed_paths, changed_top
from affidavit.sources.git.differing import Listed, Trees
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs
from gitrepo import Entry, Repo

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def git(repo: Repo) -> Iterator[PrivateGit]:
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as private:
        yield private


@pytest.fixture
def trees(git: PrivateGit) -> Iterator[Trees]:
    with Objects(git) as objects:
        yield Trees(objects, inside=True)


def by_git(git: PrivateGit, pair: tuple[str, str], *, inside: bool) -> Paths | None:
    (found,) = changed._compared(git, [pair], inside=inside)
    return found


MODES = ["100644", "100755", "100664", "100600", "120000", "160000"]
TREES = st.dictionaries(
    st.sampled_from([b"a", b"a.b", b"a0", b"a/x", b"a/y/z", b"b/x", b"\xff"]),
    st.tuples(st.sampled_from(MODES), st.sampled_from(["1", "2"])),
    max_size=6,
)


def made(repo: Repo, files: dict[bytes, tuple[str, str]]) -> str:
    """A tree in which a name may be a file's and a folder's at once only in unsound ones."""
    folders = {path.partition(b"/")[0] for path in files if b"/" in path}
    kept = {path: one for path, one in files.items() if path not in folders}
    return repo.tree({path: Entry(mode, repo.blob(text)) for path, (mode, text) in kept.items()})


@pytest.mark.parametrize("inside", [True, False])
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=TREES, after=TREES)
def test_what_differs_is_what_git_says_in_its_order(
    repo: Repo,
    git: PrivateGit,
    *,
    inside: bool,
    before: dict[bytes, tuple[str, str]],
    after: dict[bytes, tuple[str, str]],
) -> None:
    pair = (made(repo, before), made(repo, after))
    with Objects(git) as objects:
        assert Trees(objects, inside=inside).differing(*pair) == by_git(git, pair, inside=inside)


def bomb(repo: Repo, leaf: dict[bytes, Entry], depth: int) -> str:
    """A tree that leads to `leaf` on more ways than can be gone."""
    id_ = repo.tree(leaf)
    for _ in range(depth):
        body = b"".join(b"40000 %d\0%b" % (n, bytes.fromhex(id_)) for n in range(10))
        id_ = repo.object("tree", body)
    return id_


def test_trees_that_git_never_ends_with_cost_themselves_only(
    repo: Repo, git: PrivateGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changed, "SILENCE", 0.3)
    monkeypatch.setattr(differing, "MAX_PATHS", 2)
    blob = repo.blob("x")
    one = repo.tree({b"f": Entry("100644", blob)})
    endless = bomb(repo, {b"f": Entry("100644", blob)}, 12)
    first = tuple(Path(b"0/" * 11 + b"%d/f" % number, blob) for number in range(2))
    pairs = [("", one), ("", endless), (one, ""), (endless, one)]
    found = list(changed_paths(git, pairs))
    assert found[:3] == [
        Paths((Path(b"f", blob),)),
        Paths(first, 1),
        Paths((Path(b"f", None),)),
    ]
    assert found[3] is not None
    assert found[3].more == 1


def test_empty_folders_in_one_another_are_entered_to_a_bound(
    repo: Repo, git: PrivateGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(differing, "FOLDERS", 640)
    endless = bomb(repo, {}, 12)
    small = repo.tree({b"a/b": Entry("100644", repo.blob("x"))})
    with Objects(git) as objects:
        trees = Trees(objects, inside=True)
        assert trees.differing("", endless) == Paths((), 1)
        left = trees._folders
        assert trees.differing("", small) == Paths((Path(b"a/b", repo.blob("x")),))
    assert left == 630


@pytest.mark.parametrize(("bound", "value"), [("ENTRIES", 0), ("FOLDERS", 0), ("LONGEST", 0)])
def test_beyond_every_bound_there_is_more(
    repo: Repo, git: PrivateGit, monkeypatch: pytest.MonkeyPatch, bound: str, value: int
) -> None:
    monkeypatch.setattr(differing, bound, value)
    nested = repo.tree({b"a/b/c": Entry("100644", repo.blob("x"))})
    with Objects(git) as objects:
        assert Trees(objects, inside=True).differing("", nested) == Paths((), 1)


def test_paths_are_told_up_to_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differing, "PATH_BYTES", 5)
    listed = Listed()
    assert [listed.add(Path(path, None)) for path in (b"abc", b"de", b"f")] == [True, True, False]
    assert listed.told(1) == Paths((Path(b"abc", None), Path(b"de", None)), 1)


def test_a_tree_that_is_not_there_leaves_it_unknown(repo: Repo, trees: Trees) -> None:
    gone = repo.tree({b"a/b": Entry("100644", repo.blob("x"))})
    inner = repo.tree({b"b": Entry("100644", repo.blob("x"))})
    repo.loose(inner).unlink()
    assert trees.differing("", gone) is None
    assert trees.differing("e" * 40, "") is None
    assert trees.differing(repo.blob("no tree"), "") is None


def test_a_name_that_a_tree_has_twice_hides_nothing(repo: Repo, trees: Trees) -> None:
    blobs = [repo.blob(text) for text in "xy"]
    body = b"".join(b"100644 a\0" + bytes.fromhex(blob) for blob in blobs)
    twice = repo.object("tree", body)
    assert trees.differing("", twice) == Paths(tuple(Path(b"a", blob) for blob in blobs))


def test_of_a_root_with_very_many_folders_none_is_told(
    repo: Repo, git: PrivateGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changed, "MAX_TOPS", 2)
    blob = repo.blob("x")
    two, three = (repo.tree({b"%d/f" % n: Entry("100644", blob) for n in range(c)}) for c in (2, 3))
    assert list(changed_top(git, [("", two), ("", three)])) == [frozenset({b"0", b"1"}), None]


def test_few_trees_are_not_compared_in_very_many_ways(
    repo: Repo, git: PrivateGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changed, "TOGETHER", 1)
    monkeypatch.setattr(changed, "ALTOGETHER", 2)
    one = repo.tree({b"a": Entry("100644", repo.blob("x"))})
    told = Paths((Path(b"a", repo.blob("x")),))
    assert list(changed_paths(git, [("", one)] * 4)) == [told, told, None, None]


def test_git_is_not_asked_again_and_again_for_more_than_is_told(
    repo: Repo, git: PrivateGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changed, "MAX_LONG", 1)
    monkeypatch.setattr(differing, "MAX_PATHS", 1)
    blob = repo.blob("x")
    two = repo.tree({b"a": Entry("100644", blob), b"b": Entry("100644", blob)})
    spawn, spawned = git.spawn, []

    def counted(command: str, *options: str) -> object:
        spawned.append(command)
        return spawn(command, *options)

    monkeypatch.setattr(git, "spawn", counted)
    told = Paths((Path(b"a", blob),), 1)
    assert list(changed_paths(git, [("", two), ("", two), (two, two)])) == [told, told, Paths(())]
    assert spawned.count("diff-tree") == 1


def test_only_so_many_trees_are_kept(
    repo: Repo, trees: Trees, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(differing, "KEPT", 2)
    monkeypatch.setattr(differing, "KEPT_ENTRIES", 1)
    blob = repo.blob("x")
    for count in (1, 2, 1, 3, 1):
        paths = [b"%d/%d" % (count, number) for number in range(count)]
        tree = repo.tree({path: Entry("100644", blob) for path in paths})
        assert trees.differing("", tree) == Paths(tuple(Path(path, blob) for path in paths))
        assert len(trees._kept) <= 3
