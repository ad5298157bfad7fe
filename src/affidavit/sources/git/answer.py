"""One short answer of git, waited for within a time."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from affidavit.sources.git.program import stop

if TYPE_CHECKING:
    from affidavit.sources.git.private import PrivateGit

LATE = -1
"""The status of a git that took too long."""


def answer(git: PrivateGit, *arguments: str, seconds: int = 60) -> tuple[int, bytes]:
    """The exit status and the words of a git that is given nothing to read.

    Of one that has said nothing whole after `seconds` it is `LATE`, and no words.
    """
    child = git.spawn(*arguments, stdin=subprocess.DEVNULL)
    try:
        said, _ = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        return LATE, b""
    finally:
        stop(child)
    return child.returncode, said
