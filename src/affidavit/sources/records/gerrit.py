"""What Gerrit noted of the changes it submitted: who voted, who submitted, where it was seen."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from affidavit.changes import gerrit
from affidavit.provenance.records.documents import Counts, link_of, name_of
from affidavit.provenance.records.model import Deed, Part, Record
from affidavit.sources.records.places import noted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.base.commit import Ident
    from affidavit.changes.model import ReviewNote
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs

SOURCE = "gerrit"
NOTES = "refs/notes/review"
MOST_VOTES = 1_000
UNREAD = f"votes after the first {MOST_VOTES:,}, left out"
_APPROVAL = ("Code-Review", 2)
"""The one vote that Gerrit itself defines as an approval; what others mean, each server decides."""


def records(git: PrivateGit, objects: Objects, refs: Refs) -> Iterator[Record]:
    """A record of each note: votes as they were when the change was submitted."""
    for commit, body in noted(git, objects, refs, NOTES):
        yield _record(commit, gerrit.read(body))


def _record(commit: str, note: ReviewNote) -> Record:
    counts = Counts()
    counts.count(UNREAD, max(len(note.votes) - MOST_VOTES, 0))
    votes = tuple(islice(note.votes, MOST_VOTES))
    parts = [
        *((Part.APPROVER, one.voter) for one in votes if (one.label, one.value) == _APPROVAL),
        *([(Part.MERGER, note.submitted_by)] if note.submitted_by else []),
    ]
    deeds = [Deed(part, who) for part, ident in parts if (who := _who(ident))]
    link = link_of(note.url) if note.url else None
    return Record(
        source=SOURCE,
        place=NOTES,
        commit=commit,
        time=note.submitted_at,
        links=(link,) if link else (),
        deeds=tuple(dict.fromkeys(deeds)),
        stated=tuple((_vote(one.label, one.value), _who(one.voter)) for one in votes),
        problems=(*note.problems, *counts.sentences()),
    )


def _vote(label: str, value: int) -> str:
    return f"{name_of(label)}{value:+d}" if value else f"{name_of(label)} 0"


def _who(ident: Ident) -> str:
    return name_of(f"{ident.name} <{ident.email}>" if ident.email else ident.name) or ""
