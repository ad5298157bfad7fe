"""Checkpoints are copied into the notes of real repositories, and a later clone uses them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from affidavit.app.anchor import repository
from affidavit.app.anchor.copy import FORMAT, LABEL, REF, copy_of, line_of, united
from affidavit.app.anchor.repository import copies, written
from affidavit.base.errors import FormatError, GitFailedError, UsageError
from affidavit.ledger.checkpoint import Checkpoint, parse_checkpoint
from affidavit.ledger.note import parse_note
from affidavit.store.beside import keep_cosignature
from commands import FACT, begun, database, lines, ran, refused
from gitrepo import Repo, git
from ledgers import KEY, ORIGIN, signed

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.sources.git.locate import Store
    from affidavit.sources.git.private import PrivateGit

SPEC = f"{REF}:{REF}"


def checkpoint(size: int, root: bytes = bytes(32)) -> bytes:
    """The line that copies a signed checkpoint of that size."""
    return line_of(parse_note(signed(Checkpoint(ORIGIN, size, root))))


def sizes(place: Path) -> list[int]:
    """Of the copies in the repository at `place`."""
    return [one.checkpoint.size for one in copies(place, ORIGIN).found]


def body(place: Path, commit: str = "HEAD") -> bytes:
    """What git itself reads in the note on a commit."""
    return git("-C", place, "notes", "--ref", REF, "show", commit)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A repository of one commit, with a ledger of three entries."""
    Repo(tmp_path / "here").commit("First")
    return begun(tmp_path / "here", facts=2)


def vkey(here: Path) -> str:
    with closing(sqlite3.connect(database(here))) as connection:
        row = connection.execute("SELECT value FROM meta WHERE name = 'vkey'").fetchone()
        return str(row[0])


def test_the_newest_checkpoint_is_copied_into_a_note_on_head(here: Path) -> None:
    head = git("-C", here, "rev-parse", "HEAD").decode().strip()
    shown = ran("anchor", "--git", here=here).lines()
    assert shown == [
        f"operator-held copy of the checkpoint of 3 entries, in {REF} on {head}",
        "no witness: who keeps the ledger can write it; push the ref to where others are",
    ]
    note = ran("checkpoint", here=here).out
    assert json.loads(body(here)) == {
        "checkpoint": note.decode(),
        "format": FORMAT,
        "label": LABEL,
        "origin": ORIGIN,
        "size": 3,
    }
    assert ran("anchor", "--read-git", here=here).out == note
    assert git("-C", here, "fsck", "--strict", "--no-progress") == b""


def test_a_copy_is_made_once_and_earlier_ones_are_kept(here: Path) -> None:
    told = [ran("anchor", "--git", "--json", here=here).json() for _ in range(2)]
    assert [(one["new"], one["witnessed"], one["label"]) for one in told] == [
        (True, False, LABEL),
        (False, False, LABEL),
    ]
    first = body(here)
    assert ran("append", here=here, stdin=lines(FACT)).status == 0
    assert ran("anchor", "--git", here=here).status == 0
    assert body(here).startswith(first)
    assert (sizes(here), body(here).count(b"\n")) == ([3, 4], 2)
    done = git("-C", here, "log", "--format=%an <%ae> %s", REF).decode().splitlines()
    assert done == ["Affidavit <affidavit@invalid> Notes added by 'git notes add'"] * 2


def test_a_later_clone_tells_that_the_end_was_cut_off(here: Path, tmp_path: Path) -> None:
    shutil.copytree(here / ".affidavit", tmp_path / "before")
    assert ran("append", here=here, stdin=lines(FACT)).status == 0
    assert ran("anchor", "--git", here=here).status == 0
    git("init", "--quiet", "--bare", tmp_path / "remote")
    git("-C", here, "push", "--quiet", tmp_path / "remote", "main", SPEC)
    git("clone", "--quiet", tmp_path / "remote", tmp_path / "clone", "-b", "main")
    git("-C", tmp_path / "clone", "fetch", "--quiet", "origin", SPEC)
    key = vkey(here)
    found = ran("anchor", "--read-git", "clone", "--origin", ORIGIN, "--key", key, here=tmp_path)
    (tmp_path / "kept.txt").write_bytes(found.out)
    trust = ("--key", key, "--against", tmp_path / "kept.txt")
    assert ran("verify", here, *trust, here=tmp_path).status == 0
    cut = ran("verify", tmp_path / "before", *trust, here=tmp_path)
    assert (cut.status, found.status) == (1, 0)
    assert ran("verify", tmp_path / "before", "--key", key, here=tmp_path).status == 3


def test_two_clones_that_copy_at_once_are_merged_as_sets_of_lines(tmp_path: Path) -> None:
    Repo(tmp_path / "origin").commit("First")
    git("init", "--quiet", "--bare", tmp_path / "remote")
    git("-C", tmp_path / "origin", "push", "--quiet", tmp_path / "remote", "main")
    clones = [tmp_path / "one", tmp_path / "two"]
    for at, clone in enumerate(clones):
        git("clone", "--quiet", "-b", "main", tmp_path / "remote", clone)
        written(clone, checkpoint(5))
        written(clone, checkpoint(at + 6))
    git("-C", clones[0], "push", "--quiet", "origin", SPEC)
    with pytest.raises(AssertionError, match="rejected"):
        git("-C", clones[1], "push", "--quiet", "origin", SPEC)
    git("-C", clones[1], "fetch", "--quiet", "origin", f"{REF}:{REF}-theirs")
    git("-C", clones[1], "notes", "--ref", REF, "merge", "-s", "cat_sort_uniq", f"{REF}-theirs")
    git("-C", clones[1], "push", "--quiet", "origin", SPEC)
    written(clones[1], checkpoint(9))
    assert sizes(clones[1]) == [5, 6, 7, 9]
    assert sizes(tmp_path / "remote") == [5, 6, 7]
    assert body(clones[1]).count(b"\n") == 4


def test_copies_that_are_made_at_once_are_all_there(tmp_path: Path) -> None:
    Repo(tmp_path / "repo").commit("First")
    with ThreadPoolExecutor(4) as pool:
        made = pool.map(lambda size: written(tmp_path / "repo", checkpoint(size)), range(1, 5))
        assert all(one.new for one in made)
    assert sizes(tmp_path / "repo") == [1, 2, 3, 4]


def test_a_ref_that_was_moved_meanwhile_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = Repo(tmp_path / "repo")
    head = repo.commit("First")
    moves = [1, 2]
    real = repository._moved

    def meanwhile(store: Store, git: PrivateGit, tip: str, before: str | None) -> bool:
        if moves:
            repo.note(REF, head, checkpoint(moves.pop()))
        return real(store, git, tip, before)

    monkeypatch.setattr(repository, "_moved", meanwhile)
    assert written(repo.path, checkpoint(9)).new
    assert sizes(repo.path) == [1, 9]


def test_a_ref_that_cannot_be_moved_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("First")
    monkeypatch.setattr(repository, "TRIES", 2)
    lock = repo.directory / f"{REF}.lock"
    lock.parent.mkdir(parents=True)
    lock.touch()
    with pytest.raises(GitFailedError, match="could not be moved"):
        written(repo.path, checkpoint(1))
    assert not (repo.directory / REF).exists()


def test_nothing_that_the_repository_configures_is_run(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("First")
    mark = tmp_path / "ran"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {mark}\nexit 1\n")
    script.chmod(0o755)
    for hook in ("reference-transaction", "post-index-change", "post-rewrite", "pre-commit"):
        (repo.directory / "hooks").mkdir(exist_ok=True)
        shutil.copy(script, repo.directory / "hooks" / hook)
    for key in ("core.editor", "core.fsmonitor", "core.pager", "gpg.program", "core.sshCommand"):
        repo.config(key, str(script))
    repo.config("core.hooksPath", str(repo.directory / "hooks"))
    repo.config("commit.gpgSign", "true")
    repo.config("filter.x.clean", str(script))
    (repo.directory / "info").mkdir()
    (repo.directory / "info/attributes").write_text("* filter=x\n")
    mark.unlink(missing_ok=True)
    assert written(repo.path, checkpoint(1)).new
    assert (sizes(repo.path), mark.exists()) == ([1], False)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_a_bare_repository_with_packed_notes_in_folders_takes_a_copy(
    tmp_path: Path, object_format: str
) -> None:
    repo = Repo(tmp_path / "repo", bare=True, object_format=object_format)
    commits = [repo.commit(f"Commit {number}") for number in range(3)]
    for at, commit in enumerate(commits):
        repo.note(REF, commit, checkpoint(at + 1), fanout=True)
    repo.pack()
    assert written(repo.path, checkpoint(9)) == (repository.Written(commits[2], new=True))
    assert sizes(repo.path) == [1, 2, 3, 9]
    assert body(repo.path, "main") == checkpoint(3) + checkpoint(9)
    assert not written(repo.path, checkpoint(3)).new


def test_a_repository_that_a_group_shares_stays_shared(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("First")
    repo.pack()
    repo.config("core.sharedRepository", "group")
    written(repo.path, checkpoint(1))
    made = [one for one in (repo.directory / "objects").iterdir() if len(one.name) == 2]
    assert [one.name for one in made if any(one.iterdir()) and not one.stat().st_mode & 0o020] == []


def test_the_copy_with_the_most_signatures_is_the_newest(here: Path) -> None:
    assert ran("anchor", "--git", here=here).status == 0
    bare = ran("checkpoint", here=here).out
    keep_cosignature(database(here), 3, "\N{EM DASH} witness.example/w AAAAAAA=\n")
    assert ran("anchor", "--git", here=here).status == 0
    assert body(here).count(b"\n") == 2
    whole = ran("anchor", "--read-git", here=here).out
    assert whole == ran("checkpoint", here=here).out == bare + whole[len(bare) :]
    assert len(whole) > len(bare)


@pytest.mark.parametrize("more", [(), ("--output", "all")])
def test_copies_that_the_key_did_not_sign_are_counted(here: Path, more: tuple[str, ...]) -> None:
    assert ran("anchor", "--git", here=here).status == 0
    done = ran("anchor", "--read-git", "--key", KEY.key.encode(), *more, here=here)
    assert (done.status, done.out) == (3, b"")
    none = f"there is no copy of a checkpoint of {ORIGIN}"
    assert done.err == f"{none} that a given key signed, and 1 that none did\n"
    absent = ran("anchor", "--read-git", "--origin", "example.com/x", *more, here=here)
    assert absent.err == "there is no copy of a checkpoint of example.com/x\n"


def test_a_linked_worktree_takes_a_copy(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("First")
    repo.git("worktree", "add", "--quiet", "--detach", tmp_path / "linked", "main")
    assert written(tmp_path / "linked", checkpoint(1)).new
    assert sizes(repo.path) == [1]


def test_notes_of_others_on_the_commit_are_kept_as_they_are(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    head = repo.commit("First")
    repo.note(REF, head, b"a line of somebody else\n\nanother, without an end")
    assert written(repo.path, checkpoint(1)).new
    assert body(repo.path) == (
        b"a line of somebody else\nanother, without an end\n" + checkpoint(1)
    )
    found = copies(repo.path, None)
    assert ([one.checkpoint.size for one in found.found], found.unread) == ([1], 2)


def test_a_note_that_cannot_be_read_is_not_written_over(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    head = repo.commit("First")
    repo.note(REF, head, b"x" * (5 << 20))
    tip = (repo.directory / REF).read_bytes()
    with pytest.raises(GitFailedError, match="cannot be read whole"):
        written(repo.path, checkpoint(1))
    assert (repo.directory / REF).read_bytes() == tip


def test_a_full_note_is_told(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    head = repo.commit("First")
    repo.note(REF, head, b"x" * (4 << 20))
    with pytest.raises(UsageError, match="is full"):
        written(repo.path, checkpoint(1))


def test_a_repository_without_a_commit_is_told(tmp_path: Path) -> None:
    Repo(tmp_path / "here")
    here = begun(tmp_path / "here")
    refused(ran("anchor", "--git", here=here), "AFF-USAGE", 2)
    bare = begun(tmp_path / "elsewhere")
    refused(ran("anchor", "--git", here=bare), "AFF-NOT-A-REPOSITORY", 4)
    assert ran("anchor", "--read-git", here=here).status == 3


def test_a_repository_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("First")
    repo.pack()
    for name in range(256):
        # In the place of each folder that an object could be written to.
        shutil.rmtree(repo.directory / "objects" / f"{name:02x}", ignore_errors=True)
        (repo.directory / "objects" / f"{name:02x}").touch()
    with pytest.raises(GitFailedError, match="could not write"):
        written(repo.path, checkpoint(1))


def forged(here: Path, *notes: bytes) -> None:
    for note in notes:
        written(here, line_of(parse_note(note)))


def test_only_what_a_key_signed_counts_where_one_is_given(here: Path) -> None:
    assert ran("anchor", "--git", here=here).status == 0
    forged(here, signed(Checkpoint(ORIGIN, 99, bytes(32))))
    newest = ran("anchor", "--read-git", "--json", here=here).json()
    assert newest["size"] == 99
    read = ran("anchor", "--read-git", "--key", vkey(here), "--json", here=here).json()
    assert (read["size"], read["label"]) == (3, LABEL)
    other = ran("anchor", "--read-git", "--key", KEY.key.encode(), "--json", here=here).json()
    assert other["size"] == 99
    assert ran("anchor", "--read-git", "--origin", "example.com/x", here=here).status == 3


def test_two_trees_of_one_size_are_told_and_both_written(here: Path) -> None:
    forged(here, *(signed(Checkpoint(ORIGIN, 9, bytes([at]) * 32)) for at in range(2)))
    said = refused(ran("anchor", "--read-git", here=here), "AFF-DAMAGED", 1)
    assert said == "there are copies of 9 entries with different trees"
    names = ran("anchor", "--read-git", "--output", "all", here=here).lines()
    assert len(set(names)) == 2
    roots = {parse_checkpoint(parse_note((here / one).read_bytes())).root for one in names}
    assert roots == {bytes(32), b"\1" * 32}


def test_a_log_must_be_named_where_there_is_none(tmp_path: Path) -> None:
    Repo(tmp_path / "repo").commit("First")
    refused(ran("anchor", "--read-git", here=tmp_path / "repo"), "AFF-USAGE", 2)


def test_what_could_not_be_understood_is_counted(here: Path) -> None:
    written(here, b"nonsense\n")
    done = ran("anchor", "--read-git", here=here)
    assert (done.status, done.out) == (3, b"")
    assert done.err.startswith("1 lines or parts of the notes were not understood\n")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b"[" * 100_000,
        b"\xff",
        json.dumps({"format": FORMAT}).encode(),
        json.dumps({"format": FORMAT, "checkpoint": 1}).encode(),
        json.dumps({"format": FORMAT, "checkpoint": "\ud800"}).encode(),
        json.dumps({"format": FORMAT, "checkpoint": "x\n\n"}).encode(),
        json.dumps({"format": "x", "checkpoint": signed(Checkpoint("x", 1, bytes(32))).decode()})
        .encode(),
        b"9" * 2_000_000,
        b"9" * 10_000,
    ],
)  # fmt: skip
def test_a_line_that_is_no_copy_is_refused(line: bytes) -> None:
    with pytest.raises(FormatError):
        copy_of(line)


def test_what_a_line_says_beside_its_checkpoint_is_not_believed() -> None:
    fields = json.loads(checkpoint(7))
    line = json.dumps({**fields, "size": 8, "origin": "x", "label": "witnessed"}).encode()
    assert copy_of(line).checkpoint == Checkpoint(ORIGIN, 7, bytes(32))


def test_lines_are_united_as_a_set_in_their_order() -> None:
    assert united([b"b\na\n", b"c\nb"], b"a\n") == b"b\na\nc\n"
    assert united([], b"a\n") == b"a\n"
