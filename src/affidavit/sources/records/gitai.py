"""Where a repository holds notes of git-ai: in its notes ref and in those beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.digest import sha256
from affidavit.provenance.records.documents import commit_of
from affidavit.provenance.records.gitai import read
from affidavit.sources.git.notes import note_bodies, notes
from affidavit.sources.records.places import noted, tell_copies, under

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.provenance.records.model import Record
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs

NOTES = "refs/notes/ai"
STASH = "refs/notes/ai-stash"
"""Notes on the commits of stashes, which are in no history: lines that were put aside."""
DISPLAY = "refs/notes/ai-display"
"""A copy of notes that a service keeps, made to be shown by ``git log``."""
LEGACY = "refs/ai/authorship/"
_TRACKING = "refs/notes/ai-remote/"
_SHARDS = "refs/notes/ai-s/"


def records(git: PrivateGit, objects: Objects, refs: Refs) -> Iterator[Record]:
    """A record of each note, those of `NOTES` first.

    A note that stands a second time, byte for byte on the same commit, is given once.
    """
    seen: set[tuple[str, str]] = set()
    copies = 0
    for place, commit, note in _all(git, objects, refs):
        known = (commit, sha256(note))
        copies += known in seen
        if known not in seen:
            seen.add(known)
            yield read(commit, note, place=place)
    tell_copies(objects, copies)


def _all(git: PrivateGit, objects: Objects, refs: Refs) -> Iterator[tuple[str, str, bytes]]:
    for name in (NOTES, STASH, DISPLAY, *under(refs, _SHARDS, _TRACKING)):
        for commit, note in noted(git, objects, refs, name):
            yield name, commit, note
    for commit, note in note_bodies(objects, _legacy(refs)):
        yield LEGACY.rstrip("/"), commit, note


def placed(git: PrivateGit, objects: Objects, refs: Refs) -> dict[str, dict[str, tuple[str, ...]]]:
    """By the place where it stands, the blobs of the notes on each commit, for the commits' claims.

    Each blob on a commit is listed once. Copies that a service or a remote has are listed for the
    commits of which no other place has a note; those on stashes, which are in no history, are not.
    """
    places = {LEGACY.rstrip("/"): _legacy(refs)}
    copies = (DISPLAY, *under(refs, _TRACKING))
    for name in (NOTES, *under(refs, _SHARDS), *copies):
        if top := refs.get(name):
            places[name] = notes(git, objects, top)
    known: dict[str, set[str]] = {}
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, listed in places.items():
        there = found[name] = {}
        for commit, blobs in listed.items():
            new = tuple(one for one in blobs if one not in known.get(commit, ()))
            if new and not (name in copies and commit in known):
                there[commit] = new
        for commit, new in there.items():
            known.setdefault(commit, set()).update(new)
    return {place: there for place, there in found.items() if there}


def _legacy(refs: Refs) -> dict[str, tuple[str, ...]]:
    named = {commit_of(name[len(LEGACY) :]): (refs.ids[name],) for name in under(refs, LEGACY)}
    return {commit: blobs for commit, blobs in named.items() if commit}
