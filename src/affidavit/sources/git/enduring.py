"""Landings followed past what is missing: a file that cannot be read costs itself alone.

git ends where it meets a missing blob. What it said of that landing is put aside, the landing is
compared once more without the files that are not there, and it is gone on with the next one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.errors import GitFailedError
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.patches import between, entries_of, follow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.provenance.blame.change import Entry, Hunks
    from affidavit.sources.git.patches import Follower, Step
    from affidavit.sources.git.private import PrivateGit

MOST = 500
"""Landings with missing files that are borne with: a clone without files has nothing else."""
TOGETHER = 200
"""Paths that are compared together."""


def endured(git: PrivateGit, steps: Sequence[Step], follower: Follower) -> list[int]:
    """Tell `follower` what each of `steps` did; the numbers of those with files that are missing.

    Such a file is told of as one without lines, and renames with changes are not looked for beside
    it.

    Raises:
        GitFailedError: git ends for another reason, or too often. `follower` was told of all steps
            before that one.
        FormatError: What git says makes no sense.
    """
    broken: list[int] = []
    at = 0
    while at < len(steps):
        held = _Held(follower, at)
        try:
            follow(git, steps[at:], held)
        except GitFailedError as error:
            at = held.at
            if len(broken) == MOST:
                raise
            if _again(git, steps[at], _Held(follower, at), error):
                broken.append(at)
            at += 1
        else:
            held.flush()
            return broken
    return broken


def _again(git: PrivateGit, step: Step, held: _Held, error: GitFailedError) -> bool:
    """Follow one step alone; whether files of it are missing."""
    try:
        follow(git, [step], held)
    except GitFailedError:
        _piecewise(git, step, held, error)
        held.flush()
        return True
    held.flush()
    return False


def _piecewise(git: PrivateGit, step: Step, held: _Held, error: GitFailedError) -> None:
    """Follow one step without the files that are missing."""
    entries = entries_of(git, step)
    ids = {id_ for one in entries for id_ in (one.old_id, one.id) if id_.strip("0")}
    with Objects(git) as objects:
        missing = ids - objects.have(ids)
    if not missing:
        raise error
    apart = _apart([one.path for one in entries])
    sound = [
        one.path
        for one in entries
        if one.path in apart and missing.isdisjoint((one.old_id, one.id))
    ]
    held.drop()
    held.begin(0, entries)
    asked = set(sound)
    for one in entries:
        if one.path not in asked:
            held.change(one, None)
    for start in range(0, len(sound), TOGETHER):
        between(git, step, sound[start : start + TOGETHER], held)


def _apart(paths: Sequence[bytes]) -> set[bytes]:
    """Those that neither are a folder of another nor lie in one: git takes a path for both."""
    known = set(paths)
    folders = {path: [path[:at] for at, one in enumerate(path) if one == _SLASH] for path in paths}
    above = {each for some in folders.values() for each in some}
    return {path for path in paths if path not in above and known.isdisjoint(folders[path])}


_SLASH = ord("/")


class _Held:
    """Holds what is told of one step until the next one begins: only then was all of it told."""

    def __init__(self, follower: Follower, first: int) -> None:
        self._follower = follower
        self._first = first
        self._entries: Sequence[Entry] | None = None
        self._changes: list[tuple[Entry, Hunks | None]] = []
        self.at = first
        """The step that was not told of whole."""

    def begin(self, landing: int, entries: Sequence[Entry]) -> None:
        """Another step begins."""
        self.flush()
        self.at = self._first + landing
        self._entries = entries

    def change(self, entry: Entry, hunks: Hunks | None) -> None:
        """What became of one file."""
        self._changes.append((entry, hunks))

    def flush(self) -> None:
        """Tell of the step that is held."""
        if self._entries is None:
            return
        self._follower.begin(self.at, self._entries)
        for entry, hunks in self._changes:
            self._follower.change(entry, hunks)
        self.drop()
        self.at += 1

    def drop(self) -> None:
        """Forget what is held."""
        self._entries, self._changes = None, []
