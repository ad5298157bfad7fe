"""Where a log is read from: what the verifier asks of a database or of an export."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from affidavit.verify.bundles import Run
    from affidavit.verify.result import Findings

LARGEST_NOTE = 1 << 20
"""Bytes of a checkpoint that are read."""
LARGEST_TEXT = 1 << 16
"""Bytes of a file or row that holds one line, such as a key."""
LARGEST_BLOB = 1 << 28
"""Bytes of a blob that are read: a ledger takes in none that is larger."""
CHUNK = 1 << 20
"""Bytes of a blob that are held at a time."""


class Kept(NamedTuple):
    """A checkpoint with its cosignatures: where it lies, and the size it is filed under."""

    place: str
    size: int | None
    note: bytes


class Blob(NamedTuple):
    """Content beside the log: where it lies, its name (64 hex digits) and its bytes in pieces."""

    place: str
    name: str
    content: Iterator[bytes]


class TileName(NamedTuple):
    """A stored tile, `width` hashes wide."""

    level: int
    number: int
    width: int


Last = tuple[int, str, int]
"""Where a stream ends: of its last entry number, leaf hash (64 hex digits) and index."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What is stored, before any of it is believed.

    The entries ``[0, end)`` can be walked: each bundle of 256 has an entry or a tile. `origin` and
    `vkey` are what the log says of itself. `exact` says that nothing may lie beyond the newest
    checkpoint: a live log of others may run ahead of it, ours never does. `partial` says that tiles
    which are not full are stored, too. `whole` says that all that is stored was found in its place:
    where it was not, the log may be longer than what could be read of it.
    """

    end: int
    origin: str | None = None
    vkey: str | None = None
    exact: bool = True
    partial: bool = True
    whole: bool = True
    tiles: Sequence[TileName] = field(default_factory=tuple)


class Source(Protocol):
    """A stored log. What is wrong with how it is stored goes to the `findings` handed in."""

    def layout(self, findings: Findings) -> Layout:
        """What is stored."""
        ...

    def runs(self, number: int, width: int) -> Sequence[Run]:
        """The `width` entries from ``256 * number`` on as they are stored; none if one lacks.

        What is wrong with them is for `bundle` to say.
        """
        ...

    def bundle(self, number: int, width: int, findings: Findings) -> list[bytes | None]:
        """The `width` entries from ``256 * number`` on, None for each that cannot be read."""
        ...

    def tile(self, level: int, number: int, width: int) -> bytes | None:
        """The bytes of the tile that is stored as `width` hashes wide, whatever their number."""
        ...

    def checkpoints(self, findings: Findings) -> Iterator[Kept]:
        """Every kept checkpoint, the smallest first; the newest is the last."""
        ...

    def blobs(self, findings: Findings) -> Iterator[Blob]:
        """Every blob. The content of one is read before the next is asked for."""
        ...

    def derived(self, streams: Mapping[str, Last], findings: Findings) -> None:
        """Hold tables that follow from the entries against where the streams end."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...
