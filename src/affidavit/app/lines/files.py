"""The file or folder that is asked about, as the commit has it; what is no such thing is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.errors import GitFailedError, UsageError
from affidavit.base.text import decode, shortened, visible
from affidavit.sources.git.listing import listed
from affidavit.sources.git.objects import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from affidavit.app.lines.opening import Opened

LARGEST = 64 << 20
"""Bytes of a file that is shown line by line."""
_BRANCHES = ("refs/heads/", "refs/remotes/", "refs/tags/")
_NAMED = 3
_LONGEST = 200


def under(opened: Opened, within: str) -> frozenset[bytes]:
    """The regular files at the path `within` and below it, by the bytes of their paths.

    Raises:
        UsageError: The commit has nothing there.
        GitFailedError: git cannot list the commit's files.
    """
    path = _raw(within)
    there = listed(opened.source.git, opened.head)
    found = [one for one in there if _is_under(one, path)]
    if not found:
        raise _absent(opened, path)
    return frozenset(one for one in found if there[one][0])


def lines_of(opened: Opened, path: str) -> tuple[bytes, tuple[bytes, ...]]:
    """The file at `path` by its name's bytes, and its lines; the last line feed ends the last.

    Raises:
        UsageError: The commit has no such file, or none that has lines that can be shown.
        GitFailedError: git cannot list the commit's files, or the file cannot be read.
    """
    raw = _raw(path)
    blob = _blob(opened, raw)
    found = next(opened.source.objects.read([blob], max_size=LARGEST))
    if found.state is State.TOO_LARGE:
        raise UsageError(
            f"{_shown(raw)} has {found.size:,} bytes at {_place(opened)}: no file of more than"
            f" {LARGEST:,} is shown line by line",
            hint="affidavit lines counts its lines",
        )
    if found.body is None:
        raise GitFailedError(
            f"what {_shown(raw)} holds at {_place(opened)} is damaged or not in this copy of the"
            " repository",
            hint="a partial clone leaves files out: make a whole one",
        )
    return raw, tuple(found.body.removesuffix(b"\n").split(b"\n"))


def is_binary(opened: Opened, path: bytes) -> UsageError:
    """That the file at `path` has no lines."""
    return UsageError(f"{_shown(path)} is binary at {_place(opened)}: it has no lines")


def _blob(opened: Opened, path: bytes) -> str:
    there = listed(opened.source.git, opened.head)
    if path in there:
        is_regular, blob = there[path]
        if is_regular:
            return blob
        raise UsageError(f"{_shown(path)} is a link at {_place(opened)}: it has no lines")
    if any(_is_under(one, path) for one in there):
        raise UsageError(
            f"{_shown(path)} is a folder at {_place(opened)}",
            hint="affidavit lines tells of folders, blame of one file",
        )
    raise _absent(opened, path)


def _absent(opened: Opened, path: bytes) -> UsageError:
    """That the commit has nothing at `path`, and where it is looked for otherwise."""
    refs, hint = opened.source.refs, "--at REV looks at another commit"
    checked_out = refs.head[1]
    if checked_out and checked_out != opened.head and _has(opened, checked_out, path):
        hint = f"HEAD, {checked_out[:12]}, has it: --at HEAD"
    return UsageError(f"{_shown(path)} is not in {_place(opened)}", hint=hint)


def _has(opened: Opened, commit: str, path: bytes) -> bool:
    try:
        return any(_is_under(one, path) for one in listed(opened.source.git, commit))
    except GitFailedError:
        return False


def _place(opened: Opened) -> str:
    """The commit, and the branches and tags that name it."""
    names = list(_names(opened))
    more = [f"{len(names) - _NAMED:,} more"] if len(names) > _NAMED else []
    told = ", ".join([*names[:_NAMED], *more])
    return f"{opened.head[:12]}{f' ({told})' if told else ''}"


def _names(opened: Opened) -> Iterator[str]:
    refs = opened.source.refs
    for name in refs.names():
        if refs.get(name) == opened.head and name.startswith(_BRANCHES) and name[-5:] != "/HEAD":
            yield visible(shortened(_without(name, _BRANCHES), _LONGEST))


def _without(name: str, beginnings: Iterable[str]) -> str:
    return next(name.removeprefix(one) for one in beginnings if name.startswith(one))


def _is_under(path: bytes, folder: bytes) -> bool:
    return not folder or path == folder or path.startswith(folder + b"/")


def _raw(path: str) -> bytes:
    found = path.encode("utf-8", "surrogateescape").strip(b"/")
    return b"" if found == b"." else found


def _shown(path: bytes) -> str:
    return f"'{visible(shortened(decode(path), _LONGEST)) or '.'}'"
