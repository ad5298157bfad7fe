"""Files as a tree of folders, cut to as many parts as a picture can show."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.package.html.words import plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.audit.lines.model import Counts

DEEPEST = 8
"""Folders within each other; what lies deeper is named by the rest of its path."""
_STEP = 1.1


class Sums(NamedTuple):
    """Lines, and how many of them are AI or undetermined, or labelled as a whole; of `files`."""

    lines: int = 0
    ai: int = 0
    undetermined: int = 0
    labelled: int = 0
    files: int = 0


class Node(NamedTuple):
    """A folder with its parts, the largest first; a file; or files that are gathered.

    `path` is the folder's of gathered files; `name` is what is written on it.
    """

    name: str
    path: str
    sums: Sums
    parts: tuple[Node, ...] = ()


def tree(files: Iterable[tuple[str, Counts]]) -> Node:
    """The folder that holds all files; those without a line are left out."""
    root = _Folder("", "")
    for path, counts in files:
        if counts.lines:
            root.put(path, counts)
    return root.node()


def cut(root: Node, most: int, smallest: float) -> Node:
    """`root` in at most `most` files and gathered ones, of at least the share `smallest` each.

    What is smaller is gathered in its folder, and so may be smaller still.
    """
    least = max(root.sums.lines * smallest, 1.0)
    while _size(root, least) > most:
        least *= _STEP
    return _cut(root, least)


class _Folder:
    """A folder that grows."""

    __slots__ = ("files", "folders", "name", "path")

    def __init__(self, name: str, path: str) -> None:
        self.name, self.path = name, path
        self.folders: dict[str, _Folder] = {}
        self.files: list[Node] = []

    def put(self, path: str, counts: Counts) -> None:
        """Put a file where its path says."""
        *above, name = path.split("/", DEEPEST)
        folder = self
        for one in above:
            within = f"{folder.path}/{one}" if folder.path else one
            folder = folder.folders.setdefault(one, _Folder(one, within))
        sums = Sums(counts.lines, counts.ai, counts.undetermined, counts.labelled, 1)
        folder.files.append(Node(name, path, sums))

    def node(self) -> Node:
        """The folder as it is now; one that holds nothing but a folder is named with it."""
        parts = [*self.files, *(one.node() for one in self.folders.values())]
        if len(parts) == 1 and not self.files and self.name:
            only = parts[0]
            return only._replace(name=f"{self.name}/{only.name}")
        parts.sort(key=lambda one: (-one.sums.lines, one.path))
        return Node(self.name, self.path, _sum(parts), tuple(parts))


def _sum(nodes: Iterable[Node]) -> Sums:
    columns = list(zip(*(one.sums for one in nodes), strict=True))
    return Sums(*map(sum, columns)) if columns else Sums()


def _size(node: Node, least: float) -> int:
    """How many parts that hold no others there are if the smaller ones are gathered."""
    if not node.parts:
        return 1
    shown = [one for one in node.parts if one.sums.lines >= least]
    return sum(_size(one, least) for one in shown) + (len(shown) < len(node.parts))


def _cut(node: Node, least: float) -> Node:
    if not node.parts:
        return node
    parts = [_cut(one, least) for one in node.parts if one.sums.lines >= least]
    rest = node.parts[len(parts) :]
    if len(rest) == 1 and not rest[0].parts:
        parts += rest
    elif rest:
        sums = _sum(rest)
        parts.append(Node(plural(sums.files, "more file"), node.path, sums))
        parts.sort(key=lambda one: -one.sums.lines)
    return node._replace(parts=tuple(parts))
