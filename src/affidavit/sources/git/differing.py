"""What differs between two trees, found by reading them: slower than git, and bounded throughout.

``diff-tree`` says nothing of a comparison before it has found all of it, and trees nested in one
another can hold more paths than there is time or memory for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.sources.git.objects import State
from affidavit.sources.git.tree import FOLDER, Entry, entries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from affidavit.sources.git.objects import Objects


MAX_PATHS = 20_000
"""How many paths of one comparison are told; that there are more is told too."""
PATH_BYTES = 16 << 20
"""How many bytes these paths may have together."""
LONGEST = 16 << 10
"""Bytes of a folder's path beyond which it is not entered."""
TREE_BYTES = 8 << 20
"""How large a tree may be to be read."""
FOLDERS = 640_000
"""How many pairs of folders are opened in all."""
ENTRIES = 32_000_000
"""How many of their entries are looked at in all."""
KEPT = 1_000
"""How many trees that were read are kept."""
KEPT_ENTRIES = 256
"""How many entries each of them may have."""
SHARE = 64
"""One comparison may use this part of what is left of both, so that many are compared."""

_Named = dict[bytes, Entry]


class Path(NamedTuple):
    """A path that differs, and the blob that stands there afterwards (``None``: it is gone)."""

    path: bytes
    blob: str | None
    folder: bool = False
    """Whether it is a folder, before or afterwards."""


class Paths(NamedTuple):
    """Paths that differ, at most `MAX_PATHS`; `more` is 1 where there are others."""

    paths: tuple[Path, ...]
    more: int = 0


class Listed:
    """Paths being gathered, up to the bounds."""

    def __init__(self) -> None:
        self._paths: list[Path] = []
        self._bytes = 0

    def add(self, path: Path) -> bool:
        """Take `path` unless it is beyond the bounds; whether it was taken."""
        self._bytes += len(path.path)
        if len(self._paths) >= MAX_PATHS or self._bytes > PATH_BYTES:
            return False
        self._paths.append(path)
        return True

    def told(self, more: int = 0) -> Paths:
        """What was taken."""
        return Paths(tuple(self._paths), more)


class _Differing(NamedTuple):
    """An entry that differs: its path, and what it is before and afterwards."""

    path: bytes
    before: Entry | None
    after: Entry | None

    @property
    def folder(self) -> bool:
        return any(one is not None and one.mode == FOLDER for one in self[1:])

    def told(self) -> Path:
        return Path(self.path, self.after.id if self.after else None, self.folder)


class Trees:
    """Compares trees whose every byte is verified, as long as `FOLDERS` and `ENTRIES` last."""

    def __init__(self, objects: Objects, *, inside: bool) -> None:
        self._objects = objects
        self._inside = inside
        self._folders = FOLDERS
        self._entries = ENTRIES
        self._kept: dict[str, _Named] = {"": {}}

    def differing(self, before: str, after: str) -> Paths | None:
        """What differs between two trees, empty ids standing for none, in git's order.

        Folders are entered if that was asked for; where the bounds end that, there is `more`.
        ``None`` where a tree is absent, damaged or larger than `TREE_BYTES`.
        """
        listed = Listed()
        if self._spent(0, 0):
            return listed.told(1)
        least = (self._folders - self._folders // SHARE, self._entries - self._entries // SHARE)
        levels = [self._opened(b"", before, after)]
        while levels:
            level = levels[-1]
            if level is None:
                return None
            found = next(level, None)
            if found is None:
                levels.pop()
            elif not (self._inside and found.folder):
                if not listed.add(found.told()):
                    return listed.told(1)
            elif self._spent(*least) or len(found.path) > LONGEST:
                return listed.told(1)
            else:
                levels.append(self._entered(found))
        return listed.told()

    def _spent(self, folders: int, listed: int) -> bool:
        return self._folders <= folders or self._entries <= listed

    def _entered(self, found: _Differing) -> Iterator[_Differing] | None:
        ids = [one.id if one else "" for one in found[1:]]
        return self._opened(found.path + b"/", *ids)

    def _opened(self, prefix: bytes, before: str, after: str) -> Iterator[_Differing] | None:
        """What differs directly in two folders; ``None`` where one cannot be read."""
        self._folders -= 1
        both = self._read(before, after)
        old, new = both.get(before), both.get(after)
        if old is None or new is None:
            return None
        self._entries -= len(old) + len(new)
        return _differing(prefix, old, new)

    def _read(self, *ids: str) -> Mapping[str, _Named]:
        """Those of `ids` that are trees; of trees in one another most are read again and again."""
        known = {id_: self._kept[id_] for id_ in ids if id_ in self._kept}
        for found in self._objects.read(set(ids) - known.keys(), max_size=TREE_BYTES):
            if found.state is State.OK and found.kind == "tree":
                known[found.id] = _named(found.body or b"", self._objects.raw_length)
        kept = {id_: named for id_, named in known.items() if len(named) <= KEPT_ENTRIES}
        if len(self._kept) >= KEPT:
            self._kept = {"": {}}
        self._kept |= kept
        return known


def _named(body: bytes, raw_length: int) -> _Named:
    """Entries by their name, that of a folder with the slash it is ordered by."""
    named: _Named = {}
    for mode, name, id_ in entries(body, raw_length):
        usual = _usual(mode)
        key = name + b"/" if usual == FOLDER else name
        # No sound tree has a name twice; of one that has, nothing is to be hidden.
        named[b"%b\0%d" % (key, len(named)) if key in named else key] = Entry(usual, name, id_)
    return named


def _usual(mode: bytes) -> bytes:
    """The mode that git takes it for: of a regular file only whether it is executable counts."""
    if mode.startswith(b"100") and len(mode) == 6:
        return b"100755" if mode[3:4] in b"1357" else b"100644"
    return mode


def _differing(prefix: bytes, before: _Named, after: _Named) -> Iterator[_Differing]:
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        there = new or old
        if there and old != new:
            yield _Differing(prefix + there.name, old, new)
