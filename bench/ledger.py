"""Time the ledger beside a bare hash chain, and show how large proofs are.

    python bench/ledger.py [--runs 5] [--folder DIR] [--quick] [--only appends|writers|proofs]

*appends*: the same 1 KiB entries, durable, to a log (tree, tiles, signed checkpoint: `Log.append`)
and to a bare chain in SQLite (WAL, synchronous=FULL, a row for each entry with its hash, nothing
signed), in turn; the ratio is that of one pair, and the median of the pairs is what to quote. What
the keeper does before (read, check, seal) is timed apart. Seconds of the processor are told as
well: on a disk that is slow to flush, the wall clock tells of the disk.

*writers*: client processes that each have one fact in flight through `affidavit ledger serve`,
beside one process that appends to a log by itself, an entry a time; and how evenly they came on.

*proofs*: bytes of a C2SP tlog-proof by the size of the tree, which is built from made-up leaf
hashes: a proof holds no entry.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from affidavit.app.ledger.home import Home
from affidavit.app.ledger.kept import begun, by, keeping
from affidavit.app.ledger.signers import FileSigner
from affidavit.app.serve.client import Client
from affidavit.ledger.checkpoint import Checkpoint, signed_checkpoint
from affidavit.ledger.entry import Fact
from affidavit.ledger.key import SigningKey
from affidavit.ledger.proof import Proof
from affidavit.ledger.tile import Growth, subtree_of
from affidavit.ledger.tree import inclusion
from affidavit.store.log import Batch, Log, created

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ORIGIN = "example.com/bench"
SIGNER = FileSigner(SigningKey.from_secret(ORIGIN, bytes(32)))
ENTRIES = [os.urandom(512).hex().encode() for _ in range(4096)]
Hashes = dict[tuple[int, int], bytes]
Timed = tuple[float, float]
"""Seconds on the wall, and of the processor, for an entry."""


def sign(checkpoint: Checkpoint) -> bytes:
    return signed_checkpoint(checkpoint, [SIGNER]).encode()


def a_fact(number: int) -> Fact:
    """A fact whose entry has about 1 KiB."""
    body = {"agent": "reviewer", "action": "comment", "result": "ok", "note": "x" * 560}
    return Fact(kind="agent.acted.v1", stream=f"session-{number}", actor="agent:5f2c", body=body)


def batches(size: int, seconds: float) -> Iterator[list[bytes]]:
    """Entries, `size` at a time, for so long."""
    at, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        yield [ENTRIES[(at + one) % len(ENTRIES)] for one in range(size)]
        at += size


def timed(append: Callable[[list[bytes]], object], size: int, seconds: float) -> Timed:
    """What an entry takes `append`, given `size` of them at a time for so long."""
    wall = cpu = 0.0
    count = 0
    for entries in batches(size, seconds):
        begin, used = time.perf_counter(), time.process_time()
        append(entries)
        wall += time.perf_counter() - begin
        cpu += time.process_time() - used
        count += size
    return wall / count, cpu / count


def log(folder: Path, size: int, seconds: float) -> Timed:
    path = folder / "ledger.db"
    created(path, {"origin": ORIGIN, "vkey": SIGNER.key.encode(), "created": "-"})
    with Log(path) as found:
        return timed(lambda entries: found.append(Batch(entries=entries), sign), size, seconds)


def chain(folder: Path, size: int, seconds: float) -> Timed:
    found = sqlite3.connect(folder / "chain.db", isolation_level=None)
    found.execute("PRAGMA journal_mode = WAL")
    found.execute("PRAGMA synchronous = FULL")
    found.execute("CREATE TABLE entries (idx INTEGER PRIMARY KEY, entry BLOB, hash BLOB)")
    before, length = bytes(32), 0

    def append(entries: list[bytes]) -> None:
        nonlocal before, length
        rows = []
        for entry in entries:
            before = hashlib.sha256(before + entry).digest()
            rows.append((length, entry, before))
            length += 1
        found.execute("BEGIN IMMEDIATE")
        found.executemany("INSERT INTO entries VALUES (?, ?, ?)", rows)
        found.execute("COMMIT")

    try:
        return timed(append, size, seconds)
    finally:
        found.close()


def appends(options: argparse.Namespace) -> None:
    print("appends of 1 KiB, durable: entries a second, and the log's by the chain's")
    for size, target in ((1, 0.5), (64, None), (1024, 0.85)):
        pairs = []
        for run in range(options.runs):
            both = {}
            for side in (log, chain)[:: 1 if run % 2 else -1]:
                with tempfile.TemporaryDirectory(dir=options.folder) as folder:
                    both[side] = side(Path(folder), size, options.seconds)
            pairs.append((both[log], both[chain]))
        wall, cpu = ([theirs[at] / ours[at] for ours, theirs in pairs] for at in (0, 1))
        ours, theirs = (1 / statistics.median(p[side][0] for p in pairs) for side in (0, 1))
        goal = f"  at least {target} is asked" if target else ""
        print(
            f"  batch {size:>5}  log {ours:>9,.0f}  chain {theirs:>9,.0f}"
            f"  ratio {statistics.median(wall):.2f} ({min(wall):.2f} to {max(wall):.2f})"
            f"  of the processor {statistics.median(cpu):.2f}{goal}",
            flush=True,
        )
    keeper_apart(options)


def keeper_apart(options: argparse.Namespace) -> None:
    """What checking and sealing a fact takes, without the log."""
    with (
        tempfile.TemporaryDirectory(dir=options.folder) as folder,
        keeping(a_ledger(Path(folder))) as keeper,
    ):
        gathering, facts, spans = keeper.gathering(), [a_fact(1)] * 64, []
        for _ in range(200):
            begin = time.process_time()
            gathering.add(facts, by("cli"))
            spans.append((time.process_time() - begin) / len(facts))
    print(f"  checking and sealing a fact: {statistics.median(spans) * 1e6:.1f} us")


def a_ledger(folder: Path) -> Home:
    """A new ledger in `folder`, with its keys and its socket."""
    os.environ["AFFIDAVIT_HOME"] = str(folder / "home")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    place = Home(folder / ".affidavit")
    begun(place, ORIGIN, lambda custody: custody.new_secret(os.urandom(32)))
    return place


@contextmanager
def a_server(folder: Path) -> Iterator[tuple[Path, list[float]]]:
    """A running server: its socket, and afterwards the seconds of the processor it used."""
    path, used = folder / "s.sock", []
    command = [sys.executable, "-m", "affidavit", "ledger", "serve", "--ledger", str(folder)]
    with subprocess.Popen([*command, "--socket", str(path)], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        server.stdout.readline()
        yield path, used
        server.send_signal(signal.SIGTERM)
        _, status, usage = os.wait4(server.pid, 0)
        server.returncode = os.waitstatus_to_exitcode(status)
        used.append(usage.ru_utime + usage.ru_stime)
    if server.returncode:
        sys.exit(f"the server ended with {server.returncode}")


def writer(path: Path, number: int, start: object, seconds: float, counts: object) -> None:
    """Append a fact after the other; tell how many, and how long each took."""
    fact, spans = a_fact(number), []
    with Client(path) as client:
        client.append([fact])
        start.wait()  # type: ignore[attr-defined]
        last = time.perf_counter()
        end = last + seconds
        while last < end:
            client.append([fact])
            this = time.perf_counter()
            spans.append(this - last)
            last = this
    spans.sort()
    at = [spans[int(len(spans) * part)] for part in (0.5, 0.99)]
    counts.put((len(spans), *at))  # type: ignore[attr-defined]


def through(folder: Path, writers: int, seconds: float) -> tuple[list[int], Timed, float]:
    """Entries of each writer, their median and 99th percentile, the server's own seconds."""
    context = multiprocessing.get_context("fork")
    start, counts = context.Barrier(writers), context.SimpleQueue()
    a_ledger(folder)
    with a_server(folder) as (path, used):
        clients = [
            context.Process(target=writer, args=(path, number, start, seconds, counts))
            for number in range(writers)
        ]
        for one in clients:
            one.start()
        found = [counts.get() for _ in clients]
        for one in clients:
            one.join()
    p50, p99 = (statistics.median(one[at] for one in found) for at in (1, 2))
    return [one[0] for one in found], (p50, p99), used[0]


def alone(folder: Path, seconds: float) -> float:
    """Entries a second of one writer that appends by itself."""
    return 1 / log(folder, 1, seconds)[0]


def writers(options: argparse.Namespace) -> None:
    print("writers with one fact in flight each, through the server, beside one that is alone")
    for number in sorted({min(8, options.writers), options.writers}):
        ratios, spreads, rates, spans, costs = [], [], [], [], []
        for _ in range(options.runs):
            with tempfile.TemporaryDirectory(dir=options.folder) as folder:
                single = alone(Path(folder), options.seconds)
            with tempfile.TemporaryDirectory(dir=options.folder) as folder:
                counts, span, used = through(Path(folder), number, options.seconds * 2)
            rates.append(sum(counts) / (options.seconds * 2))
            ratios.append(rates[-1] / single)
            spreads.append(max(counts) / max(1, min(counts)))
            spans.append(span)
            costs.append(used / sum(counts) * 1e6)
        p50, p99 = (statistics.median(one[at] for one in spans) * 1e3 for at in (0, 1))
        print(
            f"  {number:>3} writers  {statistics.median(rates):>8,.0f} entries a second"
            f"  ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
            f"  most/least of a writer {statistics.median(spreads):.2f} (worst {max(spreads):.2f})"
            f"  p50 {p50:.1f} ms  p99 {p99:.1f} ms"
            f"  the server's processor {statistics.median(costs):.0f} us an entry",
            flush=True,
        )


def tile(of: tuple[Hashes, Hashes], level: int, number: int) -> bytes | None:
    edge, full = of
    return edge.get((level, number)) or full.get((level, number))


def proofs(options: argparse.Namespace) -> None:
    print("proofs: bytes of a C2SP tlog-proof file, by the entries of the tree")
    growth, tiles = Growth(), Hashes()
    for power in range(2, 6 if options.quick else 8):
        size = 10**power
        while growth.size < size:
            count = min(65_536, size - growth.size)
            blob = os.urandom(32 * count)
            leaves = [blob[at : at + 32] for at in range(0, len(blob), 32)]
            tiles.update({(one.level, one.number): one.hashes for one in growth.extend(leaves)})
        edge = {(one.level, one.number): one.hashes for one in growth.partials()}
        root = growth.root()
        subtree = subtree_of(lambda level, number, of=(edge, tiles): tile(of, level, number))
        note = sign(Checkpoint(ORIGIN, size, root))
        begin = time.process_time()
        indexes = [size * part // 9 for part in range(9)] + [size - 1]
        paths = [inclusion(index, size, subtree) for index in indexes]
        each = (time.process_time() - begin) / len(paths)
        sizes = [
            len(Proof(index=i, path=p, checkpoint=note).encode())
            for i, p in zip(indexes, paths, strict=True)
        ]
        print(
            f"  10^{power}  {max(map(len, paths)):>2} hashes  {max(sizes):>5,} bytes"
            f"  made in {each * 1e6:.0f} us",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--writers", type=int, default=64)
    parser.add_argument("--folder", type=Path, help="where the databases lie (default: TMPDIR)")
    parser.add_argument("--quick", action="store_true", help="only to see that it works")
    parser.add_argument("--only", choices=["appends", "writers", "proofs"])
    options = parser.parse_args()
    if options.quick:
        options.runs, options.seconds, options.writers = 1, 0.1, 4
    for part in (appends, writers, proofs):
        if options.only in (None, part.__name__):
            part(options)


if __name__ == "__main__":
    main()
