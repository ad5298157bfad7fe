"""What differs between two trees, with modes and ids, read from trees whose every byte is verified.

Many pairs are looked at together, one folder's depth after the other, so that few questions are put
to git. No setting, attribute or rename has a part in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from affidavit.changes.envelope.touched import ABSENT, Touched
from affidavit.sources.git.objects import State
from affidavit.sources.git.tree import EMPTY_TREE, FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from affidavit.sources.git.objects import Objects

MAX_PATHS = 20_000
"""Paths of one comparison; where more differ nothing is told of it."""
LONGEST = 16 << 10
"""Bytes of a folder's path beyond which it is not entered."""
TREE_BYTES = 8 << 20
"""How large a tree may be to be read."""
TOGETHER = 64
"""Comparisons that are made at once."""
BYTES = 256 << 20
"""Bytes of trees that are read for these; what needs more is not told."""

Pair = tuple[str, str]
_Entry = tuple[bytes, bytes, bytes]


class _Work(NamedTuple):
    """Two folders to be compared: of which comparison, at which path, their trees."""

    number: int
    prefix: bytes
    before: str
    after: str


def raw_changes(objects: Objects, pairs: Sequence[Pair]) -> Iterator[tuple[Touched, ...] | None]:
    """For each pair of trees what differs, by the bytes of the paths; an empty id is no tree.

    ``None`` where a tree is absent, damaged or makes no sense, or where too much differs.
    """
    for at in range(0, len(pairs), TOGETHER):
        comparing = _Comparing(objects, len(pairs[at : at + TOGETHER]))
        waiting = [
            _Work(number, b"", *pair) for number, pair in enumerate(pairs[at : at + TOGETHER])
        ]
        while waiting:
            waiting = comparing.level(waiting)
        yield from comparing.told()


class _Comparing:
    """Some comparisons under way."""

    def __init__(self, objects: Objects, count: int) -> None:
        self._objects = objects
        self._left = BYTES
        self._found: list[list[Touched] | None] = [[] for _ in range(count)]
        self._empty = EMPTY_TREE[2 * objects.raw_length]
        id_ = b".{%d}" % objects.raw_length
        self._entry = re.compile(rb"([1-7][0-7]{4,5}) ([^\0/]+)\0(%b)" % id_, re.DOTALL)

    def told(self) -> Iterator[tuple[Touched, ...] | None]:
        """What was found, in the order of the comparisons."""
        for found in self._found:
            yield None if found is None else tuple(sorted(found))

    def level(self, works: Iterable[_Work]) -> list[_Work]:
        """Compare these folders; those inside them that are still to be compared."""
        asked = [work for work in works if self._found[work.number] is not None]
        trees = self._read({id_ for work in asked for id_ in work[2:]})
        return [inner for work in asked for inner in self._compared(work, trees)]

    def _read(self, ids: set[str]) -> Mapping[str, Sequence[_Entry] | None]:
        read: dict[str, Sequence[_Entry] | None] = dict.fromkeys(ids)
        known = ids & {"", self._empty}
        read.update((id_, ()) for id_ in known)
        if self._left <= 0:
            return read
        for found in self._objects.read(sorted(ids - known), max_size=TREE_BYTES):
            self._left -= found.size
            if found.state is State.OK and found.kind == "tree":
                read[found.id] = self._entries(found.body or b"")
        return read

    def _entries(self, body: bytes) -> Sequence[_Entry] | None:
        """The entries of a tree; None where one makes no sense, or a name is there twice."""
        listed: Sequence[_Entry] = self._entry.findall(body)
        length = sum(len(mode) + len(name) + len(raw) + 2 for mode, name, raw in listed)
        sound = length == len(body) and len({name for _, name, _ in listed}) == len(listed)
        return listed if sound else None

    def _compared(
        self, work: _Work, trees: Mapping[str, Sequence[_Entry] | None]
    ) -> Iterator[_Work]:
        old, new = trees[work.before], trees[work.after]
        found = self._found[work.number]
        if old is None or new is None or found is None or len(work.prefix) > LONGEST:
            self._found[work.number] = None
            return
        before = {name: (mode, raw) for mode, name, raw in set(old).difference(new)}
        after = {name: (mode, raw) for mode, name, raw in set(new).difference(old)}
        for name in before.keys() | after.keys():
            path = work.prefix + name
            yield from _inside(work.number, path, before.get(name), after.get(name))
            touched = _touched(path, before.get(name), after.get(name))
            if touched is not None:
                found.append(touched)
        if len(found) > MAX_PATHS:
            self._found[work.number] = None


_Stands = tuple[bytes, bytes] | None


def _inside(number: int, path: bytes, old: _Stands, new: _Stands) -> Iterator[_Work]:
    """The folders at `path` that are to be compared, one of them perhaps none."""
    ids = [one[1].hex() if one and one[0] == FOLDER else "" for one in (old, new)]
    if any(ids):
        yield _Work(number, path + b"/", *ids)


def _touched(path: bytes, old: _Stands, new: _Stands) -> Touched | None:
    """What differs at `path` itself; nothing where only folders stand there."""
    (old_mode, old_id), (new_mode, new_id) = _file(old), _file(new)
    if (old_mode, old_id) == (new_mode, new_id):
        return None
    return Touched(path, old_mode, new_mode, old_id, new_id)


def _file(stands: _Stands) -> tuple[str, str]:
    if stands is None or stands[0] == FOLDER:
        return ABSENT, ""
    return _usual(stands[0]), stands[1].hex()


def _usual(mode: bytes) -> str:
    """The mode that git takes it for: of a regular file only whether it is executable counts."""
    if mode.startswith(b"100") and len(mode) == 6:
        return "100755" if mode[3:4] in b"1357" else "100644"
    return mode.decode("ascii").rjust(6, "0")
