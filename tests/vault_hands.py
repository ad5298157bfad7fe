"""Run as a program: other processes that use a vault, and are killed while they do."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from affidavit.store.vault import Vault
from vaults import KEY

if TYPE_CHECKING:
    from collections.abc import Callable

VALUES = 50


def opened(directory: Path) -> Vault:
    return Vault(directory / "vault.db", KEY, random=os.urandom, timeout=30)


def killed(directory: Path, subject: str, kill: Callable[[Vault, int], None]) -> None:
    """Dispose of `subject` in a process that `kill` may end at any moment."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    with opened(directory) as vault:
        kill(vault, os.getpid())
        vault.dispose(subject)
    os._exit(0)


def after_steps(steps: int) -> Callable[[Vault, int], None]:
    """Killed when SQLite has done that many steps of its work."""
    left = steps

    def step() -> int:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    return lambda vault, _: vault._file._db.set_progress_handler(step, 1)


def after_seconds(seconds: float) -> Callable[[Vault, int], None]:
    """Killed by another process after that time, wherever it is: also inside a commit."""

    def kill(_: Vault, process: int) -> None:
        if not os.fork():
            time.sleep(seconds)
            os.kill(process, signal.SIGKILL)
            os._exit(0)

    return kill


def copies(directory: Path, subject: str, rounds: int) -> None:
    """Copies of a vault, in ``1`` and so on, each left by a disposal that was killed elsewhere."""
    chance = random.Random(7)
    for number in range(1, rounds + 1):
        copy = directory / str(number)
        copy.mkdir()
        shutil.copy(directory / "vault.db", copy)
        if number % 2:
            killed(copy, subject, after_steps(2 ** (number // 2)))
        else:
            killed(copy, subject, after_seconds(chance.uniform(0, 0.02)))


def names(directory: Path) -> None:
    """Print the pseudonyms of `VALUES` values, one transaction each."""
    with opened(directory) as vault:
        for number in range(VALUES):
            sys.stdout.write(vault.pseudonym("person", f"p{number}@example.org") + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "names":
        names(Path(sys.argv[2]))
    else:
        copies(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
