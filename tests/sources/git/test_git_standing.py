from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.sources.git import standing as module
from affidavit.sources.git.locate import locate
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs
from affidavit.sources.git.standing import standing
from gitobjects import git as run
from gitrepo import Entry, Repo

if TYPE_CHECKING:
    from pathlib import Path

LINK = "1" * 40
ABSENT = "2" * 40


def told(place: Path, *questions: tuple[str, bytes]) -> list[str | None]:
    store = locate(place)
    with PrivateGit(store, read_refs(store)) as git:
        return list(standing(git, questions))


def entry(mode: str, name: bytes, id_: str) -> bytes:
    return mode.encode() + b" " + name + b"\0" + bytes.fromhex(id_)


@pytest.fixture(params=["whole", "without contents"])
def place(request: pytest.FixtureRequest, repo: Repo, tmp_path: Path) -> Path:
    """A commit's repository, whole or without what stands in its files."""
    file, link = Entry("100644", repo.blob("x")), Entry("160000", LINK)
    names = ("a", "b/c/d", "odd\nname", "l" * 600)
    repo.commit("Begin", files={"link": link, **dict.fromkeys(names, file)})
    if request.param == "whole":
        return repo.path
    clone = repo.clone(tmp_path / "clone", "--bare", "--filter=blob:none")
    listed = run("--git-dir", clone, "rev-list", "--all", "--objects", "--missing=print")
    assert f"?{repo.blob('x')}".encode() in listed
    return clone


@pytest.mark.parametrize(
    ("path", "truth"),
    [
        (b"a", "x"),
        (b"b/c/d", "x"),
        (b"odd\nname", "x"),
        (b"link", LINK),
        (b"none", ""),
        (b"a/b", ""),
        (b"b/none", ""),
        (b"b/none/c", ""),
        (b"link/a", ""),
        (b"./a", ""),
        (b"..", ""),
        (b"l" * 600, None),
    ],
)
def test_what_stands_at_a_path_is_told_whether_or_not_its_contents_are_there(
    place: Path, repo: Repo, path: bytes, truth: str | None
) -> None:
    tree = repo.git("rev-parse", "main^{tree}").decode().strip()
    assert told(place, (tree, path)) == [repo.blob("x") if truth == "x" else truth]


def test_answers_come_in_the_order_of_the_questions(repo: Repo) -> None:
    trees = [repo.tree({b"x": Entry("100644", repo.blob(f"{n}"))}) for n in range(70)]
    questions = [(tree, path) for tree in trees for path in (b"x", b"y", b"x")]
    blobs = [repo.blob(f"{n}") for n in range(70)]
    repo.commit("Begin")
    assert told(repo.path, *questions) == [one for blob in blobs for one in (blob, "", blob)]


FILE = entry("100644", b"f", ABSENT)
UNTOLD = {
    "an absent tree": None,
    "a folder that is absent": entry("40000", b"a", ABSENT),
    "a name that is there twice": FILE + entry("40000", b"f", ABSENT),
    "an entry that breaks off": FILE + b"100644 g\0short",
    "a mode git does not write": FILE + entry("040000", b"g", ABSENT),
}


@pytest.mark.parametrize("body", UNTOLD.values(), ids=UNTOLD)
def test_of_a_tree_that_cannot_be_read_nothing_is_told(repo: Repo, body: bytes | None) -> None:
    repo.commit("Begin")
    tree = ABSENT if body is None else repo.object("tree", body)
    assert told(repo.path, (tree, b"a/b"), (tree, b"a/b/c")) == [None, None]


def test_a_commit_is_no_tree(repo: Repo) -> None:
    tree = repo.object("tree", entry("40000", b"a", repo.commit("Begin")))
    assert told(repo.path, (tree, b"a/b")) == [None]


@pytest.mark.parametrize("bound", ["TREE_BYTES", "ALTOGETHER"])
def test_trees_beyond_the_bounds_are_left_unread(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    repo.commit("Begin", files={"a/b": "x"})
    tree = repo.git("rev-parse", "main^{tree}").decode().strip()
    monkeypatch.setattr(module, bound, 0)
    assert told(repo.path, (tree, b"a/none"), (tree, b"a/b")) == [None, repo.blob("x")]
