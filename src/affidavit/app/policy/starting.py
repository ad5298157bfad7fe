"""The default bundle, and a folder that begins with it."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.errors import OutputError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "affidavit/policy"
"""Where a repository has its bundle, unless affidavit.toml says otherwise."""


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """Files that were written, and those that were there already as they would have been."""

    folder: str
    written: tuple[str, ...]
    same: tuple[str, ...]


def default_files() -> dict[str, bytes]:
    """The files of the default bundle, by their paths in it."""
    place = files("affidavit.policy") / "default"
    found = {one.name: one.read_bytes() for one in place.iterdir() if one.is_file()}
    return dict(sorted(found.items()))


def begun(folder: Path) -> Begun:
    """Write the default bundle to `folder`; what is there is left as it is.

    Raises:
        UsageError: A file is there and differs: nothing was written.
        OutputError: The folder cannot be written to.
    """
    wanted = default_files()
    try:
        there = {name: (folder / name).read_bytes() for name in wanted if (folder / name).exists()}
        differing = [name for name, data in there.items() if data != wanted[name]]
        if differing:
            raise UsageError(
                f"{folder} has another {differing[0]}: nothing was written",
                hint="name another folder, and compare the two with affidavit policy diff",
            )
        folder.mkdir(parents=True, exist_ok=True)
        for name in wanted.keys() - there.keys():
            with (folder / name).open("xb") as file:
                file.write(wanted[name])
    except OSError as error:
        raise OutputError(f"{error.filename or folder}: {error.strerror}") from error
    written = tuple(name for name in wanted if name not in there)
    return Begun(folder=str(folder), written=written, same=tuple(there))
