"""A connection beside a sequencer of the test's own: how long it waits, and for what."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from servers import PATIENCE, asked

from affidavit.app.serve.connection import SMALL, Connection
from loops import finished

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Desk:
    """A sequencer that answers nothing by itself."""

    def __init__(self, *, takes: bool = True, has_room: bool = True) -> None:
        self.origin = "example.com/desk"
        self.buffer = memoryview(bytearray(1 << 16))
        self.asking: list[Connection] = []
        self.gone = asyncio.Event()
        self.vacancies = 0
        self._takes = takes
        self._has_room = has_room

    def joined(self, connection: Connection) -> bool:
        del connection
        return self._takes

    def left(self, connection: Connection) -> None:
        del connection
        self.gone.set()

    def ready(self, connection: Connection) -> None:
        self.asking.append(connection)

    def room(self, connection: Connection) -> bool:
        del connection
        return self._has_room

    def vacated(self, connection: Connection) -> None:
        del connection
        self.vacancies += 1


def beside(
    desk: Callable[[], Desk], said: Callable[[Desk, socket.socket], Awaitable[None]]
) -> None:
    """Run `said` with the other end of a connection to a desk, till the connection is gone."""

    async def run() -> None:
        found = desk()
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with there:
            there.settimeout(0)
            loop = asyncio.get_running_loop()
            await loop.connect_accepted_socket(lambda: Connection(found), here)
            await said(found, there)
            async with asyncio.timeout(PATIENCE):
                await found.gone.wait()

    finished(run())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 -- conditions of every kind
            await asyncio.sleep(0.001)


def test_one_connection_too_many_is_ended() -> None:
    async def said(_desk: Desk, there: socket.socket) -> None:
        assert await asyncio.get_running_loop().sock_recv(there, 1) == b""

    beside(lambda: Desk(takes=False), said)


def test_who_leaves_answers_unread_too_long_is_parted_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("affidavit.app.serve.connection.UNREAD", 0.05)

    async def said(desk: Desk, there: socket.socket) -> None:
        await asyncio.get_running_loop().sock_sendall(there, asked())
        await until(lambda: bool(desk.asking))
        desk.asking[0].taken()
        desk.asking[0].answer(bytes(16 << 20))

    beside(Desk, said)


def test_who_reads_again_in_time_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("affidavit.app.serve.connection.UNREAD", 5.0)

    async def said(desk: Desk, there: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(there, asked())
        await until(lambda: bool(desk.asking))
        desk.asking[0].taken()
        desk.asking[0].answer(bytes(4 << 20))
        left = 4 << 20
        while left > 0:
            left -= len(await loop.sock_recv(there, 1 << 20))
        await loop.sock_sendall(there, asked())
        await until(lambda: len(desk.asking) == 2)
        desk.asking[0].abort()

    beside(Desk, said)


def test_a_large_request_may_not_take_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("affidavit.app.serve.connection.SLOW", 0.05)

    async def said(_desk: Desk, there: socket.socket) -> None:
        await asyncio.get_running_loop().sock_sendall(there, (2 * SMALL).to_bytes(4))

    beside(Desk, said)


@pytest.mark.parametrize("half", [b"\0", b"\0\0\0\x40", asked()[:-1], SMALL.to_bytes(4) + b"\x93"])
def test_no_request_may_stand_unfinished_for_ever(
    monkeypatch: pytest.MonkeyPatch, half: bytes
) -> None:
    monkeypatch.setattr("affidavit.app.serve.connection.UNFINISHED", 0.05)

    async def said(desk: Desk, there: socket.socket) -> None:
        await asyncio.get_running_loop().sock_sendall(there, asked() + half)
        await until(lambda: bool(desk.asking))

    beside(Desk, said)


def test_a_byte_now_and_then_gives_no_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("affidavit.app.serve.connection.UNFINISHED", 0.3)

    async def said(desk: Desk, there: socket.socket) -> None:
        for byte in SMALL.to_bytes(4) + bytes(300):
            if desk.gone.is_set():
                break
            with suppress(ConnectionError):
                await asyncio.get_running_loop().sock_sendall(there, bytes([byte]))
            await asyncio.sleep(0.02)
        assert desk.gone.is_set()

    beside(Desk, said)


def test_who_brings_whole_requests_or_none_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("affidavit.app.serve.connection.UNFINISHED", 0.3)

    async def said(desk: Desk, there: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(5):
            # The rest of one request and the beginning of the next, each in its time.
            await loop.sock_sendall(there, asked()[9:] if desk.asking else asked()[:0])
            await loop.sock_sendall(there, asked() + asked()[:9])
            await asyncio.sleep(0.1)
        await loop.sock_sendall(there, asked()[9:])
        await until(lambda: bool(desk.asking) and len(desk.asking[0].pending) == 10)
        await asyncio.sleep(0.5)
        assert not desk.gone.is_set()
        desk.asking[0].abort()

    beside(Desk, said)


def test_a_large_request_waits_for_its_place_and_leaves_it() -> None:
    async def said(desk: Desk, there: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(there, asked() + (2 * SMALL).to_bytes(4) + b"\x93")
        await until(lambda: bool(desk.asking))
        connection = desk.asking[0]
        connection.taken()
        connection.has_room()
        await loop.sock_sendall(there, bytes(2 * SMALL - 1))
        await until(lambda: bool(connection.pending))
        assert (len(connection.taken()), desk.vacancies) == (2 * SMALL, 1)
        connection.abort()

    beside(lambda: Desk(has_room=False), said)


def test_many_requests_that_wait_are_not_joined_by_more() -> None:
    async def said(desk: Desk, there: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await loop.sock_sendall(there, asked() * 100_000)
        connection = desk.asking[0]
        assert SMALL < sum(map(len, connection.pending)) < 2 * SMALL
        connection.abort()

    beside(Desk, said)
