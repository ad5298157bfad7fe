"""What stands at a path of a tree, for many paths of many trees.

git tells the id of what it has. Of anything else it says the same whether the tree holds no such
path or only the contents are absent, as they are in a partial clone: then the trees are read here.
"""

from __future__ import annotations

import re
from contextlib import closing, suppress
from itertools import chain, islice
from typing import TYPE_CHECKING

from affidavit.sources.git.objects import Objects, State
from affidavit.sources.git.program import feed, stop
from affidavit.sources.git.silence import Patience
from affidavit.sources.git.tree import FOLDER

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from affidavit.sources.git.private import PrivateGit

ALIKE = 4_096
"""Questions looked at together: a folder that several of them lead through is read once."""
TOGETHER = 64
"""Questions put to git at once; `LONGEST` keeps their answers within any pipe."""
LONGEST = 512
"""Bytes of a path that is looked for; what stands at a longer one is left unknown."""
TREE_BYTES = 8 << 20
"""How large a tree may be to be read here."""
MAX_ENDS = 3
"""How often git may end, or say nothing for too long, before it is asked for no more."""
ALTOGETHER = 4 << 30
"""Bytes of trees that are read here in all; what stands in others is left unknown."""

Question = tuple[str, bytes]
"""A tree's id, and a path in it."""

_Folder = dict[bytes, tuple[bytes, bytes]]
"""Mode and raw id of what a folder holds, by name."""


def standing(git: PrivateGit, questions: Iterable[Question]) -> Iterator[str | None]:
    """For each question the id of what stands there, ``""`` for nothing, in their order.

    ``None`` where it cannot be told: a tree on the way is absent, damaged or too large. Trees that
    git looks into are not hashed again: use an id only where a wrong one leaves something unproven.
    """
    pending = iter(questions)
    with closing(_Asking(git)) as asking, Objects(git) as objects:
        folders = _Folders(objects)
        while alike := list(islice(pending, ALIKE)):
            told = asking.told(dict.fromkeys(alike))
            told |= folders.found(one for one in alike if one not in told)
            yield from (told[one] for one in alike)


class _Asking:
    """A ``cat-file`` that is started when it is needed."""

    def __init__(self, git: PrivateGit) -> None:
        self._git = git
        self._child: subprocess.Popen[bytes] | None = None
        self._patience = Patience()
        self._ends = 0

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            stop(self._child)

    def told(self, questions: Iterable[Question]) -> dict[Question, str | None]:
        """Those of `questions` of which git has what stands there, with its id."""
        askable = filter(_askable, questions)
        found: dict[Question, str | None] = {}
        while asked := list(islice(askable, TOGETHER)):
            found.update((one, id_) for one, id_ in self._answers(asked) if id_)
        return found

    def _answers(self, asked: Sequence[Question]) -> Iterator[tuple[Question, str]]:
        if self._ends >= MAX_ENDS:
            return
        child = self._child = self._child or self._git.spawn(
            "cat-file", "--batch-check=%(objectname)"
        )
        assert child.stdin is not None
        assert child.stdout is not None
        with suppress(BrokenPipeError):
            feed(child.stdin, b"".join(b"%b:%b\n" % (tree.encode(), path) for tree, path in asked))
        lines = list(islice(self._patience.lines(child.stdout.fileno()), len(asked)))
        if len(lines) < len(asked):
            stop(child)
            self._child = None
            self._ends += 1
        for one, line in zip(asked, lines, strict=False):
            yield one, line.decode("ascii") if len(line) == self._git.id_length else ""


def _askable(one: Question) -> bool:
    """Whether the path means the same to git's syntax of names as it does in a tree."""
    _, path = one
    relative = path.startswith((b"./", b"../")) or path in {b".", b".."}
    return not relative and b"\n" not in path and len(path) <= LONGEST


class _Folders:
    """Looks for what stands at paths in trees whose every byte is verified."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._left = ALTOGETHER
        id_ = b".{%d}" % objects.raw_length
        self._entry = re.compile(rb"([1-7][0-7]{4,5}) ([^\0]+)\0(%b)" % id_, re.DOTALL)

    def found(self, questions: Iterable[Question]) -> dict[Question, str | None]:
        """What stands there, by question."""
        asked = {one: _Search(*one) for one in questions}
        searching = [one for one in asked.values() if one.names]
        while searching:
            at = self._read(one.tree for one in searching)
            searching = [one for one in searching if one.goes_on(at[one.tree])]
        return {one: search.found for one, search in asked.items()}

    def _read(self, ids: Iterable[str]) -> Mapping[str, _Folder | None]:
        """Each of `ids` with what it holds; ``None`` where that cannot be told."""
        read: dict[str, _Folder | None] = dict.fromkeys(ids)
        if self._left > 0:
            for found in self._objects.read(list(read), max_size=TREE_BYTES):
                self._left -= found.size
                if found.state is State.OK and found.kind == "tree":
                    read[found.id] = self._folder(found.body or b"")
        return read

    def _folder(self, body: bytes) -> _Folder | None:
        """The entries of a tree; ``None`` where one makes no sense, or a name is there twice."""
        entries: Sequence[tuple[bytes, bytes, bytes]] = self._entry.findall(body)
        named = {name: (mode, raw) for mode, name, raw in entries}
        length = sum(map(len, chain.from_iterable(entries))) + 2 * len(entries)
        return named if len(named) == len(entries) and length == len(body) else None


class _Search:
    """A question on its way down: the `tree` it has come to, and the `names` still to follow."""

    __slots__ = ("found", "names", "tree")

    def __init__(self, tree: str, path: bytes) -> None:
        self.tree = tree
        self.names = path.split(b"/")[::-1] if len(path) <= LONGEST else []
        self.found: str | None = None

    def goes_on(self, folder: _Folder | None) -> bool:
        """Look into the `folder` that `tree` is; whether there is another to look into."""
        if folder is None:
            return False
        mode, raw = folder.get(self.names.pop(), (b"", b""))
        if self.names and mode == FOLDER:
            self.tree = raw.hex()
            return True
        # Below a file there is nothing.
        self.found = "" if self.names else raw.hex()
        return False
