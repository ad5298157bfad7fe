"""What was acknowledged is there whatever happens to the server; and everybody gets a share."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import servers
from servers import Server, a_fact, digests, serving, until

from affidavit.app.ledger.custody import Held
from affidavit.app.ledger.home import Home
from affidavit.app.ledger.kept import begun
from affidavit.app.ledger.view import viewing
from affidavit.base.errors import KeyFileError, StoreError
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.key import SigningKey
from affidavit.ledger.note import parse_note
from affidavit.ledger.tile import subtree_of
from affidavit.ledger.tree import root
from affidavit.store.rows import tiles_at

if TYPE_CHECKING:
    from affidavit.app.serve.client import Client

place = servers.place
server = servers.server
ROOT = Path(__file__).parents[2]


def acknowledged(client: Client, found: list[str]) -> None:
    """Keep eight requests in flight; note the digests that are acknowledged, till it ends."""
    try:
        for _ in range(8):
            client.submit([a_fact(f"stream-{id(found)}")])
        while True:
            _, done = client.collect()
            assert not isinstance(done, Exception)
            found += [one.digest for one in done.receipts]
            client.submit([a_fact(f"stream-{id(found)}")])
    except StoreError:
        return


def round_of(server: Server, writers: int) -> list[str]:
    """Writers at work when the server is killed: what they were told is recorded."""
    notes: list[list[str]] = [[] for _ in range(writers)]
    threads = [
        threading.Thread(target=acknowledged, args=(server.client(), note)) for note in notes
    ]
    for one in threads:
        one.start()
    until(lambda: all(len(note) > 10 for note in notes))
    server.end(signal.SIGKILL)
    for one in threads:
        one.join()
    return [digest for note in notes for digest in note]


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(place: Home) -> None:
    told: list[str] = []
    for _ in range(20):
        with serving(place) as server:
            told += round_of(server, 3)
    found = digests(place)
    assert len(set(found)) == len(found)
    assert set(told) <= set(found)


def test_every_checkpoint_is_a_prefix_of_the_log_after_kills(place: Home) -> None:
    for _ in range(3):
        with serving(place) as server:
            round_of(server, 2)
    with viewing(place) as view:
        kept = list(view.rows.checkpoints())
        for size, data in kept:
            stated = parse_checkpoint(parse_note(data))
            assert (size, stated.root) == (
                stated.size,
                root(size, subtree_of(tiles_at(view.rows, size))),
            )
    assert kept[-1][0] == len(digests(place))


def counted(client: Client, stop: threading.Event, counts: list[int], at: int) -> None:
    while not stop.is_set():
        client.append([a_fact(f"writer-{at}")])
        counts[at] += 1


def test_eight_writers_come_on_evenly(server: Server) -> None:
    counts, stop = [0] * 8, threading.Event()
    threads = [
        threading.Thread(target=counted, args=(server.client(), stop, counts, at))
        for at in range(8)
    ]
    for one in threads:
        one.start()
    until(lambda: sum(counts) >= 2_000)
    stop.set()
    for one in threads:
        one.join()
    assert max(counts) <= 2 * min(counts)


@pytest.mark.skipif(sys.platform != "linux", reason="limits another process's files")
def test_where_the_disk_is_full_an_error_is_answered_and_serving_goes_on(server: Server) -> None:
    import resource  # noqa: PLC0415

    number = server.process.pid
    before = resource.prlimit(number, resource.RLIMIT_FSIZE)
    with server.client() as client:
        first = client.append([a_fact()])
        resource.prlimit(number, resource.RLIMIT_FSIZE, (1, before[1]))
        for _ in range(3):
            with pytest.raises(StoreError):
                client.append([a_fact()])
        resource.prlimit(number, resource.RLIMIT_FSIZE, before)
        second = client.append([a_fact()])
    assert digests(server.place)[1:] == [one.receipts[0].digest for one in (first, second)]


SIGN = """
import base64, pathlib, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
if pathlib.Path("{broken}").exists():
    sys.exit("the token is not plugged in")
key = Ed25519PrivateKey.from_private_bytes(bytes(32))
print(base64.b64encode(key.sign(sys.stdin.buffer.read())).decode())
"""


def test_where_nothing_can_be_signed_an_error_is_answered_and_serving_goes_on(
    place: Home,
) -> None:
    folder = place.folder.parent
    broken, script = folder / "broken", folder / "sign.py"
    script.write_text(SIGN.format(broken=broken))
    vkey = SigningKey.from_secret("example.com/hook", bytes(32)).key.encode()
    held = Held(vkey=vkey, command=(sys.executable, str(script)))
    other = Home(folder / "other")
    begun(other, "example.com/hook", lambda _custody: held)
    with serving(other) as server, server.client() as client:
        broken.touch()
        with pytest.raises(KeyFileError, match="not plugged in"):
            client.append([a_fact()])
        broken.unlink()
        done = client.append([a_fact()])
    assert [one.index for one in done.receipts] == [1]


def test_the_documented_loop_of_kills_works() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "kill.py"), "--rounds", "2"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "none was lost" in done.stdout


def test_the_benchmark_runs() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "ledger.py"), "--quick"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines() if line[0] != " "] == [
        "appends",
        "writers",
        "proofs:",
    ]
