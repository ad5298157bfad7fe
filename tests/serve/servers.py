"""Servers to test with: real processes, their sockets, and strangers who speak to them."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger.home import FOLDER, Home
from affidavit.app.ledger.kept import begun
from affidavit.app.ledger.view import Choice, viewing
from affidavit.app.serve.client import Client
from affidavit.app.serve.wire import Frames, frame, request
from affidavit.ledger.entry import Blob, Fact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ORIGIN = "example.com/served"
PATIENCE = 30.0
"""Seconds after which what a test waits for is taken to never come."""
BODY: dict[str, object] = {"agent": "reviewer", "action": "comment", "result": "ok"}


def a_fact(
    stream: str = "session-7",
    *,
    id_: str | None = None,
    blobs: tuple[Blob, ...] = (),
    body: dict[str, object] | None = None,
) -> Fact:
    given = BODY if body is None else body
    return Fact(
        kind="agent.acted.v1", stream=stream, actor="agent:5f2c", body=given, id=id_, blobs=blobs
    )


BAD = a_fact("bad", body={"agent": "reviewer"})
"""A fact that cannot be recorded: its body lacks fields of its kind."""


@contextmanager
def a_place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A new ledger, its keys and the sockets, where a short path leads to it."""
    with tempfile.TemporaryDirectory(prefix="aff", dir="/tmp") as name:
        folder = Path(name)
        (folder / "run").mkdir(mode=0o700)
        monkeypatch.setenv("AFFIDAVIT_HOME", str(folder / "keys"))
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        place = Home(folder / FOLDER)
        begun(place, ORIGIN, lambda custody: custody.new_secret(os.urandom(32)))
        yield place


class Server:
    """A running ``affidavit ledger serve``."""

    def __init__(self, place: Home, *options: str) -> None:
        self.place = place
        command = [sys.executable, "-m", "affidavit", "ledger", "serve", "--json"]
        self.process = subprocess.Popen(
            [*command, "--ledger", str(place.folder), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.guests = ExitStack()
        self.sockets = self._sockets()

    def _sockets(self) -> list[str]:
        assert self.process.stdout is not None
        told = ""
        for line in self.process.stdout:
            told += line
            if line == "}\n":
                break
        found = json.loads(told)["sockets"] if told else []
        return [str(one) for one in found]

    @property
    def path(self) -> Path:
        """The account's usual socket."""
        return Path(self.sockets[0])

    def client(self) -> Client:
        """A client, for as long as the server is looked at."""
        return self.guests.enter_context(Client(self.path))

    def stranger(self) -> Stranger:
        """A stranger, for as long as the server is looked at."""
        found = Stranger(self.path)
        self.guests.enter_context(found.socket)
        return found

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Its status after the signal, and what it said on standard error."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> tuple[int, str]:
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said


class Stranger:
    """Somebody on the socket who says what he likes."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(str(path))
        self._frames = Frames()
        self._arrived: list[bytes] = []
        self.answer()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> bytes:
        """The next payload that the server sends; none where it ended the connection."""
        while not self._arrived:
            try:
                data = self.socket.recv(1 << 16)
            except ConnectionResetError:
                return b""
            if not data:
                return b""
            self._arrived += self._frames.feed(data)
        return self._arrived.pop(0)

    def send_what_fits(self, data: bytes) -> int:
        """Send over and over until nothing more is taken for a while; how many bytes were."""
        self.socket.settimeout(0)
        sent = 0
        while select.select([], [self.socket], [], 0.5)[1]:
            try:
                sent += self.socket.send(data)
            except OSError:
                break
        self.socket.settimeout(PATIENCE)
        return sent


def asked(number: int = 0, *facts: Fact) -> bytes:
    """A request as it is sent."""
    return frame(request(number, facts or (a_fact(),)))


@contextmanager
def serving(place: Home, *options: str) -> Iterator[Server]:
    """A server for the block; it is ended after it, if it still runs."""
    server = Server(place, *options)
    with server.process:
        try:
            with server.guests:
                yield server
            server.process.terminate()
            server.process.wait(PATIENCE)
        finally:
            server.process.kill()


def until(condition: Callable[[], bool]) -> None:
    """Wait for `condition`, for a bounded time."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "what was waited for did not come"
        time.sleep(0.005)


def digests(place: Home) -> list[str]:
    """The digests of the ledger's entries, in order."""
    with viewing(place) as view:
        return [row.digest for row in view.chosen(Choice())]


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A new ledger that nobody serves yet."""
    with a_place(monkeypatch) as found:
        yield found


@pytest.fixture
def server(place: Home) -> Iterator[Server]:
    """A running server."""
    with serving(place) as found:
        yield found
