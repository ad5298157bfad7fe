"""A repository's refs as data: packed and loose files are read by us, git is not asked."""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from affidavit.base.errors import UnreadableError
from affidavit.base.limit import Limit, limit
from affidavit.sources.git.config import settings
from affidavit.sources.git.files import contents, leads_outside, lines
from affidavit.sources.git.reftable import reftable_refs, uses_reftable
from affidavit.sources.git.remote import remote_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from affidavit.sources.git.locate import Store

__all__ = ["Refs", "read_refs", "remote_url"]

MAX_REFS = 1_000_000
"""How many refs are read; the rest is a gap that a limit names."""
PACKED_BYTES = 128 << 20
"""How much of ``packed-refs`` is read."""
MAX_LINES = 3_000_000
"""How many of its lines."""
MAX_BROKEN = 10_000
"""How many broken refs are counted."""
MAX_DEPTH = 5
"""How many symbolic refs are followed, as git does."""

_LOOSE_BYTES = 4_096
_MAX_FOLDERS = 32
_ID = re.compile(rb"([0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?)(?![^ \t\r\n])")
"""An id in a file of its own; like git, whatever follows after a blank is passed over."""
_FORBIDDEN = re.compile(rb"[\x00-\x20\x7f~^:?*\[\\]|\.\.|/[/.]|@\{|\.lock(?:/|\Z)|[/.]\Z")
"""What a ref's name may not hold, by git-check-ref-format(1)."""
_PACKED = re.compile(rb"([0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?) (refs/[^\r\n]+)\r?\n")
_SORTED = re.compile(rb"# pack-refs with:(?: [a-z-]+)*? sorted(?:\s|\Z)")
_WEIGHTY = re.compile(rb"refs(?:/(?:heads|remotes|notes|tags)(?:/.*)?)?\Z|packed-refs ", re.DOTALL)
"""Refs that a history, its notes or its releases may be under: a broken one is a gap."""
_NO_REF = re.compile(rb"#|\^[0-9a-fA-F]+\s*\Z|\s*\Z")


def _is_name(name: bytes) -> bool:
    return name.startswith(b"refs/") and not _FORBIDDEN.search(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refs:
    r"""Every ref of a repository: full name (``refs/heads/main``) to object id, lower-case hex.

    Names are text; a byte that is not UTF-8 is written ``\\xNN``, which no ref name may contain.
    """

    ids: Mapping[str, str]
    symbolic: Mapping[str, str] = field(default_factory=dict)
    """Symbolic refs, such as ``refs/remotes/origin/HEAD``, to the name they point at."""
    head: tuple[str | None, str | None] = (None, None)
    """What ``HEAD`` names: a ref (``None`` when detached) and the id (``None`` when unborn)."""
    object_format: str = "sha1"
    """``sha1`` or ``sha256``."""
    limits: tuple[Limit, ...] = ()

    def get(self, name: str) -> str | None:
        """The id that the ref of full name `name` holds."""
        return self.ids.get(name)

    def names(self) -> Iterator[str]:
        """All names, sorted."""
        return iter(sorted(self.ids))


def read_refs(store: Store) -> Refs:
    """All refs of `store`: packed ones, overridden by loose ones, symbolic ones followed.

    What cannot be read as a ref is named in ``limits`` and costs only itself.

    Raises:
        RefStorageError: The refs are in a reftable and the git on this machine cannot read it.
        UnreadableError: The system refused to let ``packed-refs`` or ``HEAD`` be read.
    """
    if uses_reftable(store):
        raw = _Raw()
        raw.add_all(reftable_refs(store))
        return raw.refs(store)
    raw = _Raw()
    raw.read_packed(store.common_dir / "packed-refs")
    raw.read_loose(store.common_dir)
    raw.read_head(store.head_file)
    return raw.refs(store)


class _Raw:
    """Refs while they are collected: names and values as bytes."""

    def __init__(self) -> None:
        self.direct: dict[bytes, bytes] = {}
        self.symbolic: dict[bytes, bytes] = {}
        self.broken: set[bytes] = set()
        self.blocked: set[bytes] = set()
        """Loose files and folders that are broken: for git, no packed ref shows through them."""
        self.dropped = 0

    def add_all(self, values: Mapping[bytes, bytes]) -> None:
        for name, value in values.items():
            if not self._add(name, value):
                self._break(name)

    def read_packed(self, path: Path) -> None:
        if leads_outside(path, path.parent):
            return
        found = lines(path, PACKED_BYTES, longest=_LOOSE_BYTES)
        is_sorted, last, doubtful = False, b"", set[bytes]()
        for number, line in enumerate(islice(found, MAX_LINES), 1):
            is_sorted |= number == 1 and _SORTED.match(line) is not None
            name = self._packed(line, number)
            if name is not None:
                if name in self.direct or (is_sorted and name < last):
                    # git searches by halving, and where it ends up depends on the neighbours.
                    doubtful.update((name, last) if is_sorted else (name,))
                self.direct[name] = line.split(b" ", 1)[0].lower()
                last = max(name, last)
        for name in doubtful:
            del self.direct[name]
            self._break(name)
        self.dropped += next(found, None) is not None or _size(path) > PACKED_BYTES

    def _packed(self, line: bytes, number: int) -> bytes | None:
        """The name on a line of ``packed-refs``; a line that is none is told by its number only."""
        packed = _PACKED.match(line)
        if packed is not None and _is_name(packed[2]):
            if len(self.direct) < MAX_REFS:
                return packed[2]
            self.dropped += 1
        elif not _NO_REF.match(line):
            self._break(b"packed-refs line %d" % number)
        return None

    def _break(self, name: bytes) -> None:
        if len(self.broken) < MAX_BROKEN:
            self.broken.add(name)
        else:
            self.dropped += 1

    def read_loose(self, common: Path) -> None:
        """Read the loose refs, and drop the packed ones that stand behind broken loose ones."""
        if leads_outside(common / "refs", common):
            self._block(b"refs")
        else:
            self._read_folders(common)
        if self.blocked:
            self.direct = {n: i for n, i in self.direct.items() if not self._is_blocked(n)}

    def _read_folders(self, common: Path) -> None:
        pending = [(b"refs", os.fsencode(common / "refs"), 0)]
        while pending and len(self.direct) <= MAX_REFS:
            name, folder, depth = pending.pop()
            for entry in self._entries(name, folder):
                full = name + b"/" + entry.name
                if entry.is_dir(follow_symlinks=False) and depth < _MAX_FOLDERS:
                    pending.append((full, entry.path, depth + 1))
                elif not full.endswith(b".lock"):
                    self._read_file(full, entry, common)
        self.dropped += len(pending)

    def _block(self, name: bytes) -> None:
        self._break(name)
        self.blocked.add(name)

    def _is_blocked(self, name: bytes) -> bool:
        """Whether the loose file of a packed ref, or a folder above it, is broken."""
        parts = name.split(b"/")
        return any(b"/".join(parts[:end]) in self.blocked for end in range(1, len(parts) + 1))

    def _entries(self, name: bytes, folder: bytes) -> list[os.DirEntry[bytes]]:
        try:
            with os.scandir(folder) as found:
                return sorted(found, key=lambda entry: entry.name)
        except OSError:
            self._block(name)
            return []

    def _read_file(self, name: bytes, entry: os.DirEntry[bytes], common: Path) -> None:
        """A loose ref; a symbolic link to a ref's name is a symbolic ref, wherever it leads."""
        is_link = entry.is_symlink()
        try:
            target = os.readlink(entry.path) if is_link else b""  # noqa: PTH115 - of bytes
            if _is_name(target):
                text: bytes | None = b"ref: " + target
            else:
                path = Path(os.fsdecode(entry.path))
                text = contents(path, _LOOSE_BYTES, within=common if is_link else None)
        except (UnreadableError, OSError):
            text = None
        if text is None or not self._add(name, text):
            self._block(name)

    def read_head(self, path: Path) -> None:
        if path.is_symlink():
            target = os.fsencode(path.readlink())
            if _is_name(target):
                self.symbolic[b"HEAD"] = target
                return
        if not self._add(b"HEAD", contents(path, _LOOSE_BYTES, within=path.parent) or b""):
            self._break(b"HEAD")

    def _add(self, name: bytes, text: bytes) -> bool:
        """Keep what a ref's file says; whether that is an id or the name of a ref."""
        value = text.rstrip()
        id_ = _ID.match(value)
        target = value[4:].strip() if value.startswith(b"ref:") else b""
        known = name == b"HEAD" or _is_name(name)
        if known and target and _is_name(target):
            self.symbolic[name] = target
            self.direct.pop(name, None)
        elif known and id_:
            self.direct[name] = id_[1].lower()
            self.symbolic.pop(name, None)
        else:
            return False
        return True

    def refs(self, store: Store) -> Refs:
        object_format = self._format(store)
        length = 40 if object_format == "sha1" else 64
        ids = {}
        for name in sorted((*self.direct, *self.symbolic)):
            value = self._followed(name)
            if value is not None and len(value) == length:
                ids[_text(name)] = value.decode("ascii")
            elif name != b"HEAD" and not (value is None and _unborn(name)):
                self._break(name)
        head = (self.symbolic.get(b"HEAD"), ids.pop("HEAD", None))
        return Refs(
            ids=ids,
            symbolic={_text(n): _text(t) for n, t in sorted(self.symbolic.items()) if n != b"HEAD"},
            head=(_text(head[0]) if head[0] else None, head[1]),
            object_format=object_format,
            limits=tuple(self._limits()),
        )

    def _followed(self, name: bytes) -> bytes | None:
        for _ in range(MAX_DEPTH + 1):
            if name not in self.symbolic:
                return self.direct.get(name)
            name = self.symbolic[name]
        return None

    def _format(self, store: Store) -> str:
        """From the length of ids, for these are what will be read; else as configured."""
        lengths = Counter(map(len, self.direct.values()))
        if lengths:
            return "sha1" if lengths[40] >= lengths[64] else "sha256"
        named = [s.value for s in settings(store) if s.name == "extensions.objectformat"]
        return "sha256" if named and named[-1].lower() == b"sha256" else "sha1"

    def _limits(self) -> Iterator[Limit]:
        if self.broken:
            yield limit(
                "broken-refs",
                "Some refs could not be read as refs and were left out.",
                [_text(name) for name in self.broken],
                gap=any(map(_WEIGHTY.match, self.broken)),
            )
        if self.dropped:
            yield Limit(
                "too-many-refs",
                f"There are more refs than the {MAX_REFS:,} that are read; the rest was left out.",
                gap=True,
            )


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _unborn(name: bytes) -> bool:
    """Whether a symbolic ref may point at nothing: a remote's HEAD whose branch was pruned."""
    return name.startswith(b"refs/remotes/") and name.endswith(b"/HEAD")


def _text(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")
