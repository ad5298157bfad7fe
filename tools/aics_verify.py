"""Check and write logs on disk with aics-tlog, which shares no code with Affidavit.

    aics_verify.py check DIR VKEY   checks the log that is exported to DIR, whose key is VKEY
    aics_verify.py write DIR N      writes a log of N entries, and DIR/vkey, its key

A good log is one line, ``ok size=N root=HEX``, and exit status 0; otherwise one line gives the
reason and the status is 1. It needs Python 3.12 and ``aics-tlog`` of PyPI, and nothing of this
project.
"""

from __future__ import annotations

import sys
from pathlib import Path

from aics_tlog import (
    Checkpoint,
    FileSystemTileReader,
    MerkleTree,
    TileWriter,
    VerifiedTileReader,
    audit_tiles,
    consistency_proof_from_tiles,
    format_vkey,
    inclusion_proof_from_tiles,
    parse_checkpoint,
    parse_note,
    parse_vkey,
    sign_checkpoint,
    tree_root_from_tiles,
    verify_checkpoint,
    verify_consistency,
    verify_leaf_inclusion,
    vkey_from_ed25519,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "log.example/aics"

SAMPLES = 16
"""Entries and sizes that are proven."""


def signed(directory: Path, vkey: str) -> Checkpoint:
    """The checkpoint of the log, when the key signed it."""
    note, key = parse_note((directory / "checkpoint").read_bytes()), parse_vkey(vkey)
    result = verify_checkpoint(note, key, expected_origin=key.name)
    if not result.ok:
        raise ValueError(f"checkpoint: {result.error or 'not signed by the key'}")
    return parse_checkpoint(note.text)


def check_proofs(reader: VerifiedTileReader, size: int, root: bytes) -> None:
    """Nothing, when proofs of entries and of smaller trees hold."""
    for index in sorted({(size - 1) * each // (SAMPLES - 1) for each in range(SAMPLES)}):
        path = inclusion_proof_from_tiles(reader, index, size)
        if not verify_leaf_inclusion(reader.entry(index), index, size, path, root):
            raise ValueError(f"inclusion of entry {index}: the proof does not hold")
        old = index + 1
        old_root = tree_root_from_tiles(reader, old, size)
        path = consistency_proof_from_tiles(reader, old, size)
        if not verify_consistency(old, size, old_root, root, path):
            raise ValueError(f"consistency with size {old}: the proof does not hold")


def check(directory: Path, vkey: str) -> str:
    """The line about a good log.

    Raises:
        ValueError: The log is not good.
        OSError: A file of it is absent.
    """
    stated = signed(directory, vkey)
    if not stated.size:
        raise ValueError("the log is empty: there is nothing to check")
    reader = FileSystemTileReader(directory)
    audit_tiles(reader, stated.size, stated.root)
    proven = VerifiedTileReader(reader, stated.size, stated.root)
    check_proofs(proven, stated.size, stated.root)
    return f"ok size={stated.size} root={stated.root.hex()}"


def write(directory: Path, size: int) -> str:
    """The line about a log of `size` entries, written under a new key."""
    entries = [b"entry %d\x00" % index + b"\xff" * (index % 300) for index in range(size)]
    entries[1:3] = [b"", b"\xff" * 65_535][: size - 1]
    directory.mkdir(parents=True, exist_ok=True)
    TileWriter(entries).write_to(directory)
    stated = Checkpoint(ORIGIN, size, MerkleTree(entries).root())
    key = Ed25519PrivateKey.generate()
    (directory / "checkpoint").write_bytes(sign_checkpoint(stated, key, ORIGIN).to_bytes())
    vkey = format_vkey(vkey_from_ed25519(ORIGIN, key.public_key()))
    (directory / "vkey").write_text(f"{vkey}\n", encoding="utf-8")
    return f"ok size={stated.size} root={stated.root.hex()}"


def main(arguments: list[str]) -> int:
    """Do what is asked, print the one line, and return the exit status."""
    try:
        match arguments:
            case ["check", directory, vkey]:
                print(check(Path(directory), vkey))
            case ["write", directory, size] if int(size) > 0:
                print(write(Path(directory), int(size)))
            case _:
                print("usage: aics_verify.py check DIR VKEY | aics_verify.py write DIR N")
                return 1
    except (ValueError, OSError) as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
