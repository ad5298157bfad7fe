"""What differs between two trees, by ``git diff-tree``, without renames and without contents.

git does not verify the trees it compares; what is told here sorts and labels landings, and is no
evidence of what they contain.
"""

from __future__ import annotations

import re
from contextlib import closing, suppress
from itertools import islice
from typing import TYPE_CHECKING

from affidavit.sources.git.differing import MAX_PATHS, Listed, Path, Paths, Trees
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.program import feed, stop
from affidavit.sources.git.silence import Patience
from affidavit.sources.git.tree import EMPTY_TREE

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator, Sequence

    from affidavit.sources.git.private import PrivateGit

__all__ = ["MAX_PATHS", "Path", "Paths", "changed_paths", "changed_top"]

MAX_TOPS = 1_000
"""How many folders in the root are told of one comparison."""
TOGETHER = 64
"""How many comparisons are asked for at once; the question fits any pipe."""
ALTOGETHER = 2_000_000
"""How many paths are told of all comparisons: few trees can be compared in very many ways."""
SILENCE = 5
"""Seconds that git may say nothing while it compares; then the trees are read here."""
MAX_BOMBS = 3
"""How many comparisons git may prove unable to end; after that it is asked for none."""
MAX_LONG = 30
"""How many of its answers may have more paths than are told, which takes it long to find out."""
MAX_DEATHS = 200
"""How often git may die, of a damaged tree for example, before it is asked for no more."""

_LONGEST_ITEM = 1 << 20
_FOLDER = b"040000"
_END = b"end\n"
"""A line that is no id: diff-tree repeats it, and empties its buffers."""

Pair = tuple[str, str]


def changed_top(git: PrivateGit, pairs: Iterable[Pair]) -> Iterator[frozenset[bytes] | None]:
    """For each pair of tree ids the folders in the root that differ, in the order of `pairs`.

    ``.`` stands for files and submodules in the root itself. An empty id stands for the empty tree.
    ``None`` where a tree is absent or damaged, or more differs than is told.
    """
    for found in _compared(git, pairs, inside=False):
        names = {path.path if path.folder else b"." for path in found.paths} if found else set()
        whole = found is not None and not found.more and len(names) <= MAX_TOPS
        yield frozenset(names) if whole else None


def changed_paths(git: PrivateGit, pairs: Iterable[Pair]) -> Iterator[Paths | None]:
    """The same for whole paths, folders entered; those that differ are files and submodules.

    Where there are more than `MAX_PATHS` the first are told.
    """
    return _compared(git, pairs, inside=True)


def _compared(git: PrivateGit, pairs: Iterable[Pair], *, inside: bool) -> Iterator[Paths | None]:
    empty = EMPTY_TREE[git.id_length]
    pending = iter(pairs)
    left = ALTOGETHER
    with Objects(git) as objects, closing(_Comparing(git, inside=inside)) as comparing:
        trees = Trees(objects, inside=inside)
        while chunk := list(islice(pending, TOGETHER)):
            if left <= 0:
                yield from [None] * len(chunk)
                continue
            asked = [(before or empty, after or empty) for before, after in chunk]
            for found in _each(asked, objects, comparing, trees):
                left -= len(found.paths) if found else 0
                yield found


def _each(
    pairs: Sequence[Pair], objects: Objects, comparing: _Comparing, trees: Trees
) -> Iterator[Paths | None]:
    """The answers to `pairs`; what git cannot answer is found by reading the trees."""
    here: set[str] | None = None
    left = list(pairs)
    while left:
        if here is None and comparing.deaths:
            here = objects.have({id_ for pair in left for id_ in pair})
        lacking = here is not None and not here.issuperset(left[0])
        told = None if lacking else comparing.told(_run(left, here))
        if told is None:
            found = None if lacking else trees.differing(*left[0])
            comparing.bombs += found is not None and found.more
            told = [found]
        yield from told
        del left[: len(told)]


def _run(pairs: Sequence[Pair], here: set[str] | None) -> Sequence[Pair]:
    """The first of `pairs`, up to one of which a tree is not there."""
    if here is None:
        return pairs
    lacking = (number for number, pair in enumerate(pairs) if not here.issuperset(pair))
    return pairs[: next(lacking, len(pairs))]


class _Comparing:
    """A ``diff-tree`` that is replaced when it dies."""

    def __init__(self, git: PrivateGit, *, inside: bool) -> None:
        self._git = git
        self._options = ("-r",) if inside else ()
        self._child: subprocess.Popen[bytes] | None = None
        self._patience = Patience(SILENCE)
        self.deaths = 0
        """How often it ended without an answer."""
        self.bombs = 0
        """How often more differed than git could tell."""
        self._long = 0
        id_ = b"[0-9a-f]{%d}" % git.id_length
        self._item = re.compile(
            b"(?P<pair>%b %b\n)|end\n"
            b"|:(?P<modes>[0-7]+ [0-7]+) %b (?P<blob>%b) (?P<how>[A-Z])[0-9]*\0(?P<path>[^\0]+)\0"
            % (id_, id_, id_, id_)
        )

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            stop(self._child)
            self._child = None

    def told(self, pairs: Sequence[Pair]) -> Sequence[Paths | None] | None:
        """The answers to `pairs` until git dies; ``None`` where it cannot answer the first.

        Once it has died there is a mark behind each: what is not answered then is what it died of.
        """
        if self._is_hopeless():
            return None
        marked = self.deaths > 0
        answers = self._asked(pairs, marked=marked)
        too_long = bool(answers) and answers[-1].more
        if len(answers) < len(pairs) or too_long:
            self.close()
            self._long += too_long
            self.deaths += not too_long
        return answers if answers or not marked else None

    def _is_hopeless(self) -> bool:
        stuck = max(self.bombs, self._patience.silences) >= MAX_BOMBS
        return stuck or self._long >= MAX_LONG or self.deaths >= MAX_DEATHS

    def _asked(self, pairs: Sequence[Pair], *, marked: bool) -> list[Paths]:
        if self._child is None:
            arguments = ("--stdin", "-z", "--raw", "--no-abbrev", "--no-renames", *self._options)
            self._child = self._git.spawn("diff-tree", *arguments)
        assert self._child.stdin is not None
        lines = [f"{before} {after}\n".encode("ascii") for before, after in pairs]
        with suppress(BrokenPipeError):
            feed(self._child.stdin, (_END if marked else b"").join(lines) + _END)
        return list(islice(self._answers(self._child, lines, marked=marked), len(pairs)))

    def _answers(
        self, child: subprocess.Popen[bytes], lines: Sequence[bytes], *, marked: bool
    ) -> Iterator[Paths]:
        """What `child` says to `lines`, up to one that it passes over.

        Of an answer that is too long no more is read than shows it: it is the last.
        """
        pending = iter(lines)
        listed: Listed | None = None
        for found in self._items(child):
            if listed is not None and found["path"] is not None:
                if not listed.add(_path(found)):
                    yield listed.told(1)
                    return
                continue
            if listed is not None:
                yield listed.told()
            if found["pair"] is not None and found["pair"] == next(pending, None):
                listed = Listed()
            elif marked and listed is not None:
                listed = None
            else:
                return

    def _items(self, child: subprocess.Popen[bytes]) -> Iterator[re.Match[bytes]]:
        """Headings, entries and end marks; a path is always behind an entry, never alone."""
        assert child.stdout is not None
        buffer, at = b"", 0
        while True:
            found = self._item.match(buffer, at)
            if found is not None:
                yield found
                at = found.end()
                continue
            piece = self._patience.piece(child.stdout.fileno())
            if not piece or len(buffer) - at > _LONGEST_ITEM:
                return
            buffer, at = buffer[at:] + piece, 0


def _path(found: re.Match[bytes]) -> Path:
    gone = found["how"] == b"D"
    blob = None if gone else found["blob"].decode("ascii")
    return Path(found["path"], blob, _FOLDER in found["modes"])
