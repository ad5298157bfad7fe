"""Join real squashes to the requests they were, the numbers hidden, and hold it against them.

    python bench/joins.py [--squashes 250] [--without-merging] [--json FILE] NAME=REPOSITORY...

A repository is one that keeps the forge's refs/pull/*. Of its squashes by GitHub that name a
request which has a ref, those with the lowest ids are taken: a choice that nobody makes, the same
every time. Every request of the repository is a candidate. What the subject says is only used
afterwards, to tell right from wrong. A line for each repository: how many squashes were joined by
which rung, how many to another request than the subject names, the rest; and the seconds it took.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import time
from collections import Counter
from pathlib import Path

import msgspec

from affidavit.app.envelope.history import History
from affidavit.app.envelope.joining import joined
from affidavit.app.squashes import pull_heads
from affidavit.changes.envelope.ladder import Joined, Rung
from affidavit.sources.git.locate import locate
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

NUMBER = re.compile(r"\(#([1-9][0-9]*)\)$")
RUNGS = (*Rung, "wrong", "joined")


class Row(msgspec.Struct, kw_only=True):
    """What came of one repository."""

    name: str
    squashes: int
    requests: int
    seconds: float
    processor: float
    rungs: dict[str, int]
    others: dict[str, str]
    """Squashes that were not joined, or wrongly, and to what."""


def squashes(repository: Path, most: int) -> dict[str, str]:
    """The squashes that are tried, each with the number that its subject names."""
    out = subprocess.run(
        [
            "git",
            f"--git-dir={locate(repository).git_dir}",
            "log",
            "--first-parent",
            "-z",
            "--max-parents=1",
            "--min-parents=1",
            "--format=%H%x09%ce%x09%s",
            "HEAD",
        ],
        check=True,
        capture_output=True,
        text=True,
        errors="replace",
    ).stdout
    found = {}
    for line in out.split("\0"):
        commit, _, rest = line.partition("\t")
        committer, _, subject = rest.partition("\t")
        number = NUMBER.search(subject)
        if committer == "noreply@github.com" and number:
            found[commit] = number[1]
    pulls = pull_heads(read_refs(locate(repository)))
    return dict(sorted((one, number) for one, number in found.items() if number in pulls)[:most])


def tried(name: str, repository: Path, most: int, *, merging: bool) -> Row:
    truth = squashes(repository, most)
    began, worked = time.perf_counter(), time.process_time()
    store = locate(repository)
    refs = read_refs(store)
    with PrivateGit(store, refs) as git:
        tip = refs.head[1]
        assert tip is not None
        heads = pull_heads(refs)
        history = History(git, tip, heads.values())
        candidates = history.requests(heads)
        done = joined(git, history.landings(list(truth), {}), candidates, merging=merging)
    counts: Counter[str] = Counter()
    others: dict[str, str] = {}
    for commit, number in truth.items():
        told = judged(done.by_landing[commit], number)
        counts.update(told)
        if "joined" not in told:
            one = done.by_landing[commit]
            others[f"{commit} #{number}"] = f"{' '.join(told)} {one.key or ' '.join(one.among)}"
    return Row(
        name=name,
        squashes=len(truth),
        requests=len(heads),
        seconds=round(time.perf_counter() - began, 1),
        processor=round(time.process_time() - worked, 1),
        rungs={one: counts[one] for one in RUNGS},
        others=others,
    )


def judged(one: Joined, number: str) -> tuple[str, ...]:
    if one.key is None:
        return (one.rung,)
    return (one.rung, "joined") if f"refs/pull/{number}/head" in one.among else ("wrong",)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--squashes", type=int, default=250)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--without-merging", action="store_true", help="leave the rung replay out")
    parser.add_argument("repositories", nargs="+", metavar="NAME=REPOSITORY")
    asked = parser.parse_args()
    rows = []
    print("| repository | squashes | requests |", " | ".join(RUNGS), "| seconds |")
    for given in asked.repositories:
        name, _, place = given.partition("=")
        row = tried(name, Path(place), asked.squashes, merging=not asked.without_merging)
        rows.append(row)
        cells = " | ".join(str(row.rungs[one]) for one in RUNGS)
        print(
            f"| {name} | {row.squashes} | {row.requests:,} | {cells} | {row.seconds} |", flush=True
        )
    if asked.json:
        asked.json.write_bytes(msgspec.json.format(msgspec.json.encode(rows)) + b"\n")


if __name__ == "__main__":
    main()
