"""Who brought each line: as git tells, as landings replayed tell, and as the commits behind do."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from affidavit.provenance.blame.change import Status
from affidavit.provenance.blame.inner import Against, Origins, after
from affidavit.provenance.blame.replay import Binary, Replay
from affidavit.sources.git.blobs import Blobs
from affidavit.sources.git.locate import locate
from affidavit.sources.git.patches import Step, follow
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from affidavit.provenance.blame.change import Entry, Hunks
    from affidavit.provenance.blame.inner import Files
    from affidavit.provenance.blame.runs import Runs
    from gitobjects import Store

_GROUP = re.compile(rb"([0-9a-f]{40,64}) (\d+) (\d+) (\d+)\n(?:.+\n)*?filename (.+)\n")
_LISTED = re.compile(rb"(\d{6}) (\w+) \w+\t([^\0]+)\0")


class Line(NamedTuple):
    """Where a line is from: the commit, and path and number (from 1) that it had there."""

    commit: str
    path: bytes
    number: int


class Told:
    """Keeps what a follower is told, in its order."""

    def __init__(self) -> None:
        self.landings: list[list[tuple[Entry, Hunks | None]]] = []
        self.entries: list[Sequence[Entry]] = []

    def begin(self, landing: int, entries: Sequence[Entry]) -> None:
        assert landing == len(self.landings)
        self.landings.append([])
        self.entries.append(entries)

    def change(self, entry: Entry, hunks: Hunks | None) -> None:
        self.landings[-1].append((entry, hunks))


@contextmanager
def reading(repo: Store) -> Iterator[PrivateGit]:
    """git, as an audit runs it on this repository."""
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as git:
        yield git


def told(repo: Store, steps: Iterable[Step]) -> Told:
    """What these steps did."""
    follower = Told()
    with reading(repo) as git:
        follow(git, list(steps), follower)
    assert [list(entries) for entries in follower.entries] == [
        [entry for entry, _ in landing] for landing in follower.landings
    ], "each path has its change"
    return follower


def chain(repo: Store, head: str) -> list[Step]:
    """The first parents of `head`, from the oldest, each with its own."""
    said = repo.git("rev-list", "--first-parent", "--reverse", head).decode().split()
    return [Step(one, said[n - 1] if n else None) for n, one in enumerate(said)]


def text_paths(repo: Store, head: str) -> list[bytes]:
    """The paths that blame can be asked about."""
    said = repo.git("ls-tree", "-r", "-z", head)
    return [path for _, kind, path in _LISTED.findall(said) if kind == b"blob"]


def blamed(repo: Store, head: str, *options: str) -> dict[bytes, list[Line]]:
    """By path what ``git blame`` says of each line."""
    found = {}
    for path in text_paths(repo, head):
        said = repo.git("blame", "--incremental", "--root", *options, head, "--", path.decode())
        lines = {}
        for commit, old, new, count, name in _GROUP.findall(said):
            for n in range(int(count)):
                lines[int(new) + n] = Line(commit.decode(), name, int(old) + n)
        assert sorted(lines) == list(range(1, len(lines) + 1)), "every line is told once"
        found[path] = [lines[number] for number in sorted(lines)]
    return found


def replayed(repo: Store, head: str) -> dict[bytes, list[Line]]:
    """By path what the replay of the first parents of `head` says of each line."""
    steps = chain(repo, head)
    with reading(repo) as git:
        replay = Replay(Blobs(git))
        follow(git, steps, replay)
        settled = {
            path: replay.settle(path) if isinstance(file, Binary) else file
            for path, file in list(replay.files.items())
        }
    return {
        path: _lines(runs, replay.origins, [one.commit for one in steps])
        for path, runs in settled.items()
    }


def refined(repo: Store, head: str) -> dict[bytes, list[Line] | None]:
    """By path what all commits behind `head` say of each line; None where that is not known."""
    graph = _graph(repo, head)
    changes = iter(told(repo, steps_behind(repo, head)).landings)
    origins = Origins()
    files: dict[str, Files] = {}
    for number, (commit, parents) in enumerate(graph.items()):
        against = [Against(files[up], next(changes)) for up in parents]
        files[commit] = after(number, against or [Against({}, next(changes))], origins)
    return {
        path: None if runs is None else _lines(runs, origins.known, list(graph))
        for path, runs in files[head].items()
    }


def forks(repo: Store, steps: Sequence[Step]) -> list[tuple[Step, bytes]]:
    """Where git finds another source for a path that it is asked for alone, as blame asks it."""
    return [
        (step, entry.path)
        for step, entries in zip(steps, told(repo, steps).entries, strict=True)
        for entry in entries
        if entry.status in (Status.ADDED, Status.RENAMED) and _alone(repo, step, entry, entries)
    ]


def _alone(repo: Store, step: Step, entry: Entry, entries: Sequence[Entry]) -> bool:
    """Whether git, asked for that path alone, has another source for it."""
    left = [one.old_path for one in entries if one.status in (Status.DELETED, Status.RENAMED)]
    if not left or step.parent is None:
        return False
    paths = [f":(literal){path.decode()}" for path in (entry.path, *left)]
    found = repo.git("diff-tree", "-r", "-M50%", "-l1000", step.parent, step.commit, "--", *paths)
    source = entry.old_path + b"\t" if entry.status is Status.RENAMED else b""
    [line] = [one for one in found.splitlines() if one.endswith(b"\t" + entry.path)]
    return line.partition(b"\t")[2] != source + entry.path


def steps_behind(repo: Store, head: str) -> list[Step]:
    """Every commit behind `head` with each of its parents, parents first."""
    return [Step(one, up) for one, parents in _graph(repo, head).items() for up in _each(parents)]


def _graph(repo: Store, head: str) -> dict[str, list[str]]:
    said = repo.git("rev-list", "--topo-order", "--reverse", "--parents", head).decode()
    return {own: parents for own, *parents in map(str.split, said.splitlines())}


def _each(parents: Sequence[str]) -> Sequence[str | None]:
    return parents or [None]


def _lines(runs: Runs, origins: Sequence[tuple[int, bytes]], commits: Sequence[str]) -> list[Line]:
    return [
        Line(commits[origins[origin][0]], origins[origin][1], start + n + 1)
        for origin, start, count in runs
        for n in range(count)
    ]


def differing(
    ours: Mapping[bytes, Sequence[Line] | None], gits: Mapping[bytes, Sequence[Line]]
) -> set[bytes]:
    """The paths of which the two do not say the same."""
    return {path for path in ours.keys() | gits.keys() if ours.get(path) != gits.get(path)}
