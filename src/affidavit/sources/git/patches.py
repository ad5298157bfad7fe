"""What each of many landings did to which lines, from one stream of ``git diff-tree``.

The rules are fixed: blocks by git's own comparison (myers, with the indent heuristic), renames from
`SIMILAR` per cent on, looked for among at most `MOST_RENAMED` squared pairs. No attribute, setting,
text conversion or external program has a part in it.
"""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING, NamedTuple, Protocol

from affidavit.base.errors import FormatError, GitFailedError
from affidavit.provenance.blame.change import Entry, Status
from affidavit.sources.git.answer import answer
from affidavit.sources.git.program import stop
from affidavit.sources.git.silence import Patience

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.provenance.blame.change import Hunk, Hunks
    from affidavit.sources.git.private import PrivateGit

SIMILAR = 50
"""Per cent of a file that must be equal for it to be called renamed; git's own default."""
MOST_RENAMED = 1_000
"""Of both sides; beyond their product no renames with changes are looked for."""
LARGEST = 64 << 20
"""Bytes of a file from which git takes it for binary."""
SILENCE = 600
"""Seconds that git may take over one landing."""

_DIFF = (
    "--no-ext-diff", "--no-textconv", "--no-color", "--diff-algorithm=myers", "--indent-heuristic",
    "--submodule=short", "--ignore-submodules=none", "--full-index", "--no-abbrev",
    "--src-prefix=a/", "--dst-prefix=b/", "--unified=0", "--inter-hunk-context=0",
)  # fmt: skip
_SETTINGS = (
    "-c", f"core.bigFileThreshold={LARGEST}",
    # Else git holds as much of the packs as there is memory for.
    "-c", "core.packedGitLimit=96m", "-c", "core.packedGitWindowSize=16m",
    "-c", "core.deltaBaseCacheLimit=32m",
)  # fmt: skip
_TREES = (
    *_SETTINGS, "diff-tree", "--stdin", "--root", "--always", "-r", "-m", "-z", "--raw", "--patch",
    f"--find-renames={SIMILAR}%", f"-l{MOST_RENAMED}", *_DIFF,
)  # fmt: skip
_PLAIN = tuple(one for one in _TREES if not one.startswith(("--find-renames", "-l")))
_RAW = ("diff-tree", "--root", "-r", "-m", "-z", "--raw", "--no-renames", "--no-abbrev")
_BLOBS = (*_SETTINGS, "diff", "--no-renames", "--text", *_DIFF)

_RANGES = re.compile(rb"(\d{1,10})(?:,(\d{1,10}))? \+(\d{1,10})(?:,(\d{1,10}))? @@")
_FILE = b"diff --git "
_NEXT = b"\n" + _FILE
_BLOCK = b"\n@@ -"
_BINARY = b"\nBinary files "
_CUT = "git's comparison of landings ended early or makes no sense"


class Step(NamedTuple):
    """A commit and the parent that it is compared with; none for the beginning of a history."""

    commit: str
    parent: str | None


class Follower(Protocol):
    """Takes what landings did, one after the other."""

    def begin(self, landing: int, entries: Sequence[Entry]) -> None:
        """The landing of that number begins."""
        ...

    def change(self, entry: Entry, hunks: Hunks | None) -> None:
        """What became of one file; without `hunks` it is binary before or after."""
        ...


def follow(git: PrivateGit, landings: Sequence[Step], follower: Follower) -> None:
    """Tell `follower` what each of `landings` did, in their order.

    Raises:
        GitFailedError: git ended early: an object is missing or damaged, say. `follower` was told
            of the landings before that.
        FormatError: What git says makes no sense.
    """
    _follow(git, landings, follower, _TREES)


def _follow(
    git: PrivateGit, landings: Sequence[Step], follower: Follower, arguments: Sequence[str]
) -> None:
    if not landings:
        return
    lines = git.lines(
        [f"{one.commit} {one.parent}" if one.parent else one.commit for one in landings]
    )
    child = git.spawn(*arguments, stdin=lines)
    wrong: FormatError | None = None
    try:
        assert child.stdout is not None
        told = _Told(child.stdout.fileno())
        try:
            _told_all(told, landings, follower)
        except FormatError as error:
            # Of a git that has ended its status tells more than where its words break off.
            if not told.ended:
                raise
            wrong = error
    finally:
        status = _ended(child)
        lines.close()
    if status:
        raise GitFailedError(f"git diff-tree ended with status {status}") from wrong
    if wrong:
        raise wrong


class Single:
    """Takes what one step did, for files of which the entries are known."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower

    def begin(self, _landing: int, _entries: Sequence[Entry]) -> None:
        """That it begins was told before."""

    def change(self, entry: Entry, hunks: Hunks | None) -> None:
        """What became of one file."""
        self._follower.change(entry, hunks)


def entries_of(git: PrivateGit, step: Step) -> list[Entry]:
    """What a step did to which paths, without renames, without a look at the files.

    Raises:
        GitFailedError: git cannot tell.
    """
    status, said = answer(git, *_RAW, *filter(None, (step.parent, step.commit)), seconds=SILENCE)
    if status:
        raise GitFailedError(f"git diff-tree ended with status {status}")
    body = said if step.parent else said.partition(b"\0")[2]
    return list(_entries(body + b"\0")) if body else []


def between(git: PrivateGit, step: Step, paths: Sequence[bytes], follower: Follower) -> None:
    """Tell `follower` what a step did to these paths alone, renames apart.

    Raises:
        GitFailedError: git ended early.
        FormatError: What git says makes no sense.
    """
    named = [os.fsdecode(path) for path in paths]
    _follow(git, [step], Single(follower), ("--literal-pathspecs", *_PLAIN, "--", *named))


def _told_all(told: _Told, landings: Sequence[Step], follower: Follower) -> None:
    for number, landing in enumerate(landings):
        after = landings[number + 1].commit if number + 1 < len(landings) else None
        _landing(told, (number, landing.commit, after), follower)
    if told.rest():
        raise FormatError(_CUT)


def _ended(child: subprocess.Popen[bytes]) -> int:
    """The exit status of a git that has said all, or is to say no more."""
    if child.stdout is not None:
        child.stdout.close()
    try:
        return child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        return stop(child)


class _Told:
    """What git says, as far as it was read and not taken yet."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._patience = Patience(SILENCE)
        self.ended = False
        self.held = bytearray()

    def more(self) -> bool:
        """Read on; whether anything came."""
        piece = b"" if self.ended else self._patience.piece(self._descriptor)
        self.ended = not piece
        self.held += piece
        return not self.ended

    def taken(self, until: int) -> bytes:
        """The bytes up to there, which are not held any longer."""
        found = bytes(self.held[:until])
        del self.held[:until]
        return found

    def through(self, mark: bytes) -> bytes:
        """The bytes up to `mark` and with it."""
        at = 0
        while (found := self.held.find(mark, at)) < 0:
            at = max(len(self.held) - len(mark) + 1, 0)
            if not self.more():
                raise _EarlyError
        return self.taken(found + len(mark))

    def starts_with(self, mark: bytes) -> bool:
        """Whether that is what comes."""
        while len(self.held) < len(mark) and self.more():
            pass
        return self.held.startswith(mark)

    def rest(self) -> bool:
        """Whether anything is left."""
        return bool(self.held) or self.more()


class _EarlyError(GitFailedError):
    """git said less than was asked for."""

    def __init__(self) -> None:
        super().__init__(
            "git could not compare all landings", hint="Fetch what is missing, as git fsck tells."
        )


def _landing(told: _Told, one: tuple[int, str, str | None], follower: Follower) -> None:
    number, commit, after = one
    header = commit.encode("ascii") + b"\0"
    if told.through(b"\0") != header:
        raise FormatError(_CUT)
    if not told.starts_with(b":"):
        follower.begin(number, ())
        return
    entries = list(_entries(told.through(b"\0\0")))
    follower.begin(number, entries)
    waiting = _sections(entries)
    mark = f"\n{after}\0".encode("ascii") if after else None
    text = b""
    for part in _parts(told, mark):
        for text in part.split(_NEXT):
            entry, shown = next(waiting, (None, False))
            if entry is None:
                raise FormatError(_CUT)
            if shown:
                follower.change(entry, _hunks(text))
    if next(waiting, None) is not None or not _is_all(text):
        raise FormatError(_CUT)


def _is_all(text: bytes) -> bool:
    """Whether the last file of a landing has as many lines as its blocks say, and nothing more."""
    head, *blocks = text.split(_BLOCK)
    return b"\0" not in head and all(map(_is_full, blocks))


def _is_full(block: bytes) -> bool:
    start, end, new_start, new_end = _hunk(block)
    # The line feed before the next block was taken for the beginning of that.
    lines = block.count(b"\n") - block.count(b"\n\\ ") - block.endswith(b"\n")
    return lines == end - start + new_end - new_start


def _entries(raw: bytes) -> Iterator[Entry]:
    fields = iter(raw[:-2].split(b"\0"))
    for field in fields:
        words = field.decode("ascii", "replace").split(" ")
        path = next(fields, None)
        if len(words) != 5 or path is None:
            raise FormatError(_CUT)
        old_mode, mode, old_id, id_, status = words
        kind = Status(status[:1]) if status[:1] in _STATUSES else None
        if kind is None:
            raise FormatError(_CUT)
        new = next(fields, b"") if kind is Status.RENAMED else path
        yield Entry(kind, path, new, old_mode.lstrip(":"), mode, old_id, id_)


_STATUSES = frozenset(Status)


def _sections(entries: Sequence[Entry]) -> Iterator[tuple[Entry, bool]]:
    """For each part of the patch its entry, and whether it shows the file that there is now.

    What changed its type is shown as one file deleted and another made.
    """
    for entry in entries:
        if entry.status is Status.RETYPED:
            yield entry, False
        yield entry, True


def _parts(told: _Told, mark: bytes | None) -> Iterator[bytes]:
    """The patch of a landing, cut before files so that little is held at once."""
    at = 0
    while True:
        found = told.held.find(mark, at) if mark else -1
        if found >= 0:
            yield told.taken(found + 1)
            return
        cut = told.held.rfind(_NEXT, max(at - len(_NEXT), 0))
        if cut > 0:
            part = told.taken(cut)
            del told.held[:1]
            yield part
        at = max(len(told.held) - (len(mark) if mark else 0), 0)
        if not told.more():
            if mark is None and told.held:
                yield told.taken(len(told.held))
                return
            raise _EarlyError


def _hunks(text: bytes) -> list[Hunk] | None:
    """The blocks of one file; None where it is binary."""
    head, *blocks = text.split(_BLOCK)
    if not blocks and _BINARY in head:
        return None
    return [_hunk(block) for block in blocks]


def _hunk(block: bytes) -> Hunk:
    found = _RANGES.match(block)
    if found is None:
        raise FormatError(_CUT)
    old, old_count, new, new_count = found.groups()
    removed = 1 if old_count is None else int(old_count)
    added = 1 if new_count is None else int(new_count)
    # A block without lines names the line before it.
    start = int(old) - (removed > 0)
    new_start = int(new) - (added > 0)
    return start, start + removed, new_start, new_start + added


def compared(git: PrivateGit, old: str, new: str) -> list[Hunk]:
    """The blocks between two blobs, taken for text whatever they are; zeros are no blob.

    Raises:
        GitFailedError: git cannot read them.
        FormatError: What git says makes no sense.
    """
    if not old.strip("0"):
        return _whole(git, new)
    status, said = answer(git, *_BLOBS, old, new, seconds=SILENCE)
    if status:
        raise GitFailedError(f"git diff ended with status {status}")
    return _hunks(said) or []


def _whole(git: PrivateGit, blob: str) -> list[Hunk]:
    """All lines of a blob as one block."""
    status, body = answer(git, "cat-file", "blob", blob, seconds=SILENCE)
    if status:
        raise GitFailedError(f"git cat-file ended with status {status}")
    lines = body.count(b"\n") + (not body.endswith(b"\n") if body else 0)
    return [(0, 0, 0, lines)] if lines else []
