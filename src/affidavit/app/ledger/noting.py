"""Fact bundles in git notes: `refs/notes/affidavit`, one signed statement a line.

The notes of a commit are a set of lines that only grows. Two repositories are brought together by
the union of their sets, so no line of either is lost, and none is written over.
"""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

from affidavit.base.errors import GitFailedError, UnreadableError
from affidavit.sources.git.locate import locate
from affidavit.sources.git.notes import note_bodies, notes
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.program import find_git
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

REF = "refs/notes/affidavit"
MOST_TRIES = 50
"""How often a push, or a change of the ref, is tried against others who are quicker."""
PATIENCE = 300
"""Seconds that one git may take."""
_ELSEWHERE = ("DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY", "COMMON_DIR", "NAMESPACE")
"""Variables by which a git that runs us, as for a hook, would name another repository."""
_WHO = "affidavit"
_ADDRESS = "affidavit@affidavit.invalid"
_ENTRY = re.compile(rb"100644 blob ([0-9a-f]{40,64})\t([0-9a-f/]{40,128})")
_REMOTE = re.compile(r"[A-Za-z0-9/.][^\x00-\x20]{0,1023}")


def noted_lines(repository: Path) -> dict[str, list[bytes]]:
    """The lines of the notes in the repository at `repository`, by the commit that they are on.

    Nothing of the repository is run or obeyed. Empty where it has no such notes.

    Raises:
        UnreadableError: Some of the notes cannot be read.
        AffidavitError: It is no repository, or cannot be read; see docs/errors/.
    """
    store = locate(repository)
    refs = read_refs(store)
    tip = refs.get(REF)
    if tip is None:
        return {}
    with PrivateGit(store, refs) as git, Objects(git) as objects:
        bodies = list(note_bodies(objects, notes(git, objects, tip)))
        if objects.limits:
            raise UnreadableError(f"{REF} cannot be read whole: {objects.limits[0].text}")
    found = dict[str, list[bytes]]()
    for commit, body in sorted(bodies):
        found.setdefault(commit, []).extend(_lines(body))
    return found


def _lines(body: bytes) -> list[bytes]:
    return [line for line in body.split(b"\n") if line]


def united(*bodies: bytes) -> bytes:
    """All lines of `bodies`, each once, sorted, each with its line feed."""
    lines = {line for body in bodies for line in _lines(body)}
    return b"".join(line + b"\n" for line in sorted(lines))


class Shared:
    """The notes of a repository of one's own, to be written and shared.

    git runs with the settings of the repository, which say where its remotes are and how they are
    reached, but without its hooks: this is for one's own repository alone.
    """

    def __init__(self, repository: Path) -> None:
        self._program = find_git().path
        self._repository = repository

    def add(self, lines: Mapping[str, Sequence[bytes]]) -> None:
        """Add `lines` (without line feeds) to the notes of the commits of those full ids.

        Raises:
            GitFailedError: git cannot write them.
        """
        given = {commit: united(*each) for commit, each in lines.items()}
        for _ in range(MOST_TRIES):
            tip = self._tip()
            tree = self._tree([tip] if tip else [], given)
            if self._commit(tree, [tip] if tip else [], tip):
                return
        raise GitFailedError(f"{REF} is changed by others all the time")

    def share(self, remote: str) -> None:
        """Bring the notes here and at `remote` together: afterwards both have all lines of both.

        Raises:
            GitFailedError: The remote cannot be reached, or takes no push, or others are always
                quicker; no line of anybody is lost.
        """
        if not _REMOTE.fullmatch(remote):
            raise GitFailedError(f"{remote[:80]!a} names no remote")
        for _ in range(MOST_TRIES):
            theirs, ours = self._fetched(remote), self._tip()
            if ours is None and theirs is None:
                return
            if theirs and theirs != ours and not self._unite(ours, theirs):
                continue
            # Without force: git refuses what would lose a line that came meanwhile.
            if self._run("push", "--quiet", remote, f"{REF}:{REF}") is not None:
                return
        raise GitFailedError(f"{REF} could not be pushed to {remote[:80]!a}")

    def _unite(self, ours: str | None, theirs: str) -> bool:
        """Let the ref have all lines of both; whether it still was at `ours`."""
        tips = [one for one in (ours, theirs) if one]
        tree = self._tree(tips, {})
        if ours and tree == self._tree_at(ours) and self._is_before(theirs, ours):
            return True
        if tree == self._tree_at(theirs) and (ours is None or self._is_before(ours, theirs)):
            return self._move(ours, theirs)
        return self._commit(tree, tips, ours)

    def _commit(self, tree: str, parents: Sequence[str], old: str | None) -> bool:
        above = [word for one in parents for word in ("-p", one)]
        return self._move(old, self._need("commit-tree", *above, "-m", "Facts", tree).decode())

    def _move(self, old: str | None, new: str) -> bool:
        """Let the ref be at `new`; whether it still was at `old`."""
        return self._run("update-ref", REF, new, old or "0" * len(new)) is not None

    def _is_before(self, one: str, other: str) -> bool:
        return self._run("merge-base", "--is-ancestor", one, other) is not None

    def _tree_at(self, tip: str) -> str:
        return self._need("rev-parse", f"{tip}^{{tree}}").decode()

    def _tree(self, tips: Sequence[str], given: Mapping[str, bytes]) -> str:
        """A tree of notes with the lines of all `tips`, and those `given` by commit."""
        blobs: dict[str, set[str]] = {commit: set() for commit in given}
        for tip in tips:
            for commit, blob in self._listed(tip):
                blobs.setdefault(commit, set()).add(blob)
        listing = "".join(
            f"100644 blob {self._blob(each, given.get(commit, b''))}\t{commit}\n"
            for commit, each in sorted(blobs.items())
        )
        return self._need("mktree", stdin=listing.encode()).decode()

    def _blob(self, blobs: set[str], more: bytes) -> str:
        """The one blob with the lines of `blobs` and `more`."""
        if len(blobs) == 1 and not more:
            return next(iter(blobs))
        bodies = [self._need("cat-file", "blob", one) for one in blobs]
        body = united(*bodies, more)
        return self._need("hash-object", "-w", "--stdin", stdin=body).decode()

    def _listed(self, tip: str) -> Iterator[tuple[str, str]]:
        """The notes at `tip`: commit and blob. One commit may have several, in other folders."""
        for entry in self._need("ls-tree", "-r", "-z", tip).split(b"\0"):
            named = _ENTRY.fullmatch(entry)
            if named:
                yield named[2].replace(b"/", b"").decode(), named[1].decode()
            elif entry:
                raise GitFailedError(f"{REF} holds something that is no note; it is left alone")

    def _tip(self) -> str | None:
        found = self._run("rev-parse", "--verify", "--quiet", f"{REF}^{{commit}}")
        return found.decode() if found else None

    def _fetched(self, remote: str) -> str | None:
        """The remote's tip, its objects fetched; none where it has no such notes."""
        listed = self._need("ls-remote", remote, REF)
        if not listed:
            return None
        self._need("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", remote, REF)
        return listed.split(b"\t")[0].decode()

    def _need(self, *arguments: str, stdin: bytes = b"") -> bytes:
        out = self._run(*arguments, stdin=stdin)
        if out is None:
            raise GitFailedError(f"git {arguments[0]} failed in the repository of the notes")
        return out

    def _run(self, *arguments: str, stdin: bytes = b"") -> bytes | None:
        """What git prints, without the last line feed; None where it fails."""
        command = [self._program, "-c", f"core.hooksPath={os.devnull}", *arguments]
        others = {f"GIT_{name}" for name in _ELSEWHERE}
        usual = {name: value for name, value in os.environ.items() if name not in others}
        who = {
            f"GIT_{role}_{part}": value
            for role in ("AUTHOR", "COMMITTER")
            for part, value in (("NAME", _WHO), ("EMAIL", _ADDRESS))
        }
        try:
            done = subprocess.run(  # noqa: S603 -- no shell; a remote is no option
                command,
                cwd=self._repository,
                env={**usual, **who, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
                input=stdin,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise GitFailedError(f"git {arguments[0]} did not run to its end") from error
        return None if done.returncode else done.stdout.removesuffix(b"\n")
