"""A bare git repository, written without running git: thousands of commits take seconds."""

from __future__ import annotations

import hashlib
import re
import subprocess
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping
    from pathlib import Path

Files = dict[str, tuple[str, str]]
"""Path to mode and blob: everything in one tree."""

KEPT = 1000
"""So many commits' lists of files are kept in memory."""

_PERSON = re.compile(r"(.*?) ?<([^>]*)> (\d+) [+-]\d{4}")
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----\n \n aXQgaXMgYSB0ZXN0\n -----END PGP SIGNATURE-----"


class Who(NamedTuple):
    """Who made a commit, with what address, when (seconds since 1970)."""

    name: str
    email: str
    at: int

    def line(self) -> str:
        """As it stands in a commit."""
        return f"{self.name} <{self.email}> {self.at} +0000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit. `signed` says that it carries a signature, not that it is a good one."""

    oid: str = ""
    tree: str
    parents: tuple[str, ...]
    author: Who
    committer: Who
    message: str
    signed: bool = False

    def body(self) -> bytes:
        """The bytes of the object."""
        lines = [f"tree {self.tree}", *(f"parent {each}" for each in self.parents)]
        lines += [f"author {self.author.line()}", f"committer {self.committer.line()}"]
        if self.signed:
            lines.append(f"gpgsig {_SIGNATURE}")
        return "\n".join([*lines, "", self.message.rstrip("\n"), ""]).encode()


def _who(line: str) -> Who:
    name, email, at = re.fullmatch(_PERSON, line).groups()  # type: ignore[union-attr]  # git's form
    return Who(name, email, int(at))


def parsed(oid: str, body: str) -> Commit:
    """The commit that an object's bytes say."""
    head, _, message = body.partition("\n\n")
    fields = [line.partition(" ")[::2] for line in head.splitlines() if line[:1] != " "]
    first = dict(reversed(fields))
    return Commit(
        oid=oid,
        tree=first["tree"],
        parents=tuple(value for key, value in fields if key == "parent"),
        author=_who(first["author"]),
        committer=_who(first["committer"]),
        message=message.rstrip("\n"),
        signed="gpgsig" in first,
    )


class Bare:
    """The objects and refs of one repository at `path`, which is made if it is not there.

    What other programs push into it is found as well: what is not known here is asked of git.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._commits: dict[str, Commit] = {}
        self._files: OrderedDict[str, Files] = OrderedDict()
        self._generations: dict[str, int] = {}
        self._trees: dict[frozenset[tuple[str, tuple[str, str]]], str] = {}
        for name in ("objects/info", "objects/pack", "refs/heads", "refs/tags", "refs/pull"):
            (path / name).mkdir(parents=True, exist_ok=True)
        (path / "config").write_text(
            "[core]\n\trepositoryformatversion = 0\n\tbare = true\n[uploadpack]\n"
            "\tallowFilter = true\n\tallowAnySHA1InWant = true\n"
        )
        (path / "HEAD").write_text("ref: refs/heads/main\n")

    # Objects.

    def blob(self, content: str | bytes) -> str:
        """The id of a file's content."""
        data = content.encode() if isinstance(content, str) else content
        return self._object("blob", data)

    def content(self, blob: str) -> bytes:
        """What a file holds."""
        return self._read("blob", blob)

    def commit(self, files: Files, draft: Commit) -> Commit:
        """The commit as drafted, with its id, of a tree that holds `files`."""
        drafted = {name: getattr(draft, name) for name in Commit.__slots__}
        made = Commit(**{**drafted, "tree": self.tree(files)})
        oid = self._object("commit", made.body())
        self._keep(oid, files)
        self._commits[oid] = Commit(**{**drafted, "tree": made.tree, "oid": oid})
        return self._commits[oid]

    def tree(self, files: Files) -> str:
        """The id of the tree that holds `files`."""
        here: list[tuple[str, str, str]] = []
        below: dict[str, Files] = {}
        for path, (mode, blob) in files.items():
            first, slash, rest = path.partition("/")
            if slash:
                below.setdefault(first, {})[rest] = (mode, blob)
            else:
                here.append((first, mode, blob))
        here += [(name, "40000", self._subtree(inner)) for name, inner in below.items()]
        # git sorts a directory as if its name ended in a slash.
        here.sort(key=lambda entry: (entry[0] + "/" * (entry[1] == "40000")).encode())
        return self._object(
            "tree",
            b"".join(b"%b %b\0%b" % (m.encode(), n.encode(), bytes.fromhex(i)) for n, m, i in here),
        )

    def _subtree(self, files: Files) -> str:
        key = frozenset(files.items())
        if key not in self._trees:
            self._trees[key] = self.tree(files)
        return self._trees[key]

    def _object(self, kind: str, body: bytes) -> str:
        data = b"%b %d\0%b" % (kind.encode(), len(body), body)
        oid = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        path = self.path / "objects" / oid[:2] / oid[2:]
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(zlib.compress(data, 1))
        return oid

    def _read(self, kind: str, oid: str) -> bytes:
        path = self.path / "objects" / oid[:2] / oid[2:]
        if not path.exists():
            return self.run("cat-file", kind, oid)
        head, _, body = zlib.decompress(path.read_bytes()).partition(b"\0")
        if not head.startswith(kind.encode()):
            raise ValueError(f"{oid} is no {kind}")
        return body

    # What is there.

    def get(self, oid: str) -> Commit:
        """The commit of this id."""
        if oid not in self._commits:
            body = self._read("commit", oid).decode("utf-8", "replace")
            self._commits[oid] = parsed(oid, body)
        return self._commits[oid]

    def has(self, oid: str) -> bool:
        """Whether there is a commit of this id."""
        try:
            return bool(self.get(oid))
        except (subprocess.CalledProcessError, ValueError):
            return False

    def files(self, oid: str) -> Files:
        """All files of a commit."""
        if oid not in self._files:
            self._keep(oid, dict(self._entries(self.get(oid).tree, "")))
        return self._files[oid]

    def _keep(self, oid: str, files: Files) -> None:
        self._files[oid] = files
        if len(self._files) > KEPT:
            self._files.popitem(last=False)

    def _entries(self, tree: str, above: str) -> Iterator[tuple[str, tuple[str, str]]]:
        body = self._read("tree", tree)
        while body:
            head, _, rest = body.partition(b"\0")
            mode, _, name = head.decode("utf-8", "surrogateescape").partition(" ")
            oid, body = rest[:20].hex(), rest[20:]
            if mode == "40000":
                yield from self._entries(oid, f"{above}{name}/")
            else:
                yield f"{above}{name}", (mode, oid)

    def changed(self, files: Files, changes: Mapping[str, str | bytes | None]) -> Files:
        """`files` with some paths given new content, or with None taken away."""
        new = {path: entry for path, entry in files.items() if path not in changes}
        put = ((path, content) for path, content in changes.items() if content is not None)
        return new | {path: ("100644", self.blob(content)) for path, content in put}

    def above(self, *tips: str, but: Container[str] = ()) -> Iterator[str]:
        """The commits reachable from `tips` and not in `but`, nearest first."""
        waiting = [tip for tip in dict.fromkeys(tips) if tip not in but]
        seen = set(waiting)
        for each in waiting:
            yield each
            fresh = [one for one in dict.fromkeys(self.get(each).parents) if one not in seen]
            fresh = [one for one in fresh if one not in but]
            seen.update(fresh)
            waiting.extend(fresh)

    def _generation(self, oid: str) -> int:
        """One more than that of any parent."""
        waiting = [oid]
        while waiting:
            each = waiting[-1]
            parents = self.get(each).parents
            unknown = [one for one in parents if one not in self._generations]
            if unknown:
                waiting.extend(unknown)
            else:
                above = (self._generations[one] for one in parents)
                self._generations[waiting.pop()] = 1 + max(above, default=0)
        return self._generations[oid]

    def has_ancestor(self, oid: str, ancestor: str) -> bool:
        """Whether `ancestor` is `oid` or above it."""
        return self.base(oid, ancestor) == ancestor

    def base(self, ours: str, theirs: str) -> str | None:
        """A nearest commit that both have: the walk goes down no further than to that."""
        sides = {ours: {0}}
        sides.setdefault(theirs, set()).add(1)
        waiting = [(-self._generation(oid), oid) for oid in sides]
        heapify(waiting)
        while waiting:
            _, oid = heappop(waiting)
            if len(sides[oid]) == 2:
                return oid
            for parent in self.get(oid).parents:
                if parent not in sides:
                    sides[parent] = set()
                    heappush(waiting, (-self._generation(parent), parent))
                sides[parent] |= sides[oid]
        return None

    def merged(self, ours: str, theirs: str) -> Files:
        """The files of both, changed since they parted; where both changed one, theirs wins."""
        base = self.base(ours, theirs)
        before = self.files(base) if base else {}
        mine, other = dict(self.files(ours)), self.files(theirs)
        for path in before.keys() | other.keys():
            if other.get(path) != before.get(path):
                if path in other:
                    mine[path] = other[path]
                else:
                    mine.pop(path, None)
        return mine

    # Refs.

    def ref(self, name: str, oid: str | None) -> None:
        """Let a full ref name this commit, or none."""
        path = self.path / name
        if oid is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{oid}\n")

    def run(self, *args: str) -> bytes:
        """What git prints when it is run on this repository."""
        command = ["git", "-c", "safe.directory=*", "--git-dir", str(self.path), *args]
        return subprocess.run(command, check=True, capture_output=True).stdout
