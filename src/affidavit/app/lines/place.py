"""Which repository, and which folder or file of it, a path of this machine means."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from affidavit.base.errors import NotARepositoryError
from affidavit.sources.git.locate import locate


class Place(NamedTuple):
    """A repository and a path in it, with ``/`` between; empty for all of it."""

    repository: Path
    within: str


def place(path: Path | None, repository: Path | None) -> Place:
    """What `path` means: in `repository` as its tree has it, else as this machine has it.

    What is not there any longer may be named, too.

    Raises:
        NotARepositoryError: No repository holds it.
    """
    if repository is not None:
        return Place(repository, _named(path.as_posix()) if path else "")
    asked = Path(os.path.abspath(path or "."))  # noqa: PTH100 - links are not to be followed
    folder = asked
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    root = locate(folder).work_tree
    if root is None:
        return Place(folder, _named(asked.relative_to(folder).as_posix()))
    real = Path(os.path.realpath(folder)) / asked.relative_to(folder)
    try:
        within = real.relative_to(os.path.realpath(root)).as_posix()
    except ValueError as error:
        raise NotARepositoryError(f"{str(asked)!r} is not in the repository at {root}") from error
    return Place(root, _named(within))


def _named(path: str) -> str:
    """The path with all of the repository as no path; a name may begin with a dot."""
    return "" if path == "." else path
