"""Where a repository holds records of Agent Trace: in notes, in a folder, in files named so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.provenance.records.agent_trace import read
from affidavit.sources.records.places import contents, named, noted, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.provenance.records.model import Record
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs

NOTES = "refs/notes/agent-trace"
_FOLDER = b".agent-trace/"
_ANYWHERE = (b".agent-trace.json", b".agent-trace.jsonl")
_IN_FOLDER = (b".json", b".jsonl")


def records(
    git: PrivateGit, objects: Objects, refs: Refs, *, at: str | None = None
) -> Iterator[Record]:
    """The records in the repository's notes, then those in the files of the commit `at`."""
    for commit, body in noted(git, objects, refs, NOTES):
        yield from read(body, place=NOTES, noted=commit)
    if at is not None:
        listed = named(git, objects, at, _is_taken)
        for file, body in contents(objects, listed):
            yield from read(body, place=shown(file.path))


def _is_taken(path: bytes) -> bool:
    in_folder = path.startswith(_FOLDER) or b"/" + _FOLDER in path
    return path.endswith(_ANYWHERE) or (in_folder and path.endswith(_IN_FOLDER))
