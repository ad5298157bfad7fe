"""Where a repository keeps its parts, found without running git.

The layout is that of gitrepository-layout(5); no configuration is read.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from affidavit.base.errors import NotARepositoryError, UnreadableError
from affidavit.sources.git.files import contents, exists, is_folder

if TYPE_CHECKING:
    from pathlib import Path

_POINTER_BYTES = 16_384
_POINTER = b"gitdir:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The parts of a repository that are read. Paths are for reading only, never for a report."""

    git_dir: Path
    """Holds ``HEAD``; of a linked worktree its own directory."""
    common_dir: Path
    """Holds refs, configuration and objects; the same as `git_dir` but in a linked worktree."""
    objects: Path
    head_file: Path
    work_tree: Path | None
    shallow: Path


_ADDRESS = re.compile(r"(?:https?|ssh|git):/|[\w.-]+@[\w.-]+:")


def locate(place: Path) -> Store:
    """The repository at `place`: a work tree or a folder in it, a bare one, or a git directory.

    Raises:
        NotARepositoryError: There is none, neither at `place` nor above it.
        UnreadableError: The system refused to let it be seen.
    """
    start = _resolved(place)
    above = start.parents if is_folder(start) else ()
    for folder in (start, *above):
        found = _at(folder)
        if found is not None:
            _check_readable(found)
            return found
    raise NotARepositoryError(
        f"{str(place)!r} is not a git repository",
        hint="Name a work tree, a bare repository or a .git directory.",
    )


def _resolved(place: Path) -> Path:
    try:
        return place.resolve(strict=True)
    except PermissionError as error:
        raise UnreadableError(f"{str(place)!r} cannot be opened: {error.strerror}") from error
    except (OSError, ValueError, RuntimeError) as error:
        if _ADDRESS.match(str(place)):
            raise NotARepositoryError(
                f"{str(place)!r} is an address, not a place on this machine",
                hint="Clone it first: git clone --mirror ADDRESS",
            ) from error
        raise NotARepositoryError(f"{str(place)!r} does not exist") from error


def _at(folder: Path) -> Store | None:
    """The repository whose work tree, git directory or ``.git`` file `folder` is."""
    if not is_folder(folder):
        return _pointed(folder) if folder.name == ".git" else None
    inner = folder / ".git"
    if is_folder(inner):
        return _store(inner, work_tree=folder)
    return _pointed(inner) or _store(folder, work_tree=None)


def _pointed(pointer: Path) -> Store | None:
    """The repository a ``.git`` file leads to, as in linked worktrees and submodules."""
    text = contents(pointer, _POINTER_BYTES)
    if text is None or not text.startswith(_POINTER):
        return None
    target = os.fsdecode(text[len(_POINTER) :].strip(b" \r\n"))
    found = _store(pointer.parent / target, work_tree=pointer.parent)
    if found is None:
        raise NotARepositoryError("the .git file here names a git directory that is not there")
    return found


def _store(git_dir: Path, *, work_tree: Path | None) -> Store | None:
    """The store of `git_dir`, if it is one: it has a ``HEAD``, and objects and refs in common."""
    head = git_dir / "HEAD"
    if not (exists(head) or head.is_symlink()):
        return None
    common = _common(git_dir)
    if not (is_folder(common / "objects") and is_folder(common / "refs")):
        return None
    if work_tree is None and git_dir.name == ".git":
        work_tree = git_dir.parent
    return Store(
        git_dir=git_dir,
        common_dir=common,
        objects=common / "objects",
        head_file=head,
        work_tree=work_tree,
        shallow=common / "shallow",
    )


def _common(git_dir: Path) -> Path:
    text = contents(git_dir / "commondir", _POINTER_BYTES, within=git_dir)
    if text is None:
        return git_dir
    return git_dir / os.fsdecode(text.strip(b" \r\n"))


def _check_readable(store: Store) -> None:
    for folder in (store.git_dir, store.objects, store.common_dir / "refs"):
        if not os.access(folder, os.R_OK | os.X_OK):
            raise UnreadableError(
                f"the repository's folder {folder.name!r} cannot be read",
                hint="Run the audit as a user who may read the whole git directory.",
            )
