"""A ledger as a directory of plain files, in the layout of C2SP tlog-tiles.

Others' programs read the checkpoint, tiles and entries; `checkpoints`, `vkey`, `blobs`,
`anchors` and `ledger.json` are ours. The format is docs/formats/export.md.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from affidavit.app.anchor.files import anchor_files
from affidavit.base.errors import DamagedError, OutputError, UsageError
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.note import LARGEST_NOTE, parse_note
from affidavit.ledger.tile import WIDTH, bundle, bundle_layout, layout
from affidavit.store.rows import tiles_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

    from affidavit.app.ledger.view import View
    from affidavit.app.reading import Progress

FORMAT = "affidavit/ledger-export@1"
MARK = "ledger.json"
FILES = ("checkpoint", "checkpoints", "vkey", MARK)
FOLDERS = ("tile", "blobs", "anchors")
HALF = ".new"
"""The end of the name of a file that is not written to its end yet."""
EVERY = 64
"""Bundles after which progress is told."""


def export(view: View, folder: Path, progress: Progress) -> int:
    """Write the log of `view` to `folder`; the number of its entries.

    An older export of the same log is brought up to date: the result is the same as of a new one.

    Raises:
        UsageError: `folder` holds something else, or a link in the place of a part of an export.
        DamagedError: `folder` holds entries that the ledger does not have, or has otherwise.
        OutputError: It cannot be written.
    """
    try:
        _check_folder(view, folder)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / MARK).exists():
            _write(folder / MARK, _described(view))
        _write_tree(view, folder, progress)
        for digest in view.rows.blob_digests():
            found = view.rows.blob(digest)
            if found is not None:
                _write_new(folder / "blobs" / digest.hex(), found[1])
        for path, data in anchor_files(view):
            _write_new(folder / path, data)
        _write(folder / "vkey", f"{view.rows.meta('vkey')}\n".encode())
        _write_checkpoints(view, folder)
        # After all that it speaks of: until it is there, what was written is not yet this log.
        _write(folder / "checkpoint", view.checkpoint())
        _write(folder / MARK, _described(view))
        _clear(view.size, folder)
    except OSError as error:
        raise OutputError(f"{error.filename or folder}: {error.strerror}") from error
    return view.size


def _check_folder(view: View, folder: Path) -> None:
    # An export that was killed at its first file has left half of that and nothing else.
    if not folder.exists() or (
        folder.is_dir() and {path.name for path in folder.iterdir()} <= {f"{MARK}{HALF}"}
    ):
        return
    _check_plain(folder)
    try:
        with (folder / MARK).open("rb") as file:
            found = json.loads(file.read(1 << 16))
    except (OSError, ValueError, RecursionError):
        found = {}
    if not isinstance(found, dict) or found.get("origin") != view.origin:
        raise UsageError(
            f"{folder} holds something else", hint="name a new directory, or an export of this log"
        )
    _check_earlier(view, folder / "checkpoint")


def _check_plain(folder: Path) -> None:
    """Refuse links in the place of a part: what is written there would be written elsewhere."""
    if not folder.is_dir():
        return
    tops = {*FILES, *FOLDERS, *(f"{name}{HALF}" for name in FILES)}
    with os.scandir(folder) as found:
        waiting = [entry for entry in found if entry.name in tops]
    while waiting:
        entry = waiting.pop()
        if entry.is_dir(follow_symlinks=False):
            with os.scandir(entry) as found:
                waiting += found
        elif not entry.is_file(follow_symlinks=False):
            raise UsageError(
                f"{entry.path} is a link or no plain file, and nothing is written through it",
                hint="find out who put it there, or name a new directory",
            )


def _check_earlier(view: View, path: Path) -> None:
    """Refuse to write over the export of a history that this one does not go on from."""
    try:
        with path.open("rb") as file:
            note = parse_note(file.read(LARGEST_NOTE + 1), place=str(path))
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror}") from error
    earlier = parse_checkpoint(note, str(path))
    if earlier.size > view.size or earlier.root != view.root(earlier.size):
        raise DamagedError(
            f"{path} is of {earlier.size:,} entries that this ledger does not have",
            hint="keep that export: it shows that entries were changed; name a new directory",
        )


def _clear(size: int, folder: Path) -> None:
    """Remove partial tiles of smaller trees, and what an export that was killed left half done."""
    parts = {str(one) for one in (*layout(size), *bundle_layout(size)) if one.width < WIDTH}
    halves = [path for name in FOLDERS for path in folder.glob(f"{name}/**/*{HALF}")]
    for path in [*folder.glob("tile/**/*.p/*"), *halves]:
        if path.relative_to(folder).as_posix() not in parts:
            path.unlink()
    for path in folder.glob("tile/**/*.p"):
        if not any(path.iterdir()):
            path.rmdir()


def _described(view: View) -> bytes:
    described = {"format": FORMAT, "origin": view.origin, "size": view.size}
    return json.dumps(described, indent=2).encode() + b"\n"


def _write_tree(view: View, folder: Path, progress: Progress) -> None:
    for done, (path, data) in enumerate(_bundles(view)):
        if done % EVERY == 0:
            progress.step("exporting entries", done * WIDTH, view.size)
        _write_new(folder / path, data)
    for path, data in _tiles(view):
        _write_new(folder / path, data)


def _bundles(view: View) -> Iterator[tuple[str, bytes]]:
    for one in bundle_layout(view.size):
        first = one.number * WIDTH
        yield str(one), bundle(list(view.rows.entries(first, first + one.width)))


def _tiles(view: View) -> Iterator[tuple[str, bytes]]:
    source = tiles_at(view.rows, view.size)
    for one in layout(view.size):
        hashes = source(one.level or 0, one.number)
        if hashes is None:
            raise DamagedError(f"{one} is missing")
        yield str(one), hashes


def _write_checkpoints(view: View, folder: Path) -> None:
    with _replacing(folder / "checkpoints") as file:
        for size, note in view.rows.checkpoints():
            whole = note + "".join(view.rows.cosignatures(size)).encode()
            file.write(b"length %d\n" % len(whole) + whole)


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that never changes, unless an earlier export wrote it whole."""
    try:
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return
    except OSError:
        path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, data)


def _write(path: Path, data: bytes) -> None:
    with _replacing(path) as file:
        file.write(data)


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A new file to write, which no link leads elsewhere; it takes the name `path` when it ends."""
    made = path.with_name(f"{path.name}{HALF}")
    made.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(made, flags, 0o666), "wb") as file:
        yield file
    made.replace(path)
