"""A server: holds the ledger's lock, listens, and ends in good order."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import ExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.kept import keeping
from affidavit.app.serve.connection import Connection
from affidavit.app.serve.place import (
    Door,
    check_guarded,
    listening,
    make_private,
    removed,
    usual_path,
)
from affidavit.app.serve.sequencer import Sequencer

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from typing import Any

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.keeper import Keeper
    from affidavit.base.errors import AffidavitError

LAST_ANSWERS = 5.0
"""Seconds that clients have to read their last answers."""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """How to serve: at the account's usual socket, and at `door` if there is one.

    It ends when no client was there for `idle` seconds, where that is given.
    """

    door: Door | None = None
    idle: float | None = None


def serve(place: Home, service: Service, listens: Callable[[str, list[str]], None]) -> None:
    """Keep the ledger at `place` until SIGTERM or SIGINT; then answer what is in hand, and end.

    `listens` is told the log's name and the sockets once clients can come.

    Raises:
        LedgerBusyError: Another process holds the ledger, or listens at the socket.
        DamagedError: Stored data are not what was signed; nothing more was appended.
        AffidavitError: See docs/errors/.
    """
    with keeping(place) as keeper, ExitStack() as stack:
        sockets = [_opened(door, stack) for door in _doors(place, service)]
        server = _Server(keeper, sockets, service.idle)
        asyncio.run(server.run(partial(listens, keeper.log.origin)))


def _doors(place: Home, service: Service) -> list[Door]:
    usual = usual_path(place, os.environ)
    make_private(usual.parent)
    if service.door is None:
        return [Door(path=usual)]
    check_guarded(service.door.path)
    return [Door(path=usual), service.door]


def _opened(door: Door, stack: ExitStack) -> socket.socket:
    made = listening(door)
    stack.enter_context(made)
    stack.callback(removed, door.path, door.path.lstat().st_ino)
    return made


class _Server:
    """One run of the loop."""

    def __init__(self, keeper: Keeper, sockets: list[socket.socket], idle: float | None) -> None:
        self._sequencer = Sequencer(keeper, self._fail)
        self._sockets = sockets
        self._idle = idle
        self._over = asyncio.Event()
        self._error: BaseException | None = None

    async def run(self, listens: Callable[[list[str]], None]) -> None:
        """Serve until it is over; `listens` is told the sockets.

        Raises:
            BaseException: What ended it, where that was no signal.
        """
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._broken)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._over.set)
        servers = [
            await loop.create_unix_server(lambda: Connection(self._sequencer), sock=one)
            for one in self._sockets
        ]
        listens([str(one.getsockname()) for one in self._sockets])
        watch = asyncio.create_task(self._watch_idle())
        await self._over.wait()
        watch.cancel()
        for one in servers:
            one.close()
        await self._last_answers()
        if self._error is not None:
            raise self._error

    async def _last_answers(self) -> None:
        """Let all that was taken in be answered, and the answers be read."""
        for one in list(self._sequencer.connections):
            one.finish()
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_ANSWERS):
                await self._sequencer.deserted.wait()
        for one in list(self._sequencer.connections):
            one.abort()
        await asyncio.sleep(0)

    async def _watch_idle(self) -> None:
        if self._idle is None:
            return
        loop = asyncio.get_running_loop()
        since = loop.time()
        while loop.time() - since < self._idle:
            await asyncio.sleep(min(1.0, self._idle / 4))
            if self._sequencer.was_visited():
                since = loop.time()
        self._over.set()

    def _fail(self, error: AffidavitError) -> None:
        self._error = error
        self._over.set()

    def _broken(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """A fault of ours: nothing may go on that could be taken for an answer."""
        error = context.get("exception")
        if isinstance(error, OSError) and "handle" not in context:
            # Of one connection, or no file is left for a new one: asyncio tries again.
            return
        self._error = error or RuntimeError(context["message"])
        self._over.set()
