"""What differs between trees, held against git's own answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.changes.envelope.touched import Touched
from affidavit.sources.git import raw
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.raw import raw_changes
from affidavit.sources.git.refs import read_refs
from gitrepo import Entry, Repo

if TYPE_CHECKING:
    from pathlib import Path

    from gitobjects import Content

Told = tuple[Touched, ...] | None


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def told(repo: Repo, *pairs: tuple[str, str]) -> list[Told]:
    store = locate(repo.directory)
    with PrivateGit(store, read_refs(store)) as git, Objects(git) as objects:
        trees = [tuple(objects.tree_of(one) if one else "" for one in pair) for pair in pairs]
        return list(raw_changes(objects, [(one, other) for one, other in trees]))


def of_git(repo: Repo, one: str, other: str) -> Told:
    """What ``diff-tree`` says of the same."""
    out = repo.git("diff-tree", "-r", "-z", "--raw", "--no-renames", "--full-index", one, other)
    words = out.split(b"\0")[:-1]
    found = []
    for line, path in zip(words[::2], words[1::2], strict=True):
        old_mode, new_mode, *ids, _ = line.decode().lstrip(":").split()
        found.append(Touched(path, old_mode, new_mode, *(one.strip("0") and one for one in ids)))
    return tuple(sorted(found))


def odd(repo: Repo) -> tuple[str, str]:
    """Two commits that differ in everything a tree can say."""
    blob = repo.blob("same")
    first: dict[bytes, Content | Entry | None] = {
        b"a": "1",
        b"deep/er/file": "1",
        b"gone/x": "1",
        b"becomes": "file",
        b"was/folder": "1",
        b"mode": Entry("100644", blob),
        b"link": Entry("120000", repo.blob("a")),
        b"lib": Entry("160000", "1" * 40),
        b"\xff\xfe": "no text",
        b"kept/y": "1",
    }
    one = repo.commit(files=first)
    other = repo.commit(
        files={
            b"a": "2",
            b"deep/er/file": "2",
            b"gone/x": None,
            b"becomes": None,
            b"becomes/folder": "1",
            b"was/folder": None,
            b"was": "file",
            b"mode": Entry("100755", blob),
            b"link": Entry("120000", repo.blob("b")),
            b"lib": Entry("160000", "2" * 40),
            b"\xff\xfe": "else",
        }
    )
    return one, other


def test_what_differs_is_what_git_says_differs(repo: Repo) -> None:
    one, other = odd(repo)
    assert told(repo, (one, other), (other, one), (one, one)) == [
        of_git(repo, one, other),
        of_git(repo, other, one),
        (),
    ]


def test_no_setting_or_attribute_changes_it(repo: Repo) -> None:
    one, other = odd(repo)
    before = told(repo, (one, other))
    repo.config("diff.renames", "copies")
    repo.config("diff.noprefix", "true")
    repo.config("core.fileMode", "false")
    (repo.directory / "info").mkdir(exist_ok=True)
    (repo.directory / "info/attributes").write_text("* -diff\n")
    assert told(repo, (one, other)) == before


def test_against_no_tree_all_files_are_new(repo: Repo) -> None:
    one = repo.commit(files={"a": "1", "b/c": "2"})
    found = told(repo, ("", one))[0]
    assert found is not None
    assert [(each.path, each.old, each.old_mode) for each in found] == [
        (b"a", "", "000000"),
        (b"b/c", "", "000000"),
    ]


def test_a_tree_that_is_not_there_leaves_only_its_own_comparison_unknown(repo: Repo) -> None:
    one = repo.commit(files={"a": "1", "deep/file": "1"})
    other = repo.commit(files={"deep/file": "2"})
    last = repo.commit(files={"a": "2"})
    folder = repo.git("rev-parse", f"{one}:deep").decode().strip()
    repo.loose(folder).unlink()
    assert told(repo, (one, other), (other, last)) == [None, of_git(repo, other, last)]


def test_too_many_paths_are_not_told(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    one = repo.commit(files={"a": "1"})
    other = repo.commit(files={"b": "1", "c": "1"})
    monkeypatch.setattr(raw, "MAX_PATHS", 1)
    assert told(repo, (one, other)) == [None]
