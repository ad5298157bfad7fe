"""Histories made up at random: files edited, renamed, made binary or something else, and merged.

Each file's lines bear the mark of its birth, so that no file is like another; lines repeat within a
file, so that git has something to choose between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitobjects import START, Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from gitrepo import Repo

    Change = Callable[["Author", "Tree"], "Tree"]

NAMES = ("a", "b", "c", "d/a", "d/b", "p", "p/q", "p/r/a")
WORDS = (
    b"{",
    b"}",
    b"",
    b"  x = 1",
    b"  y = 2",
    b"    z()",
    b"return\r",
    b"\tif x:",
    b"@@ -1 +1 @@",
)
FILE, PROGRAM, SYMLINK, LINK = "100644", "100755", "120000", "160000"


class File(NamedTuple):
    """One file; `birth` tells it from all others, wherever it goes."""

    birth: int
    lines: tuple[bytes, ...]
    mode: str = FILE
    end: bytes = b"\n"
    closed: bool = True
    binary: bool = False
    marked: bool = True
    """Whether its lines bear the mark of its birth."""

    def entry(self, repo: Repo) -> Entry:
        """As it stands in a tree."""
        if self.mode == LINK:
            return Entry(LINK, f"{self.birth:040x}")
        marked = (
            [b"%d %b" % (self.birth, line) for line in self.lines]
            if self.marked
            else list(self.lines)
        )
        body = self.end.join(marked) + (self.end if self.closed and marked else b"")
        return Entry(self.mode, repo.blob((b"\0\n" if self.binary else b"") + body))


Tree = dict[str, File]


class Author:
    """Makes up histories in one repository."""

    def __init__(self, repo: Repo, rng: Random, *, marked: bool = True) -> None:
        self.repo = repo
        self.rng = rng
        self.marked = marked
        self.trees: dict[str, Tree] = {}
        self._births = 0

    # Commits.

    def commit(self, tree: Tree, *parents: str, date: int | None = None) -> str:
        """The id of a commit of that tree."""
        before = self.trees[parents[0]] if parents else {}
        changes: dict[str, Entry | None] = dict.fromkeys(before.keys() - tree.keys())
        changes.update({path: file.entry(self.repo) for path, file in tree.items()})
        id_ = self.repo.commit(files=changes, parents=parents, date=date)
        self.trees[id_] = tree
        return id_

    def straight(self, landings: int) -> str:
        """The head of a branch with so many landings; some of them are merges."""
        tip = self.commit(self.born(self.born(self.born({}))))
        for _ in range(landings):
            tree = self.changed(self.trees[tip], CHANGES)
            if self.rng.random() < 0.2:
                side = self.commit(self.changed(self.trees[tip], CHANGES), tip)
                tip = self.commit(tree, tip, side)
            else:
                tip = self.commit(tree, tip)
        return tip

    def woven(self, commits: int, changes: Sequence[Change]) -> str:
        """The last of so many commits, each on one or more of those before."""
        made = [self.commit(self.born(self.born({})))]
        for _ in range(commits):
            # Dates say nothing of the order.
            date = START + self.rng.randrange(1_000) * 3600
            count = min(self.rng.choice((0, 1, 1, 1, 2, 2, 2, 3)), len(made))
            parents = self.rng.sample(made[-5:], min(count, len(made[-5:])))
            tree = self.merged([self.trees[one] for one in parents]) if parents else self.born({})
            if len(parents) == 1:
                tree = self.changed(tree, changes)
            made.append(self.commit(tree, *parents, date=date))
        tips = [one for one in made if self.trees[one]][-3:]
        return self.commit(self.merged([self.trees[one] for one in tips]), *tips)

    # Trees.

    def changed(self, tree: Tree, changes: Sequence[Change]) -> Tree:
        """`tree` after one change of its paths and edits of some files."""
        before = set(tree)
        tree = self.rng.choice(changes)(self, tree)
        for path in sorted(before & tree.keys()):
            if self.rng.random() < 0.4:
                tree[path] = self.edited(tree[path])
        return tree

    def born(self, tree: Tree) -> Tree:
        """`tree` with a new file where there is room for one."""
        path = self.free(tree)
        self._births += 1
        lines = tuple(self.rng.choice(WORDS) for _ in range(self.rng.randrange(4, 24)))
        return (
            dict(tree)
            if path is None
            else {**tree, path: File(self._births, lines, marked=self.marked)}
        )

    def free(self, tree: Tree) -> str | None:
        """A path that is neither taken nor below or above one that is."""
        free = [name for name in NAMES if self.has_room(tree, name)]
        return self.rng.choice(free) if free else None

    def has_room(self, tree: Tree, path: str) -> bool:
        """Whether nothing in `tree` is there, above it or below it."""
        return not any(
            f"{path}/".startswith(f"{one}/") or f"{one}/".startswith(f"{path}/") for one in tree
        )

    def edited(self, file: File) -> File:
        """`file` with some lines replaced."""
        lines = list(file.lines)
        for _ in range(self.rng.choice((1, 1, 2, 3))):
            at = self.rng.randint(0, len(lines))
            gone = self.rng.choice((0, 0, 1, 1, 2, 4))
            lines[at : at + gone] = [
                self.rng.choice(WORDS) for _ in range(self.rng.choice((0, 1, 1, 2, 3)))
            ]
        return file._replace(lines=tuple(lines))

    def merged(self, trees: Sequence[Tree]) -> Tree:
        """What somebody makes of several trees, with or without what they had in common."""
        found: Tree = {}
        for birth in sorted({file.birth for tree in trees for file in tree.values()}):
            versions = [
                (path, file) for tree in trees for path, file in tree.items() if file.birth == birth
            ]
            # Mostly one of them, sometimes none or two: a rename that only one side made, say.
            kept = self.rng.choice((1, 1, 1, 1, 1, 0, 2)) if len(versions) > 1 else 1
            for path, file in self.rng.sample(versions, kept):
                if self.has_room(found, path):
                    found[path] = self.mixed(file, [one for _, one in versions])
        return found

    def mixed(self, file: File, others: Sequence[File]) -> File:
        """`file`, often with lines of other versions, sometimes with some of nobody's."""
        other = self.rng.choice(others)
        if SYMLINK in (file.mode, other.mode) or self.rng.random() < 0.4:
            return file
        cut = self.rng.randint(0, len(file.lines))
        mixed = file._replace(lines=(*file.lines[:cut], *other.lines[cut:]))
        return self.edited(mixed) if self.rng.random() < 0.3 else mixed


# What becomes of a tree's paths.


def same(_author: Author, tree: Tree) -> Tree:
    return dict(tree)


def born(author: Author, tree: Tree) -> Tree:
    return author.born(tree)


def gone(author: Author, tree: Tree) -> Tree:
    if len(tree) < 2:
        return dict(tree)
    path = author.rng.choice(sorted(tree))
    return {one: file for one, file in tree.items() if one != path}


def replaced(author: Author, tree: Tree) -> Tree:
    """One file goes, another comes, perhaps in the same place."""
    return author.born(gone(author, tree))


def renamed(author: Author, tree: Tree) -> Tree:
    """One file goes elsewhere; beside it nothing comes or goes."""
    path = author.rng.choice(sorted(tree) or [""])
    to = author.free({one: file for one, file in tree.items() if one != path})
    if not path or to is None:
        return dict(tree)
    file = tree[path] if author.rng.random() < 0.5 else author.edited(tree[path])
    return {to: file, **{one: each for one, each in tree.items() if one != path}}


def swapped(author: Author, tree: Tree) -> Tree:
    """Two files change places."""
    if len(tree) < 2:
        return dict(tree)
    one, other = author.rng.sample(sorted(tree), 2)
    return {**tree, one: tree[other], other: tree[one]}


def switched(author: Author, tree: Tree, switch: Callable[[File], File]) -> Tree:
    """One file is another than it was."""
    if not tree:
        return {}
    path = author.rng.choice(sorted(tree))
    return {**tree, path: switch(tree[path])}


def binary(author: Author, tree: Tree) -> Tree:
    return switched(author, tree, lambda file: file._replace(binary=not file.binary))


def ended(author: Author, tree: Tree) -> Tree:
    """Its lines end otherwise, or the last does not."""
    end, closed = author.rng.choice((b"\n", b"\r\n")), author.rng.random() < 0.5
    return switched(author, tree, lambda file: file._replace(end=end, closed=closed))


def moded(author: Author, tree: Tree) -> Tree:
    modes = {FILE: PROGRAM, PROGRAM: FILE}
    return switched(author, tree, lambda file: file._replace(mode=modes.get(file.mode, file.mode)))


def retyped(author: Author, tree: Tree) -> Tree:
    mode = author.rng.choice((FILE, SYMLINK, LINK))
    return switched(author, tree, lambda file: file._replace(mode=mode))


def emptied(author: Author, tree: Tree) -> Tree:
    return switched(author, tree, lambda file: file._replace(lines=()))


TEXT = (
    *(same, born, born, gone, replaced, renamed, renamed, swapped),
    *(ended, moded, emptied, retyped, retyped),
)
CHANGES = (*TEXT, binary, binary)
