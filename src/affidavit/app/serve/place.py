"""Where a sequencer listens, and who may replace its socket.

Whoever can write to the folder of a socket can put another in its place and answer for the
keeper. So the folder is this account's alone, or at least nobody else's to write to.
"""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.errors import LedgerBusyError, StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from affidavit.app.ledger.home import Home

LONGEST_PATH = 100
"""Bytes: the address of a Unix socket has 104 on some systems, 108 on others."""
_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_BACKLOG = 512


def runtime_folder(environment: Mapping[str, str]) -> Path:
    """Where this account's sockets lie: in XDG_RUNTIME_DIR, else in a folder of its own in /tmp."""
    if (named := environment.get("XDG_RUNTIME_DIR")) and len(named.encode()) <= LONGEST_PATH - 32:
        return Path(named) / "affidavit"
    return Path(f"/tmp/affidavit-{os.getuid()}")  # noqa: S108 -- its owner and mode are checked


def usual_path(place: Home, environment: Mapping[str, str]) -> Path:
    """The socket of whoever keeps the ledger at `place` for this account."""
    name = hashlib.sha256(os.fsencode(place.folder.resolve())).hexdigest()[:12]
    return runtime_folder(environment) / f"{name}.sock"


def make_private(folder: Path) -> None:
    """Make `folder` for this account alone.

    Raises:
        StoreError: It is there and another's, or others can look into it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror}") from error
    if not is_private(found):
        raise StoreError(
            f"{folder} is not a folder of this account alone",
            hint=f"chmod 700 {folder}, or remove it if it is another's",
        )


def is_private(found: os.stat_result) -> bool:
    """Whether that is a folder that only this account can enter."""
    mode = found.st_mode
    return stat.S_ISDIR(mode) and found.st_uid == os.getuid() and not mode & 0o077


def check_guarded(path: Path) -> None:
    """Nothing, where only root, this account or the socket's owner can replace the socket `path`.

    Raises:
        StoreError: Others can, or the folder is not there.
    """
    try:
        found = path.parent.stat()
        owners = {0, os.getuid()} | ({path.lstat().st_uid} if path.is_socket() else set())
    except OSError as error:
        raise StoreError(f"{path.parent}: {error.strerror}") from error
    if found.st_uid not in owners or found.st_mode & _OTHERS:
        raise StoreError(
            f"{path.parent}: others can write to it, and so replace the socket",
            hint=f"chmod go-w {path.parent}, or choose another folder",
        )


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """A socket to listen on: at `path`, for this account or for the group `gid` as well."""

    path: Path
    gid: int | None = None


def listening(door: Door) -> socket.socket:
    """A socket that listens at `door`. The caller holds the ledger's lock.

    What lies there of a server that was killed is replaced.

    Raises:
        LedgerBusyError: Somebody listens there.
        StoreError: Something else lies there, or the system does not let us.
        UsageError: The path is too long for a socket.
    """
    path = str(door.path)
    if len(os.fsencode(path)) >= LONGEST_PATH:
        raise UsageError(f"{path}: the path of a socket has fewer than {LONGEST_PATH} bytes")
    _clear(door.path)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        made.bind(path)
        if door.gid is not None:
            os.chown(path, -1, door.gid)
            door.path.chmod(0o660)
        made.listen(_BACKLOG)
    except OSError as error:
        made.close()
        raise StoreError(f"{path}: {error.strerror}") from error
    finally:
        os.umask(before)
    return made


def _clear(path: Path) -> None:
    """Remove a socket that nobody listens on."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise StoreError(f"{path} is there and no socket", hint="choose another path")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(1)
            probe.connect(str(path))
    except FileNotFoundError:
        return
    except ConnectionRefusedError:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}") from error
    else:
        raise LedgerBusyError(f"somebody listens at {path}", hint="choose another path")


def removed(path: Path, inode: int) -> None:
    """Remove the socket at `path`, if it is still the one with that inode."""
    try:
        if path.lstat().st_ino == inode:
            path.unlink()
    except OSError:
        # Nobody listens there any more: that it is gone or stays is all the same.
        return


def peer(connection: socket.socket) -> int:
    """The account at the other end, as the system knows it."""
    if sys.platform == "darwin":
        # SOL_LOCAL and LOCAL_PEERCRED of <sys/un.h>; a version and then the account.
        return int.from_bytes(connection.getsockopt(0, 1, 76)[4:8], sys.byteorder)
    found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    _, account, _ = struct.unpack("3i", found)
    return int(account) & 0xFFFF_FFFF
