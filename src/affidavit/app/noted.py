"""What notes say of the commits of a history: line-level authorship, and a forge's votes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.limit import Limit, limit
from affidavit.changes import gerrit
from affidavit.changes.model import ReviewNote
from affidavit.provenance import gitai
from affidavit.provenance.model import NoteReading
from affidavit.sources.git.notes import note_bodies, notes

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs

GIT_AI = "refs/notes/ai"
LEGACY = "refs/ai/authorship/"
REVIEW = "refs/notes/review"


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """Readings by commit, the commits that carry a note, and what could not be read."""

    authorship: dict[str, NoteReading]
    votes: dict[str, ReviewNote]
    commits: frozenset[str]
    limits: tuple[Limit, ...]


def noted(git: PrivateGit, objects: Objects, refs: Refs, wanted: Container[str]) -> Noted:
    """What the notes of the repository say of the commits in `wanted`."""
    problems: list[str] = []
    readings: dict[str, NoteReading] = {}
    commits: set[str] = set()
    for source, listed in _listings(git, objects, refs):
        commits.update(listed)
        chosen = {commit: blob for commit, blob in listed.items() if commit in wanted}
        for commit, body in note_bodies(objects, chosen):
            reading = gitai.read(commit, body, source=source)
            problems += [f"{commit}: {problem}" for problem in reading.problems]
            readings[commit] = _merged(readings.get(commit), reading)
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
    return Noted(
        authorship=readings,
        votes=votes,
        commits=frozenset(commits | listed.keys()),
        limits=(limit("odd-notes", _ODD, problems),) if problems else (),
    )


def _listings(
    git: PrivateGit, objects: Objects, refs: Refs
) -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
    legacy: dict[str, tuple[str, ...]] = {
        name[len(LEGACY) :]: (id_,) for name, id_ in refs.ids.items() if name.startswith(LEGACY)
    }
    if legacy:
        yield LEGACY.rstrip("/"), legacy
    current = refs.get(GIT_AI)
    if current:
        yield GIT_AI, notes(git, objects, current)


def _merged(earlier: NoteReading | None, later: NoteReading) -> NoteReading:
    if earlier is None:
        return later
    return msgspec.structs.replace(
        later,
        claims=tuple(sorted({*earlier.claims, *later.claims})),
        human=earlier.human or later.human,
        ai=earlier.ai or later.ai,
    )


_ODD = "Some notes are not wholly in the form their tool documents; what could be read was used."
