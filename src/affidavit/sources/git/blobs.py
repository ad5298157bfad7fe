"""Two blobs compared, whatever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.errors import GitFailedError
from affidavit.sources.git.patches import compared

if TYPE_CHECKING:
    from affidavit.provenance.blame.change import Hunks
    from affidavit.sources.git.private import PrivateGit

NONE = "0"


class Blobs:
    """Compares the blobs of a repository."""

    def __init__(self, git: PrivateGit) -> None:
        self._git = git

    def blocks(self, old: str, new: str) -> Hunks | None:
        """The blocks between two blobs; None where one of them cannot be read."""
        try:
            return compared(self._git, old, new)
        except GitFailedError:
            return None

    def lines(self, blob: str) -> int | None:
        """How many lines a blob has; None where it cannot be read."""
        found = self.blocks(NONE * len(blob), blob)
        return None if found is None else sum(one[3] for one in found)
