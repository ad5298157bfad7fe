"""Digests of changes, worked out from the objects of a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.envelope.digest import BINARY, LARGEST, patch
from affidavit.sources.git.objects import State

if TYPE_CHECKING:
    from affidavit.changes.envelope.touched import Change
    from affidavit.sources.git.objects import Objects

MOST_BYTES = 256 << 20
"""Bytes of files that are read for one patch digest; a change with more has none."""


MOST_LINES = 64 << 20
"""Bytes of files whose lines are kept at once."""
LARGEST_LISTED = 256 << 10
"""Bytes of a file beyond which its lines are not looked at."""


class _UnreadError(Exception):
    """A file is not there, or it is too much."""


class Contents:
    """Works out patch digests, each once."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._known: dict[tuple[str, str], str | None] = {}
        self._lines: dict[str, frozenset[bytes] | None] = {"": frozenset()}
        self._left = 0
        self._held = 0

    def patch(self, change: Change) -> str | None:
        """The patch digest of `change`; None where files are missing or it is too large."""
        if change.patch is not None or change.touched is None:
            return change.patch
        pair = (change.before, change.after)
        if pair not in self._known:
            self._left = MOST_BYTES
            try:
                self._known[pair] = patch(change.touched, self._read)
            except _UnreadError:
                self._known[pair] = None
        return self._known[pair]

    def lines(self, id_: str) -> frozenset[bytes] | None:
        """The lines of a blob, none of none; None where it is no text, large or not readable."""
        if id_ not in self._lines:
            found = next(self._objects.read([id_], max_size=LARGEST_LISTED))
            body = found.body if found.kind == "blob" else None
            self._held += len(body or b"")
            if self._held > MOST_LINES:
                self._held = len(body or b"")
                self._lines = {"": frozenset()}
            text = body is not None and b"\0" not in body[:BINARY]
            self._lines[id_] = frozenset(body.split(b"\n")) if body is not None and text else None
        return self._lines[id_]

    def _read(self, id_: str) -> bytes | None:
        found = next(self._objects.read([id_], max_size=LARGEST))
        if found.state is State.TOO_LARGE:
            return None
        self._left -= found.size
        if found.body is None or found.kind != "blob" or self._left < 0:
            raise _UnreadError
        return found.body
