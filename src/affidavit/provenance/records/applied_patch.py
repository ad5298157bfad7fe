"""Patches as Codex and others have them: ``*** Begin Patch``, files, hunks, ``*** End Patch``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.provenance.records.written import added, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.provenance.records.written import Runs

BEGIN = "*** Begin Patch"
_END = "*** End Patch"
_ADD, _UPDATE = "*** Add File: ", "*** Update File: "
_DELETE, _MOVE = "*** Delete File: ", "*** Move to: "


class Patched(NamedTuple):
    """What a patch adds to one file; of one that is moved, where it is moved to."""

    path: str
    runs: Runs


def patched(text: str) -> tuple[Patched, ...] | None:
    """What the patch `text` adds, file by file; ``None`` where it is no patch."""
    lines = lines_of(text.strip())
    if len(lines) < 2 or lines[0].strip() != BEGIN or lines[-1].strip() != _END:
        return None
    return tuple(_files(lines[1:-1]))


def _files(lines: list[str]) -> Iterator[Patched]:
    path, hunks = "", [[""]]
    for line in [*lines, _DELETE]:
        if line.startswith((_ADD, _UPDATE, _DELETE)):
            if path:
                yield Patched(path, tuple(run for hunk in hunks for run in added(hunk)))
            path = "" if line.startswith(_DELETE) else line.partition(": ")[2].strip()
            hunks = [[]]
        elif line.startswith(_MOVE) and path:
            path = line[len(_MOVE) :].strip()
        elif line.startswith("@@"):
            hunks.append([])
        else:
            hunks[-1].append(line)
