"""Object stores seen through pack indexes of our own making.

git believes a pack's index: one whose entries were exchanged makes it take one commit for another
and end well. An index made anew from the pack names every object by what it holds.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from affidavit.sources.git.program import finish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from affidavit.sources.git.private import PrivateGit

MEND_BYTES = 4 << 30
"""How many bytes of packs are indexed anew; a larger repository is left as it is."""
MEND_SECONDS = 600
"""How long one pack may take."""


def mirrored(git: PrivateGit, folders: Sequence[Path], into: Path) -> tuple[Path, ...] | None:
    """Folders in `into` that hold what `folders` (object stores) hold, with new pack indexes.

    Packs and loose objects are linked to, not copied, and nothing is written beside them. ``None``
    where there are too many bytes of packs, or none. A pack that git cannot index keeps its index.
    """
    packs = [_packs(folder) for folder in folders]
    total = sum(pack.stat().st_size for some in packs for pack in some)
    if not 0 < total <= MEND_BYTES:
        return None
    mirrors = []
    for number, (folder, some) in enumerate(zip(folders, packs, strict=True)):
        mirror = into / f"store-{number}"
        (mirror / "pack").mkdir(parents=True)
        _link_loose(folder, mirror)
        for serial, pack in enumerate(some):
            _index(git, pack, mirror / "pack" / f"pack-{serial}")
        mirrors.append(mirror)
    return tuple(mirrors)


def _packs(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "pack").glob("*.pack") if path.is_file())


def _link_loose(folder: Path, mirror: Path) -> None:
    for number in range(256):
        name = f"{number:02x}"
        if (folder / name).is_dir():
            (mirror / name).symlink_to((folder / name).absolute())


def _index(git: PrivateGit, pack: Path, stem: Path) -> None:
    index = stem.with_suffix(".idx")
    child = git.spawn("index-pack", "-o", os.fspath(index), os.fspath(pack), objects=stem.parent)
    if finish(child, MEND_SECONDS) or not index.exists():
        index.unlink(missing_ok=True)
        if pack.with_suffix(".idx").is_file():
            index.symlink_to(pack.with_suffix(".idx").absolute())
    stem.with_suffix(".pack").symlink_to(pack.absolute())
