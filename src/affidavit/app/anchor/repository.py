"""The notes of a git repository that hold copies of checkpoints, read and written by plumbing.

Objects are written by a git in a directory of ours, which knows no hook and no configuration of the
repository. Only the ref is moved in the repository itself, with its hooks switched off, and only
from where it was read: who moved it meanwhile is not written over.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.anchor.copy import MOST, REF, Copy, copy_of, united
from affidavit.base.errors import FormatError, GitFailedError, UsageError
from affidavit.sources.git.config import settings
from affidavit.sources.git.locate import locate
from affidavit.sources.git.notes import NOTE_BYTES, note_bodies, notes
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.program import find_git, start, stop
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from affidavit.sources.git.locate import Store
    from affidavit.sources.git.refs import Refs

TRIES = 16
"""How often a ref that others move is read again."""
PATIENCE = 60
"""Seconds that git may take for one step."""
_WHO = ("-c", "user.name=Affidavit", "-c", "user.email=affidavit@invalid")
_WHY = "operator-held copy of a checkpoint"


class Written(msgspec.Struct, frozen=True):
    """The commit whose note holds a line, and whether it was written there just now."""

    commit: str
    new: bool


class Copies(msgspec.Struct, frozen=True):
    """Checkpoints that were found, each note once, by size; `unread` lines and notes were not."""

    found: tuple[Copy, ...]
    unread: int


def written(place: Path, line: bytes) -> Written:
    """Add `line` to the note on the HEAD commit of the repository at `place`; twice is once.

    Raises:
        UsageError: The repository has no commit, or there is no room in the note.
        GitFailedError: git did not do it, or others moved the ref `TRIES` times meanwhile.
        AffidavitError: There is no repository, or it cannot be read.
    """
    store = locate(place)
    for _ in range(TRIES):
        refs = read_refs(store)
        head = refs.head[1]
        if head is None:
            raise UsageError("the repository has no commit that a note could be on")
        with _opened(store, refs) as (git, objects):
            before = _bodies(git, objects, head, refs.get(REF))
            body = united(before, line)
            if any(line.strip() in one.split(b"\n") for one in before):
                return Written(head, new=False)
            if len(body) > NOTE_BYTES:
                raise UsageError(f"the note on {head} is full: commit something and try again")
            tip = _committed(git, store, (head, refs.get(REF)), body)
            if _moved(store, git, tip, refs.get(REF)):
                return Written(head, new=True)
    raise GitFailedError(f"{REF} could not be moved", hint="does another program hold its lock?")


def copies(place: Path, origin: str | None) -> Copies:
    """The checkpoints of the log `origin`, or of any, in the notes of the repository at `place`.

    Raises:
        AffidavitError: There is no repository, or it cannot be read.
    """
    store = locate(place)
    refs = read_refs(store)
    tip = refs.get(REF)
    found, unread = dict[bytes, Copy](), 0
    with _opened(store, refs) as (git, objects):
        listed = notes(git, objects, tip) if tip else {}
        bodies = (body for _, body in note_bodies(objects, listed))
        for line in islice(_lines(bodies), MOST):
            try:
                one = copy_of(line)
            except FormatError:
                unread += 1
                continue
            if origin in (None, one.checkpoint.origin):
                found[one.note] = one
        unread += sum(one.gap for one in objects.limits)
    ordered = sorted(found.values(), key=lambda one: (one.checkpoint.size, one.note))
    return Copies(tuple(ordered), unread)


def _lines(bodies: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of notes, one note after the other."""
    return (line for body in bodies for line in body.split(b"\n") if line)


@contextmanager
def _opened(store: Store, refs: Refs) -> Iterator[tuple[PrivateGit, Objects]]:
    with PrivateGit(store, refs) as git, Objects(git) as objects:
        yield git, objects


def _bodies(git: PrivateGit, objects: Objects, head: str, tip: str | None) -> list[bytes]:
    """What the notes on `head` hold.

    Raises:
        GitFailedError: One cannot be read: it would be lost if another took its place.
    """
    listed = notes(git, objects, tip).get(head, ()) if tip else ()
    found = [body for _, body in note_bodies(objects, {head: listed})]
    if len(found) != len(listed) or any(one.gap for one in objects.limits):
        raise GitFailedError(f"the notes of {REF} cannot be read whole; nothing was written")
    return found


def _committed(git: PrivateGit, store: Store, at: tuple[str, str | None], body: bytes) -> str:
    """A commit on the old tip that makes `body` the note of a commit; `at` is that and the tip."""
    head, tip = at
    shared = [one.value for one in settings(store) if one.name == "core.sharedrepository"]
    options = ("-c", f"core.sharedRepository={os.fsdecode(shared[-1])}") if shared else ()

    def run(*arguments: str, stdin: bytes = b"") -> str:
        command = (*options, *_WHO, *arguments)
        return _out(git.spawn(*command, objects=store.objects), stdin)

    blob = run("hash-object", "-w", "--stdin", stdin=body)
    if tip:
        run("update-ref", REF, tip)
    run("notes", "--ref", REF, "add", "-f", "-C", blob, head)
    return run("rev-parse", "--verify", REF)


def _moved(store: Store, git: PrivateGit, tip: str, before: str | None) -> bool:
    """Whether the ref of the repository was moved from `before` to `tip`."""
    where = {"GIT_DIR": os.fspath(store.git_dir)}
    child = start(
        [
            find_git().path,
            *("-c", f"core.hooksPath={os.devnull}"),
            *_WHO,
            *("update-ref", "-m", _WHY),
            *(REF, tip, before or "0" * git.id_length),
        ],
        environment=git.environment | where,
        folder=store.git_dir,
    )
    try:
        _out(child, b"")
    except GitFailedError:
        return False
    return True


def _out(child: subprocess.Popen[bytes], stdin: bytes) -> str:
    """What a git of ours says.

    Raises:
        GitFailedError: It failed, or took longer than `PATIENCE`.
    """
    try:
        told, _ = child.communicate(stdin or None, timeout=PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise GitFailedError(f"git took longer than {PATIENCE} seconds") from error
    finally:
        status = stop(child)
    if status:
        raise GitFailedError(
            "git could not write to the repository", hint="may this account write to it?"
        )
    return told.decode("ascii", "replace").strip()
