"""Time `affidavit audit` over whole histories, beside `git log` printing the same fields.

    python bench/audit.py REPO [REPO ...] [--runs 5]

For each repository the two commands run in turn; each ratio is that of one pair, and the median of
the pairs is what to quote: both halves of a pair meet the same machine. `git log` reads the same
commits with the same fields, without a commit-graph, to the null device. The audit reads, checks
every hash and every forge signature, grades every landing and writes all three formats. Memory is
that of the largest single process, as the operating system counts it.

"Bare" are the fields of the commits themselves; "all" adds what else the audit shows and git can
print: trailers, and the entries of the root that the newest 5,000 landings changed.

A second line halves the history (the same branch, cut at the middle of its first-parent chain) to
show how time grows with commits. A third gives forge signatures checked in a second.
"""

from __future__ import annotations

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FIELDS = "%H%n%T%n%P%n%an%n%ae%n%at%n%cn%n%ce%n%ct%n%B"
SINCE = "1970-01-02"


def timed(command: list[str]) -> tuple[float, float]:
    """Wall seconds and megabytes of one run of `command`; its output goes to the null device."""
    begin = time.perf_counter()
    with Path(os.devnull).open("wb") as null:
        child = subprocess.Popen(command, stdout=null, stderr=null)
        _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return time.perf_counter() - begin, usage.ru_maxrss / scale


def git(repo: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "--git-dir", str(repo), *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def log(repo: Path, head: str) -> list[str]:
    options = ["-c", "core.commitGraph=false", "-c", "log.showSignature=false"]
    return ["git", "--git-dir", str(repo), *options, "log", f"--format={FIELDS}", head]


def log_all(repo: Path, head: str) -> list[str]:
    """The same with trailers, then what the newest landings changed in the root."""
    bare = log(repo, head)
    fields = [*bare[:-2], f"--format={FIELDS}%n%(trailers:only,unfold)", head]
    listed = [*bare[:-3], "rev-list", "--first-parent", "-n", "5000", head]
    changed = [*bare[:-3], "diff-tree", "--stdin", "--diff-merges=first-parent", "--raw"]
    commands = f"{shlex.join(fields)} && {shlex.join(listed)} | {shlex.join(changed)}"
    return ["sh", "-c", commands]


def audit(repo: Path, output: str) -> list[str]:
    program = [sys.executable, "-m", "affidavit"]
    return [*program, "audit", str(repo), "--since", SINCE, "--output", output, "--quiet"]


def cut(repo: Path, head: str, folder: Path) -> Path:
    """A repository with the objects of `repo` and one branch that ends at `head`."""
    git(repo, "init", "-q", "--bare", str(folder))
    objects = Path(git(repo, "rev-parse", "--absolute-git-dir")) / "objects"
    (folder / "objects" / "info" / "alternates").write_text(f"{objects}\n")
    (folder / "HEAD").write_text("ref: refs/heads/main\n")
    (folder / "refs" / "heads" / "main").write_text(f"{head}\n")
    return folder


def compare(repo: Path, runs: int) -> float:
    """Print the pairs' ratio; the audit's median wall seconds."""
    head = git(repo, "rev-parse", "HEAD")
    commits = int(git(repo, "rev-list", "--count", head))
    pairs = []
    with tempfile.TemporaryDirectory() as output:
        for run in range(runs + 1):
            pair = timed(log(repo, head)), timed(audit(repo, output)), timed(log_all(repo, head))
            if run:
                pairs.append(pair)
    ratios = sorted(ours[0] / theirs[0] for theirs, ours, _ in pairs)
    every = statistics.median(ours[0] / theirs[0] for _, ours, theirs in pairs)
    wall = statistics.median(ours[0] for _, ours, _ in pairs)
    print(
        f"{commits:>9,} commits  git log {statistics.median(t[0] for t, _, _ in pairs):6.2f} s"
        f"  audit {wall:6.2f} s  ratio {statistics.median(ratios):5.2f}"
        f" ({ratios[0]:.2f} to {ratios[-1]:.2f}), of all fields {every:5.2f}"
        f"  memory {max(o[1] for _, o, _ in pairs):4.0f} MB",
        flush=True,
    )
    return wall


def signatures(repo: Path) -> None:
    from affidavit.sources.openpgp import SignatureStatus, check, forge_keyring  # noqa: PLC0415

    ids = git(repo, "rev-list", "--first-parent", "-n", "3000", "HEAD").encode()
    out = subprocess.run(
        ["git", "--git-dir", str(repo), "cat-file", "--batch"],
        input=ids + b"\n", check=True, capture_output=True,
    ).stdout  # fmt: skip
    bodies, at = [], 0
    while at < len(out):
        end = out.index(b"\n", at)
        size = int(out[at:end].split()[2])
        bodies.append(out[end + 1 : end + 1 + size])
        at = end + 2 + size
    keys = forge_keyring()
    check(bodies[0], keys)
    begin = time.perf_counter()
    good = sum(check(body, keys).status is SignatureStatus.GOOD for body in bodies)
    if good:
        rate = len(bodies) / (time.perf_counter() - begin)
        print(f"          forge signatures: {good:,} of {len(bodies):,} good, {rate:,.0f} a second")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    for repo in arguments.repositories:
        print(git(repo, "rev-parse", "HEAD")[:12])
        whole = compare(repo, arguments.runs)
        chain = git(repo, "rev-list", "--first-parent", "HEAD").split()
        with tempfile.TemporaryDirectory() as folder:
            half = compare(cut(repo, chain[len(chain) // 2], Path(folder) / "half"), arguments.runs)
        print(f"          whole / half: {whole / half:.2f} in time")
        signatures(repo)


if __name__ == "__main__":
    main()
