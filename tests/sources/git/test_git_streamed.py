"""Objects that git cannot hold are read all the same, in little memory."""

from __future__ import annotations

import os
import sys
import zlib
from typing import TYPE_CHECKING

import pytest
from reading import read

from affidavit.sources.git import objects as objects_module
from affidavit.sources.git import program
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects, State
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs
from affidavit.sources.git.silence import Patience
from affidavit.sources.git.streamed import streamed
from gitrepo import Repo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from affidavit.sources.git.framing import Frame

SIZE = 64 << 20


@pytest.fixture
def git(repo: Repo) -> Iterator[PrivateGit]:
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as own:
        yield own


def frame(git: PrivateGit, id_: str, head: int = 5, most: int = 1 << 30) -> Frame | None:
    return streamed(git, id_, head, most=most, patience=Patience())


FORMS = [
    *[("sha1", kind, 20) for kind in ("commit", "tree", "blob", "tag")],
    *[("sha1", "commit", size) for size in (0, 15, 16, 70_000)],
    ("sha256", "commit", 3_000_000),
]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("object_format", "kind", "size"), FORMS)
def test_a_loose_and_a_packed_object_are_read(
    tmp_path: Path, object_format: str, kind: str, size: int, *, packed: bool
) -> None:
    repo = Repo(tmp_path / "repo", object_format=object_format)
    id_ = repo.object(kind, b"x" * size)
    if packed:
        repo.git("pack-objects", repo.directory / "objects/pack/pack", stdin=f"{id_}\n".encode())
        repo.loose(id_).unlink()
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as git:
        found = frame(git, id_)
        begun = frame(git, id_, most=size - 1)
    assert found is not None
    assert (found.kind, found.size, found.digest) == (kind.encode(), size, id_)
    assert begun is not None
    assert (begun.body, begun.digest) == (b"x" * min(size, 5), "" if size > 1 << 20 else id_)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        zlib.compress(b""),
        zlib.compress(b"blob"),
        zlib.compress(b"blob 3"),
        zlib.compress(b"blob x\0abc"),
        zlib.compress(b"blob 3\0ab"),
        zlib.compress(b"blob 3\0abcd"),
        zlib.compress(b"blob 99999999999999999999\0abc"),
        zlib.compress(b"blob 3\0abc")[:-8],
    ],
)
def test_a_damaged_file_is_read_as_nothing(repo: Repo, git: PrivateGit, content: bytes) -> None:
    id_ = repo.blob("abc")
    repo.loose(id_).write_bytes(content)
    assert frame(git, id_) is None


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_took_the_place_of_a_file_is_not_waited_for(
    repo: Repo, git: PrivateGit, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None]
) -> None:
    id_ = repo.blob("abc")
    repo.loose(id_).unlink()
    make(repo.loose(id_))
    spawn = git.spawn
    # git itself would wait for a pipe.
    monkeypatch.setattr(git, "spawn", lambda *_arguments: spawn("--version"))
    assert frame(git, id_) is None


def large(repo: Repo, *parents: str) -> str:
    """A commit of more bytes than git may have below, that is small as a file."""
    tree = repo.tree({})
    above = "".join(f"parent {parent}\n" for parent in parents)
    who = "Alice Example <alice@firm.mail> 1767000000 +0000"
    body = f"tree {tree}\n{above}author {who}\ncommitter {who}\n\n".encode() + b"a" * SIZE
    return repo.raw_commit(body, branch="main")


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "DATA_BYTES", SIZE - (1 << 20))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds another process")
@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize("packed", [False, True])
def test_a_commit_that_git_cannot_hold_is_one_of_its_history(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, *, packed: bool
) -> None:
    first = repo.commit("First")
    second = large(repo, first)
    third = repo.commit("Third", parents=[second])
    if packed:
        monkeypatch.undo()
        repo.pack()
        monkeypatch.setattr(program, "DATA_BYTES", SIZE - (1 << 20))
    found = read(repo.path, third)
    assert found.commits == {first, second, third}
    assert found.graph.parents[second] == (first,)
    assert found.limits == {"history-read-directly", "large-commits"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds another process")
@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize("count", [1, 3])
def test_what_is_too_large_to_be_hashed_is_damaged_and_its_history_is_read(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(objects_module, "HOLDABLE", SIZE // 2)
    monkeypatch.setattr(objects_module, "LARGE_BYTES", SIZE // 2)
    first = repo.commit("First")
    ids = [large(repo, first) for _ in range(1)]
    last = repo.commit("Last", parents=[*ids, *(repo.commit(f"{n}") for n in range(1, count))])
    found = read(repo.path, last)
    assert found.graph.damaged == set(ids)
    assert found.graph.bridges == {ids[0]: (first,)}
    assert first in found.commits
    assert "damaged-commits" in found.limits


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds another process")
@pytest.mark.usefixtures("little_memory")
def test_a_large_object_among_others_costs_none_of_them(repo: Repo, git: PrivateGit) -> None:
    ids = [repo.blob("before"), large(repo), repo.blob("after")]
    with Objects(git) as objects:
        found = [(one.state, (one.body or b"")[:5]) for one in objects.read(ids, head=5)]
        alone = next(objects.read(ids[1:2], max_size=9, head=5)).state
    assert found == [(State.OK, b"befor"), (State.DAMAGED, b""), (State.OK, b"after")]
    assert alone is State.TOO_LARGE
