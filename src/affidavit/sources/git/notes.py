"""Notes: a tree whose paths, with or without folders of two digits, spell the ids they are on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.limit import Limit, limit
from affidavit.sources.git.objects import Objects, State
from affidavit.sources.git.tree import FILES, FOLDER, entries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from affidavit.sources.git.private import PrivateGit

MAX_NOTES = 1_000_000
"""How many notes of one ref are listed."""
MAX_FOLDERS = 200_000
"""How many folders of one ref are read."""
NOTE_BYTES = 4 << 20
"""How large a note may be to be read."""
TREE_BYTES = 128 << 20

_HEX = re.compile(rb"[0-9a-f]+\Z")


class _Folder(NamedTuple):
    prefix: bytes
    tree: str


def notes(git: PrivateGit, objects: Objects, ref_id: str) -> dict[str, str]:
    """The blob of the note on each commit, by the commit's id, of the notes commit `ref_id`.

    Where a commit has several notes, in folders of different depth, the one nearest the root
    counts. More than `MAX_NOTES` are not read; ``objects.limits`` says so.
    """
    commit = objects.peeled([ref_id]).get(ref_id, "")
    root = objects.tree_of(commit)
    found: dict[str, str] = {}
    wave = [_Folder(b"", root)] if root else []
    folders = len(wave)
    while wave and len(found) <= MAX_NOTES and folders <= MAX_FOLDERS:
        wave = list(_folders(objects, wave, found, git.id_length))
        folders += len(wave)
    if wave or len(found) > MAX_NOTES:
        objects.notice(Limit("too-many-notes", _TOO_MANY, gap=True))
    return found


def _folders(
    objects: Objects, wave: list[_Folder], found: dict[str, str], id_length: int
) -> Iterator[_Folder]:
    """The folders in those of `wave`; their notes are put into `found`."""
    trees = objects.read((folder.tree for folder in wave), max_size=TREE_BYTES)
    for folder, tree in zip(wave, trees, strict=True):
        if tree.state is not State.OK or tree.kind != "tree" or tree.body is None:
            continue
        for mode, name, id_ in entries(tree.body, objects.raw_length):
            path = folder.prefix + name
            if not _HEX.match(name):
                continue
            if mode == FOLDER and len(name) == 2 and len(path) < id_length:
                yield _Folder(path, id_)
            elif mode in FILES and len(path) == id_length:
                found.setdefault(path.decode("ascii"), id_)


def note_bodies(objects: Objects, listed: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Each commit of `listed` (as `notes` gives it) with the bytes of its note, in its order.

    A note of more than `NOTE_BYTES` is not read; ``objects.limits`` names its commit.
    """
    large: list[str] = []
    bodies = objects.read(listed.values(), max_size=NOTE_BYTES)
    for commit, found in zip(listed, bodies, strict=True):
        if found.state is State.TOO_LARGE:
            large.append(commit)
        elif found.body is not None and found.kind == "blob":
            yield commit, found.body
    if large:
        objects.notice(limit("notes-too-large", _TOO_LARGE, large, gap=True))


_TOO_MANY = f"A notes ref holds more than the {MAX_NOTES:,} notes that are read."
_TOO_LARGE = f"Notes of more than {NOTE_BYTES:,} bytes were not read."
