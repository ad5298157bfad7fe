"""What notes and records say of commits: whose work they are, and how a forge's people voted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.claimed.commits import claimed, joined, merged
from affidavit.app.claimed.forms import Place
from affidavit.base.limit import Limit, limit
from affidavit.changes import gerrit
from affidavit.changes.model import ReviewNote
from affidavit.provenance import gitai
from affidavit.provenance.model import Claim, NoteReading
from affidavit.sources.git.notes import note_bodies, notes
from affidavit.sources.records.gitai import placed

if TYPE_CHECKING:
    from collections.abc import Container

    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs

GIT_AI = "refs/notes/ai"
LEGACY = "refs/ai/authorship/"
REVIEW = "refs/notes/review"


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """Readings by commit, the commits that carry a note, and what could not be read.

    `sessions` are claims by the checkpoint of Entire that a commit's message may name.
    """

    authorship: dict[str, NoteReading]
    sessions: dict[str, tuple[Claim, ...]]
    votes: dict[str, ReviewNote]
    commits: frozenset[str]
    limits: tuple[Limit, ...]


def noted(
    git: PrivateGit,
    objects: Objects,
    refs: Refs,
    wanted: Container[str],
    at: str | None = None,
) -> Noted:
    """What notes and other tools' records say of the commits in `wanted`.

    Records in files are those of the commit `at`.
    """
    problems: list[str] = []
    readings: dict[str, NoteReading] = {}
    commits: set[str] = set()
    for source, listed in placed(git, objects, refs).items():
        commits.update(listed)
        chosen = {commit: blob for commit, blob in listed.items() if commit in wanted}
        for commit, body in note_bodies(objects, chosen):
            reading = gitai.read(commit, body, source=source)
            problems += [f"{commit}: {problem}" for problem in reading.problems]
            readings[commit] = merged(readings.get(commit), reading)
    votes: dict[str, ReviewNote] = {}
    review = refs.get(REVIEW)
    listed = notes(git, objects, review) if review else {}
    chosen = {commit: blob for commit, blob in listed.items() if commit in wanted}
    reviews: dict[str, list[bytes]] = {}
    for commit, body in note_bodies(objects, chosen):
        reviews.setdefault(commit, []).append(body)
    for commit, bodies in reviews.items():
        votes[commit] = gerrit.read(b"\n".join(bodies))
        problems += [f"{commit}: {problem}" for problem in votes[commit].problems]
    others = claimed(Place(git, objects, refs, at), wanted)
    odd = (limit("odd-notes", _ODD, problems),) if problems else ()
    return Noted(
        authorship=joined(readings, others.authorship),
        sessions=others.sessions,
        votes=votes,
        commits=frozenset(commits | listed.keys()),
        limits=(*odd, *others.limits),
    )


_ODD = "Some notes are not wholly in the form their tool documents; what could be read was used."
