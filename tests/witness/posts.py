"""Running witnesses, and ledgers that ask them."""

from __future__ import annotations

import http.client
import threading
from typing import TYPE_CHECKING

import pytest

from affidavit.app.clock import chance, now
from affidavit.app.ledger.home import Home
from affidavit.app.ledger.kept import begun, by, keeping
from affidavit.app.ledger.view import viewing
from affidavit.app.witness.post import posted
from affidavit.app.witness.witness import Server, Witness
from affidavit.ledger.entry import Fact
from affidavit.ledger.key import parse_vkey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORIGIN = "log.mail/test"
NAME = "witness.mail/w1"


class Post:
    """A running witness, and how to ask it."""

    def __init__(self, server: Server, vkey: str) -> None:
        self.server = server
        host, port = server.server_address[:2]
        self.address = str(host), port
        self.vkey = vkey

    @property
    def url(self) -> str:
        return f"http://{self.address[0]}:{self.address[1]}"

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, str | None, bytes]:
        connection = http.client.HTTPConnection(self.address[0], self.address[1], timeout=20)
        connection.request(method, path, body)
        answer = connection.getresponse()
        found = answer.status, answer.getheader("Content-Type"), answer.read()
        connection.close()
        return found


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "config"))
    place = Home(tmp_path / "kept" / ".affidavit")
    begun(place, ORIGIN, lambda keys: keys.new_secret(chance(32)))
    return place


def vkey(place: Home) -> str:
    with viewing(place) as view:
        return view.rows.meta("vkey")


@pytest.fixture
def post(tmp_path: Path, ledger: Home) -> Iterator[Post]:
    key, memory = posted(tmp_path / "witness", NAME, chance)
    server = Server(
        ("127.0.0.1", 0), Witness(key, {ORIGIN: [parse_vkey(vkey(ledger))]}, memory, now)
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield Post(server, key.key.encode())
    server.shutdown()
    thread.join()
    server.server_close()


def append(place: Home, count: int = 1) -> None:
    fact = Fact(kind="test.done.v1", stream="s", actor="tester", body={})
    with keeping(place) as keeper:
        keeper.append([fact] * count, by("test"))


def policy(place: Home, post: Post, folder: Path) -> Path:
    path = folder / "policy.txt"
    path.write_text(f"log {vkey(place)}\nwitness w1 {post.vkey} {post.url}\nquorum w1\n")
    return path
