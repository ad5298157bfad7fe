"""A git that says nothing is ended, and what it was asked is not waited for without end."""

from __future__ import annotations

import os
import select
from typing import TYPE_CHECKING

import pytest

from affidavit.sources.git import objects as objects_module
from affidavit.sources.git import silence, standing
from affidavit.sources.git.framing import Frames
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects, State
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs
from affidavit.sources.git.silence import Patience
from gitrepo import Entry, Repo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen


@pytest.fixture
def git(repo: Repo) -> Iterator[PrivateGit]:
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as own:
        yield own


class Mute:
    """Makes chosen children of git silent, and shows that to who waits for them, at once."""

    def __init__(
        self, git: PrivateGit, patch: pytest.MonkeyPatch, *numbers: int, command: str = "cat-file"
    ) -> None:
        self.spawned = 0
        self._command = command
        self._numbers = numbers
        self._silent: set[int] = set()
        self._spawn = git.spawn
        patch.setattr(git, "spawn", self.spawn)
        patch.setattr(silence, "poll", self.poll)

    def spawn(self, command: str, *options: str) -> Popen[bytes]:
        """A child that reads what it is asked, and never answers if its turn is among ours."""
        ours = self._command in (command, *options)
        mute = ours and self.spawned in self._numbers
        self.spawned += ours
        child = self._spawn(command, *options, *(["--buffer"] if mute else []))
        assert child.stdout is not None
        self._silent.discard(child.stdout.fileno())
        if mute:
            self._silent.add(child.stdout.fileno())
        return child

    def poll(self) -> _Poll:
        return _Poll(self._silent)


class _Poll:
    def __init__(self, silent: set[int]) -> None:
        self._silent = silent
        self._real = select.poll()
        self._descriptor = -1

    def register(self, descriptor: int, events: int) -> None:
        self._descriptor = descriptor
        self._real.register(descriptor, events)

    def poll(self, _timeout: float) -> list[tuple[int, int]]:
        return [] if self._descriptor in self._silent else self._real.poll()


def test_every_silence_halves_what_the_next_may_last(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    class Nothing(_Poll):
        def poll(self, timeout: float) -> list[tuple[int, int]]:
            waited.append(timeout)
            return []

    monkeypatch.setattr(silence, "poll", lambda: Nothing(set()))
    patience = Patience()
    assert {patience.piece(0) for _ in range(7)} == {b""}
    assert waited == [20_000, 10_000, 5_000, 2_500, 1_250, 1_000, 1_000]
    assert (patience.silences, patience.broken) == (7, True)


def test_what_is_there_is_read_and_an_end_is_no_silence() -> None:
    out, into = os.pipe()
    os.write(into, b"said")
    patience = Patience()
    said = patience.piece(out)
    os.close(into)
    assert (said, patience.piece(out)) == (b"said", b"")
    assert (patience.silences, patience.broken) == (0, False)
    os.close(out)


def test_the_answers_have_ended_when_the_pipe_has_and_not_when_it_is_silent() -> None:
    out, into = os.pipe()
    os.write(into, b"id missing\n")
    frames = Frames(out, "sha1", patience=Patience(0))
    assert [frame.size for frame in frames] == [-1]
    silent = frames.ended
    os.close(into)
    assert list(frames) == []
    assert (silent, frames.ended) == (False, True)
    os.close(out)


def test_what_a_silent_git_was_asked_is_damaged_and_the_rest_is_read(
    repo: Repo, git: PrivateGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [repo.blob(f"{number}") for number in range(3)]
    mute = Mute(git, monkeypatch, 1)
    with Objects(git) as objects:
        found = [one.state for one in objects.read(ids)]
        limits = [(limit.id, limit.items) for limit in objects.limits]
    assert found == [State.DAMAGED, State.OK, State.OK]
    assert limits == [("damaged-objects", (ids[0],))]
    assert mute.spawned == 3


def test_a_git_that_is_always_silent_is_asked_a_bounded_number_of_times(
    repo: Repo, git: PrivateGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects_module, "MAX_SILENCES", 4)
    ids = [repo.blob(f"{number}") for number in range(9)]
    mute = Mute(git, monkeypatch, *range(99))
    with Objects(git) as objects:
        assert {one.state for one in objects.read(ids)} == {State.DAMAGED}
    assert mute.spawned == 4


@pytest.mark.parametrize(("silent", "asked"), [((0,), 2), (range(9), 2)])
def test_a_git_that_does_not_tell_what_stands_there_is_replaced_at_times(
    repo: Repo, git: PrivateGit, monkeypatch: pytest.MonkeyPatch, silent: range, asked: int
) -> None:
    monkeypatch.setattr(standing, "TOGETHER", 1)
    monkeypatch.setattr(standing, "MAX_ENDS", 2)
    tree = repo.tree({name: Entry("100644", repo.blob("x")) for name in (b"a", b"b", b"c")})
    mute = Mute(git, monkeypatch, *silent, command="--batch-check=%(objectname)")
    answers = list(standing.standing(git, [(tree, name) for name in (b"a", b"b", b"c")]))
    assert (answers, mute.spawned) == ([repo.blob("x")] * 3, asked)
