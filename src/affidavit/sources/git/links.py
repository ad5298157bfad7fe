"""Object stores as folders of links to their regular files, the only ones that git is shown.

git opens whatever bears the name of an object, an index or an alternates file: a pipe there would
have it wait for ever, a device would have it read without end.
"""

from __future__ import annotations

import os
import re
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

MAX_FILES = 10_000_000
"""How many entries of one folder are looked at."""

_LOOSE = re.compile(r"[0-9a-f]{38}(?:[0-9a-f]{24})?\Z")
_PACK = re.compile(r".+\.(?:idx|pack)\Z", re.DOTALL)


def linked(folders: Sequence[Path], into: Path) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Folders in `into`, one for each of `folders` (object stores), and the names left out.

    They lead to the packs, their indexes and the loose objects that are regular files, and to no
    alternates and no commit-graph.
    """
    mirrors: list[Path] = []
    odd: list[str] = []
    for number, folder in enumerate(folders):
        mirror = into / f"store-{number}"
        mirror.mkdir(parents=True)
        odd += _link(folder / "pack", mirror / "pack", _PACK.match)
        loose = [f"{value:02x}" for value in range(256)]
        there = {entry.name for entry in _entries(folder)}.intersection(loose)
        # Where all is packed, as after a clone, 256 links would take longer than many an audit.
        packed = next(_entries(folder / "pack"), None) is not None
        if there or not packed:
            _link_absent(folder, mirror, [name for name in loose if name not in there])
            for name in sorted(there):
                odd += _link(folder / name, mirror / name, _LOOSE.match)
        mirrors.append(mirror)
    return tuple(mirrors), tuple(odd)


def _link_absent(folder: Path, mirror: Path, names: Sequence[str]) -> None:
    """Links to folders that are not there as well: what is written later can be read."""
    source, target = os.fspath(folder.absolute()), os.fspath(mirror)
    for name in names:
        os.symlink(f"{source}/{name}", f"{target}/{name}")  # noqa: PTH211 - there are hundreds


def _link(folder: Path, mirror: Path, is_ours: Callable[[str], object]) -> list[str]:
    """Link to the whole folder where all in it are files; else to each of those that `is_ours`."""
    if all(entry.is_file() for entry in _entries(folder)):
        mirror.symlink_to(folder.absolute())
        return []
    mirror.mkdir()
    return _link_each(folder, mirror, is_ours)


def _link_each(folder: Path, mirror: Path, is_ours: Callable[[str], object]) -> list[str]:
    odd = []
    for entry in _entries(folder):
        if not is_ours(entry.name):
            continue
        if entry.is_file():
            (mirror / entry.name).symlink_to(os.path.abspath(entry.path))  # noqa: PTH100 - not resolved
        else:
            odd.append(f"{folder.name}/{entry.name}".encode(errors="surrogateescape"))
    return [name.decode(errors="backslashreplace") for name in odd]


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            yield from islice(found, MAX_FILES)
    except OSError:
        return
