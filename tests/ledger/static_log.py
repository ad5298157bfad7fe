"""Logs as directories of files, written with Affidavit's own modules or read with them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from affidavit.ledger.checkpoint import Checkpoint, parse_checkpoint, signed_checkpoint
from affidavit.ledger.key import SigningKey, parse_vkey
from affidavit.ledger.note import KeySigner, Outcome, check, parse_note
from affidavit.ledger.tile import (
    Growth,
    bundle,
    bundle_layout,
    entries_of,
    layout,
    tile_path,
)
from affidavit.ledger.tree import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ORIGIN = "log.example/ours"
KEY = SigningKey.from_secret(ORIGIN, bytes(range(32)))
OTHER = SigningKey.from_secret(ORIGIN, bytes(range(1, 33)))


@dataclass(frozen=True, slots=True)
class Written:
    """A log in `place`, the key to check it with, and the size and root that it must have."""

    place: Path
    vkey: str
    size: int
    root: bytes


def entry(index: int) -> bytes:
    """Entries of no byte, of the most that a bundle takes, and of a few in between."""
    return {1: b"", 2: b"\xff" * 65_535}.get(index, b"entry %d " % index + b"\n" * (index % 300))


def put(place: Path, path: str, data: bytes) -> None:
    """Write a file of a log."""
    file = place / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def signed(growth: Growth, key: SigningKey = KEY) -> bytes:
    """The checkpoint of the tree as it is now."""
    note = signed_checkpoint(Checkpoint(ORIGIN, growth.size, growth.root()), [KeySigner(key)])
    return note.encode()


def write(place: Path, size: int, *, entry: Callable[[int], bytes] = entry) -> Written:
    """A log of `size` entries that grew in uneven steps, with a checkpoint kept after each."""
    growth, kept = Growth(), b""
    for start, end in pairwise([0, *sorted({size // 7, size // 2, size})]):
        for tile in growth.extend([leaf_hash(entry(index)) for index in range(start, end)]):
            put(place, tile_path(tile.level, tile.number), tile.hashes)
        note = signed(growth)
        kept += b"length %d\n" % len(note) + note
    for tile in growth.partials():
        put(place, tile_path(tile.level, tile.number, tile.width), tile.hashes)
    for path in bundle_layout(size):
        first = path.number * 256
        put(place, str(path), bundle([entry(first + each) for each in range(path.width)]))
    put(place, "checkpoint", note)
    put(place, "checkpoints", kept)
    return Written(place, KEY.key.encode(), size, growth.root())


def read(place: Path, vkey: str) -> Checkpoint:
    """The checkpoint of a log, when signature, entries, tiles and the list of files agree."""
    note = parse_note((place / "checkpoint").read_bytes())
    assert check(note, parse_vkey(vkey)) is Outcome.GOOD
    checkpoint, growth, tiles = parse_checkpoint(note), Growth(), dict[str, bytes]()
    for path in bundle_layout(checkpoint.size):
        entries = entries_of((place / str(path)).read_bytes(), str(path), width=path.width)
        full = growth.extend([leaf_hash(each) for each in entries])
        tiles |= {tile_path(tile.level, tile.number): tile.hashes for tile in full}
    for tile in growth.partials():
        tiles[tile_path(tile.level, tile.number, tile.width)] = tile.hashes
    assert growth.root() == checkpoint.root
    assert sorted(tiles) == sorted(str(path) for path in layout(checkpoint.size))
    assert {path: (place / path).read_bytes() for path in tiles} == tiles
    return checkpoint
