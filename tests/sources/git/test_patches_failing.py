"""A git that cannot compare landings, or makes no sense: an error, never less than all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import pytest

from affidavit.base.errors import AffidavitError, FormatError, GitFailedError
from affidavit.sources.git import patches
from affidavit.sources.git.patches import Step, compared, follow
from blames import Told, chain, reading, told
from gitobjects import Entry

if TYPE_CHECKING:
    from affidavit.sources.git.private import PrivateGit
    from gitrepo import Repo

TEXT = "".join(f"line {number}\n" for number in range(20))


@pytest.fixture
def history(repo: Repo) -> Repo:
    """Three landings; each changes two files, and the last renames one."""
    repo.commit(files={"a": TEXT, "b": "1\n"})
    repo.commit(files={"a": f"{TEXT}1\n", "b": "2\n"})
    repo.commit(files={"a": None, "b": "3\n", "c": f"{TEXT}2\n"})
    return repo


@pytest.mark.parametrize(
    ("missing", "reached"),
    [
        pytest.param("1\n", 1, id="of the first landing"),
        pytest.param("2\n", 2, id="of the second"),
        pytest.param("3\n", 3, id="of the last, after what was told of another file"),
        pytest.param(f"{TEXT}2\n", 2, id="that only a rename asks for"),
    ],
)
def test_a_missing_blob_is_an_error_after_what_came_before_it(
    history: Repo, missing: str, reached: int
) -> None:
    steps = chain(history, history.resolve("main"))
    history.loose(history.blob(missing)).unlink()
    follower = Told()
    with reading(history) as git, pytest.raises(GitFailedError):
        follow(git, steps, follower)
    assert len(follower.landings) == reached
    assert follower.landings[: reached - 1] == told(history, steps[: reached - 1]).landings


@pytest.mark.parametrize("way", ["missing", "damaged"])
@pytest.mark.parametrize("kind", ["commit", "tree", "blob"])
def test_an_object_that_cannot_be_read_is_an_error(history: Repo, kind: str, way: str) -> None:
    steps = chain(history, history.resolve("main"))
    names = {"commit": "main", "tree": "main^{tree}", "blob": "main:c"}
    path = history.loose(history.git("rev-parse", names[kind]).decode().strip())
    if way == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(GitFailedError):
        told(history, steps)


def test_a_file_of_a_size_that_git_cannot_hold_is_an_error(
    history: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("affidavit.sources.git.program.DATA_BYTES", 1 << 20)
    with pytest.raises(AffidavitError):
        told(history, chain(history, history.resolve("main")))


def test_no_landings_need_no_git() -> None:
    follow(cast("PrivateGit", None), [], Told())


def test_a_silent_git_is_an_error(history: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patches, "_TREES", ("cat-file", "--batch"))
    monkeypatch.setattr(patches, "SILENCE", 0.01)
    with pytest.raises(GitFailedError):
        told(history, [Step("x", None)])


class Saying:
    """A git that says this and ends with that status."""

    def __init__(self, said: bytes, status: int = 0) -> None:
        reader, writer = os.pipe()
        os.write(writer, said)
        os.close(writer)
        self.stdout = os.fdopen(reader, "rb")
        self._status = status

    def lines(self, _ids: object) -> IO[bytes]:
        return Path(os.devnull).open("rb")

    def spawn(self, *_arguments: str, stdin: IO[bytes]) -> Saying:
        assert not stdin.read()
        return self

    def wait(self, timeout: float) -> int:
        assert timeout
        return self._status


def heard(said: bytes, status: int = 0, steps: tuple[str, ...] = ("1" * 40, "2" * 40)) -> Told:
    follower = Told()
    git = cast("PrivateGit", Saying(said, status))
    follow(git, [Step(one, None) for one in steps], follower)
    return follower


def section(path: bytes, *blocks: bytes) -> bytes:
    return b"diff --git a/%b b/%b\nindex 1..2 100644\n" % (path, path) + b"".join(blocks)


ONE, TWO = (f"{n}\0".encode() for n in ("1" * 40, "2" * 40))
RAW = b":100644 100644 %b %b M\0a\0" % (b"3" * 40, b"4" * 40)
BLOCK = b"@@ -1 +1 @@ f()\n-1\n+2\n"
GOOD = ONE + RAW + b"\0" + section(b"a", BLOCK) + TWO + RAW + b"\0" + section(b"a", BLOCK)


def test_what_is_said_in_good_order_is_taken() -> None:
    assert [[blocks for _, blocks in one] for one in heard(GOOD).landings] == [[[(0, 1, 0, 1)]]] * 2


@pytest.mark.parametrize("size", [1, 2, 7, 41, 64])
def test_it_does_not_matter_in_what_pieces_it_is_said(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("affidavit.sources.git.silence.CHUNK", size)
    more = section(b"a", BLOCK) + section(b"b", BLOCK) + section(b"c", BLOCK)
    raw = RAW + RAW.replace(b"a", b"b") + RAW.replace(b"a", b"c")
    said = ONE + raw + b"\0" + more + TWO + raw + b"\0" + more
    blocks = [(0, 1, 0, 1)]
    for landing in heard(said).landings:
        assert [(entry.path, found) for entry, found in landing] == [
            (path, blocks) for path in (b"a", b"b", b"c")
        ]


@pytest.mark.parametrize("cut", range(len(GOOD)))
def test_a_git_that_dies_at_any_byte_is_an_error(cut: int) -> None:
    with pytest.raises(GitFailedError):
        heard(GOOD[:cut], status=-9)


def test_the_status_of_a_git_that_said_all_counts_too() -> None:
    with pytest.raises(GitFailedError) as caught:
        heard(GOOD, status=128)
    assert caught.value.message == "git diff-tree ended with status 128"


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(GOOD.replace(ONE, TWO), id="another landing"),
        pytest.param(GOOD + b"more", id="more than was asked"),
        pytest.param(GOOD + GOOD, id="landings more"),
        pytest.param(ONE + TWO + b"more", id="more than was asked, after nothing"),
        pytest.param(GOOD.replace(TWO, ONE + GOOD[41:] + TWO), id="a landing more between two"),
        pytest.param(GOOD[:-3], id="a line less"),
        pytest.param(GOOD.replace(BLOCK, ONE + b"\n"), id="a landing more after no block"),
        pytest.param(GOOD.replace(BLOCK, b"@@ -1 +1 @@\n-1\n" + BLOCK), id="a line less between"),
        pytest.param(GOOD.replace(b" M\0", b" X\0"), id="an unknown status"),
        pytest.param(GOOD.replace(b" M\0", b" C100\0"), id="a copy"),
        pytest.param(GOOD.replace(b" M\0", b" M x\0"), id="a word too many"),
        pytest.param(GOOD.replace(b"a\0\0", b"a\0:\0\0"), id="an entry without a path"),
        pytest.param(GOOD.replace(b"\0\0", b"\0" + RAW + b"\0"), id="an entry without a patch"),
        pytest.param(GOOD.replace(b"@@ -1 ", b"@@ -x "), id="a block without numbers"),
        pytest.param(GOOD.replace(b"@@ -1 ", b"@@ -99999999999 "), id="a number too long"),
        pytest.param(GOOD.replace(BLOCK, BLOCK + section(b"b", BLOCK)), id="a file not announced"),
    ],
)
def test_what_makes_no_sense_is_an_error(said: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        heard(said)
    assert caught.value.message == "git's comparison of landings ended early or makes no sense"


def test_a_tree_with_a_name_twice_makes_no_other_kind_of_trouble(repo: Repo) -> None:
    one, two = repo.blob("1\n"), repo.blob("2\n2\n")
    rows = [b"100644 a\0" + bytes.fromhex(id_) for id_ in (one, two)]
    tree = repo.object("tree", b"".join(rows))
    who = b"x <x@x.x> 1 +0000"
    commit = repo.raw_commit(
        b"tree %b\nauthor %b\ncommitter %b\n\nx\n" % (tree.encode(), who, who), branch="main"
    )
    entries = told(repo, [Step(commit, None)]).entries[0]
    assert [(entry.path, entry.id) for entry in entries] == [(b"a", one), (b"a", two)]


@pytest.mark.parametrize(
    ("old", "new", "blocks"),
    [
        pytest.param("1\n2\n", "1\n3\n", [(1, 2, 1, 2)], id="text"),
        pytest.param("1\0\n2\n", "1\0\n3\n", [(1, 2, 1, 2)], id="binary"),
        pytest.param("\0", "1\n2", [(0, 1, 0, 2)], id="binary and text"),
        pytest.param("\0", "\0", [], id="the same"),
        pytest.param("\0\n", "", [(0, 1, 0, 0)], id="nothing left"),
        pytest.param(None, "\0\n2", [(0, 0, 0, 2)], id="begun without a last end"),
        pytest.param(None, "\0\n2\n", [(0, 0, 0, 2)], id="begun"),
        pytest.param(None, "", [], id="begun empty"),
    ],
)
def test_two_blobs_are_compared_as_text_whatever_they_are(
    repo: Repo, old: str | None, new: str, blocks: list[object]
) -> None:
    one = "0" * 40 if old is None else repo.blob(old)
    with reading(repo) as git:
        assert compared(git, one, repo.blob(new)) == blocks


@pytest.mark.parametrize("old", ["0", "1"])
def test_a_blob_that_is_missing_cannot_be_compared(repo: Repo, old: str) -> None:
    one = repo.blob("1\n") if old == "1" else "0" * 40
    with reading(repo) as git, pytest.raises(GitFailedError):
        compared(git, one, "1" * 40)


@pytest.mark.parametrize("last", [True, False])
def test_a_merge_is_not_compared_with_all_its_parents_at_once(repo: Repo, *, last: bool) -> None:
    repo.commit(files={"a": "1\n"})
    side = repo.commit(files={"b": "1\n"}, branch="side", at="main")
    repo.commit(files={"a": "2\n"})
    merge = Step(repo.merge("side"), None)
    steps = [merge] if last else [merge, Step(side, None)]
    with pytest.raises(FormatError):
        told(repo, steps)


def test_a_commit_of_another_repository_is_never_asked_for(repo: Repo) -> None:
    repo.commit(files={"m": Entry("160000", "1" * 40)})
    repo.commit(files={"m": "1\n"})
    assert len(told(repo, chain(repo, repo.resolve("main"))).landings) == 2
