"""Where a repository says which mail a commit came from: in notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.provenance.records.amlog import read
from affidavit.sources.records.places import noted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.provenance.records.model import Record
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs

NOTES = "refs/notes/amlog"


def records(git: PrivateGit, objects: Objects, refs: Refs) -> Iterator[Record]:
    """A record of each note."""
    for commit, body in noted(git, objects, refs, NOTES):
        yield read(body, place=NOTES, commit=commit)
