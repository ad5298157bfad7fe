"""Notes: a tree whose paths, with or without folders of two digits, spell the ids they are on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from affidavit.base.limit import Limit, limit
from affidavit.sources.git.objects import Objects, State
from affidavit.sources.git.tree import FILES, FOLDER, entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.tree import Entry

MAX_NOTES = 1_000_000
"""How many notes of one ref are listed."""
MAX_FOLDERS = 200_000
"""How many folders of one ref are read."""
NOTE_BYTES = 4 << 20
"""How large a note may be to be read."""
MAX_ENTRIES = 4_000_000
"""How many entries of all folders together are looked at."""
TREE_BYTES = 128 << 20

_HEX = re.compile(rb"[0-9a-fA-F]+\Z")


@dataclass(slots=True)
class _Found:
    """What was found so far; `wave` holds the folders still to be read: tree to prefixes."""

    blobs: dict[str, dict[str, None]]
    wave: dict[str, list[bytes]]
    notes: int = 0
    folders: int = 0
    entries: int = 0

    def is_bounded(self) -> bool:
        return (
            self.notes <= MAX_NOTES and self.folders <= MAX_FOLDERS and self.entries <= MAX_ENTRIES
        )

    def add(self, commit: bytes, blob: str) -> None:
        self.blobs.setdefault(commit.decode("ascii"), {})[blob] = None
        self.notes += 1

    def enter(self, prefix: bytes, tree: str) -> None:
        self.wave.setdefault(tree, []).append(prefix)
        self.folders += 1


def notes(git: PrivateGit, objects: Objects, ref_id: str) -> dict[str, tuple[str, ...]]:
    """The blobs of the notes on each commit, by the commit's id, of the notes commit `ref_id`.

    A commit may have several, in folders of different depth: git shows them as one, the one nearest
    the root comes first here. More than `MAX_NOTES` are not read; ``objects.limits`` says so.
    """
    root = _root(objects, ref_id)
    found = _Found({}, {root: [b""]} if root else {})
    while found.wave and found.is_bounded():
        _descend(objects, found, git.id_length)
    if found.wave or not found.is_bounded():
        objects.notice(Limit("too-many-notes", _TOO_MANY, gap=True))
    return {commit: tuple(blobs) for commit, blobs in found.blobs.items()}


def _root(objects: Objects, ref_id: str) -> str:
    """The tree of the notes; empty, and said to be, where there is none that can be read."""
    commit = objects.peeled([ref_id]).get(ref_id)
    if commit is not None:
        return objects.tree_of(commit)
    if ref_id not in (objects.missing | objects.damaged):
        objects.notice(limit("damaged-objects", _NO_COMMIT, [ref_id], gap=True))
    return ""


def _descend(objects: Objects, found: _Found, id_length: int) -> None:
    """Read the folders of the wave, each distinct tree once; theirs are the next wave."""
    wave, found.wave = found.wave, {}
    trees = objects.read(wave, max_size=TREE_BYTES)
    for prefixes, tree in zip(wave.values(), trees, strict=True):
        if tree.state is not State.OK or tree.kind != "tree" or tree.body is None:
            continue
        for prefix in prefixes:
            if not _look(found, prefix, entries(tree.body, objects.raw_length), id_length):
                return


def _look(found: _Found, prefix: bytes, listed: Iterable[Entry], id_length: int) -> bool:
    """Take the notes and folders of one folder; whether all stayed within bounds."""
    for mode, name, id_ in listed:
        found.entries += 1
        path = prefix + name.lower()
        if not found.is_bounded():
            return False
        if not _HEX.match(name):
            continue
        if mode == FOLDER and len(name) == 2 and len(path) < id_length:
            found.enter(path, id_)
        elif mode in FILES and len(path) == id_length:
            found.add(path, id_)
    return True


def note_bodies(
    objects: Objects, listed: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, bytes]]:
    """Each commit of `listed` (as `notes` gives it) with the bytes of each note, in its order.

    A commit with several notes comes several times.

    A note of more than `NOTE_BYTES` is not read; ``objects.limits`` names its commit.
    """
    large: list[str] = []
    pairs = [(commit, blob) for commit, blobs in listed.items() for blob in blobs]
    bodies = objects.read((blob for _, blob in pairs), max_size=NOTE_BYTES)
    for (commit, _), found in zip(pairs, bodies, strict=True):
        if found.state is State.TOO_LARGE:
            large.append(commit)
        elif found.body is not None and found.kind == "blob":
            yield commit, found.body
    if large:
        objects.notice(limit("notes-too-large", _TOO_LARGE, large, gap=True))


_NO_COMMIT = "A ref of notes names what is no commit: no note of it was read."
_TOO_MANY = f"A notes ref holds more than the {MAX_NOTES:,} notes that are read."
_TOO_LARGE = f"Notes of more than {NOTE_BYTES:,} bytes were not read."
