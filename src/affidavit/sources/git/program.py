"""The git program: found on the path, started in one place, its exit always looked at."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from affidavit.base.errors import GitMissingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OLDEST = (2, 30)
"""The oldest git whose behaviour was tried."""

DATA_BYTES = 768 << 20
"""How much memory one git process may take for data; mapped packs do not count.

git holds an object whole, or two. The list of four million commits takes as much.
"""

PIPE_BYTES = 1 << 20
"""What a pipe from git may hold: Linux allows so much to anybody."""

_VERSION = re.compile(rb"git version (\d{1,4})\.(\d{1,4})")
_NEEDED = f"git {OLDEST[0]}.{OLDEST[1]} or newer is needed"


@dataclass(frozen=True, slots=True)
class Program:
    """A git to run: its absolute path and its version's first two numbers."""

    path: str
    version: tuple[int, int]


def find_git() -> Program:
    """The git on PATH, whose relative entries are passed over.

    Those may lead into a repository under audit.

    Raises:
        GitMissingError: There is none, it does not run, or it is too old.
    """
    folders = [entry for entry in os.environ.get("PATH", "").split(os.pathsep) if _absolute(entry)]
    path = shutil.which("git", path=os.pathsep.join(folders)) if folders else None
    if path is None:
        raise GitMissingError("there is no git program on PATH", hint=f"Install git: {_NEEDED}.")
    return Program(path, _checked_version(path))


def _absolute(entry: str) -> bool:
    return Path(entry).is_absolute()


def _checked_version(path: str) -> tuple[int, int]:
    environment = {"PATH": os.defpath, "LC_ALL": "C"}
    try:
        with start([path, "--version"], environment=environment, folder=Path("/")) as child:
            out, _ = child.communicate()
    except OSError as error:
        raise GitMissingError("the git program on PATH does not run", hint=_NEEDED) from error
    found = _VERSION.match(out)
    if child.returncode or found is None:
        raise GitMissingError("the git program on PATH does not tell its version", hint=_NEEDED)
    version = (int(found[1]), int(found[2]))
    if version < OLDEST:
        raise GitMissingError(f"git {version[0]}.{version[1]} is too old", hint=f"{_NEEDED}.")
    return version


def start(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """A child process with just this environment, its standard output piped to us.

    Its standard error is thrown away: git writes paths of this machine into it.
    """
    child = subprocess.Popen(  # noqa: S603 - no shell; arguments are ours or checked ids
        _bounded(command),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=dict(environment),
        cwd=folder,
    )
    _widen(child.stdout)
    return child


def _widen(pipe: IO[bytes] | None) -> None:
    """Let more wait in `pipe`, where the system allows it: both sides stop a third less often."""
    size = getattr(fcntl, "F_SETPIPE_SZ", None)
    if pipe is not None and size is not None:
        with suppress(OSError):
            fcntl.fcntl(pipe.fileno(), size, PIPE_BYTES)


def _bounded(command: Sequence[str]) -> list[str]:
    """`command` with its memory bounded before it begins: a child may be the quicker of us two.

    It keeps a hostile object that unpacks to terabytes from taking the machine with it.
    """
    if sys.platform != "linux":
        return list(command)
    return ["/bin/sh", "-c", 'ulimit -d "$0"; exec "$@"', f"{DATA_BYTES >> 10}", *command]


def stop(child: subprocess.Popen[bytes]) -> int:
    """Close the pipes to `child`, end it if it still runs, and return its exit status."""
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    with suppress(OSError):
        child.kill()
    return child.wait()


def finish(child: subprocess.Popen[bytes], seconds: int) -> int:
    """The exit status of `child`, whose output is thrown away; ended after `seconds`."""
    try:
        child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        stop(child)
    return child.wait()


def feed(pipe: IO[bytes], data: bytes) -> None:
    """Write all of `data` now."""
    pipe.write(data)
    pipe.flush()
