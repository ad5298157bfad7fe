from __future__ import annotations

import os
import zlib
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import tricks

from affidavit.base.errors import GitFailedError
from affidavit.sources.git import framing, private
from affidavit.sources.git import objects as objects_module
from affidavit.sources.git.framing import Frame, Frames
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Found, Objects, State
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.program import Program, feed
from affidavit.sources.git.refs import read_refs
from affidavit.sources.git.tree import entries
from gitrepo import Entry, Repo

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def git(repo: Repo) -> Iterator[PrivateGit]:
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as own:
        yield own


@pytest.fixture
def objects(git: PrivateGit) -> Iterator[Objects]:
    with Objects(git) as reader:
        yield reader


def states(objects: Objects, ids: list[str], **bounds: int) -> list[tuple[str, State]]:
    return [(found.id, found.state) for found in objects.read(ids, **bounds)]


def test_objects_come_in_the_order_asked_for(repo: Repo, objects: Objects) -> None:
    ids = [repo.blob(f"{number}") for number in range(300)] * 2
    found = list(objects.read(ids))
    assert [one.id for one in found] == ids
    assert found[17] == Found(ids[17], "blob", b"17", State.OK, 2)


@pytest.mark.parametrize("id_", ["", "HEAD", "a" * 39, "A" * 40, "a" * 64, "a\n" + "b" * 38])
def test_what_is_no_id_is_not_asked_for(objects: Objects, id_: str) -> None:
    assert states(objects, [id_]) == [(id_, State.DAMAGED)]


def damage_between(repo: Repo, kind: str) -> list[str]:
    """Three blobs of which the second is damaged in the way of `kind`."""
    ids = [repo.blob(f"number {number} " * 50) for number in range(3)]
    path = repo.loose(ids[1])
    data = path.read_bytes()
    path.unlink()
    if kind == "garbage":
        path.write_bytes(b"garbage")
    elif kind == "cut off":
        path.write_bytes(data[:-8])
    elif kind == "folder":
        path.mkdir()
    elif kind == "exchanged":
        path.write_bytes(repo.loose(ids[0]).read_bytes())
    elif kind == "endless":
        path.write_bytes(zlib.compress(b"blob 99999999999999999999\0x"))
    elif kind == "too long":
        path.write_bytes(zlib.compress(b"blob 3\0" + b"x" * 5000))
    elif kind == "with a false answer in it":
        answer = b"zz\n%b blob 2\nno\n" % ids[2].encode()
        path.write_bytes(zlib.compress(b"blob 3\0" + answer + b"x" * 5000))
    return ids


KINDS = [
    "gone",
    "garbage",
    "cut off",
    "folder",
    "exchanged",
    "endless",
    "too long",
    "with a false answer in it",
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_object_costs_itself_only(repo: Repo, objects: Objects, kind: str) -> None:
    ids = damage_between(repo, kind)
    found = states(objects, ids)
    assert (found[0], found[2]) == ((ids[0], State.OK), (ids[2], State.OK))
    assert found[1][1] in (State.MISSING, State.DAMAGED)
    assert objects.missing | objects.damaged == {ids[1]}
    assert [(limit.items, limit.gap) for limit in objects.limits] == [((ids[1],), True)]


def test_a_reader_renewed_forgets_what_was_lost(repo: Repo, objects: Objects) -> None:
    assert states(objects, ["a" * 40]) == [("a" * 40, State.MISSING)]
    objects.renew()
    assert (objects.missing, objects.damaged, objects.limits) == (set(), set(), ())
    assert states(objects, [repo.blob("x")])[0][1] is State.OK


def test_large_objects_are_held_one_after_the_other(
    repo: Repo, objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects_module, "HELD", 100)
    ids = [repo.blob(f"{number}" * 60) for number in range(3)] + ["a" * 40]
    held: list[int] = []
    real = Objects._ask

    def watched(self: Objects, option: str, some: list[str], **named: int) -> dict[str, Frame]:
        held.append(len(some))
        return real(self, option, some, **named)

    monkeypatch.setattr(Objects, "_ask", watched)
    assert [state for _, state in states(objects, ids)] == [State.OK] * 3 + [State.MISSING]
    assert held == [4, 1, 1, 1]


def test_an_object_beyond_the_bound_is_not_read(repo: Repo, objects: Objects) -> None:
    small, large = repo.blob("x" * 100), repo.blob("y" * 101)
    assert list(objects.read([large, small], max_size=100)) == [
        Found(large, "blob", None, State.TOO_LARGE, 101),
        Found(small, "blob", b"x" * 100, State.OK, 100),
    ]


def test_the_beginning_of_a_large_object_is_kept_and_all_of_it_hashed(
    repo: Repo, objects: Objects
) -> None:
    large, small = repo.blob("y" * 3_000_000), repo.blob("x")
    forged = repo.object("blob", b"z" * 3_000_000, named="d" * 40)
    assert list(objects.read([large, forged, small], max_size=100, head=5)) == [
        Found(large, "blob", b"yyyyy", State.TOO_LARGE, 3_000_000),
        Found(forged, "blob", None, State.DAMAGED, 3_000_000),
        Found(small, "blob", b"x", State.OK, 1),
    ]


def test_what_is_too_large_to_hash_is_not_looked_at(
    repo: Repo, objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bound in ("HOLDABLE", "MOST"):
        monkeypatch.setattr(objects_module, bound, 1000)
    monkeypatch.setattr(framing, "STREAMED", 1000)
    large, small = repo.blob("y" * 3_000_000), repo.blob("x")
    bounds = {"max_size": 100, "head": 5}
    assert states(objects, [large, small], **bounds) == [
        (large, State.DAMAGED),
        (small, State.OK),
    ]
    assert states(objects, [large], **bounds) == [(large, State.DAMAGED)]
    assert states(objects, [small], **bounds) == [(small, State.OK)]


def test_a_child_that_was_ended_is_replaced(repo: Repo, objects: Objects) -> None:
    ids = [repo.blob(f"{number}") for number in range(3)]
    assert len(states(objects, ids[:1])) == 1
    for child in objects._children.values():
        child.process.kill()
        child.process.wait()
    assert [state for _, state in states(objects, ids)] == [State.OK] * 3


def test_answers_that_are_out_of_step_are_asked_for_again(repo: Repo, objects: Objects) -> None:
    ids = [repo.blob(f"{number}") for number in range(3)]
    objects.have(ids)
    feed(objects._children["--batch-check"]._in, f"{ids[2]}\n".encode())
    assert [state for _, state in states(objects, ids)] == [State.OK] * 3


def test_those_that_are_there_are_told(repo: Repo, objects: Objects) -> None:
    ids = {repo.blob(f"{number}") for number in range(200)}
    assert objects.have([*sorted(ids), "a" * 40, "nonsense"]) == ids


def test_tags_lead_to_their_commits(repo: Repo, objects: Objects) -> None:
    commit = repo.commit()
    tag = repo.tag("v1", message="One")
    again = repo.object("tag", f"object {tag}\ntype tag\ntag x\n\n".encode())
    tree = objects.tree_of(commit)
    of_tree = repo.object("tag", f"object {tree}\ntype tree\ntag t\n\n".encode())
    odd = repo.object("tag", b"nothing of use")
    ids = [commit, tag, again, tree, of_tree, odd, "a" * 40]
    assert objects.peeled(ids) == {commit: commit, tag: commit, again: commit}


def test_tags_are_followed_to_a_bound(repo: Repo, objects: Objects) -> None:
    tag = repo.tag("v1", at=repo.commit(), message="One")
    for _ in range(objects_module.MAX_TAGS):
        tag = repo.object("tag", f"object {tag}\ntype tag\ntag x\n\n".encode())
    assert objects.peeled([tag]) == {}


def test_a_file_is_read_at_the_root_and_in_folders(repo: Repo, objects: Objects) -> None:
    commit = repo.commit(files={"affidavit.toml": "root", "a/b/c": "deep", "large": "x" * 99})
    assert objects.blob_at(commit, "affidavit.toml", 50) == b"root"
    assert objects.blob_at(commit, "a/b/c", 50) == b"deep"
    assert objects.blob_at(commit, "large", 50) is None
    assert [limit.id for limit in objects.limits] == ["file-too-large"]


def test_what_is_no_regular_file_is_not_read(repo: Repo, objects: Objects) -> None:
    link = Entry("120000", repo.blob("/etc/passwd"))
    module = Entry("160000", "a" * 40)
    files: dict[str, str | bytes | Entry | None] = {"link": link, "module": module}
    commit = repo.commit(files={**files, "folder/file": "x"})
    for path in ("link", "module", "folder", "folder/file/x", "gone", "gone/x", "link/x"):
        assert objects.blob_at(commit, path, 50) is None
    assert objects.blob_at("a" * 40, "x", 50) is None
    assert objects.blob_at(repo.blob("no commit"), "x", 50) is None


@pytest.mark.parametrize(
    "body", [b"", b"100644", b"100644 a", b"100644 a\0short", b"\0" * 40, b"100644a\0 " + b"x" * 20]
)
def test_a_broken_tree_ends_where_it_breaks(body: bytes) -> None:
    good = b"100644 good\0" + b"\x11" * 20
    assert [entry.name for entry in entries(good + body, 20)] == [b"good"]


# The frames themselves.


def framed(data: bytes, *, whole: int = 1 << 20, bodies: bool = True) -> list[Frame]:
    """What is read from a pipe that gives `data` in small pieces."""
    out, into = os.pipe()

    def write() -> None:
        with os.fdopen(into, "wb", buffering=0) as pipe:
            pipe.writelines(data[at : at + 7] for at in range(0, len(data), 7))

    writer = Thread(target=write)
    writer.start()
    frames = Frames(out, "sha1", bodies=bodies)
    frames.whole = whole
    found = list(frames)
    while os.read(out, 1 << 16):
        pass
    writer.join()
    os.close(out)
    return found


def test_a_body_may_hold_what_looks_like_a_frame() -> None:
    body = b"x" * 40 + b" commit 5\nhello\0\n"
    found = framed(b"%b commit %d\n%b\n" % (b"a" * 40, len(body), body))
    assert [(frame.name, frame.body) for frame in found] == [(b"a" * 40, body)]


@pytest.mark.parametrize(
    "broken",
    [
        b"id commit 5\nhell",
        b"id commit 5\nhello",
        b"id commit 99\nhello",
        b"id commit 9999999\nhello",
        b"id commit",
        b"id commit five\nhello\n",
        b"id commit -5\nhello\n",
        b"no line feed at all" * 100,
    ],
)
def test_a_cut_off_or_odd_answer_is_not_given(broken: bytes) -> None:
    found = framed(b"id missing\nid blob 2\nhi\n" + broken, whole=1000)
    assert [(frame.kind, frame.body) for frame in found] == [(b"", None), (b"blob", b"hi")]


def test_of_a_checking_child_no_bodies_are_expected() -> None:
    found = framed(b"id commit 5\nid missing\n", bodies=False)
    assert [(frame.size, frame.body) for frame in found] == [(5, None), (-1, None)]


# The private directory.


def test_git_sees_nothing_of_the_callers_environment(
    git: PrivateGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", "/nowhere")
    monkeypatch.setenv("GIT_TRACE", "/nowhere/trace")
    assert not {"GIT_TRACE", "GIT_OBJECT_DIRECTORY", "SSH_AUTH_SOCK"} & git.environment.keys()
    child = git.spawn("config", "--list", "--show-scope")
    out, _ = child.communicate()
    assert {line.split(b"\t")[0] for line in out.splitlines()} == {b"local"}


def test_a_git_that_can_read_nothing_ends_the_audit(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "git"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(private, "find_git", lambda: Program(str(broken), (2, 40)))
    store = locate(repo.path)
    with pytest.raises(GitFailedError), PrivateGit(store, read_refs(store)):
        pass
    broken.unlink()
    with pytest.raises(GitFailedError), PrivateGit(store, read_refs(store)):
        pass


def test_the_private_directory_is_removed(repo: Repo) -> None:
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as own:
        folder = Path(own.environment["GIT_DIR"])
        assert folder.is_dir()
    assert not folder.exists()


def test_a_repository_is_mended_once_and_only_if_it_has_packs(
    tmp_path: Path, git: PrivateGit
) -> None:
    assert not git.mend()
    repo, ids = tricks.history(tmp_path / "packed")
    repo.pack()
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as own:
        assert own.mend()
        assert not own.mend()
        with Objects(own) as objects:
            assert objects.have(ids) == set(ids)
