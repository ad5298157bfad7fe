"""What merging two commits gives, made by git in a place of its own.

Nothing is written to the repository, and nothing of its configuration, hooks, attributes or merge
drivers is used: git sees the objects alone.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

from affidavit.sources.git.alternates import quoted
from affidavit.sources.git.program import find_git, stop

if TYPE_CHECKING:
    from types import TracebackType

    from affidavit.sources.git.private import PrivateGit

OLDEST = (2, 38)
"""The first git that merges without a work tree."""
SECONDS = 20
"""How long git may take for one merge."""
MAX_TIMEOUTS = 5
"""How often it may take longer; then it is asked for none."""
MAX_REPLAYS = 100_000
"""Merges that are made in all."""

_ID = re.compile(rb"([0-9a-f]{40}(?:[0-9a-f]{24})?)\n")


class Replay:
    """Merges commits of one repository; what they give is forgotten on leaving.

    A context manager. `version` is git's; `able` whether it can merge so at all, and is to.
    """

    def __init__(self, git: PrivateGit, *, able: bool = True) -> None:
        self._git = git
        self._stack = ExitStack()
        self._folder = Path()
        self._timeouts = 0
        self._known: dict[tuple[str, str], str | None] = {}
        self.version = find_git().version
        self.able = able and self.version >= OLDEST

    def __enter__(self) -> Self:
        made = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="affidavit-"))
        self._folder = Path(made)
        (self._folder / "info").mkdir()
        (self._folder / "pack").mkdir()
        lines = b"".join(quoted(folder.absolute()) + b"\n" for folder in self._git.borrowed)
        (self._folder / "info" / "alternates").write_bytes(lines)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def merged(self, ours: str, theirs: str) -> str | None:
        """The tree that merging commit `theirs` into commit `ours` gives.

        None where they conflict or have nothing in common, where one of them is not whole, or where
        git cannot do it, or not in time.
        """
        pair = (ours, theirs)
        spent = len(self._known) >= MAX_REPLAYS or self._timeouts >= MAX_TIMEOUTS
        if pair not in self._known and (spent or not self.able):
            return None
        if pair not in self._known:
            self._known[pair] = self._merge(ours, theirs)
        return self._known[pair]

    def _merge(self, ours: str, theirs: str) -> str | None:
        child = self._git.spawn(
            "merge-tree",
            "--write-tree",
            "--name-only",
            "--no-messages",
            ours,
            theirs,
            stdin=subprocess.DEVNULL,
            objects=self._folder,
        )
        try:
            out, _ = child.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self._timeouts += 1
            return None
        finally:
            status = stop(child)
        tree = _ID.fullmatch(out)
        return tree[1].decode("ascii") if tree and status == 0 else None
