"""Carry the notes of git-ai behind real merges to squashes made of them, and hold them to blame.

    python bench/lifting.py [--merges 300] [--blamed 60] REPOSITORY

Of each of the newest merges on the first parents of HEAD a squash is made in a clone for the time
being: the merge's tree on its first parent. The notes behind it are carried to that; where the tree
is neither the head's nor what git merges, it is passed over. Of the first `--blamed` notes each
line is held against the commit that ``git blame`` finds for it, and the note on that.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from affidavit.app.envelope.lifting import Landing, Lifted, lifted
from affidavit.base.errors import FormatError
from affidavit.changes.envelope.ladder import Rung
from affidavit.provenance.gitai_log import Keyed, Spans, parse
from affidavit.sources.git.locate import locate
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

BLAMED = re.compile(r"([0-9a-f]{40}) (\d+) (\d+)|filename (.+)")


class Squash(NamedTuple):
    """A squash made of a merge; `rung` is None where somebody resolved a conflict."""

    merge: str
    base: str
    landing: Landing | None


class Clone:
    """A clone that goes away again."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.path = folder / "clone.git"
        subprocess.run(
            ["git", "clone", "--quiet", "--shared", "--mirror", source, self.path], check=True
        )

    def git(self, *arguments: str, check: bool = True) -> str:
        who = {f"GIT_{one}_{what}": "x" for one in ("AUTHOR", "COMMITTER") for what in ("NAME",)}
        mail = {"GIT_AUTHOR_EMAIL": "x@x.invalid", "GIT_COMMITTER_EMAIL": "x@x.invalid"}
        done = subprocess.run(
            ["git", f"--git-dir={self.path}", *arguments],
            check=check,
            capture_output=True,
            env=os.environ | who | mail,
        )
        return done.stdout.decode("utf-8", "replace")

    def squashes(self, most: int) -> list[Squash]:
        two = ("--min-parents=2", "--max-parents=2", f"--max-count={most}")
        found = self.git("log", "--first-parent", *two, "--format=%H %T %P", "HEAD")
        return [self._squash(*line.split()) for line in found.splitlines()]

    def _squash(self, merge: str, tree: str, base: str, head: str) -> Squash:
        made = self.git("commit-tree", tree, "-p", base, "-m", "Squash").strip()
        merged = self.git("merge-tree", "--write-tree", base, head, check=False)
        at_head = self.git("rev-parse", f"{head}^{{tree}}").strip()
        rung = Rung.TREE if at_head == tree else Rung.REPLAY
        known = tree in (at_head, merged.partition("\n")[0])
        return Squash(merge, base, Landing(commit=made, head=head, rung=rung) if known else None)


class Blame:
    """What the notes on the commits that git blames say of a line."""

    def __init__(self, clone: Clone) -> None:
        self._clone = clone
        self._notes: dict[str, dict[str, Keyed]] = {}

    def counts(
        self, squash: Squash, done: Lifted, *, only: frozenset[str] = frozenset()
    ) -> Counter[str]:
        assert squash.landing is not None
        head, base = squash.landing.head, squash.base
        inner = set(self._clone.git("rev-list", head, f"^{base}").split())
        inner = inner & only or inner
        inner -= {one.commit for one in done.refused}
        found: Counter[str] = Counter()
        for path, keyed in parse((done.note or "").encode()).files.items():
            lines = self._lines(squash.merge, path)
            for number, (commit, name, old) in lines.items():
                own = _keys(keyed, number)
                told = _keys(self._on(commit).get(name, {}), old) if commit in inner else set()
                if own or told:
                    found["the same" if own == told else "differs" if own else "only blame"] += 1
        return found

    def _lines(self, commit: str, path: str) -> dict[int, tuple[str, str, int]]:
        names: dict[str, str] = {}
        places: dict[int, tuple[str, int]] = {}
        at = ""
        for line in self._clone.git("blame", "--porcelain", commit, "--", path).split("\n"):
            if found := BLAMED.match(line):
                if found[4]:
                    names[at] = found[4]
                    continue
                at = found[1]
                places[int(found[3])] = (at, int(found[2]))
        return {number: (one, names.get(one, path), old) for number, (one, old) in places.items()}

    def _on(self, commit: str) -> dict[str, Keyed]:
        if commit not in self._notes:
            body = self._clone.git("notes", "--ref=ai", "show", commit, check=False)
            try:
                self._notes[commit] = parse(body.encode()).files
            except FormatError:
                self._notes[commit] = {}
        return self._notes[commit]


def _keys(keyed: Keyed, line: int) -> set[str]:
    def has(spans: Spans) -> bool:
        return any(first <= line <= last for first, last in spans)

    return {key for key, spans in keyed.items() if has(spans)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--merges", type=int, default=300)
    parser.add_argument("--blamed", type=int, default=60)
    parser.add_argument("repository", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lifting-") as folder:
        tried(Clone(wanted.repository.absolute(), Path(folder)), wanted.merges, wanted.blamed)


def tried(clone: Clone, merges: int, blamed: int) -> None:
    squashes = [one for one in clone.squashes(merges) if one.landing is not None]
    store = locate(clone.path)
    refs = read_refs(store)
    began, done = time.process_time(), list[tuple[Squash, Lifted]]()
    with PrivateGit(store, refs) as git:
        for one in squashes:
            assert one.landing is not None
            done.append((one, lifted(git, refs, one.landing)))
    print(f"squashes {len(done):,}, {time.process_time() - began:.0f} s of processor time")
    for name in ("commits", "notes", "attested", "brought", "lines"):
        print(f"{name} {sum(getattr(one, name) for _, one in done):,}")
    print(Counter(_kind(one.why or "note made") for _, one in done).most_common())
    print("refused", Counter(_kind(each.why) for _, one in done for each in one.refused))
    blame, counts = Blame(clone), Counter[str]()
    for squash, each in [pair for pair in done if pair[1].note][:blamed]:
        counts += blame.counts(squash, each)
    print("blame", counts)


def _kind(why: str) -> str:
    """A reason without what it names."""
    return re.sub(r" (to|past the end of|of who|one line of) .*", r" \1 …", why)


if __name__ == "__main__":
    main()
