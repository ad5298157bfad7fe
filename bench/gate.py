"""The gate on a request of fifty commits of a long history, in seconds of CPU, children included.

    python bench/gate.py [REPOSITORY]

REPOSITORY is a git repository with 80,000 commits or more; nothing is written to it. The request is
the fifty newest commits of its first branch. Beside it stands what reading all of the history
takes: the gate does not.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

import affidavit
from affidavit.app.gate.judging import gated
from affidavit.app.gate.wanted import Wanted

POLICY = Path(affidavit.__file__).parent / "policy" / "default"
"""The policy that decides: a repository of others has none."""
MOST = 1.5
"""Seconds of CPU that the gate may take."""
COMMITS = 50
ROUNDS = 5


class Nobody:
    """Is told of nothing."""

    def step(self, name: str, done: int = 0, total: int | None = None) -> None:
        """Take no notice."""

    def waiting(self, seconds: float, why: str) -> None:
        """Take no notice."""


def spent() -> float:
    """Seconds of CPU of this process and of its children that ended."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def git(repository: Path, *arguments: str) -> str:
    """What git says."""
    command = ["git", "-C", str(repository), *arguments]
    return (
        subprocess.run(command, check=True, capture_output=True)
        .stdout.decode("utf-8", "replace")
        .strip()
    )


def ends(repository: Path) -> tuple[str, str]:
    """Base and head of a request of `COMMITS` commits, and not of one more than that needs."""
    head = git(repository, "rev-list", "--max-count=1", "--all")
    lines = git(repository, "rev-list", "--first-parent", "--max-count=200", head).split()
    for base in lines[1:]:
        if int(git(repository, "rev-list", "--count", f"{base}..{head}")) >= COMMITS:
            return base, head
    return lines[-1], head


def whole(repository: Path, base: str, head: str) -> float:
    """Seconds of CPU of the command itself, the start of Python with it."""
    command = [sys.executable, "-m", "affidavit", "gate", "--quiet", "--repo", str(repository)]
    about = ["--base", base, "--head", head, "--policy", str(POLICY)]
    before = spent()
    done = subprocess.run([*command, *about], check=False, capture_output=True)
    if done.returncode not in (0, 1, 3):
        raise SystemExit(done.stderr.decode())
    return spent() - before


def main(repository: Path) -> None:
    """Print what the gate takes, and what it may take."""
    base, head = ends(repository)
    history = int(git(repository, "rev-list", "--count", head))
    wanted = Wanted(repository=repository, base=base, head=head, policy=POLICY)
    found = gated(wanted, int(time.time()), Nobody()).answer.change
    took = min(whole(repository, base, head) for _ in range(ROUNDS))
    before = spent()
    git(repository, "log", "--format=%H %T %ae %at %ct %B", head)
    walk = spent() - before
    print(f"history     {history:,} commits; the request has {found.commits}, {found.files} files")
    print(f"gate        {took:.2f} s of CPU, children included (at most {MOST}): {took / MOST:.2f}")
    print(f"whole walk  {walk:.2f} s of CPU for git alone: the gate takes {took / walk:.2f} of it")
    if took > MOST:
        raise SystemExit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
