"""Facts in git notes: sets of lines that only grow, whoever is quicker."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger import noting
from affidavit.app.ledger.importing import imported
from affidavit.app.ledger.noting import REF, Shared, noted_lines, united
from affidavit.base.errors import GitFailedError, NotARepositoryError, UnreadableError
from affidavit.ledger.bundle import Place, line_of
from affidavit.ledger.note import SigningKey
from clones import Clones
from facts import a_fact
from gitrepo import git
from receipts import a_ledger

if TYPE_CHECKING:
    from pathlib import Path

KEY = SigningKey.from_secret("laptop.example", b"\x01" * 32)


@pytest.fixture
def clones(tmp_path: Path) -> Clones:
    return Clones(tmp_path)


def test_lines_are_added_and_git_shows_them_as_a_note(clones: Clones) -> None:
    clones.alice.add({clones.commit: [b"two", b"one"]})
    clones.alice.add({clones.commit: [b"three", b"one"], clones.second: [b"four"]})
    shown = git("notes", f"--ref={REF}", "show", clones.commit, cwd=clones.paths[0])
    assert shown == b"one\nthree\ntwo\n"
    assert clones.lines(clones.paths[0]) == {
        clones.commit: [b"one", b"three", b"two"], clones.second: [b"four"],
    }  # fmt: skip


def test_a_repository_without_notes_has_no_lines(clones: Clones) -> None:
    assert clones.lines() == {}
    clones.alice.share("origin")
    assert clones.lines() == {}


def test_two_clones_come_together_without_losing_a_line(clones: Clones) -> None:
    clones.alice.add({clones.commit: [b"alice", b"both"]})
    clones.ben.add({clones.commit: [b"ben", b"both"], clones.second: [b"ben"]})
    for one in (clones.alice, clones.ben, clones.alice):
        one.share("origin")
    expected = {clones.commit: [b"alice", b"ben", b"both"], clones.second: [b"ben"]}
    assert [clones.lines(path) for path in (None, *clones.paths)] == [expected] * 3


def test_sharing_again_changes_nothing(clones: Clones) -> None:
    clones.alice.add({clones.commit: [b"a"]})
    for _ in range(2):
        clones.alice.share("origin")
        clones.ben.share("origin")
    tips = {git("rev-parse", REF, cwd=path) for path in (clones.remote, *clones.paths)}
    assert len(tips) == 1
    assert git("rev-list", "--count", REF, cwd=clones.remote) == b"1\n"


def test_a_push_that_somebody_else_wins_is_tried_again(
    clones: Clones, monkeypatch: pytest.MonkeyPatch
) -> None:
    clones.alice.add({clones.commit: [b"alice"]})
    usual, raced = clones.alice._run, list[int]()

    def run(*arguments: str, stdin: bytes = b"") -> bytes | None:
        if arguments[0] == "push" and len(raced) < 3:
            raced.append(1)
            clones.ben.add({clones.commit: [b"ben %d" % len(raced)]})
            clones.ben.share("origin")
        return usual(*arguments, stdin=stdin)

    monkeypatch.setattr(clones.alice, "_run", run)
    clones.alice.share("origin")
    assert clones.lines() == {clones.commit: [b"alice", b"ben 1", b"ben 2", b"ben 3"]}


def test_a_line_that_is_added_while_others_are_brought_in_is_not_lost(
    clones: Clones, monkeypatch: pytest.MonkeyPatch
) -> None:
    clones.ben.add({clones.commit: [b"ben"]})
    clones.ben.share("origin")
    clones.alice.add({clones.commit: [b"first"]})
    usual, raced = clones.alice._run, list[int]()

    def run(*arguments: str, stdin: bytes = b"") -> bytes | None:
        if arguments[0] == "update-ref" and not raced:
            raced.append(1)
            Shared(clones.paths[0]).add({clones.commit: [b"second"]})
        return usual(*arguments, stdin=stdin)

    monkeypatch.setattr(clones.alice, "_run", run)
    clones.alice.share("origin")
    assert clones.lines() == {clones.commit: [b"ben", b"first", b"second"]}


def test_many_writers_at_once_in_one_repository_lose_nothing(clones: Clones) -> None:
    lines = [b"line %d" % number for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda line: clones.alice.add({clones.commit: [line]}), lines))
    assert clones.lines(clones.paths[0]) == {clones.commit: sorted(lines)}


def test_two_clones_that_share_at_once_lose_nothing(clones: Clones) -> None:
    def write(shared: Shared, name: bytes) -> None:
        for number in range(3):
            shared.add({clones.commit: [b"%b %d" % (name, number)]})
            shared.share("origin")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, (clones.alice, clones.ben), (b"a", b"b")))
    assert clones.lines() == {clones.commit: [b"a 0", b"a 1", b"a 2", b"b 0", b"b 1", b"b 2"]}


def test_a_line_that_somebody_took_away_at_the_remote_comes_back(clones: Clones) -> None:
    clones.alice.add({clones.commit: [b"kept"]})
    clones.alice.share("origin")
    git("fetch", "-q", "origin", f"{REF}:{REF}", cwd=clones.paths[1])
    who = ("-c", "user.name=Ben", "-c", "user.email=ben@example.com")
    git(*who, "notes", f"--ref={REF}", "remove", clones.commit, cwd=clones.paths[1])
    git("push", "-q", "origin", f"{REF}:{REF}", cwd=clones.paths[1])
    assert clones.lines() == {}
    clones.alice.share("origin")
    assert clones.lines() == {clones.commit: [b"kept"]}


def test_notes_that_git_keeps_in_folders_are_the_same_notes(clones: Clones) -> None:
    blob = git("hash-object", "-w", "--stdin", cwd=clones.paths[0], stdin=b"deep\n").strip()
    inner = git("mktree", cwd=clones.paths[0], stdin=b"100644 blob %b\t%b\n" % (
        blob, clones.commit[2:].encode()))  # fmt: skip
    outer = git("mktree", cwd=clones.paths[0], stdin=b"040000 tree %b\t%b\n" % (
        inner.strip(), clones.commit[:2].encode()))  # fmt: skip
    who = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    tip = git(*who, "commit-tree", "-m", "n", outer.strip().decode(), cwd=clones.paths[0]).strip()
    git("update-ref", REF, tip.decode(), cwd=clones.paths[0])
    clones.alice.add({clones.commit: [b"flat"]})
    assert clones.lines(clones.paths[0]) == {clones.commit: [b"deep", b"flat"]}


def test_what_is_no_note_stops_the_writer(clones: Clones) -> None:
    blob = git("hash-object", "-w", "--stdin", cwd=clones.paths[0], stdin=b"x").strip()
    tree = git("mktree", cwd=clones.paths[0], stdin=b"100644 blob %b\tREADME\n" % blob).strip()
    who = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    tip = git(*who, "commit-tree", "-m", "n", tree.decode(), cwd=clones.paths[0]).strip()
    git("update-ref", REF, tip.decode(), cwd=clones.paths[0])
    with pytest.raises(GitFailedError, match="something that is no note"):
        clones.alice.add({clones.commit: [b"a"]})


def test_no_hook_runs(clones: Clones, tmp_path: Path) -> None:
    for name in ("pre-push", "reference-transaction"):
        hook = clones.paths[0] / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\nexit 1\n")
        hook.chmod(0o755)
    clones.alice.add({clones.commit: [b"a"]})
    clones.alice.share("origin")
    assert clones.lines() == {clones.commit: [b"a"]}
    assert not (tmp_path / "ran").exists()


def test_a_git_that_runs_us_does_not_choose_the_repository(
    clones: Clones, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(clones.paths[1] / ".git"))
    clones.alice.add({clones.commit: [b"a"]})
    monkeypatch.delenv("GIT_DIR")
    assert clones.lines(clones.paths[0]) == {clones.commit: [b"a"]}


@pytest.mark.parametrize("remote", ["--upload-pack=touch ran", "nowhere", "", "a b"])
def test_a_remote_that_cannot_be_reached_is_an_error_and_the_lines_stay(
    clones: Clones, remote: str
) -> None:
    clones.alice.add({clones.commit: [b"a"]})
    with pytest.raises(GitFailedError):
        clones.alice.share(remote)
    assert clones.lines(clones.paths[0]) == {clones.commit: [b"a"]}


@pytest.mark.parametrize("refused", ["push", "update-ref"])
def test_who_is_never_quick_enough_is_told(
    clones: Clones, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    clones.alice.add({clones.commit: [b"a"]})
    clones.ben.add({clones.commit: [b"b"]})
    clones.ben.share("origin")
    usual = clones.alice._run
    monkeypatch.setattr(noting, "MOST_TRIES", 3)
    monkeypatch.setattr(
        clones.alice,
        "_run",
        lambda *words, stdin=b"": None if words[0] == refused else usual(*words, stdin=stdin),
    )
    with pytest.raises(GitFailedError, match="could not be pushed"):
        clones.alice.share("origin")


def test_who_can_never_change_the_ref_is_told(
    clones: Clones, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = clones.alice._run
    monkeypatch.setattr(noting, "MOST_TRIES", 3)
    monkeypatch.setattr(
        clones.alice,
        "_run",
        lambda *words, stdin=b"": None if words[0] == "update-ref" else usual(*words, stdin=stdin),
    )
    with pytest.raises(GitFailedError, match="changed by others all the time"):
        clones.alice.add({clones.commit: [b"b"]})


def test_a_git_that_takes_too_long_is_an_error(
    clones: Clones, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noting, "PATIENCE", -1)
    with pytest.raises(GitFailedError, match="did not run to its end"):
        clones.alice.add({clones.commit: [b"a"]})


def test_notes_are_imported_once_from_both_clones(
    clones: Clones, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, place = line_of(a_fact(), Place("ab" * 16), [KEY])
    second, _ = line_of(a_fact(), place, [KEY], last=True)
    clones.alice.add({clones.commit: [first.strip()], clones.second: [second.strip()]})
    clones.ben.add({clones.commit: [first.strip(), b"junk"]})
    clones.ben.share("origin")
    clones.alice.share("origin")
    ledger, signers = a_ledger(tmp_path, monkeypatch), tmp_path / "signers.toml"
    signers.write_text(f'[[signers]]\nvkey = "{KEY.key.encode()}"\nname = "l"\nkinds = ["*"]\n')
    done = imported(ledger, [], signers, notes=clones.remote)
    again = imported(ledger, [], signers, notes=clones.paths[1])
    assert (done.new, done.known, done.gaps, done.unfinished) == (2, 0, (), ())
    assert [one.file for one in done.refused] == [f"notes of {clones.commit}"]
    assert (again.new, again.known) == (0, 1)


def test_notes_that_cannot_be_read_whole_are_an_error(clones: Clones) -> None:
    clones.alice.add({clones.commit: [b"a"]})
    path = clones.paths[0]
    blob = git("rev-parse", f"{REF}:{clones.commit}", cwd=path).decode().strip()
    (path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(UnreadableError, match="cannot be read whole"):
        noted_lines(path)


def test_a_place_without_a_repository_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotARepositoryError):
        noted_lines(tmp_path)


def test_a_union_has_each_line_once_in_order() -> None:
    assert united(b"a\nb\n", b"", b"b\nc\n") == b"a\nb\nc\n"
