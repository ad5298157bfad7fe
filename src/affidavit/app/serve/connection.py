"""One client's connection, as the sequencer sees it."""

from __future__ import annotations

import asyncio
from collections import deque
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol, cast

from affidavit.app.serve.place import peer
from affidavit.app.serve.wire import PROTOCOL, Frames, Greeting, frame, refused
from affidavit.base.errors import FormatError
from affidavit.ledger.entry import RecordedBy

if TYPE_CHECKING:
    import socket

    from affidavit.base.errors import AffidavitError

SMALL = 1 << 20
"""Bytes of a request that any connection may send; larger ones come in one at a time."""
MOST_WAITING = 1 << 20
"""Bytes of requests that wait for their turn before a connection is read no further."""
MOST_UNREAD = 1 << 18
"""Bytes of answers that the client has not read before its connection is read no further."""
UNREAD = 30.0
"""Seconds that a client may leave so many answers unread."""
SLOW = 60.0
"""Seconds that a request of more than `SMALL` bytes may take to arrive."""
UNFINISHED = 30.0
"""Seconds that any other request may take to arrive, once it has begun."""


class Sequencer(Protocol):
    """Whom a connection brings its requests to."""

    origin: str
    buffer: memoryview
    """Where what arrives is put first; the loop serves one connection at a time."""

    def joined(self, connection: Connection) -> bool:
        """Take note of a new connection; False where there are too many."""
        ...

    def left(self, connection: Connection) -> None:
        """Forget a connection."""
        ...

    def ready(self, connection: Connection) -> None:
        """Take requests from the connection, which had none, in its turn."""
        ...

    def room(self, connection: Connection) -> bool:
        """Whether the connection may bring a large request now; if not, it is told when."""
        ...

    def vacated(self, connection: Connection) -> None:
        """The connection's large request is no longer held."""
        ...


class Room(Enum):
    """How a connection stands to the one place for a large request."""

    NONE = auto()
    WAITS = auto()
    HAS = auto()


class Wait(Enum):
    """What a client has so much time for, and no more."""

    READ = auto()
    BRING = auto()
    BRING_LARGE = auto()


class Connection(asyncio.BufferedProtocol):
    """Takes in a client's requests, as many as it may bring, and hands it its answers."""

    def __init__(self, sequencer: Sequencer) -> None:
        self._sequencer = sequencer
        self._frames = Frames()
        self._held = 0
        self._room = Room.NONE
        self._blocked = self._ended = self._stopped = False
        self._timers: dict[Wait, asyncio.TimerHandle] = {}
        self.pending: deque[bytes] = deque()
        """Requests that wait for their turn."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet the client, whose account the system tells."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=MOST_UNREAD)
        account = peer(cast("socket.socket", transport.get_extra_info("socket")))
        self.by = RecordedBy(channel="socket", credential=f"uid:{account}")
        if self._sequencer.joined(self):
            greeting = Greeting(protocol=PROTOCOL, origin=self._sequencer.origin)
            self._transport.write(frame(greeting))
        else:
            self._part()

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 -- asyncio's
        """Where to put what arrives."""
        return self._sequencer.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Cut what arrived into requests."""
        if self._ended:
            return
        try:
            found = self._frames.feed(bytes(self._sequencer.buffer[:nbytes]))
        except FormatError as error:
            self.refuse(error)
            return
        if found:
            self._stop(Wait.BRING_LARGE)
            self._stop(Wait.BRING)
            if not self.pending:
                self._sequencer.ready(self)
            self.pending.extend(found)
            self._held += sum(map(len, found))
        self._regulate()

    def eof_received(self) -> bool:
        """The client sends nothing more; it still gets its answers."""
        self.finish()
        return True

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's
        """The client is gone, whatever it left unread or half said."""
        for timer in self._timers.values():
            timer.cancel()
        self.pending.clear()
        self._sequencer.left(self)

    def pause_writing(self) -> None:
        """The client does not read: nor is it read from, and not for ever."""
        self._blocked = True
        self._start(Wait.READ, UNREAD)
        self._regulate()

    def resume_writing(self) -> None:
        """The client reads again."""
        self._blocked = False
        self._stop(Wait.READ)
        self._regulate()

    def taken(self) -> bytes:
        """The next request."""
        payload = self.pending.popleft()
        self._held -= len(payload)
        if len(payload) > SMALL:
            self._room = Room.NONE
            self._sequencer.vacated(self)
        return payload

    def answer(self, frames: bytes) -> None:
        """Send answers, and read on."""
        if not self._transport.is_closing():
            self._transport.write(frames)
        if self._ended and not self.pending:
            self._part()
        self._regulate()

    def refuse(self, error: AffidavitError) -> None:
        """Say why nothing more is taken from this client, and part from it."""
        self.pending.clear()
        if not self._transport.is_closing():
            self._transport.write(frame(refused(-1, error)))
            self._part()

    def finish(self) -> None:
        """Take nothing more in, and part when all is answered."""
        self._ended = True
        if not self.pending:
            self._part()

    def abort(self) -> None:
        """End it at once."""
        self._transport.abort()

    def has_room(self) -> None:
        """A large request may come in now."""
        self._room = Room.HAS
        self._start(Wait.BRING_LARGE, SLOW)
        self._regulate()

    def _part(self) -> None:
        """Close when the client has read what it was sent, which it may not put off for ever."""
        self._ended = True
        if not self._transport.is_closing():
            self._transport.close()
            self._start(Wait.READ, UNREAD)

    def _regulate(self) -> None:
        """Read from the client, or leave it waiting."""
        if self._frames.wanted > SMALL and self._room is Room.NONE:
            self._room = Room.WAITS
            if self._sequencer.room(self):
                self._room = Room.HAS
                self._start(Wait.BRING_LARGE, SLOW)
        stopped = self._blocked or self._room is Room.WAITS or self._held > MOST_WAITING
        if stopped is not self._stopped and not self._transport.is_closing():
            self._stopped = stopped
            (self._transport.pause_reading if stopped else self._transport.resume_reading)()
        if self._frames.held and self._frames.wanted <= SMALL and not stopped:
            self._start(Wait.BRING, UNFINISHED)
        else:
            self._stop(Wait.BRING)

    def _start(self, wait: Wait, seconds: float) -> None:
        """Give the client so long, unless it was given its time for that before."""
        if wait not in self._timers:
            self._timers[wait] = asyncio.get_running_loop().call_later(seconds, self.abort)

    def _stop(self, wait: Wait) -> None:
        timer = self._timers.pop(wait, None)
        if timer is not None:
            timer.cancel()
