"""The files of a commit, as git lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.errors import GitFailedError
from affidavit.sources.git.answer import answer

if TYPE_CHECKING:
    from affidavit.sources.git.private import PrivateGit

SECONDS = 120
REGULAR = frozenset({"100644", "100755", "100664"})
"""The modes of regular files; the last one is of old trees."""


def listed(git: PrivateGit, commit: str) -> dict[bytes, tuple[bool, str]]:
    """By path whether it is a regular file, and its blob; other repositories' commits are left out.

    Raises:
        GitFailedError: git cannot list them.
    """
    status, said = answer(git, "ls-tree", "-r", "-z", "--full-tree", commit, seconds=SECONDS)
    if status:
        raise GitFailedError(f"git ls-tree ended with status {status}")
    found: dict[bytes, tuple[bool, str]] = {}
    for line in said.split(b"\0")[:-1]:
        words, _, path = line.partition(b"\t")
        mode, kind, id_ = words.split(b" ")
        if kind == b"blob":
            found[path] = (mode.decode() in REGULAR, id_.decode("ascii"))
    return found
