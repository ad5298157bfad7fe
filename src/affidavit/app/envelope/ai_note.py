"""Writing a note of git-ai into a repository of one's own, where there is none on the commit."""

from __future__ import annotations

import os
import subprocess
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from affidavit.app.noted import GIT_AI
from affidavit.base.errors import GitFailedError, OutputError
from affidavit.base.text import shortened, visible
from affidavit.sources.git.locate import locate
from affidavit.sources.git.program import find_git

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PATIENCE = 300
"""Seconds that git may take."""
_ELSEWHERE = ("DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY", "COMMON_DIR", "NAMESPACE")
"""Variables by which a git that runs us, as for a hook, would name another repository."""
_HEAD = """\
feature done
commit {ref}
committer affidavit <affidavit@affidavit.invalid> now
data 26
Note carried to a landing
{tip}"""
_NOTE = """\
N inline {commit}
data {size}
{note}
"""


def write(repository: Path, commit: str, note: str, tip: str | None) -> None:
    """Add `note` to the notes of git-ai at `tip`, in which `commit` has none; see `write_all`."""
    write_all(repository, {commit: note}, tip)


def write_all(
    repository: Path, notes: Mapping[str, str], tip: str | None, *, ref: str = GIT_AI
) -> None:
    """Add `notes`, by commit, to the notes of `ref` at `tip`, in which these commits have none.

    All are written, or none. Nothing of the repository's hooks is run. What others added to the
    notes meanwhile stays: then nothing is written.

    Raises:
        GitFailedError: git cannot write it, or the notes are no longer at `tip`.
        OutputError: `ref` is a symbolic ref, or behind a link: what it leads to is left alone.
    """
    _own(repository, ref)
    head = _HEAD.format(ref=ref, tip=f"from {tip}\n" if tip else "")
    each = (
        _NOTE.format(commit=commit, size=len(note.encode()), note=note)
        for commit, note in notes.items()
    )
    stream = f"{head}{''.join(each)}done\n"
    arguments = ("fast-import", "--quiet", "--date-format=now", "--done")
    if _git(repository, arguments, stream.encode()).returncode:
        raise GitFailedError(
            f"git could not write the note into {ref}",
            hint="another may have changed the notes at the same time; try again",
        )


def _own(repository: Path, ref: str) -> None:
    """Refuse a ref that leads to another."""
    done = _git(repository, ("symbolic-ref", "--quiet", ref))
    if done.returncode == 0:
        to = visible(shortened(done.stdout.decode("utf-8", "replace").strip(), 200))
        raise OutputError(
            f"{ref} is a symbolic ref to {to}: nothing is written through it",
            hint=f"git symbolic-ref --delete {ref} makes room for notes of its own",
        )
    common = locate(repository).common_dir
    for place in (PurePosixPath(ref), *PurePosixPath(ref).parents[:-2]):
        if (common / place).is_symlink():
            raise OutputError(f"{place} is a link: nothing is written through it")


def _git(
    repository: Path, arguments: tuple[str, ...], given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """What git did in the repository and in no other, without its hooks."""
    others = {f"GIT_{name}" for name in _ELSEWHERE}
    usual = {name: value for name, value in os.environ.items() if name not in others}
    try:
        return subprocess.run(  # noqa: S603 -- no shell, and nothing of a user's is an argument
            [find_git().path, "-c", f"core.hooksPath={os.devnull}", *arguments],
            cwd=repository,
            env={**usual, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
            input=given,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitFailedError(f"git {arguments[0]} did not run to its end") from error
