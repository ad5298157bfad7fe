"""The files of a commit that may be records, and the notes of a ref: bounded, in a fixed order."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.limit import Limit, limit
from affidavit.base.text import visible
from affidavit.sources.git.answer import answer
from affidavit.sources.git.notes import note_bodies, notes
from affidavit.sources.git.objects import State
from affidavit.sources.git.tree import FILES, FOLDER, entries

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs

MOST_FOLDERS = 200_000
"""Folders of one commit that are looked into."""
MOST_FILES = 100_000
"""Files of one commit that are read as records."""
FILE_BYTES = 16 << 20
"""How large a file may be to be read as a record."""
TREE_BYTES = 128 << 20
_SECONDS = 120
"""How long git may take to list the files of a commit."""


class File(NamedTuple):
    """A file of a commit: its path as git has it, and the id of its content."""

    path: bytes
    id: str


def files(
    objects: Objects,
    commit: str,
    *,
    into: Callable[[bytes], bool],
    taken: Callable[[bytes], bool],
) -> list[File]:
    """The regular files of `commit` that are `taken`, by path, in the folders gone `into`.

    Of more than `MOST_FOLDERS` or `MOST_FILES` the rest is left out; a limit says so.
    """
    found: list[File] = []
    waiting = deque([(b"", objects.tree_of(commit))])
    seen = 0
    while waiting and seen < MOST_FOLDERS and len(found) <= MOST_FILES:
        seen += 1
        above, tree = waiting.popleft()
        body = objects.one(tree, kind="tree", max_size=TREE_BYTES) if tree else None
        for mode, name, id_ in entries(body or b"", objects.raw_length):
            path = above + name
            if mode == FOLDER and into(path):
                waiting.append((path + b"/", id_))
            elif mode in FILES and taken(path):
                found.append(File(path, id_))
    if waiting or len(found) > MOST_FILES:
        objects.notice(limit("too-many-records", _TOO_MANY, [commit], gap=True))
    return sorted(found[:MOST_FILES])


def named(
    git: PrivateGit, objects: Objects, commit: str, taken: Callable[[bytes], bool]
) -> list[File]:
    """The same in all folders, from one list of git's: quicker than going into each.

    Where git cannot list them, as when a folder is missing, the folders are gone into.
    """
    status, said = answer(git, "ls-tree", "-r", "-z", "--full-tree", commit, seconds=_SECONDS)
    if status:
        return files(objects, commit, into=lambda _: True, taken=taken)
    found: list[File] = []
    for line in said.split(b"\0"):
        words, _, path = line.partition(b"\t")
        if taken(path) and words.partition(b" ")[0] in FILES:
            found.append(File(path, words.rpartition(b" ")[2].decode("ascii")))
    if len(found) > MOST_FILES:
        objects.notice(limit("too-many-records", _TOO_MANY, [commit], gap=True))
    return sorted(found[:MOST_FILES])


def contents(objects: Objects, listed: Iterable[File]) -> Iterator[tuple[File, bytes]]:
    """Each of the files with its bytes; of one that is too large a limit tells."""
    pairs = list(listed)
    large: list[str] = []
    bodies = objects.read((file.id for file in pairs), max_size=FILE_BYTES)
    for file, body in zip(pairs, bodies, strict=True):
        if body.state is State.TOO_LARGE:
            large.append(shown(file.path))
        elif body.body is not None and body.kind == "blob":
            yield file, body.body
    if large:
        objects.notice(limit("records-too-large", _TOO_LARGE, large, gap=True))


def noted(git: PrivateGit, objects: Objects, refs: Refs, name: str) -> Iterator[tuple[str, bytes]]:
    """Each commit that the notes ref `name` has a note on, with the note."""
    if top := refs.get(name):
        yield from note_bodies(objects, notes(git, objects, top))


def shown(path: bytes) -> str:
    """`path` as it can be shown; bytes that are not UTF-8 are written out."""
    return visible(path.decode("utf-8", "backslashreplace"))


def under(refs: Refs, *prefixes: str, but: Container[str] = ()) -> list[str]:
    """The names of the refs that begin with one of `prefixes`, in order."""
    return [name for name in refs.names() if name.startswith(prefixes) and name not in but]


def tell_copies(objects: Objects, copies: int) -> None:
    """Let a limit tell that so many records stood in another place as well."""
    if copies:
        objects.notice(Limit("records-twice", _TWICE, copies))


_TWICE = "Records that say the same as one in another place were counted once."
_TOO_MANY = f"More than {MOST_FOLDERS:,} folders or {MOST_FILES:,} files: not all were looked at."
_TOO_LARGE = f"Records in files of more than {FILE_BYTES:,} bytes were not read."
