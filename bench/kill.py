"""Kill a server over and over while writers are at work, and look for what it acknowledged.

    python bench/kill.py [--rounds 1000] [--writers 4] [--folder DIR]

In each round `affidavit ledger serve` runs over the same ledger, every writer keeps eight requests
in flight, and after a moment that differs each time the server gets SIGKILL. At the end every
digest that any writer was told must be in the log, once; every checkpoint that was ever signed and
kept must be a prefix of the final tree; and SQLite must find its file in order.
"""

from __future__ import annotations

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from affidavit.app.ledger.home import FOLDER, Home
from affidavit.app.ledger.kept import begun
from affidavit.app.ledger.view import Choice, viewing
from affidavit.app.serve.client import Client
from affidavit.base.errors import AffidavitError, StoreError
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.entry import Fact
from affidavit.ledger.note import parse_note
from affidavit.ledger.tree import Frontier, leaf_hash

BODY: dict[str, object] = {"agent": "reviewer", "action": "comment", "result": "ok"}
IN_FLIGHT = 8


def write(client: Client, stream: str, told: list[str]) -> None:
    """Append till the server is gone; `told` is what was acknowledged."""
    fact = Fact(kind="agent.acted.v1", stream=stream, actor="agent:5f2c", body=BODY)
    try:
        for _ in range(IN_FLIGHT):
            client.submit([fact])
        while True:
            done = client.collect()[1]
            if isinstance(done, Exception):
                raise done
            told += [one.digest for one in done.receipts]
            client.submit([fact])
    except StoreError:
        return


def served(place: Home, path: Path, writers: int, moment: float) -> list[str]:
    """One round: what was acknowledged before the server was killed."""
    command = [sys.executable, "-m", "affidavit", "ledger", "serve", "--ledger", str(place.folder)]
    told: list[list[str]] = [[] for _ in range(writers)]
    with subprocess.Popen([*command, "--socket", str(path)], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        if not server.stdout.readline():
            sys.exit("the server did not start")
        threads = [
            threading.Thread(target=write, args=(Client(path), f"writer-{number}", note))
            for number, note in enumerate(told)
        ]
        for one in threads:
            one.start()
        time.sleep(moment)
        server.send_signal(signal.SIGKILL)
        for one in threads:
            one.join()
    return [digest for note in told for digest in note]


def lost(place: Home, told: set[str]) -> list[str]:
    """What is wrong with the ledger; empty where nothing is."""
    wrong = []
    with viewing(place) as view:
        kept = dict(view.rows.checkpoints())
        edge, found = Frontier(), set[str]()
        for row in view.chosen(Choice()):
            edge = edge.extended([leaf_hash(row.data)])
            found.add(row.digest)
            if (note := kept.pop(row.index + 1, None)) is not None:
                signed = parse_checkpoint(parse_note(note))
                if (signed.size, signed.root) != (edge.size, edge.root()):
                    wrong.append(f"the checkpoint of {signed.size} is not of this log")
        wrong += [f"there is a checkpoint of {size} and no such log" for size in kept]
        if len(found) != view.size:
            wrong.append("an entry is there twice")
    if missing := len(told - found):
        wrong.append(f"{missing:,} that were acknowledged are lost")
    state = sqlite3.connect(place.database).execute("PRAGMA integrity_check").fetchone()
    return wrong if state == ("ok",) else [*wrong, f"SQLite says {state}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--folder", type=Path, help="where the ledger lies (default: TMPDIR)")
    options = parser.parse_args()
    told: list[str] = []
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        os.environ["AFFIDAVIT_HOME"] = str(folder / "keys")
        os.environ["XDG_RUNTIME_DIR"] = name
        place = Home(folder / FOLDER)
        begun(place, "example.com/kill", lambda custody: custody.new_secret(os.urandom(32)))
        for number in range(options.rounds):
            # A moment of 20 to 120 ms that never comes twice in a row.
            told += served(
                place, folder / "s.sock", options.writers, 0.02 + number * 37 % 101 / 1e3
            )
        try:
            wrong = lost(place, set(told))
        except AffidavitError as error:
            wrong = [error.message]
        with viewing(place) as view:
            size = view.size
    for line in wrong:
        print(line)
    if wrong:
        sys.exit(1)
    unsaid = size - 1 - len(told)
    print(
        f"{options.rounds:,} kills: of {len(told):,} acknowledged none was lost;"
        f" {unsaid:,} more were recorded when the answer no longer came"
    )


if __name__ == "__main__":
    main()
