"""Refs kept in a reftable: copied into a directory of ours and listed by a git that can."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from affidavit.base.errors import GitFailedError, RefStorageError
from affidavit.sources.git.files import contents, is_folder
from affidavit.sources.git.program import Program, find_git, start, stop

if TYPE_CHECKING:
    from affidavit.sources.git.locate import Store

NEEDED = (2, 45)
"""The first git that reads reftables."""
TABLE_BYTES = 512 << 20
"""How much all tables together may hold."""

_HEAD = b"ref: refs/heads/.invalid"
_FORMAT = "--format=%(objectname)%00%(symref)%00%(refname)"


def uses_reftable(store: Store) -> bool:
    """Whether the refs of `store` are in a reftable, and its loose files only say so."""
    head = contents(store.head_file, 4_096) or b""
    return head.strip() == _HEAD and is_folder(store.common_dir / "reftable")


def reftable_refs(store: Store) -> dict[bytes, bytes]:
    """Names to values in the form of loose refs: an id, or ``ref: `` and a name; with ``HEAD``.

    Raises:
        RefStorageError: The git on this machine is too old to read them, or they are too large.
        GitFailedError: git did not understand them.
    """
    git = find_git()
    if git.version < NEEDED:
        raise RefStorageError(
            "the repository keeps its refs in a reftable, which git"
            f" {git.version[0]}.{git.version[1]} cannot read",
            hint=f"Install git {NEEDED[0]}.{NEEDED[1]} or newer.",
        )
    for object_format in ("sha1", "sha256"):
        with tempfile.TemporaryDirectory(prefix="affidavit-") as folder:
            found = _listed(git, _copied(store, Path(folder), object_format))
        if found is not None:
            return found
    raise GitFailedError("git could not list the refs of the repository's reftable")


def _copied(store: Store, ours: Path, object_format: str) -> Path:
    (ours / "objects").mkdir()
    (ours / "refs").mkdir()
    (ours / "HEAD").write_bytes(_HEAD + b"\n")
    (ours / "config").write_text(
        "[core]\n\trepositoryformatversion = 1\n\tbare = true\n"
        f"[extensions]\n\trefstorage = reftable\n\tobjectformat = {object_format}\n"
    )
    _copy_tables(store.common_dir / "reftable", ours / "reftable")
    return ours


def _copy_tables(source: Path, target: Path) -> None:
    target.mkdir()
    files = [path for path in source.iterdir() if path.is_file() and not path.is_symlink()]
    if sum(path.stat().st_size for path in files) > TABLE_BYTES:
        raise RefStorageError(f"the repository's reftable is larger than {TABLE_BYTES:,} bytes")
    for path in files:
        shutil.copyfile(path, target / path.name)


def _listed(git: Program, ours: Path) -> dict[bytes, bytes] | None:
    refs = _output(git, ours, "for-each-ref", _FORMAT)
    if refs is None:
        return None
    values = {}
    for line in refs.split(b"\n")[:-1]:
        id_, symbolic, name = line.split(b"\0", 2)
        values[name] = b"ref: " + symbolic if symbolic else id_
    head = _output(git, ours, "symbolic-ref", "-q", "HEAD")
    values[b"HEAD"] = b"ref: " + head if head else _output(git, ours, "rev-parse", "HEAD") or b""
    return values


def _output(git: Program, ours: Path, *arguments: str) -> bytes | None:
    environment = {
        "PATH": "",
        "HOME": str(ours),
        "GIT_DIR": str(ours),
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C",
    }
    child = start([git.path, *arguments], environment=environment, folder=ours)
    out, _ = child.communicate()
    return None if stop(child) else out
