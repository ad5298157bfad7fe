"""The folder of a ledger, and who may write to it."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from affidavit.app.ledger.locking import locked
from affidavit.app.progress import QUIET
from affidavit.base.errors import AffidavitError, LedgerBusyError, NotALedgerError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.reading import Progress

FOLDER = ".affidavit"
WAIT = 10.0
"""Seconds that a command waits for the lock."""


class Home:
    """Where a ledger lies; nothing of it needs to exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "ledger.db"
        self.vault = folder / "vault.db"
        self.lock = folder / "lock"

    def parts(self) -> tuple[Path, ...]:
        """The folder and each file in it that a command opens."""
        return (self.folder, self.database, self.vault, self.lock)

    def is_begun(self) -> bool:
        """Whether a ledger lies there.

        Raises:
            NotALedgerError: A part of it is a symbolic link: it could lead to anybody's files.
            StoreError: The folder does not let us look.
        """
        try:
            for part in self.parts():
                _check_no_link(part)
            return _is_file(self.database)
        except OSError as error:
            raise _refused(error) from error

    def make(self) -> None:
        """Make the folder, unseen by git. A `.gitignore` that is there already stays as it is.

        Raises:
            NotALedgerError: A part of it is a symbolic link.
            StoreError: The disk does not let us.
        """
        self.is_begun()
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            inside = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                _hide(inside)
            finally:
                os.close(inside)
        except OSError as error:
            raise StoreError(f"{self.folder}: {error.strerror}") from error


def _hide(inside: int) -> None:
    """Write a `.gitignore` into the open folder `inside`, and over nothing."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        file = os.open(".gitignore", flags, 0o644, dir_fd=inside)
    except FileExistsError:
        found = os.stat(".gitignore", dir_fd=inside, follow_symlinks=False)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EEXIST, ".gitignore in it is not a plain file") from None
        return
    with os.fdopen(file, "wb") as written:
        written.write(b"*\n")


def home(given: Path | None, start: Path) -> Home:
    """The ledger at `given`, or the one of `start` or a folder above it.

    The search ends with the work tree: a ledger of another project is never meant. What it finds
    may have come with files of others, so another account's ledger has to be named to be used.
    Symbolic links in a ledger's folder are never followed.

    Raises:
        NotALedgerError: There is none, or it is another account's, or a part of it is a link.
        StoreError: It is another account's, who lets nobody in.
    """
    try:
        return _searched(start) if given is None else _named(given)
    except OSError as error:
        raise _refused(error) from error


def _named(given: Path) -> Home:
    _check_no_link(given / FOLDER)
    inside = Home(given / FOLDER)
    found = inside if inside.folder.is_dir() else Home(given)
    for part in found.parts()[1:]:
        _check_no_link(part)
    if not _is_file(found.database):
        raise NotALedgerError(f"there is no ledger at {given}", hint="affidavit ledger init")
    return found


def _searched(start: Path) -> Home:
    for folder in (start, *start.parents):
        found = Home(folder / FOLDER)
        if found.is_begun():
            _check_ours(found)
            return found
        if (folder / ".git").exists():
            break
    raise NotALedgerError("there is no ledger here", hint="affidavit ledger init makes one")


def _check_ours(found: Home) -> None:
    for part in found.parts():
        try:
            owner = part.lstat().st_uid
        except FileNotFoundError:
            continue
        if owner != os.geteuid():
            raise NotALedgerError(
                f"{part} belongs to another account (uid {owner})",
                hint=f"if you trust that account: --ledger {found.folder}",
            )


def _check_no_link(part: Path) -> None:
    status = _status(part)
    if status is not None and stat.S_ISLNK(status.st_mode):
        raise NotALedgerError(
            f"{part} is a symbolic link, and a ledger's are not followed",
            hint="it may have come with the files of somebody else; look where it leads",
        )


def _is_file(path: Path) -> bool:
    status = _status(path)
    return status is not None and stat.S_ISREG(status.st_mode)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _refused(error: OSError) -> AffidavitError:
    hint = ""
    if isinstance(error, PermissionError):
        hint = "if it is another account's ledger: send facts to its affidavit ledger serve"
    return StoreError(f"{error.filename}: {error.strerror}", hint=hint)


@contextmanager
def writing(place: Home, *, wait: float = WAIT, progress: Progress = QUIET) -> Iterator[None]:
    """Be the only one who writes to the ledger at `place` while the block runs.

    Raises:
        LedgerBusyError: Another process has the lock and did not let go in `wait` seconds.
        StoreError: The disk does not let us.
    """
    try:
        lock = os.open(place.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise StoreError(f"{place.lock}: {error.strerror}") from error
    try:
        busy = LedgerBusyError(
            f"another process writes to {place.folder}",
            hint="wait for it; if it is affidavit ledger serve, stop it first: this needs the"
            " ledger for itself",
        )
        locked(lock, place.lock, wait, busy=busy, progress=progress)
        yield
    finally:
        os.close(lock)
