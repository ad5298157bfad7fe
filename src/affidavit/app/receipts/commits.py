"""Commits that receipts are about: named by a user, and found again in a repository.

Nothing of the repository is run or obeyed, and every object that counts is hashed again; see
docs/reading-git.md.
"""

from __future__ import annotations

import re
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import DamagedError, GitFailedError, NoCommitsError, UsageError
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects, State
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.program import stop
from affidavit.sources.git.refs import Refs, read_refs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 120
"""Seconds that git may take to follow a name such as ``main~1000``."""
_REVISION = re.compile(r"([^~^]{1,1024})((?:[~^][0-9]{0,9}){0,20})")
_SHORT = re.compile(r"[0-9a-f]{4,64}")
_ID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PLACES = ("", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/")
"""Where a short name is looked for, in git's order."""


class Named(NamedTuple):
    """A commit and its tree, by their ids."""

    commit: str
    tree: str


def resolved(repository: Path, revision: str) -> Named:
    """The commit that `revision` names in the repository at `repository`.

    A name of a branch, a tag or another ref, ``HEAD``, or an id that may be cut short, each with
    steps such as ``~2`` or ``^`` after it.

    Raises:
        UsageError: It names no commit.
        DamagedError: The commit there cannot be relied on.
        AffidavitError: The repository cannot be read; see docs/errors/.
    """
    with _opened(repository) as (git, refs, objects):
        commit = commit_of(git, refs, objects, revision)
        tree = objects.tree_of(commit)
    if not tree:
        raise DamagedError(f"the commit {commit} is not one with a tree that its id stands for")
    return Named(commit, tree)


class Found(NamedTuple):
    """What a repository holds of a commit: the tree it states, or none, and what became of both."""

    commit: State
    tree: str
    tree_state: State


def found_in(repository: Path, commit: str) -> Found:
    """What the repository at `repository` holds of the commit of that full id.

    Raises:
        AffidavitError: The repository cannot be read; see docs/errors/.
    """
    with _opened(repository) as (git, _, objects):
        if len(commit) != git.id_length or objects.peeled([commit]).get(commit) != commit:
            state = State.DAMAGED if commit in objects.damaged else State.MISSING
            return Found(state, "", State.MISSING)
        tree = objects.tree_of(commit)
        if not tree:
            return Found(State.DAMAGED, "", State.MISSING)
        known = next(objects.read([tree]))
        sound = known.kind == "tree" or known.state is not State.OK
        return Found(State.OK, tree, known.state if sound else State.DAMAGED)


@contextmanager
def _opened(repository: Path) -> Iterator[tuple[PrivateGit, Refs, Objects]]:
    store = locate(repository)
    refs = read_refs(store)
    with PrivateGit(store, refs) as git, Objects(git) as objects:
        yield git, refs, objects


def commit_of(git: PrivateGit, refs: Refs, objects: Objects, revision: str) -> str:
    """The commit that `revision` names in an opened repository.

    Raises:
        NoCommitsError: There is none yet.
        UsageError: It names none.
    """
    parts = _REVISION.fullmatch(spelled(revision))
    start = parts and (_of_ref(refs, parts[1]) or _of_id(git, parts[1]))
    commit = objects.peeled([start]).get(start) if start else None
    if commit and parts and parts[2]:
        commit = _asked(git, f"{commit}{parts[2]}^{{commit}}")
    if not commit and not refs.ids and refs.head[1] is None:
        raise NoCommitsError("the repository has no commit yet", hint="commit something first")
    if not commit:
        raise UsageError(f"{revision[:200]!a} names no commit of the repository")
    return commit


def spelled(revision: str) -> str:
    """`revision`, as a shell gave it, as `Refs` spells names: a byte that is no text is told."""
    return revision.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _of_ref(refs: Refs, name: str) -> str | None:
    if name in ("HEAD", "@"):
        return refs.head[1]
    return next((id_ for place in _PLACES if (id_ := refs.get(f"{place}{name}"))), None)


def _of_id(git: PrivateGit, text: str) -> str | None:
    if not _SHORT.fullmatch(text):
        return None
    return text if len(text) == git.id_length else _asked(git, f"{text}^{{commit}}")


def _asked(git: PrivateGit, expression: str) -> str | None:
    """What git, which has no ref and no configuration of the repository, makes of an id."""
    child = git.spawn("rev-parse", "--verify", "--quiet", expression, stdin=subprocess.DEVNULL)
    try:
        out, _ = child.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise GitFailedError("git does not come to the commit in time") from error
    finally:
        stop(child)
    answer = out.strip()
    return answer.decode("ascii") if _ID.fullmatch(answer) else None
