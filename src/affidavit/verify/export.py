"""An exported log: a directory in the layout of C2SP tlog-tiles, ours or another program's.

Nothing outside the directory is read: symbolic links are not followed, and only regular files are
opened, each up to the size that its kind can have.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import stat
from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError, NotALedgerError, UnreadableError
from affidavit.ledger.tile import (
    LARGEST_ENTRY,
    TILE_BYTES,
    WIDTH,
    TilePath,
    entries_path,
    tile_of_path,
    tile_path,
)
from affidavit.verify.bundles import Run, entries_in
from affidavit.verify.result import Code, Findings, Problem, counted, span
from affidavit.verify.source import CHUNK, LARGEST_NOTE, LARGEST_TEXT, Blob, Kept, Layout, TileName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from affidavit.verify.source import Last

FORMAT = "affidavit/ledger-export@1"
_LARGEST_BUNDLE = WIDTH * (LARGEST_ENTRY + 2)
_BLOB = re.compile(r"[0-9a-f]{64}")
_LENGTH = re.compile(rb"length (0|[1-9][0-9]{0,6})\n")
_NUMBER = re.compile(rb"0|[1-9][0-9]{0,17}")
_LONGEST_LINE = 32
_LONGEST_PATH = 256
"""Bytes of a folder's path below an export. The longest of a log's has under 100."""
_UNREADABLE = "the file is larger than it can be, or is no regular file"


class Export:
    """The exported log in the directory `root`.

    Raises:
        NotALedgerError: There is no such directory, or it has neither checkpoint nor entries.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._real = {""}
        if not any((root / name).exists() for name in ("checkpoint", "ledger.json", "tile")):
            if root.is_dir():
                next(root.iterdir(), None)  # what may not be looked into is not told as empty
            raise NotALedgerError(f"there is no exported log in {root}")

    def layout(self, findings: Findings) -> Layout:
        """What is stored."""
        tiles, bundles = list[TileName](), dict[int, set[int]]()
        for named in self._tile_paths(findings):
            if named.level is None:
                bundles.setdefault(named.number, set()).add(named.width)
            else:
                tiles.append(TileName(named.level, named.number, named.width))
        self._check_older(bundles, findings)
        lacks = Findings()
        bundles = self._within(bundles, lacks)
        end = _end(bundles, {each.number for each in tiles if each.level == 0}, lacks)
        findings.join(lacks)
        origin = self._claimed_origin(end, findings)
        vkey = self._read("vkey", LARGEST_TEXT)
        if vkey is None and self._is_there("vkey"):
            findings.add(Problem(Code.LAYOUT, _UNREADABLE, "vkey"))
        return Layout(
            end=end,
            origin=origin,
            vkey=None if vkey is None else vkey.decode("utf-8", "replace").rstrip("\n"),
            exact=origin is not None,
            whole=not lacks.totals,
            tiles=tiles,
        )

    def _within(self, bundles: dict[int, set[int]], findings: Findings) -> dict[int, set[int]]:
        """The bundles but for those that lie apart, beyond all that the newest checkpoint is of."""
        newest = self._read("checkpoint", LARGEST_NOTE) or b""
        stated = newest.split(b"\n", 2)[1:2]
        if not stated or not _NUMBER.fullmatch(stated[0]):
            return bundles
        size, found, full = int(stated[0]), dict[int, set[int]](), -1
        for number in sorted(bundles):
            if number * WIDTH < size or number == full + 1:
                found[number] = bundles[number]
                full = number if WIDTH in bundles[number] else full
                continue
            text = f"the bundle lies beyond the {counted(size)} of the log, and apart from them"
            place = entries_path(number, max(bundles[number]))
            findings.add(Problem(Code.LAYOUT, text, place, number * WIDTH))
        return found

    def _claimed_origin(self, end: int, findings: Findings) -> str | None:
        """The name that an export of ours gives itself; None for one of another program.

        What it says of itself must be so: its size is `end`, its name that of its checkpoint.
        """
        data = self._read("ledger.json", LARGEST_TEXT)
        if data is None and not self._is_there("ledger.json"):
            return None
        found = _object(data or b"")
        origin, size = found.get("origin"), found.get("size")
        if found.get("format") != FORMAT or not isinstance(origin, str):
            findings.add(Problem(Code.LAYOUT, f"the file is not of {FORMAT}", "ledger.json"))
            return ""
        newest = self._read("checkpoint", LARGEST_NOTE)
        if newest is not None and newest.partition(b"\n")[0] != origin.encode("utf-8", "replace"):
            text = f"it names the log {origin[:200]!a}, and the checkpoint another"
            findings.add(Problem(Code.LAYOUT, text, "ledger.json"))
        if type(size) is not int or size != end:
            text = f"it tells of {_told(size)}, and {end:,} are here"
            findings.add(Problem(Code.LAYOUT, text, "ledger.json"))
        return origin

    def _tile_paths(self, findings: Findings) -> Iterator[TilePath]:
        """What the files below ``tile`` are; others are told of and left alone."""
        for path in self._files("tile", findings):
            try:
                yield tile_of_path(path)
            except FormatError:
                findings.notice("unknown-file", f"{path[:200]!a} is no part of a log")

    def _files(self, folder: str, findings: Findings) -> Iterator[str]:
        """The regular files below `folder`, by their path from the root."""
        waiting = [folder]
        while waiting:
            name = waiting.pop()
            if len(os.fsencode(name)) > _LONGEST_PATH:
                findings.notice("unknown-file", f"{name[:200]!a} is too deep for a log")
                continue
            path = self._root / name
            if path.is_symlink() or not path.is_dir():
                continue
            with os.scandir(path) as found:
                for each in found:
                    below = f"{name}/{each.name}"
                    if each.is_dir(follow_symlinks=False):
                        waiting.append(below)
                    elif each.is_file(follow_symlinks=False):
                        yield below
                    else:
                        findings.notice("unknown-file", f"{below[:200]!a} is not followed")

    def _check_older(self, bundles: Mapping[int, set[int]], findings: Findings) -> None:
        """Hold partial bundles that a wider one took the place of against that one."""
        for number, widths in bundles.items():
            if len(widths) == 1:
                continue
            widest = self._read(entries_path(number, max(widths)), _LARGEST_BUNDLE) or b""
            for width in sorted(widths - {max(widths)}):
                place = entries_path(number, width)
                older = self._read(place, _LARGEST_BUNDLE)
                if not older or not widest.startswith(older):
                    text = "the bundle does not begin the wider one"
                    findings.add(Problem(Code.BUNDLE_DIFFERS, text, place, number * WIDTH))

    def runs(self, number: int, width: int) -> Sequence[Run]:
        """The `width` entries from ``256 * number`` on as they are stored; none if one lacks."""
        data = self._read(entries_path(number, width), _LARGEST_BUNDLE)
        return () if data is None else (Run(width, data),)

    def bundle(self, number: int, width: int, findings: Findings) -> list[bytes | None]:
        """The `width` entries from ``256 * number`` on, None for each that cannot be read."""
        for stored in self._widths(number, width):
            place = entries_path(number, stored)
            data = self._read(place, _LARGEST_BUNDLE)
            if data is None:
                continue
            try:
                entries = entries_in(data, place, width=stored)
            except FormatError as error:
                first = number * WIDTH
                findings.add(Problem(Code.BUNDLE_MALFORMED, error.message, place, first))
                break
            return [*entries, *[None] * (width - stored)]
        return [None] * width

    def _widths(self, number: int, width: int) -> Iterator[int]:
        """The width that is expected, then the narrower ones that are stored, the widest first."""
        yield width
        folder = self._root / f"{entries_path(number)}.p"
        if not folder.is_symlink() and folder.is_dir():
            names = (
                each
                for each in (each.name for each in folder.iterdir())
                if each.isascii() and each.isdecimal()
            )
            yield from sorted((at for at in map(int, names) if 0 < at < width), reverse=True)

    def tile(self, level: int, number: int, width: int) -> bytes | None:
        """The bytes of the tile that is stored as `width` hashes wide, whatever their number."""
        return self._read(tile_path(level, number, width), TILE_BYTES)

    def checkpoints(self, findings: Findings) -> Iterator[Kept]:
        """Every kept checkpoint, the smallest first; the file ``checkpoint`` is the last."""
        number, kept = 0, self._opened("checkpoints")
        if kept is None and self._is_there("checkpoints"):
            findings.add(Problem(Code.CHECKPOINT_MISSING, _UNREADABLE, "checkpoints"))
        elif kept is None:
            text = "the export has no file of earlier checkpoints: at most the newest was checked"
            findings.notice("checkpoints-absent", text)
        with kept or io.BytesIO() as file:
            while line := file.readline(_LONGEST_LINE):
                place = f"checkpoints, number {number}"
                length = _LENGTH.fullmatch(line)
                note = (
                    file.read(int(length[1])) if length and int(length[1]) <= LARGEST_NOTE else b""
                )
                if not length or len(note) != int(length[1]):
                    text = "no line says the length of what follows, or less follows"
                    findings.add(Problem(Code.CHECKPOINT_MALFORMED, text, place))
                    break
                yield Kept(place, None, note)
                number += 1
        newest = self._read("checkpoint", LARGEST_NOTE)
        if newest is not None:
            yield Kept("checkpoint", None, newest)
        elif number or self._is_there("checkpoint"):
            text = "there is no newest checkpoint" if number else _UNREADABLE
            findings.add(Problem(Code.CHECKPOINT_MISSING, text, "checkpoint"))

    def blobs(self, findings: Findings) -> Iterator[Blob]:
        """Every blob. The content of one is read before the next is asked for."""
        for path in self._files("blobs", findings):
            name = path.removeprefix("blobs/")
            if _BLOB.fullmatch(name):
                yield Blob(path, name, self._content(path))
            else:
                findings.notice("unknown-file", f"{path[:200]!a} is no blob's name")

    def _content(self, path: str) -> Iterator[bytes]:
        with self._opened(path) or io.BytesIO() as file:
            while piece := file.read(CHUNK):
                yield piece

    def derived(self, streams: Mapping[str, Last], findings: Findings) -> None:
        """An export has nothing that is derived."""

    def close(self) -> None:
        """Nothing stays open."""

    def _read(self, path: str, largest: int) -> bytes | None:
        """The bytes of a file of at most `largest`; None where there is none, or more in it."""
        file = self._opened(path)
        if file is None:
            return None
        with file:
            size = os.fstat(file.fileno()).st_size
            return file.read(size) if size <= largest else None

    def _opened(self, path: str) -> BinaryIO | None:
        """A regular file that no symbolic link leads to; None where there is none."""
        folder, _, _ = path.rpartition("/")
        if folder not in self._real and not self._is_real(folder):
            return None
        self._real.add(folder)
        try:
            descriptor = os.open(
                f"{self._root}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            )
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if error.errno == errno.ELOOP:
                return None
            raise UnreadableError(f"{self._root / path}: {error.strerror}") from error
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            return None
        return os.fdopen(descriptor, "rb")

    def _is_there(self, path: str) -> bool:
        """Whether anything has this name, readable or not."""
        return os.path.lexists(self._root / path)

    def _is_real(self, folder: str) -> bool:
        """Whether `folder` is reached from the root without a symbolic link."""
        parts = folder.split("/")
        paths = ("/".join(parts[:end]) for end in range(1, len(parts) + 1))
        return not any((self._root / path).is_symlink() for path in paths)


def _told(size: object) -> str:
    """What a file says its log's size is."""
    if isinstance(size, int) and 0 <= size < 1 << 63:
        return counted(size)
    return f"{str(size)[:20]} entries"


def _object(data: bytes) -> dict[str, object]:
    """The JSON object in `data`, empty where it is none."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _end(bundles: Mapping[int, set[int]], tiles: set[int], findings: Findings) -> int:
    """The end of the entries that can be walked; each gap before the last bundle is told."""
    end = 0
    for number in sorted(bundles):
        first = number * WIDTH
        if first > end and not all(at in tiles for at in range(-(-end // WIDTH), number)):
            text = f"nothing is stored of {span(end, first)}"
            findings.add(Problem(Code.ENTRY_MISSING, text, entries_path(end // WIDTH), end))
            return end  # else the walk comes by, and tells
        end = first + max(bundles[number])
    return end
