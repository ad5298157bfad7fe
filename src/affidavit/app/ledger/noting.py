"""Fact bundles in git notes: `refs/notes/affidavit`, one signed statement a line.

The notes of a commit are a set of lines that only grows. Two repositories are brought together by
the union of their sets, so no line of either is lost, and none is written over. A note in another
form, which somebody else wrote, stays byte for byte: lines are added after it.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.clock import chance
from affidavit.base.errors import GitFailedError, UnreadableError
from affidavit.base.text import decode, shortened
from affidavit.sources.git.locate import locate
from affidavit.sources.git.notes import NOTE_BYTES, note_bodies, notes
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.program import find_git
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

REF = "refs/notes/affidavit"
MOST_TRIES = 50
"""How often a push, or a change of the ref, is tried against others who are quicker."""
PATIENCE = 300
"""Seconds that one git may take."""
MOST_REFUSED = 5
"""Pushes that may fail although nobody else's came: another may be under way."""
PAUSE = 0.2
"""Seconds that who lost a race waits at most before the next try, twice as long after it."""
LONGEST_PAUSE = 5.0
MOST_LINES = 1_000_000
"""Lines of all notes that are read."""
LARGEST_NOTES = 256 << 20
"""Bytes of all notes that are read."""
_ELSEWHERE = ("DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY", "COMMON_DIR", "NAMESPACE")
"""Variables by which a git that runs us, as for a hook, would name another repository."""
_ONLY = ("--quiet", "--no-follow-tags", "--recurse-submodules=no")
"""What a push sends is the ref that it names, whatever the repository's settings add."""
_TELLING = ("!", "fatal:", "error:", "")
"""How lines of git's words begin, those that tell most before the others."""
LONGEST_TOLD = 200
"""Characters of git's words that are repeated."""
_WHO = "affidavit"
_ADDRESS = "affidavit@affidavit.invalid"
_ENTRY = re.compile(rb"100644 blob ([0-9a-f]{40,64})\t([0-9a-f/]{40,128})")
_REMOTE = re.compile(r"[A-Za-z0-9/.][^\x00-\x20]{0,1023}")


class Readable(NamedTuple):
    """What of the notes can be read, where not all can be.

    `lines` are by the commit that they are on, `unread` why some note on a commit cannot be read,
    and `lost` why there may be notes on any commit that are not among them.
    """

    lines: dict[str, list[bytes]]
    unread: dict[str, str]
    lost: tuple[str, ...]


def noted_lines(repository: Path, commit: str | None = None) -> dict[str, list[bytes]]:
    """The lines of the notes in the repository at `repository`, by the commit that they are on.

    Those on `commit` alone, where its full id is given. Nothing of the repository is run or obeyed.
    Empty where it has no such notes.

    Raises:
        UnreadableError: Some of the notes cannot be read, or there are too many.
        AffidavitError: It is no repository, or cannot be read; see docs/errors/.
    """
    store = locate(repository)
    refs = read_refs(store)
    tip = refs.get(REF)
    if tip is None:
        return {}
    with PrivateGit(store, refs) as git:
        return lines_in(git, tip, commit)


def lines_in(git: PrivateGit, tip: str, commit: str | None = None) -> dict[str, list[bytes]]:
    """The same of an opened repository whose notes are at `tip`.

    Raises:
        UnreadableError: Some of the notes cannot be read, or there are too many.
    """
    with Objects(git) as objects:
        listed = notes(git, objects, tip)
        if commit is not None:
            listed = {commit: listed.get(commit, ())}
        bodies = list(_bounded(note_bodies(objects, listed)))
        if objects.limits:
            raise UnreadableError(f"{REF} cannot be read whole: {objects.limits[0].text}")
    found = dict[str, list[bytes]]()
    for on, body in sorted(bodies):
        found.setdefault(on, []).extend(_lines(body))
    return found


def readable_lines(repository: Path) -> Readable:
    """What `noted_lines` gives as far as it can be read: who pushes one note stops no reader.

    Raises:
        AffidavitError: It is no repository, or cannot be read; see docs/errors/.
    """
    store = locate(repository)
    refs = read_refs(store)
    tip = refs.get(REF)
    if tip is None:
        return Readable({}, {}, ())
    with PrivateGit(store, refs) as git, Objects(git) as objects:
        listed = notes(git, objects, tip)
        lost = [f"{REF} cannot be read whole: {one.text}" for one in objects.limits[:1]]
        bodies = dict[str, list[bytes]]()
        try:
            for commit, body in _bounded(note_bodies(objects, listed)):
                bodies.setdefault(commit, []).append(body)
        except UnreadableError as error:
            lost.append(error.message)
    short = [on for on, blobs in listed.items() if len(bodies.get(on, ())) < len(blobs)]
    unread = {} if lost else {one: f"a note on {one} in {REF} cannot be read" for one in short}
    lines = {on: [each for one in bodies[on] for each in _lines(one)] for on in sorted(bodies)}
    return Readable(lines, unread, tuple(lost))


def _bounded(bodies: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    size = lines = 0
    for commit, body in bodies:
        size, lines = size + len(body), lines + body.count(b"\n") + 1
        if size > LARGEST_NOTES or lines > MOST_LINES:
            raise UnreadableError(
                f"{REF} has more than {MOST_LINES:,} lines or {LARGEST_NOTES:,} bytes"
            )
        yield commit, body


def _lines(body: bytes) -> list[bytes]:
    return [line for line in body.split(b"\n") if line]


def united(*bodies: bytes) -> bytes:
    """All lines of `bodies`: each once, sorted, each with its line feed.

    What is in another form stays as it is, and lines that it has not come after it. Of several such
    bodies one that has all lines is taken, else the first by its bytes: so whoever brings the same
    notes together makes the same of them, and comes to an end.
    """
    lines = {line for body in bodies for line in _lines(body)}
    others = sorted(body for body in bodies if body != _sorted(_lines(body)))
    if not others:
        return _sorted(lines)
    front = next((body for body in others if lines.issubset(_lines(body))), others[0])
    missing = _sorted(lines.difference(_lines(front)))
    if not missing or front.endswith(b"\n"):
        return front + missing
    return front + b"\n" + missing


def _sorted(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in sorted(set(lines)))


def check_remote(remote: str) -> None:
    """Refuse what cannot be a remote's name or address, such as an option of git.

    Raises:
        GitFailedError: It cannot be.
    """
    if not _REMOTE.fullmatch(remote):
        raise GitFailedError(f"{remote[:80]!a} names no remote")


class Shared:
    """The notes of a repository of one's own, to be written and shared.

    git runs with the settings of the repository, which say where its remotes are and how they are
    reached, but without its hooks: this is for one's own repository alone.
    """

    def __init__(self, repository: Path) -> None:
        self._program = find_git().path
        self._repository = repository
        self._told = ""

    def add(self, lines: Mapping[str, Sequence[bytes]]) -> None:
        """Add `lines` (without line feeds) to the notes of the commits of those full ids.

        Raises:
            GitFailedError: git cannot write them.
        """
        given = {commit: _sorted(each) for commit, each in lines.items() if each}
        if not given:
            return
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
        check_remote(remote)
        pause, refused, told = PAUSE, list[str | None](), ""
        for _ in range(MOST_TRIES):
            theirs, ours = self._fetched(remote), self._tip()
            if ours is None and theirs is None:
                return
            if theirs and theirs != ours and not self._unite(ours, theirs):
                continue
            # Without force: git refuses what would lose a line that came meanwhile.
            if self._run("push", *_ONLY, remote, f"{REF}:{REF}") is not None:
                return
            refused, told = [*refused, theirs], self._told
            if refused[-MOST_REFUSED:] == [theirs] * MOST_REFUSED:
                # Nobody was quicker: the remote does not want it.
                break
            time.sleep(pause * int.from_bytes(chance(1)) / 255)
            pause = min(2 * pause, LONGEST_PAUSE)
        raise GitFailedError(
            f"{REF} could not be pushed to {remote[:80]!a}{told}",
            hint="the facts are in the notes of this repository; push again later",
        )

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
        return self._move(old, self._id("commit-tree", *above, "-m", "Facts", tree))

    def _move(self, old: str | None, new: str) -> bool:
        """Let the ref be at `new`; whether it still was at `old`."""
        return self._run("update-ref", REF, new, old or "0" * len(new)) is not None

    def _is_before(self, one: str, other: str) -> bool:
        return self._run("merge-base", "--is-ancestor", one, other) is not None

    def _tree_at(self, tip: str) -> str:
        return self._id("rev-parse", f"{tip}^{{tree}}")

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
        return self._id("mktree", stdin=listing.encode())

    def _blob(self, blobs: set[str], more: bytes) -> str:
        """The one blob with the lines of `blobs` and `more`."""
        if len(blobs) == 1 and not more:
            return next(iter(blobs))
        for one in blobs:
            self._check_size(int(self._need("cat-file", "-s", one)))
        bodies = [self._need("cat-file", "blob", one) for one in sorted(blobs)]
        body = united(*bodies, *([more] if more else []))
        self._check_size(len(body))
        return self._id("hash-object", "-w", "--stdin", stdin=body)

    def _check_size(self, size: int) -> None:
        if size > NOTE_BYTES:
            raise GitFailedError(
                f"a note in {REF} has {size:,} bytes; one of more than {NOTE_BYTES:,} is not read",
                hint="put the facts on another commit, or into a file",
            )

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
        return found.decode().strip() if found else None

    def _fetched(self, remote: str) -> str | None:
        """The remote's tip, its objects fetched; none where it has no such notes."""
        listed = self._need("ls-remote", remote, REF)
        if not listed:
            return None
        self._need("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", remote, REF)
        return listed.split(b"\t")[0].decode()

    def _id(self, *arguments: str, stdin: bytes = b"") -> str:
        return self._need(*arguments, stdin=stdin).decode().strip()

    def _need(self, *arguments: str, stdin: bytes = b"") -> bytes:
        out = self._run(*arguments, stdin=stdin)
        if out is None:
            raise GitFailedError(
                f"git {arguments[0]} failed in the repository of the notes{self._told}"
            )
        return out

    def _run(self, *arguments: str, stdin: bytes = b"") -> bytes | None:
        """What git prints; None where it fails, and `_told` says why."""
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
        if done.returncode:
            self._told = _told(done.stderr[-4_096:])
            return None
        return done.stdout


def _told(said: bytes) -> str:
    """The line of git's words that tells most, after a colon; empty where it said nothing."""
    lines = [line for one in decode(said).splitlines() if (line := one.strip())]
    for begins in _TELLING:
        if found := next((line for line in lines if line.startswith(begins)), None):
            return f": {shortened(found, LONGEST_TOLD)}"
    return ""
