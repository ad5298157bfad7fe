"""What SLSA's source-tool left in a repository: notes under ``refs/notes/commits``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.provenance.records import source_tool
from affidavit.sources.records.places import noted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.provenance.records.model import Record
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs

REF = "refs/notes/commits"
"""git's own place for notes: what people write there is no record, and is passed over."""


def records(git: PrivateGit, objects: Objects, refs: Refs) -> Iterator[Record]:
    """What each line of each note says, with the lines that could not be read.

    What was left out is in ``objects.limits``.
    """
    for commit, body in noted(git, objects, refs, REF):
        yield from source_tool.read(body, f"{REF}:{commit}", commit)
