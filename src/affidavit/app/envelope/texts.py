"""Files as lines, and what changes between two of them, read from verified objects and bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.errors import UsageError
from affidavit.changes.envelope.digest import BINARY
from affidavit.changes.envelope.lifting import lines_of
from affidavit.changes.envelope.lines import blocks

if TYPE_CHECKING:
    from affidavit.changes.envelope.lines import Block
    from affidavit.changes.envelope.touched import Touched
    from affidavit.sources.git.objects import Objects

LARGEST_FILE = 4 << 20
"""Bytes of a file beyond which its lines are not followed."""
MOST_BYTES = 512 << 20
"""Bytes of files that are read for one landing."""
MOST_HELD = 32 << 20
"""Bytes of files whose lines are kept at once."""
_FILES = frozenset({"100644", "100755"})


class Texts:
    """The lines of blobs, and what changes from one to another."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._lines: dict[str, list[bytes] | None] = {}
        self._blocks: dict[tuple[str, str], list[Block]] = {}
        self._left = MOST_BYTES
        self._held = 0

    def after(self, one: Touched) -> list[bytes] | None:
        """The lines of what stands there afterwards; None where it is no text that is followed."""
        return self._of(one.new) if one.new_mode in _FILES else None

    def changes(self, one: Touched) -> list[Block] | None:
        """What changes; None where what stands there afterwards is no text that is followed.

        Where it was none before, all of it is new.
        """
        new = self.after(one)
        if new is None:
            return None
        pair = (one.old if one.old_mode in _FILES else "", one.new)
        if pair not in self._blocks:
            self._blocks[pair] = blocks(self._of(pair[0]) or [] if pair[0] else [], new)
        return self._blocks[pair]

    def _of(self, id_: str) -> list[bytes] | None:
        if id_ not in self._lines:
            found = next(self._objects.read([id_], max_size=LARGEST_FILE))
            body = found.body if found.kind == "blob" else None
            self._count(len(body or b""))
            self._lines[id_] = None if body is None or b"\0" in body[:BINARY] else lines_of(body)
        return self._lines[id_]

    def _count(self, size: int) -> None:
        self._left -= size
        self._held += size
        if self._left < 0:
            raise UsageError(f"the files of a landing have more than {MOST_BYTES:,} bytes together")
        if self._held > MOST_HELD:
            self._held = size
            self._lines = {}
            self._blocks = {}
