"""What differs between two trees, by ``git diff-tree``, without renames and without contents.

git does not verify the trees it compares; what is told here sorts and labels landings, and is no
evidence of what they contain.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from itertools import islice
from select import poll
from typing import TYPE_CHECKING, NamedTuple, Self

from affidavit.sources.git.objects import Objects
from affidavit.sources.git.program import feed, stop
from affidavit.sources.git.tree import EMPTY_TREE

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType

    from affidavit.sources.git.private import PrivateGit

MAX_PATHS = 20_000
"""How many paths of one comparison are told; the rest is counted."""
TOGETHER = 64
"""How many comparisons are asked for at once; the question fits any pipe."""
SILENCE = 20
"""Seconds that git may say nothing while it compares: trees can be built to be entered for ever."""
MAX_SILENCES = 3
"""How often that is waited for."""
MAX_DEATHS = 200
"""How often git may die of an absent or damaged tree before the rest is left unknown."""

_CHUNK = 1 << 20
_LONGEST_ITEM = 1 << 20
_FOLDER = b"040000"
_END = b"end\n"
"""A line that is no id: diff-tree repeats it, and empties its buffers."""

Pair = tuple[str, str]


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


def changed_top(git: PrivateGit, pairs: Iterable[Pair]) -> Iterator[frozenset[bytes] | None]:
    """For each pair of tree ids the folders in the root that differ, in the order of `pairs`.

    ``.`` stands for files and submodules in the root itself. An empty id stands for the empty tree.
    ``None`` where a tree is absent or damaged.
    """
    for found in _compared(git, pairs, ()):
        if found is None:
            yield None
        else:
            yield frozenset(path.path if path.folder else b"." for path in found.paths)


def changed_paths(git: PrivateGit, pairs: Iterable[Pair]) -> Iterator[Paths | None]:
    """The same for whole paths, folders entered; those that differ are files and submodules."""
    return _compared(git, pairs, ("-r",))


def _compared(
    git: PrivateGit, pairs: Iterable[Pair], options: Sequence[str]
) -> Iterator[Paths | None]:
    empty = EMPTY_TREE[git.id_length]
    pending = iter(pairs)
    with Objects(git) as objects, _Comparing(git, options) as comparing:
        while chunk := list(islice(pending, TOGETHER)):
            asked = [(before or empty, after or empty) for before, after in chunk]
            whole = None if comparing.deaths else comparing.told(asked)
            yield from whole or _each(asked, objects, comparing)


def _each(pairs: Sequence[Pair], objects: Objects, comparing: _Comparing) -> list[Paths | None]:
    """The answers to `pairs` where git has died already: only of trees that are there."""
    here = objects.have({id_ for pair in pairs for id_ in pair})
    possible = [pair for pair in pairs if here.issuperset(pair)]
    together = comparing.told(possible)
    if together is None:
        alone = [comparing.told([pair]) for pair in possible]
        answers = iter([found[0] if found else None for found in alone])
    else:
        answers = iter(together)
    return [next(answers) if here.issuperset(pair) else None for pair in pairs]


class _Comparing:
    """A ``diff-tree`` that is replaced when it dies."""

    def __init__(self, git: PrivateGit, options: Sequence[str]) -> None:
        self._git = git
        self._options = options
        self._child: subprocess.Popen[bytes] | None = None
        self.deaths = 0
        id_ = b"[0-9a-f]{%d}" % git.id_length
        self._item = re.compile(
            b"(?P<pair>%b %b)\n|(?P<end>end)\n"
            b"|:(?P<modes>[0-7]+ [0-7]+) %b (?P<blob>%b) (?P<how>[A-Z])[0-9]*\0(?P<path>[^\0]+)\0"
            % (id_, id_, id_, id_)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def _end(self) -> None:
        if self._child is not None:
            stop(self._child)
            self._child = None

    def told(self, pairs: Sequence[Pair]) -> list[Paths] | None:
        """The answers to `pairs`, or ``None`` where git died before it gave them all."""
        answers: list[Paths] = []
        while len(answers) < len(pairs):
            if self.deaths > MAX_DEATHS:
                return None
            more = self._asked(pairs[len(answers) :])
            answers += more
            if len(answers) == len(pairs):
                return answers
            if not more or not more[-1].more:
                self.deaths += 1
                return None
        return answers

    def _asked(self, pairs: Sequence[Pair]) -> list[Paths]:
        """The answers to `pairs` up to the first that is too long; that ends the child."""
        if self._child is None:
            arguments = ("--stdin", "-z", "--raw", "--no-abbrev", "--no-renames", *self._options)
            self._child = self._git.spawn("diff-tree", *arguments)
        assert self._child.stdin is not None
        lines = "".join(f"{before} {after}\n" for before, after in pairs).encode("ascii")
        with suppress(BrokenPipeError):
            feed(self._child.stdin, lines + _END)
        answers = list(self._answers(self._child))
        if len(answers) < len(pairs) or any(found.more for found in answers[-1:]):
            self._end()
        return answers

    def _answers(self, child: subprocess.Popen[bytes]) -> Iterator[Paths]:
        """What `child` says up to its end mark; the last answer is dropped where that is absent.

        Of an answer that is too long no more is read than shows it: it is the last.
        """
        paths: list[Path] = []
        begun = False
        for found in self._items(child):
            if found["path"] is None:
                if begun:
                    yield Paths(tuple(paths))
                paths, begun = [], True
            elif len(paths) < MAX_PATHS:
                gone = found["how"] == b"D"
                blob = None if gone else found["blob"].decode("ascii")
                paths.append(Path(found["path"], blob, _FOLDER in found["modes"]))
            else:
                yield Paths(tuple(paths), 1)
                return

    def _waited(self, descriptor: int) -> bool:
        """Wait until something can be read; whether it came in time."""
        ready = poll()
        ready.register(descriptor)
        if ready.poll(SILENCE * 1_000):
            return True
        self.deaths += MAX_DEATHS // MAX_SILENCES
        return False

    def _items(self, child: subprocess.Popen[bytes]) -> Iterator[re.Match[bytes]]:
        """Headings, entries and the end mark; a path is always behind an entry, never alone."""
        assert child.stdout is not None
        buffer, at = b"", 0
        while True:
            found = self._item.match(buffer, at)
            if found is not None:
                yield found
                at = found.end()
                if found["end"] is not None:
                    return
                continue
            if not self._waited(child.stdout.fileno()):
                return
            piece = os.read(child.stdout.fileno(), _CHUNK)
            if not piece or len(buffer) - at > _LONGEST_ITEM:
                return
            buffer, at = buffer[at:] + piece, 0
