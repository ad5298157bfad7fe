"""Bundles of policy where they lie: in a folder, or in a commit. No link is followed."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from affidavit.base.errors import UnreadableError
from affidavit.base.text import shortened, visible
from affidavit.policy.bundle import LARGEST, MOST_FILES, bundle_of, used
from affidavit.policy.errors import bundle_error
from affidavit.sources.git.tree import FILES, FOLDER, entries, entry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.policy.bundle import Bundle
    from affidavit.sources.git.objects import Objects

MOST_ENTRIES = 1_000
"""Names in the folders of a bundle, those of pages with them."""
DEEPEST = 8
"""Folders inside each other."""


def bundle_at(path: Path) -> Bundle:
    """The bundle in the folder `path`.

    Raises:
        PolicyError: It is no bundle.
        UnreadableError: The system refused.
    """
    return bundle_of(files_at(path))


def files_at(path: Path) -> dict[str, bytes]:
    """The files of the bundle in the folder `path`, by their paths in it.

    Raises:
        PolicyError: It has what no bundle has.
        UnreadableError: The system refused.
    """
    files = dict[str, bytes]()
    try:
        for count, name in enumerate(_names(path, "", DEEPEST)):
            _check_count(count, files)
            if used(name):
                files[name] = _content(path, name)
    except OSError as error:
        raise UnreadableError(f"{visible(str(path))}: {error.strerror}") from error
    return files


def bundle_in(objects: Objects, commit: str, folder: str) -> Bundle:
    """The bundle in the folder `folder` of `commit`, read through verified trees.

    Raises:
        PolicyError: There is none, or it is no bundle.
    """
    return bundle_of(files_in(objects, commit, folder))


def files_in(objects: Objects, commit: str, folder: str) -> dict[str, bytes]:
    """The files of the bundle in the folder `folder` of `commit`, by their paths in it.

    Raises:
        PolicyError: There is none, or it has what no bundle has.
    """
    tree = objects.tree_of(commit)
    for name in folder.strip("/").split("/"):
        body = objects.one(tree, kind="tree") if tree else None
        found = entry(body, os.fsencode(name), objects.raw_length) if body else None
        tree = found.id if found and found.mode == FOLDER else ""
    if not tree:
        raise bundle_error(f"commit {commit[:12]} has no folder {shortened(folder, 120)}")
    files = dict[str, bytes]()
    for count, (path, mode, id_) in enumerate(_blobs(objects, tree, "", DEEPEST)):
        _check_count(count, files)
        if mode not in FILES:
            raise _no_file(path)
        if used(path):
            files[path] = _blob(objects, path, id_)
    return files


def _check_count(count: int, files: dict[str, bytes]) -> None:
    if count >= MOST_ENTRIES or len(files) > MOST_FILES:
        raise bundle_error(f"the bundle has more than {MOST_FILES} files")


def _no_file(path: str) -> Exception:
    return bundle_error(f"{shortened(path, 120)} is neither a file nor a folder")


def _too_deep(path: str) -> Exception:
    return bundle_error(f"{shortened(path, 120)}: more than {DEEPEST} folders inside each other")


def _names(root: Path, inside: str, left: int) -> Iterator[str]:
    """The paths of the files below `root`, in order."""
    with os.scandir(root / inside) as found:
        names = [(one.name, one) for _, one in zip(range(MOST_ENTRIES + 1), found, strict=False)]
    for name, one in sorted(names):
        path = inside + name
        if one.is_dir(follow_symlinks=False):
            if left == 0:
                raise _too_deep(path)
            yield from _names(root, f"{path}/", left - 1)
        elif one.is_file(follow_symlinks=False):
            yield path
        else:
            raise _no_file(path)


def _content(root: Path, name: str) -> bytes:
    descriptor = os.open(root / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _no_file(name)
        return file.read(LARGEST + 1)


def _blobs(objects: Objects, tree: str, inside: str, left: int) -> Iterator[tuple[str, bytes, str]]:
    """Path, mode and id of what is in `tree` but folders; these are gone into."""
    body = objects.one(tree, kind="tree", max_size=LARGEST)
    if body is None:
        raise bundle_error(f"the folder {shortened(inside, 120) or 'of the bundle'} is unreadable")
    for one in entries(body, objects.raw_length):
        path = inside + os.fsdecode(one.name)
        if one.mode != FOLDER:
            yield path, one.mode, one.id
        elif left == 0:
            raise _too_deep(path)
        else:
            yield from _blobs(objects, one.id, f"{path}/", left - 1)


def _blob(objects: Objects, path: str, id_: str) -> bytes:
    data = objects.one(id_, kind="blob", max_size=LARGEST)
    if data is None:
        raise bundle_error(f"{shortened(path, 120)} is unreadable or too large")
    return data
