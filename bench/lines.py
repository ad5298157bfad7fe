"""Find out where every line of a branch is from, beside `git blame` of its files.

    python bench/lines.py [--at HEAD] [--sample 60] [--check N] [--seed 1] REPOSITORY

The first parents of a revision are replayed from the beginning. Then ``git blame --first-parent``,
which answers the same question, is run on `--sample` files that are drawn from those with lines,
and what it took is scaled up to all of them; ``--sample 0`` leaves it out, and a number above that
of the files takes them all. Processor time is our own and git's, and so is memory: what we held at
most, and what one git held. The sample, and lines to check, are the same for the same `--seed`.

With `--check` so many lines are drawn from all, and commit, path and number of each are held
against what git blame tells. A difference is of the documented kind where the path came to be in a
landing, and git, asked for that path alone as blame asks it, finds another file that it was
renamed from than the landing's comparison did: for a split that file went to another path too.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import subprocess
import sys
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import AffidavitError
from affidavit.provenance.blame.change import Status
from affidavit.provenance.blame.replay import Binary, Replay
from affidavit.sources.git.blobs import Blobs
from affidavit.sources.git.enduring import endured
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.patches import MOST_RENAMED, SIMILAR, Step
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.provenance.blame.change import Entry, Hunks

LESS, MEGABYTES = 20, 300
"""How much less processor time is asked for, and how little memory."""
LOOKED_AT = 8_000
"""Bytes of a file in which git looks for a zero to take it for binary."""
TOLD = re.compile(rb"([0-9a-f]{40,64}) (\d+) (\d+)(?: \d+)?")
SCALE = 1 << 20 if sys.platform == "darwin" else 1 << 10


class Line(NamedTuple):
    """Where a line is from; its number counts from 1."""

    commit: str
    path: bytes
    number: int

    def __str__(self) -> str:
        return f"{self.commit[:12]} {shown(self.path)}:{self.number}"


class Spent(NamedTuple):
    """Seconds of processor time: ours and git's."""

    own: float
    gits: float

    @property
    def both(self) -> float:
        return self.own + self.gits


class Arrivals:
    """Follows landings once more: when each path came to be, and what else did and went then."""

    def __init__(self) -> None:
        self.of: dict[bytes, list[tuple[int, bytes | None]]] = defaultdict(list)
        self.entries: dict[int, list[Entry]] = {}

    def begin(self, landing: int, entries: Sequence[Entry]) -> None:
        for one in entries:
            if one.status in (Status.ADDED, Status.RENAMED):
                old = one.old_path if one.status is Status.RENAMED else None
                self.of[one.path].append((landing, old))
        self.entries[landing] = [
            one for one in entries if one.status in (Status.ADDED, Status.RENAMED, Status.DELETED)
        ]

    def change(self, entry: Entry, hunks: Hunks | None) -> None:
        pass


class Branch:
    """The first parents of a revision of one repository."""

    def __init__(self, repository: Path, revision: str) -> None:
        self.store = locate(repository)
        self.head = self.git("rev-parse", "--verify", f"{revision}^{{commit}}").decode().strip()
        said = self.git("rev-list", "--first-parent", "--reverse", self.head).decode().split()
        self.steps = [Step(one, said[n - 1] if n else None) for n, one in enumerate(said)]

    def git(self, *arguments: str | bytes) -> bytes:
        command = ["git", f"--git-dir={self.store.git_dir}", "--literal-pathspecs", *arguments]
        return subprocess.run(command, check=True, capture_output=True).stdout

    def blame(self, path: bytes, *options: str) -> bytes:
        return self.git("blame", "--first-parent", "--root", *options, self.head, "--", path)


class Replayed:
    """A branch, replayed."""

    def __init__(self, branch: Branch) -> None:
        self.branch = branch
        refs = read_refs(branch.store)
        with PrivateGit(branch.store, refs) as git:
            before = spent()
            self.replay = Replay(Blobs(git))
            self.broken = endured(git, branch.steps, self.replay)
            self._settle(git)
            self.spent = Spent(*(now - then for now, then in zip(spent(), before, strict=True)))
        self.memory = memory()
        self.files = {
            path: text
            for path in sorted(self.replay.files)
            if (text := self.replay.text(path)) is not None
        }

    def _settle(self, git: PrivateGit) -> None:
        """Compare the files that were binary and are none now."""
        odd = {
            path: file.events[-1][2]
            for path, file in self.replay.files.items()
            if isinstance(file, Binary)
        }
        with Objects(git) as objects:
            found = list(objects.read(odd.values(), max_size=LOOKED_AT, head=LOOKED_AT))
        for path, one in zip(odd, found, strict=True):
            if one.body is not None and b"\0" not in one.body[:LOOKED_AT]:
                self.replay.settle(path)

    @property
    def lines(self) -> int:
        return sum(file.lines for file in self.files.values())

    def line(self, path: bytes, number: int) -> Line:
        runs = self.files[path]
        ends = list(accumulate(runs.counts))
        at = bisect_right(ends, number - 1)
        landing, there = self.replay.origins[runs.origins[at]]
        begin = ends[at] - runs.counts[at]
        commit = self.branch.steps[landing].commit
        return Line(commit, there, runs.starts[at] + number - begin)

    def drawn(self, count: int, rng: random.Random) -> dict[bytes, list[int]]:
        """So many lines of all, by path."""
        paths, ends = list(self.files), list(accumulate(f.lines for f in self.files.values()))
        total = ends[-1] if ends else 0
        found: dict[bytes, list[int]] = defaultdict(list)
        for n in sorted(rng.sample(range(total), min(count, total))):
            at = bisect_right(ends, n)
            found[paths[at]].append(n - (ends[at - 1] if at else 0) + 1)
        return found


class Checked:
    """Lines held against git blame, and what came of it."""

    def __init__(self, replayed: Replayed) -> None:
        self._replayed = replayed
        self._branch = replayed.branch
        self._arrivals: Arrivals | None = None
        self.counts: Counter[str] = Counter()

    def check(self, path: bytes, numbers: list[int]) -> None:
        ranges = [f"-L{number},{number}" for number in numbers]
        gits = told(self._branch.blame(path, "--porcelain", *ranges))
        for number in numbers:
            ours, git = self._replayed.line(path, number), gits.get(number)
            if ours == git:
                self.counts["equal"] += 1
                continue
            why = self._why(path)
            self.counts["documented" if why else "UNEXPLAINED"] += 1
            print(f"{shown(path)}:{number}: {ours}, git {git}: {why or 'UNEXPLAINED'}")

    def _why(self, path: bytes) -> str:
        """Where git, asked for the path alone, found another source; empty if nowhere."""
        arrivals = self._arrived()
        below = len(self._branch.steps)
        while came := [one for one in arrivals.of[path] if one[0] < below]:
            below, old = came[-1]
            alone = self._alone(arrivals.entries[below], self._branch.steps[below], path)
            if alone != old:
                return self._told(below, path, alone)
            if old is None:
                break
            path = old
        return ""

    def _told(self, landing: int, path: bytes, alone: bytes | None) -> str:
        to = [
            one.path
            for one in self._arrived().entries[landing]
            if one.status is Status.RENAMED and one.old_path == alone
        ]
        commit = self._branch.steps[landing].commit[:12]
        taken = f"at {commit} blame takes {shown(alone or b'nothing')} for {shown(path)}"
        return f"{taken}; split, it went to {shown(to[0])}" if to else f"{taken}; no split"

    def _alone(self, entries: list[Entry], step: Step, path: bytes) -> bytes | None:
        """What git finds that `path` was renamed from when asked for it alone."""
        left = [one.old_path for one in entries if one.status is not Status.ADDED]
        if step.parent is None or not left:
            return None
        options = ("-r", "-z", f"-M{SIMILAR}%", f"-l{MOST_RENAMED}")
        commits = (step.parent, step.commit)
        fields = self._branch.git("diff-tree", *options, *commits, "--", path, *left).split(b"\0")
        for n, field in enumerate(fields):
            if field.startswith(b":") and b" R" in field and fields[n + 2] == path:
                return fields[n + 1]
        return None

    def _arrived(self) -> Arrivals:
        if self._arrivals is None:
            self._arrivals = Arrivals()
            with PrivateGit(self._branch.store, read_refs(self._branch.store)) as git:
                endured(git, self._branch.steps, self._arrivals)
        return self._arrivals


def told(porcelain: bytes) -> dict[int, Line]:
    """By number what ``git blame --porcelain`` tells of each line."""
    paths: dict[bytes, bytes] = {}
    found: dict[int, tuple[bytes, int]] = {}
    commit = b""
    for line in porcelain.split(b"\n"):
        if match := TOLD.fullmatch(line):
            commit = match[1]
            found[int(match[3])] = (commit, int(match[2]))
        elif line.startswith(b"filename "):
            paths[commit] = unquoted(line.removeprefix(b"filename "))
    return {new: Line(one.decode(), paths[one], old) for new, (one, old) in found.items()}


def unquoted(path: bytes) -> bytes:
    """A path as it is, of one that git may have put in quotes."""
    if not path.startswith(b'"'):
        return path
    plain = path[1:-1].decode("latin-1").encode("latin-1", "backslashreplace")
    return plain.decode("unicode-escape").encode("latin-1")


def shown(path: bytes) -> str:
    return ascii(path.decode("utf-8", "surrogateescape"))[1:-1]


def spent() -> Spent:
    gits = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Spent(time.process_time(), gits.ru_utime + gits.ru_stime)


def memory() -> tuple[float, float]:
    """Megabytes that we held at most, and the largest child."""
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    own, gits = (resource.getrusage(one).ru_maxrss / SCALE for one in both)
    return own, gits


def blamed(replayed: Replayed, sample: int, rng: random.Random) -> None:
    """Print what git blame takes for the files of a sample, and for all at that rate."""
    paths = [path for path, file in replayed.files.items() if file.lines]
    drawn = rng.sample(paths, min(sample, len(paths)))
    before = spent()
    for path in drawn:
        replayed.branch.blame(path, "-s")
    took = spent().gits - before.gits
    scaled = took / len(drawn) * len(paths)
    ratio = scaled / replayed.spent.both
    print(
        f"git blame: {took:,.1f} s for {len(drawn):,} of {len(paths):,} files with lines, "
        f"{scaled:,.1f} s for all at that rate"
    )
    print(f"ratio: {ratio:,.1f} times less, {LESS} asked: {held(kept=ratio >= LESS)}")


def held(*, kept: bool) -> str:
    return "kept" if kept else "NOT KEPT"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--at", default="HEAD", metavar="REVISION")
    parser.add_argument("--sample", type=int, default=60, help="files that git blame is run on")
    parser.add_argument("--check", type=int, default=0, help="lines held against git blame")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("repository", type=Path)
    asked = parser.parse_args()
    rng = random.Random(asked.seed)  # noqa: S311 - the same sample every time
    branch = Branch(asked.repository, asked.at)
    try:
        replayed = Replayed(branch)
    except AffidavitError as error:
        sys.exit(str(error))
    runs = sum(map(len, replayed.files.values()))
    own, gits = replayed.memory
    print(
        f"{len(branch.steps):,} landings, {len(replayed.files):,} text files, "
        f"{replayed.lines:,} lines in {runs:,} runs"
    )
    if replayed.broken:
        print(f"{len(replayed.broken):,} landings with files that are missing")
    took = replayed.spent
    print(f"replay: {took.both:,.1f} s of processor time, {took.gits:,.1f} of it git's")
    kept = held(kept=max(own, gits) < MEGABYTES)
    print(f"memory: {own:,.0f} MB, git {gits:,.0f} MB, {MEGABYTES} asked: {kept}")
    if asked.sample and replayed.lines:
        blamed(replayed, asked.sample, rng)
    if asked.check:
        checked = Checked(replayed)
        for path, numbers in replayed.drawn(asked.check, rng).items():
            checked.check(path, numbers)
        print(", ".join(f"{count:,} {kind}" for kind, count in checked.counts.most_common()))


if __name__ == "__main__":
    main()
