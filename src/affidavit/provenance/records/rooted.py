"""Paths as tools write them, made relative to the folder that a session worked in."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

from affidavit.provenance.records.documents import LONGEST_PATH

_DRIVE = re.compile(r"/?([A-Za-z]):[\\/]")
_ODD = re.compile("[\x00-\x1f\x7f]")
_FILE = "file://"


def folder(text: str | None) -> str:
    """A working folder as told, or an empty text: a ``file:`` address is made a path."""
    text = text or ""
    return _plain(unquote(text[len(_FILE) :]) if text.startswith(_FILE) else text)


def relative(path: str, root: str, cwd: str = "") -> str | None:
    """`path` from the folder `root`, ``/`` between; ``None`` where it does not lie in it.

    `root` and `cwd` are of `folder`. A path that is not absolute is taken from `cwd`, or from
    `root` where that is empty. Nothing is looked up: links are not followed.
    """
    plain = _plain(path)
    if not root or _ODD.search(plain) or len(plain) > LONGEST_PATH:
        return None
    base = _normal(_slashed(root))
    at = _normal(posixpath.join(_slashed(root), _slashed(cwd), _slashed(plain)))
    inside = at.startswith(f"{base}/") and at != f"{base}/"
    return at[len(base) + 1 :] if inside else None


def _normal(path: str) -> str:
    """`path` without ``.``, ``..`` and what is twice or at its end a slash."""
    return f"/{posixpath.normpath(path).lstrip('/')}".rstrip("/")


def _plain(path: str) -> str:
    """A path of Windows with ``/`` between and its drive in lower case; others as they are."""
    drive = _DRIVE.match(path)
    if drive:
        return f"{drive[1].lower()}:/{path[drive.end() :]}".replace("\\", "/")
    # A backslash can be part of a name elsewhere, but a path of several names without a slash
    # was written on Windows.
    return path.replace("\\", "/") if "/" not in path else path


def _slashed(path: str) -> str:
    """A path with a drive as an absolute one."""
    return f"/{path}" if _DRIVE.match(path) else path
