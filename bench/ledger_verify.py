"""Time the verification of a whole exported log, beside what its hashing costs by `openssl speed`.

    python bench/ledger_verify.py [--entries 1000000] [--runs 3] [--folder DIR]

A log of entries of 1 KiB is made first: four kinds of facts, a thousand streams, a checkpoint for
each 1,024 entries. Then, in turn, `openssl speed` and the verifier run: the tree alone and in full,
with one process and with two. All figures are of CPU seconds of one core. The gain of a second
process is of wall time, which says something on an idle machine alone; by CPU it is what two idle
cores would gain. The floor is one hash of 1,025 bytes and one of 65 for each
entry; a ratio is that of one round, and the median of the rounds is what to quote.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from affidavit.ledger.checkpoint import Checkpoint, signed_checkpoint
from affidavit.ledger.note import KeySigner, SigningKey
from affidavit.ledger.tile import Growth, bundle, entries_path, tile_path
from affidavit.ledger.tree import leaf_hash

ORIGIN = "example.com/bench"
KEY = SigningKey.from_secret(ORIGIN, b"k" * 32)
KINDS = ("agent.acted.v1", "landing.audited.v1", "session.beat.v1", "tool.called.v1")
CHILD = """
import sys
from pathlib import Path
from affidavit.ledger.note import parse_vkey
from affidavit.verify import Trust, verify
root, mode, processes = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
remembered = ((root / "checkpoint").read_bytes(),)
trust = Trust(keys=(parse_vkey((root / "vkey").read_text().strip()),), remembered=remembered)
result = verify(root, trust, tree_only=mode == "tree", processes=processes)
assert result.status == ("incomplete" if mode == "tree" else "verified"), result
"""


def body(kind: int, dice: random.Random) -> dict[str, object]:
    salted = f"hmac-sha256:{dice.randbytes(32).hex()}"
    if kind == 0:
        return {"action": "edit", "agent": "claude", "prompt": salted, "result": "ok"}
    if kind == 1:
        people = [{"id": "p1", "name": salted, "roles": ["author", "merger"]}]
        return {"change": "CHG-1", "commits": dice.randrange(1, 40), "people": people}
    if kind == 2:
        return {"beat": dice.randrange(10**6), "session": dice.randbytes(8).hex()}
    return {"arguments": salted, "output": salted, "exit": 0, "tool": "shell", "seconds": 3}


def entry(index: int, link: tuple[int, str], dice: random.Random) -> bytes:
    """An entry of exactly 1,024 bytes."""
    kind = dice.randrange(4)
    contents = body(kind, dice)
    fields: dict[str, object] = {
        "actor": f"p-{index % 97:016x}",
        "body": contents,
        "id": f"019ac5b2-7c3e-7000-8000-{index:012x}",
        "kind": KINDS[kind],
        "recorded_by": {"channel": "sdk", "credential": "uid:1000"},
        "sequence": link[0] + 1,
        "stream": f"session-{index % 1000}",
        "tenant": "default",
        "time": f"2026-11-21T13:{index % 60:02d}:00.{index % 1000000:06d}Z",
        "version": 1,
    }
    if link[1]:
        fields["previous"] = link[1]
    if kind < 3:
        fields["subject"] = {"commit": dice.randbytes(20).hex(), "tree": dice.randbytes(20).hex()}
    spare = 1024 - len(dumped(fields)) - len(',"text":""')
    fields["body"] = {**contents, "text": "x" * spare}
    return dumped(fields)


def dumped(fields: dict[str, object]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


def put(root: Path, path: str, data: bytes) -> None:
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)


def make(root: Path, count: int) -> None:
    """The exported log that is verified."""
    dice, growth, links = random.Random(7), Growth(), dict[int, tuple[int, str]]()  # noqa: S311
    kept, some = bytearray(), list[bytes]()
    for index in range(count):
        stream = index % 1000
        one = entry(index, links.get(stream, (-1, "")), dice)
        links[stream] = (
            links.get(stream, (-1, ""))[0] + 1,
            "rfc6962:" + leaf_hash(one).hex(),
        )
        some.append(one)
        for tile in growth.extend([leaf_hash(one)]):
            put(root, tile_path(tile.level, tile.number), tile.hashes)
        if len(some) == 256 or index + 1 == count:
            put(root, entries_path(index // 256, len(some)), bundle(some))
            some.clear()
        if growth.size % 1024 == 0 or growth.size == count:
            checkpoint = Checkpoint(ORIGIN, growth.size, growth.root())
            note = signed_checkpoint(checkpoint, [KeySigner(KEY)]).encode()
            kept += b"length %d\n%s" % (len(note), note)
    for tile in growth.partials():
        put(root, tile_path(tile.level, tile.number, tile.width), tile.hashes)
    put(root, "checkpoints", bytes(kept))
    put(root, "checkpoint", note)
    put(root, "vkey", KEY.key.encode().encode())
    told = {"format": "affidavit/ledger-export@1", "origin": ORIGIN, "size": count}
    put(root, "ledger.json", json.dumps(told).encode())


def hashes(size: int) -> float:
    """Hashes of `size` bytes in a second of one core, as openssl counts them."""
    command = ["openssl", "speed", "-evp", "sha256", "-bytes", str(size), "-seconds", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"^sha256\s+([0-9.]+)k", done.stdout, re.MULTILINE | re.IGNORECASE)
    assert found, done.stdout
    return float(found[1]) * 1000 / size


def floor() -> float:
    """Entries in a second if nothing but their hashing cost anything."""
    return 1 / (1 / hashes(1025) + 1 / hashes(65))


def timed(root: Path, mode: str, processes: int) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and megabytes of the largest process of one verification."""
    command = [sys.executable, "-c", CHILD, str(root), mode, str(processes)]
    begin = time.perf_counter()
    child = subprocess.Popen(command)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"the verifier ended with {os.waitstatus_to_exitcode(status)}")
    wall = time.perf_counter() - begin
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        root = Path(folder) / "log"
        make(root, options.entries)
        measure(root, options.entries, options.runs)


def measure(root: Path, count: int, runs: int) -> None:
    """Print each round, then the medians."""
    rows: dict[str, list[float]] = {}
    for _ in range(runs):
        most = floor()
        print(f"floor {most:,.0f} entries/s")
        for mode in ("tree", "full"):
            cpu, wall, memory = timed(root, mode, 1)
            cpu_of_two, wall_of_two, _ = timed(root, mode, 2)
            told = {
                "of the floor": count / cpu / most,
                "gain of two": wall / wall_of_two,
                "gain of two by CPU": 2 * cpu / cpu_of_two,
            }
            print(
                f"{mode}: {count / cpu:,.0f} entries per CPU second, {memory:.0f} MB;",
                ", ".join(f"{name} {value:.3f}" for name, value in told.items()),
            )
            for name, value in told.items():
                rows.setdefault(f"{mode}, {name}", []).append(value)
    for name, values in rows.items():
        print(f"median {name}: {statistics.median(values):.3f}")


if __name__ == "__main__":
    main()
