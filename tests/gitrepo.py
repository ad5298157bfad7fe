"""Real git repositories for tests: same bytes every time, and fast.

A history of a hundred commits takes milliseconds, and nothing of the machine (name, clock,
configuration) gets into an id. What git itself must do (cloning, packing, importing a deep history)
is run with an environment of our own.

    repo = Repo(tmp_path / "repo")
    repo.commit("First")
    repo.commit("Side", author=BEN, branch="side", at="main")
    repo.merge("side", message="Merge pull request #1 from ben/side")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypedDict, Unpack

from gitobjects import (
    ALICE,
    BEN,
    GITHUB,
    START,
    STEP,
    Content,
    Entry,
    Files,
    Store,
    Time,
    Tree,
    as_bytes,
    git,
    header,
    message_bytes,
    person,
    seconds,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["ALICE", "BEN", "GITHUB", "START", "STEP", "Entry", "Repo", "git"]


class Options(TypedDict, total=False):
    """What `Repo.commit` takes, for the methods that hand it on."""

    author: Content
    committer: Content | None
    date: Time | None
    author_date: Time | None
    zone: str
    files: Files | None
    branch: str | None
    headers: bytes


class _Made(NamedTuple):
    parents: tuple[str, ...]
    tree: Tree


class Repo(Store):
    """A repository being built, one commit after the other."""

    def __init__(
        self, path: Path, *, bare: bool = False, object_format: str = "sha1", branch: str = "main"
    ) -> None:
        super().__init__(path, bare=bare, object_format=object_format, branch=branch)
        self.default_branch = branch
        self._clock = START - STEP
        self._made: dict[str, _Made] = {}
        self._notes: dict[str, dict[str, str]] = {}

    # Histories.

    def commit(
        self,
        message: Content = "Work",
        *,
        author: Content = ALICE,
        committer: Content | None = None,
        date: Time | None = None,
        author_date: Time | None = None,
        zone: str = "+0000",
        files: Files | None = None,
        parents: Iterable[str] | None = None,
        at: str | None = None,
        branch: str | None = None,
        headers: bytes = b"",
    ) -> str:
        """The id of a new commit on `branch` (default: the repository's first branch).

        `committer` and `author_date` default to the author and the commit's date; that to an hour
        after the one before. `files` changes the first parent's tree: by default one file named
        after the branch gets new content, and ``{}`` makes an empty commit. `parents` (ids or
        names) defaults to the branch's tip; `at` names where a new branch starts. `headers` are
        added as they are after the committer, each line ending in a line feed. A `message` of text
        ends in a line feed as git's do; one of bytes is taken as it is.
        """
        name = branch or self.default_branch
        above = self._tip(name, at) if parents is None else tuple(map(self.resolve, parents))
        time = self._tick(date)
        changes = {f"{name}.txt": f"{time} {len(self._made)}\n"} if files is None else files
        tree = self._changed(self._tree_of(above[0]) if above else {}, changes)
        body = (
            header("tree", self.tree(tree))
            + b"".join(header("parent", parent) for parent in above)
            + person("author", author, time if author_date is None else seconds(author_date), zone)
            + person("committer", author if committer is None else committer, time, zone)
            + headers
            + b"\n"
            + message_bytes(message)
        )
        id_ = self.raw_commit(body, branch=name)
        self._made[id_] = _Made(above, tree)
        return id_

    def raw_commit(self, body: bytes, *, branch: str | None = None) -> str:
        """The id of a commit of exactly these bytes, well-formed or not; `branch` moves to it."""
        id_ = self.object("commit", body)
        if branch:
            self.ref(f"refs/heads/{branch}", id_)
        return id_

    def deep(self, count: int, *, branch: str | None = None) -> str:
        """The last of `count` new one-parent commits, imported at once: for very long histories."""
        name = f"refs/heads/{branch or self.default_branch}"
        tip = self._target(name)
        self.git(
            "fast-import", "--quiet", "--force", stdin=b"".join(self._stream(count, name, tip))
        )
        return self.resolve(name)

    def _stream(self, count: int, name: str, tip: str | None) -> Iterator[bytes]:
        yield b"feature done\n"
        for number in range(count):
            time = self._tick()
            yield b"commit %b\nmark :%d\ncommitter %b %d +0000\ndata 5\nwork\n" % (
                name.encode(),
                number + 1,
                ALICE.encode(),
                time,
            )
            if number == 0 and tip:
                yield b"from %b\n" % tip.encode()
            yield b"M 100644 inline deep.txt\ndata <<.\n%d\n.\n\n" % number
        yield b"done\n"

    def merge(self, *others: str, message: Content = "Merge", **rest: Unpack[Options]) -> str:
        """The id of a merge of `others` (ids or names) into a branch; `rest` as for `commit`."""
        tip = self.resolve(rest.get("branch") or self.default_branch)
        parents = (tip, *map(self.resolve, others))
        rest.setdefault("files", self._brought(parents))
        return self.commit(message, parents=parents, **rest)

    def squash(self, source: str, message: Content, **rest: Unpack[Options]) -> str:
        """The id of a commit that brings what `source` changed, with one parent; GitHub commits it.

        `rest` as for `commit`.
        """
        tip = self.resolve(rest.get("branch") or self.default_branch)
        rest.setdefault("files", self._brought((tip, self.resolve(source))))
        rest.setdefault("committer", GITHUB)
        return self.commit(message, **rest)

    def note(self, ref: str, commit: str, text: Content, *, fanout: bool = False) -> str:
        """The id of the notes commit that adds `text` to `commit` under `ref`."""
        blobs = self._notes.setdefault(ref, {})
        blobs[self.resolve(commit)] = self.blob(text)
        entries = {
            (f"{id_[:2]}/{id_[2:]}" if fanout else id_).encode(): Entry("100644", blob)
            for id_, blob in blobs.items()
        }
        time = self._tick()
        tip = self._target(ref)
        parent = header("parent", tip) if tip else b""
        people = person("author", ALICE, time, "+0000") + person("committer", ALICE, time, "+0000")
        body = header("tree", self.tree(entries)) + parent + people + b"\nNotes\n"
        return self.ref(ref, self.object("commit", body))

    # Names.

    def ref(self, name: str, target: str) -> str:
        """The id that the ref called `name` (in full, as ``refs/pull/1/head``) now has."""
        id_ = self.resolve(target)
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{id_}\n")
        return id_

    def branch(self, name: str, at: str | None = None) -> str:
        """The id that the branch `name` now has: `at`, or the tip of the first branch."""
        return self.ref(f"refs/heads/{name}", at or self.default_branch)

    def tag(self, name: str, at: str | None = None, *, message: str | None = None) -> str:
        """The id that the tag `name` has: a commit's, or with `message` a tag object's."""
        target = self.resolve(at or self.default_branch)
        if message is not None:
            head = header("object", target) + header("type", "commit") + header("tag", name)
            body = (
                head
                + person("tagger", ALICE, self._tick(), "+0000")
                + b"\n"
                + message_bytes(message)
            )
            target = self.object("tag", body)
        return self.ref(f"refs/tags/{name}", target)

    def resolve(self, name: str) -> str:
        """The id that `name` stands for: an id, a full ref, a branch or a tag."""
        names = (name, f"refs/heads/{name}", f"refs/tags/{name}")
        return next((id_ for id_ in map(self._target, names) if id_), name)

    def parents(self, commit: str) -> tuple[str, ...]:
        """The parents of a commit that `commit`, `merge` or `squash` made."""
        return self._made[self.resolve(commit)].parents

    # What the above stand on.

    def _target(self, ref: str) -> str | None:
        """The id that a full ref has, loose or packed."""
        if not ref.startswith("refs/"):
            return None
        if (self.directory / ref).is_file():
            return (self.directory / ref).read_text().strip()
        packed = self.directory / "packed-refs"
        lines = packed.read_text().splitlines() if packed.is_file() else []
        return next((line.split()[0] for line in lines if line.endswith(f" {ref}")), None)

    def _tick(self, date: Time | None = None) -> int:
        self._clock = self._clock + STEP if date is None else seconds(date)
        return self._clock

    def _tip(self, branch: str, at: str | None) -> tuple[str, ...]:
        tip = self._target(f"refs/heads/{branch}") or (self.resolve(at) if at else None)
        return (tip,) if tip else ()

    def _tree_of(self, commit: str) -> Tree:
        made = self._made.get(commit)
        return made.tree if made else {}

    def _changed(self, tree: Tree, changes: Files) -> Tree:
        changed = dict(tree)
        for path, content in changes.items():
            if content is None:
                changed.pop(as_bytes(path), None)
            else:
                entry = (
                    content if isinstance(content, Entry) else Entry("100644", self.blob(content))
                )
                changed[as_bytes(path)] = entry
        return changed

    def _brought(self, parents: Sequence[str]) -> Files:
        """What the other parents changed since they left the first; theirs wins a conflict."""
        changes: dict[bytes, Entry | None] = {}
        for other in parents[1:]:
            base, theirs = self._tree_of(self._base(parents[0], other)), self._tree_of(other)
            for path in base.keys() | theirs.keys():
                if base.get(path) != theirs.get(path):
                    changes[path] = theirs.get(path)
        return changes

    def _base(self, ours: str, theirs: str) -> str:
        ancestors = set(self._above(ours))
        return next((commit for commit in self._above(theirs) if commit in ancestors), "")

    def _above(self, commit: str) -> Iterator[str]:
        """The commit and all above it that were made here, nearest first."""
        seen, waiting = {commit}, [commit]
        for each in waiting:
            yield each
            fresh = [one for one in self._parents_of(each) if one not in seen]
            seen.update(fresh)
            waiting.extend(fresh)

    def _parents_of(self, commit: str) -> tuple[str, ...]:
        made = self._made.get(commit)
        return made.parents if made else ()
