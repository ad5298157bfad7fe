"""Logs written straight from the documented layouts, by none of the code that is tested."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ORIGIN = "example.com/log"
NOW = 1_795_000_000
Body = dict[str, object]


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def written(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def mth(leaves: list[bytes]) -> bytes:
    """The Merkle tree hash over leaf hashes (RFC 6962, section 2.1)."""
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\1" + mth(leaves[:split]) + mth(leaves[split:]))


@dataclass(frozen=True)
class Key:
    """A key of a log (type 1) or of a witness (type 4)."""

    name: str = ORIGIN
    seed: bytes = b"k" * 32
    kind: int = 1

    @property
    def secret(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def material(self) -> bytes:
        return bytes([self.kind]) + self.secret.public_key().public_bytes_raw()

    @property
    def id(self) -> bytes:
        return sha(self.name.encode() + b"\n" + self.material)[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64(self.material)}"

    def line(self, text: str, time: int = NOW) -> str:
        if self.kind == 1:
            signature = self.secret.sign(text.encode())
        else:
            message = f"cosignature/v1\ntime {time}\n{text}".encode()
            signature = time.to_bytes(8, "big") + self.secret.sign(message)
        return f"— {self.name} {b64(self.id + signature)}\n"


LOG = Key()
WITNESS = Key("example.com/witness", b"w" * 32, 4)


def policy(*keys: Key, quorum: str = "w") -> bytes:
    logs = "".join(f"log {key.vkey}\n" for key in keys)
    return f"{logs}witness w {WITNESS.vkey}\nquorum {quorum}\n".encode()


def entry(**fields: object) -> bytes:
    """An entry in canonical form; a field given as None is left out."""
    whole: Body = {
        "version": 1,
        "kind": "agent.acted.v1",
        "id": "019ac5b2-7c3e-7000-8000-000000000000",
        "time": "2026-11-21T13:00:00.123456Z",
        "tenant": "default",
        "stream": "session/1",
        "sequence": 0,
        "actor": "agent-1",
        "recorded_by": {"channel": "cli", "credential": "uid:1000"},
        "body": {"action": "edit", "result": "ok", "tokens": 12},
        **fields,
    }
    kept = {name: value for name, value in whole.items() if value is not None}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass
class Stored:
    """A log before it is written: everything in it can be tampered with."""

    key: Key = LOG
    origin: str = ORIGIN
    entries: list[bytes] = field(default_factory=list)
    notes: list[tuple[int, bytes]] = field(default_factory=list)
    tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    cosignatures: dict[int, list[str]] = field(default_factory=dict)
    ends: dict[str, tuple[int, int]] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)

    def copy(self) -> Stored:
        return deepcopy(self)

    def append(self, stream: str = "session/1", **fields: object) -> None:
        """One more entry of a stream."""
        index, sequence, previous = len(self.entries), 0, None
        if stream in self.ends:
            last, before = self.ends[stream]
            sequence, previous = before + 1, "rfc6962:" + sha(b"\0" + self.entries[last]).hex()
        chosen = {"id": f"id-{index}", "stream": stream, "sequence": sequence, **fields}
        self.entries.append(entry(**{"previous": previous, **chosen}))
        self.ends[stream] = index, sequence

    def leaves(self, size: int | None = None) -> list[bytes]:
        return [sha(b"\0" + each) for each in self.entries[:size]]

    def text(self, size: int | None = None) -> str:
        leaves = self.leaves(size)
        return f"{self.origin}\n{len(leaves)}\n{b64(mth(leaves))}\n"

    def checkpoint(self, *signers: Key, size: int | None = None) -> None:
        """Sign the log as it is, or as it was at `size`."""
        text = self.text(size)
        lines = "".join(key.line(text) for key in signers or (self.key,))
        at = len(self.entries) if size is None else size
        self.notes.append((at, f"{text}\n{lines}".encode()))

    def cosign(self, size: int, time: int = NOW, key: Key = WITNESS) -> None:
        self.cosignatures.setdefault(size, []).append(key.line(self.text(size), time))

    def grow_tiles(self) -> None:
        """Make the tiles anew, those at the edge included."""
        self.tiles.clear()
        row, level = self.leaves(), 0
        while row:
            for number in range(-(-len(row) // 256)):
                self.tiles[level, number] = b"".join(row[number * 256 : number * 256 + 256])
            full = len(row) // 256
            row = [mth(row[at * 256 : at * 256 + 256]) for at in range(full)]
            level += 1

    def note(self, size: int, note: bytes) -> bytes:
        return note + "".join(self.cosignatures.get(size, [])).encode()


def a_log(
    size: int = 600, *, batch: int = 100, blobs: bool = True, opened: int | None = None
) -> Stored:
    """A log of three streams, a checkpoint for each batch, and a blob in every fiftieth entry.

    The first entry is of the time `opened`, if it is given.
    """
    log = Stored()
    for index in range(size):
        named: object = None
        if blobs and index % 50 == 7:
            content = b"blob %d" % index
            log.blobs[sha(content).hex()] = content
            digest = "sha256:" + sha(content).hex()
            named = [{"digest": digest, "media_type": "text/plain", "size": len(content)}]
        times = {"time": written(opened)} if opened is not None and not index else {}
        log.append(f"session/{index % 3}", blobs=named, **times)
        if (index + 1) % batch == 0 or index + 1 == size:
            log.checkpoint()
    log.grow_tiles()
    return log


def number_path(number: int) -> str:
    digits = f"{number % 1000:03d}"
    while number := number // 1000:
        digits = f"x{number % 1000:03d}/{digits}"
    return digits


def put(root: Path, path: str, data: bytes) -> None:
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)


def framed(entries: list[bytes]) -> bytes:
    return b"".join(len(each).to_bytes(2, "big") + each for each in entries)


def partial(width: int) -> str:
    return "" if width == 256 else f".p/{width}"


def write_export(log: Stored, root: Path) -> Path:
    """The log as an exported directory."""
    root.mkdir()
    for (level, number), hashes in log.tiles.items():
        put(root, f"tile/{level}/{number_path(number)}{partial(len(hashes) // 32)}", hashes)
    for start in range(0, len(log.entries), 256):
        some = log.entries[start : start + 256]
        put(root, f"tile/entries/{number_path(start // 256)}{partial(len(some))}", framed(some))
    for name, content in log.blobs.items():
        put(root, f"blobs/{name}", content)
    notes = [log.note(size, note) for size, note in log.notes]
    put(root, "checkpoints", b"".join(b"length %d\n%s" % (len(each), each) for each in notes))
    if notes:
        put(root, "checkpoint", notes[-1])
    put(root, "vkey", f"{log.key.vkey}\n".encode())
    told = {"format": "affidavit/ledger-export@1", "origin": log.origin, "size": len(log.entries)}
    put(root, "ledger.json", json.dumps(told).encode())
    return root


TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, entries BLOB NOT NULL,
    checkpoint BLOB);
CREATE TABLE tiles (level INTEGER NOT NULL, number INTEGER NOT NULL, hashes BLOB NOT NULL,
    PRIMARY KEY (level, number)) WITHOUT ROWID;
CREATE TABLE cosignatures (size INTEGER NOT NULL, witness TEXT NOT NULL, line TEXT NOT NULL,
    PRIMARY KEY (size, witness)) WITHOUT ROWID;
CREATE TABLE anchors (size INTEGER NOT NULL, kind TEXT NOT NULL, digest BLOB NOT NULL,
    token BLOB NOT NULL, PRIMARY KEY (size, kind, digest)) WITHOUT ROWID;
CREATE TABLE blobs (digest BLOB PRIMARY KEY, media_type TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE streams (stream TEXT PRIMARY KEY, idx INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE given_ids (id TEXT PRIMARY KEY, idx INTEGER NOT NULL) WITHOUT ROWID;
"""
GUARDED = {
    "meta": "name = NEW.name",
    "runs": "first = NEW.first",
    "tiles": "level = NEW.level AND number = NEW.number",
    "anchors": "size = NEW.size AND kind = NEW.kind AND digest = NEW.digest",
    "blobs": "digest = NEW.digest OR rowid = NEW.rowid",
    "given_ids": "id = NEW.id",
}


def triggers() -> str:
    """Those that the layout has, to be made once the rows are there."""
    made = ""
    for table, same in GUARDED.items():
        for event in ("UPDATE", "DELETE", "INSERT"):
            when = f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})" * (event == "INSERT")  # noqa: S608 -- ours
            made += (
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}{when}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;\n"
            )
    return made


def signer(line: str) -> str:
    """The name and the id of the key that a signature line is of."""
    _, name, signature = line.split(" ")
    return f"{name}+{base64.b64decode(signature)[:4].hex()}"


def write_database(log: Stored, path: Path) -> Path:
    """The log as a live database."""
    db = sqlite3.connect(path)
    db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;" + TABLES)
    meta = {"schema": "1", "origin": log.origin, "vkey": log.key.vkey, "created": "now"}
    db.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    notes = dict(log.notes)
    # A checkpoint of more entries than there are has no place but the last run.
    notes.update({len(log.entries): note for size, note in log.notes if size > len(log.entries)})
    borders = {*notes, *range(0, len(log.entries), 256), len(log.entries), 0}
    ends = sorted(each for each in borders if each <= len(log.entries))
    for first, end in pairwise(ends):
        run = framed(log.entries[first:end])
        db.execute("INSERT INTO runs VALUES (?,?,?,?)", (first, end - first, run, notes.get(end)))
    for (level, number), hashes in log.tiles.items():
        if len(hashes) == 8192:
            db.execute("INSERT INTO tiles VALUES (?, ?, ?)", (level, number, hashes))
    for size, lines in log.cosignatures.items():
        rows = [(size, signer(each), each) for each in lines]
        db.executemany("INSERT INTO cosignatures VALUES (?, ?, ?)", rows)
    for name, content in log.blobs.items():
        row = (bytes.fromhex(name), "text/plain", content)
        db.execute("INSERT INTO blobs VALUES (?, ?, ?)", row)
    last = {name: index for name, (index, _) in log.ends.items()}
    db.executemany("INSERT INTO streams VALUES (?, ?)", last.items())
    db.executemany("INSERT INTO given_ids VALUES (?, ?)", log.given.items())
    db.executescript(triggers())
    db.commit()
    db.close()
    return path


def altered(path: Path, statement: str, *values: object) -> None:
    """Change a written database behind everybody's back: the triggers are as they were before."""
    db = sqlite3.connect(path)
    kept = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    triggers = dict(kept.fetchall())
    if not statement.startswith(("INSERT", "UPDATE", "DELETE")):
        triggers.clear()
    for name in triggers:
        db.execute(f"DROP TRIGGER {name}")
    db.execute(statement, values)
    for sql in triggers.values():
        db.execute(sql)
    db.commit()
    db.close()


Writing = dict[str, "Callable[[Stored, Path], Path]"]
FORMS: Writing = {"export": write_export, "database": write_database}
