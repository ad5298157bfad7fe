"""Where two histories parted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.base.errors import GitFailedError
from affidavit.sources.git.answer import LATE, answer

if TYPE_CHECKING:
    from affidavit.sources.git.private import PrivateGit

PATIENCE = 120
"""Seconds that git may take."""
_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def merge_bases(git: PrivateGit, one: str, other: str) -> tuple[str, ...]:
    """The newest commits that both reach; none where they have nothing in common.

    Both are full ids of commits.

    Raises:
        GitFailedError: git does not answer in time, or cannot follow the history.
    """
    status, out = answer(git, "merge-base", "--all", one, other, seconds=PATIENCE)
    if status == LATE:
        raise GitFailedError("git does not find where the change began in time")
    if status not in (0, 1):
        raise GitFailedError("git merge-base cannot follow the history: it is not whole")
    return tuple(line for line in out.decode("ascii", "replace").split() if _ID.fullmatch(line))
